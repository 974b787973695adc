"""A breach beside its cause: one ticket, which carries the lock, its severity and its duties until the release."""

import pytest

from service.records.base import Row, Where
from tests.foodsafety.shop import CABINET, KIND, MINUTE, SAFE, TECH, Shop
from tests.gateway.rig import birth, event, telemetry

DEAD = {"comp_on": 1.0, "comp_a": 0.2, "set_c": 4.0, "mains_v": 230.0}  # called for, and not running
WELL = {"comp_on": 1.0, "comp_a": 1.2, "set_c": 4.0, "mains_v": 230.0}
CAUSE = "compressor_not_starting"


def ill(minutes: int = 60) -> Shop:
    """A dead compressor, and 15 minutes too warm after a while."""
    return Shop().live(30, 4.0, **WELL).live(20, 4.0, **DEAD).live(minutes, 9.0, **DEAD)


def fault(shop: Shop, kind: str) -> Row:
    (found,) = shop.records.find("episodes", [Where("kind", "=", kind)])
    return found


def ticket(shop: Shop) -> Row:
    (found,) = [t for t in shop.records.find("tickets", order=["n"]) if t["state"] not in ("merged",)]
    return found


def notes(shop: Shop) -> list[str]:
    lines = shop.records.find("timeline", [Where("ticket", "=", ticket(shop)["id"])], ["n"], 1000)
    return [line["note"].split(" ")[0] for line in lines if line["note"]]


def test_a_breach_is_folded_under_its_cause_and_its_lock_stays_visible() -> None:
    shop = ill()
    found = ticket(shop)
    assert found["fields"]["fault_kind"] == CAUSE
    assert found["severity"] == "critical", "what people may eat does not wait like a compressor"
    breach = fault(shop, KIND)
    assert (breach["cause"], breach["severity"], breach["ticket"]) == (CAUSE, "critical", found["id"])
    assert breach["id"] in found["fields"]["children"]
    assert [n for n in notes(shop) if n.startswith("lock")] == ["lock_requested", "locked"]
    assert shop.state()["state"] == "locked"


def test_a_cause_found_later_takes_the_breach_in() -> None:
    shop = Shop().live(5).live(25, 9.0)
    assert ticket(shop)["fields"]["fault_kind"] == KIND
    shop.live(40, 9.0, **DEAD)
    merged = [t for t in shop.records.find("tickets") if t["state"] == "merged"]
    assert [t["fields"]["fault_kind"] for t in merged] == [KIND]
    found = ticket(shop)
    assert (found["fields"]["fault_kind"], found["severity"]) == (CAUSE, "critical")
    assert fault(shop, KIND)["ticket"] == found["id"]


def test_no_word_resolves_a_ticket_while_the_cabinet_is_locked_and_the_breach_leads_when_its_cause_is_mended() -> None:
    shop = ill()
    key = ticket(shop)["id"]
    for verb in ("resolve", "cancel"):
        answer = shop.act(f"ticket.{verb}", key, {"note": "works again"})
        assert answer.body == {"guard": "food_safety", "missing": ["food-safety/release"]}
    shop.live(200, 4.0, **WELL)
    found = ticket(shop)
    assert (found["id"], found["fields"]["fault_kind"], found["state"]) == (key, KIND, "dispatching")
    assert shop.state()["state"] == "locked"
    assert fault(shop, CAUSE)["state"] == "cleared"


def test_a_release_beside_the_cause_ends_the_breach_and_leaves_the_cause() -> None:
    shop = ill()
    shop.visit()
    assert shop.release(TECH, **SAFE).status == "ok"
    shop.live(1, 9.0, **DEAD)
    assert fault(shop, KIND)["state"] == "cleared"
    assert fault(shop, CAUSE)["state"] == "active"
    assert ticket(shop)["state"] == "on_site"
    assert {"released", "unlock_requested"} <= set(notes(shop))


def test_a_visit_without_a_release_ends_nothing() -> None:
    shop = ill()
    visit = shop.visit()
    shop.live(1, 9.0, **DEAD)
    shop.act("visit.finish", visit, {"measure": "relay"}, actor=TECH)
    shop.live(190, 4.0, **WELL)
    assert ticket(shop)["state"] == "dispatching", "somebody goes again"
    assert shop.state()["state"] == "locked"


