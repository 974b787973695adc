"""A fault that a group of cabinets shares: one ticket, its cabinets' faults attached, none left without one."""

import msgspec

from faults.model import Episode, Transition
from tests.service.desk.world import World

SITES = {"S-1": ("hz", 30.0, 120.0)}


def outage(world: World, kind: str = "site_outage", site: str | None = "S-1", carrier: str | None = None) -> Episode:
    episode = Episode(
        id="F-out", kind=kind, severity="critical", state="active", cabinet=None, site=site, carrier=carrier,
        onset=world.now, detected=world.now,
    )  # fmt: skip
    world.faults.open[episode.id] = episode
    world.judged(Transition(episode, None))
    return episode


def child(world: World, cabinet: str, parent: str | None, kind: str = "power_lost") -> Episode:
    episode = Episode(
        id=f"F-{cabinet}", kind=kind, severity="critical", state="suppressed" if parent else "active", cabinet=cabinet,
        site="S-1", onset=world.now, detected=world.now, parent=parent, cause="site_outage" if parent else None,
    )  # fmt: skip
    world.faults.open[episode.id] = episode
    world.judged(Transition(episode, "pending"))
    return episode


def test_a_site_outage_has_one_ticket_for_the_site_and_sends_one_technician() -> None:
    world = World(site_zone=lambda s: SITES.get(s or ""))
    world.hire("anna")
    lead = outage(world)
    for n in range(4):
        child(world, f"C-{n}", lead.id)
    (ticket,) = world.rows("tickets")
    assert (ticket["site"], ticket["cabinet"], ticket["fault"]) == ("S-1", None, "F-out")
    assert {world.tables["episodes"][f"F-C-{n}"]["ticket"] for n in range(4)} == {ticket["id"]}
    assert len(world.rows("visits")) == 1


def test_its_ticket_stays_small_however_many_cabinets_it_has() -> None:
    world = World(cabinets=50, site_zone=lambda s: SITES.get(s or ""))
    lead = outage(world)
    lines = len(world.lines(world.ticket()["id"]))
    for n in range(50):
        child(world, f"C-{n}", lead.id)
    assert len(world.lines(world.ticket()["id"])) == lines


def test_a_carriers_outage_sends_nobody() -> None:
    world = World(site_zone=lambda s: SITES.get(s or ""))
    world.hire("anna")
    outage(world, "carrier_outage", None, "CMCC")
    assert world.ticket()["summary"] == "Carrier outage: CMCC"
    assert world.ticket()["state"] == "remote"
    assert world.rows("visits") == []


def test_who_stays_ill_when_it_is_over_gets_a_ticket_of_its_own() -> None:
    world = World(site_zone=lambda s: SITES.get(s or ""))
    lead = outage(world)
    ill = child(world, "C-1", lead.id)
    world.clear(lead.id)
    alone = msgspec.structs.replace(ill, parent=None, cause=None, state="active")
    world.faults.open[ill.id] = alone
    world.judged(Transition(alone, "suppressed"))
    first, second = sorted(world.rows("tickets"), key=lambda t: t["id"])
    assert (first["state"], second["cabinet"], second["fault"]) == ("verifying", "C-1", ill.id)


def test_a_ticket_that_was_there_first_is_merged_into_it() -> None:
    world = World(site_zone=lambda s: SITES.get(s or ""))
    early = child(world, "C-1", None)
    lead = outage(world)
    folded = msgspec.structs.replace(early, parent=lead.id, cause="site_outage", state="suppressed")
    world.faults.open[early.id] = folded
    world.judged(Transition(folded, "active"))
    states = {t["id"]: t["state"] for t in world.rows("tickets")}
    assert states["T-000001"] == "merged"