@pytest.mark.parametrize("state", ["resolved", "cancelled"])
def test_a_cause_whose_ticket_is_over_hides_no_breach(state: str) -> None:
    shop = Shop().live(30, 4.0, **WELL).live(20, 4.0, **DEAD)
    (cause,) = shop.records.find("tickets")
    if state == "cancelled":
        assert shop.act("ticket.cancel", cause["id"], {}).status == "ok"
    else:
        shop.fold.desk._books.tickets[cause["id"]].state = "resolved"
    shop.live(30, 9.0, **DEAD)
    own = [t for t in shop.records.find("tickets") if t["fields"]["fault_kind"] == KIND]
    assert [(t["state"], t["severity"]) for t in own] == [("dispatching", "critical")]
    assert any(n.startswith("lock_requested") for n in shop.timeline())


NEIGHBOUR = "HZ-02"


class Street(Shop):
    """Two cabinets of one site; what one reads the other reads."""

    def __init__(self) -> None:
        self.seqs = {NEIGHBOUR: 0}
        super().__init__(None)
        self.act("site.create", "", {"id": "S-1", "name": "street"})
        self.step(birth(1, 1, 1, self.now, NEIGHBOUR, holds=[]))
        self.seqs[NEIGHBOUR] = 1
        for cabinet in (CABINET, NEIGHBOUR):
            self.act("cabinet.patch", cabinet, {"site": "S-1"})
            assert self.act("food.profile", cabinet, {"pack": "nama"}).status == "ok"

    def both(self, minutes: int, **values: float) -> "Street":
        for _ in range(minutes):
            self.now += MINUTE
            said = {"lock_closed": 1.0, "door_open": 0.0, "defrost_on": 0.0} | values
            self.seqs[NEIGHBOUR] += 1
            mine = telemetry(1, self.next(), self.now, CABINET, **said)
            self.step(mine, telemetry(1, self.seqs[NEIGHBOUR], self.now, NEIGHBOUR, **said))
        return self

    def cut(self) -> None:
        """The site's power goes."""
        self.seqs[NEIGHBOUR] += 1
        gone = event(1, self.seqs[NEIGHBOUR], "power_lost", self.now, NEIGHBOUR)
        self.step(event(1, self.next(), "power_lost", self.now, CABINET), gone)


def test_one_ticket_and_one_visit_for_a_site_and_each_cabinet_is_released() -> None:
    street = Street().both(5, air_c=4.0, mains_v=230.0)
    street.cut()
    street.both(60, air_c=9.0, mains_v=0.0)
    live = [t for t in street.records.find("tickets") if t["state"] != "merged"]
    assert [(t["fields"]["fault_kind"], t["severity"]) for t in live] == [("site_outage", "critical")]
    breaches = street.records.find("episodes", [Where("kind", "=", KIND)])
    assert {b["ticket"] for b in breaches} == {live[0]["id"]}
    assert len(breaches) == 2
    locked = [n for n in notes(street) if n == "lock_requested"]
    assert len(locked) >= 2
    assert street.act("ticket.resolve", live[0]["id"], {"note": "x"}).body["guard"] == "food_safety"
    street.visit()
    for cabinet in (CABINET, NEIGHBOUR):
        assert street.act("food.release", cabinet, SAFE, TECH).status == "ok", cabinet


def test_neither_silence_nor_maintenance_hides_a_breach() -> None:
    shop = Shop().live(5).live(20, 9.0)
    window = {"cabinet": CABINET, "from": shop.now, "to": shop.now + 600 * MINUTE, "reason": "cleaning"}
    assert shop.act("maintenance.create", "", window).status == "created"
    for _ in range(30):
        shop.now += MINUTE
        shop.step()
    assert "offline" in {e["kind"] for e in shop.records.find("episodes")}
    assert fault(shop, KIND)["state"] == "active"
    assert shop.tickets()[0]["state"] not in ("verifying", "resolved")
