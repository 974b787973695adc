"""What k of n cabinets suffer at once: one fault of the site, the carrier or the payment service, and one ticket."""

import pytest

from faults.faults import Faults
from faults.model import Episode
from telemetry.batch import Judged
from telemetry.clock import Moment
from telemetry.fleet import NEVER
from telemetry.units import MINUTE, SECOND
from tests.faults.rig import T0, Rig, at, event, frames, healthy


class Town(Rig):
    """Cabinets at sites, each speaking at its own second of the minute while it is `alive`."""

    def __init__(self, sites: int, each: int, carriers: int = 0) -> None:
        n = sites * each
        super().__init__(n)
        for row in range(n):
            self.fleet.place(row, f"S{row // each}", f"K{row % carriers}" if carriers else None)
        self.fleet.boot[:n] = self.fleet.conn[:n] = 1
        self.alive = set(range(n))
        self.saying = dict.fromkeys(range(n), healthy())
        self.now = T0

    def live(self, minutes: float) -> None:
        """Time passes in steps of 10 s, in which a sixth of the cabinets speaks."""
        end = self.now + int(minutes * MINUTE)
        while self.now < end:
            self.now += 10 * SECOND
            turn = self.now // (10 * SECOND) % 6
            rows = [r for r in sorted(self.alive) if r % 6 == turn]
            self.fleet.last_seen[rows] = self.fleet.last_real[rows] = self.now
            self.fleet.status[rows] = 1
            self.fleet.presence(Moment(self.now, self.now))
            self.step(Judged(frames=frames([(r, self.now, self.saying[r]) for r in rows])), self.now)

    def cut(self, *rows: int) -> None:
        """The mains fail: each says so once and is heard no more."""
        for row in rows:
            self.alive.discard(row)
            self.fleet.last_seen[row] = self.fleet.last_real[row] = self.now
            minute = (self.now - T0) / MINUTE
            self.step(Judged(events=[event(minute, "power_lost", row)]), self.now)

    def told(self) -> list[Episode]:
        """Faults somebody must act on: active, explained by no other."""
        return [e for e in self.faults.open.values() if e.state == "active" and e.parent is None]

    def active_since_ever(self) -> set[tuple[str, str | None, str | None]]:
        """(kind, cabinet, site) of everything that was ever active without a parent."""
        found = (t.episode for t in self.log)
        return {(e.kind, e.cabinet, e.site) for e in found if e.state == "active" and e.parent is None}


def test_a_site_without_power_is_one_fault_with_its_cabinets_as_children() -> None:
    town = Town(sites=3, each=6)
    town.live(5)
    town.cut(*range(6))
    town.live(15)
    assert town.active_since_ever() == {("site_outage", None, "S0")}
    (outage,) = town.told()
    assert (outage.severity, outage.onset) == ("critical", at(5))
    children = [e for e in town.faults.open.values() if e.parent == outage.id]
    assert {(e.cabinet, e.kind) for e in children} >= {(f"C{r}", "power_lost") for r in range(6)}
    assert {(e.state, e.cause) for e in children} == {("suppressed", "site_outage")}
    assert outage.why["observed"] == {"cabinets": 6, "of": 6, "power_lost": 6}
    assert outage.detected is not None
    assert outage.detected - outage.onset <= 3 * MINUTE


def test_a_site_without_network_is_one_fault_too() -> None:
    town = Town(sites=2, each=4)
    town.live(5)
    town.alive -= {0, 1, 2}  # 3 of 4
    town.live(15)
    assert town.active_since_ever() == {("site_outage", None, "S0")}


def test_one_silent_cabinet_among_healthy_neighbours_is_its_own_fault_at_once() -> None:
    town = Town(sites=2, each=4)
    town.live(5)
    town.alive.discard(1)
    town.live(4)
    (alone,) = town.told()
    assert (alone.kind, alone.cabinet, alone.parent) == ("offline", "C1", None)


def test_one_cabinet_whose_plug_was_pulled_waits_no_longer_than_its_neighbours_need_to_speak() -> None:
    town = Town(sites=1, each=4)
    town.live(5)
    town.cut(2)
    town.live(2.5)
    assert [(e.kind, e.cabinet) for e in town.told()] == [("power_lost", "C2")]


def test_a_carrier_that_fails_is_one_fault_and_no_site_is_blamed() -> None:
    town = Town(sites=10, each=2, carriers=2)
    town.live(5)
    town.alive -= set(range(0, 20, 2))  # one cabinet of each site
    town.live(12)
    assert town.active_since_ever() == {("carrier_outage", None, None)}
    (outage,) = town.told()
    assert (outage.carrier, outage.severity) == ("K0", "major")


def test_even_a_carrier_of_whole_sites_is_not_taken_for_its_sites() -> None:
    town = Town(sites=8, each=3)
    for row in range(12):
        town.fleet.place(row, f"S{row // 3}", "KX")
    town.live(5)
    town.alive -= set(range(12))
    town.live(12)
    assert town.active_since_ever() == {("carrier_outage", None, None)}


def test_it_ends_when_they_are_back_and_who_stays_away_becomes_a_fault_of_its_own() -> None:
    town = Town(sites=2, each=6)
    town.live(5)
    town.alive -= set(range(6))
    town.live(10)
    town.alive |= set(range(5))
    town.live(4)
    assert town.told() == []
    assert [t.episode.state for t in town.log if t.episode.kind == "site_outage"][-1] == "cleared"
    town.live(10)
    assert [(e.kind, e.cabinet) for e in town.told()] == [("offline", "C5")]


def test_a_payment_service_that_fails_everywhere_is_one_fault() -> None:
    town = Town(sites=10, each=4)
    town.live(3)
    for row in range(0, 40, 2):
        town.saying[row] = healthy(payment_ok=0.0)
    town.live(15)
    assert {kind for kind, *_ in town.active_since_ever()} == {"payment_outage"}


def test_faults_of_different_times_are_not_one() -> None:
    town = Town(sites=1, each=4)
    town.live(5)
    town.alive.discard(0)
    town.live(30)
    town.alive.discard(1)
    town.live(10)
    assert {(e.kind, e.cabinet) for e in town.told()} == {("offline", "C0"), ("offline", "C1")}


def test_silence_is_no_outage_while_nobody_knows_the_neighbours_ever_spoke() -> None:
    town = Town(sites=1, each=4)
    town.fleet.boot[1:4] = NEVER
    town.alive = {0}
    town.live(5)
    town.alive = set()
    town.live(8)
    assert [(e.kind, e.cabinet) for e in town.told()] == [("offline", "C0")]


@pytest.mark.parametrize("cut_at", [6, 7.5, 12, 30])
def test_a_snapshot_in_the_middle_changes_nothing(cut_at: float) -> None:
    def story(interrupted: bool) -> list[tuple[str, str, int | None]]:
        town = Town(sites=2, each=4)
        town.live(5)
        town.cut(0, 1, 2)
        town.live(cut_at - 5)
        if interrupted:
            saved, town.faults = town.faults.dump(), Faults()
            town.faults.load(saved)
        town.live(10)
        town.alive |= {0, 1, 2}
        for row in (0, 1, 2):
            town.step(Judged(events=[event((town.now - T0) / MINUTE, "power_restored", row)]), town.now)
        town.live(30)
        return [(t.episode.id, t.episode.state, t.episode.detected) for t in town.log]

    assert story(True) == story(False)


def test_a_fault_that_is_over_before_its_neighbours_are_known_was_none() -> None:
    town = Town(sites=1, each=4)
    town.live(5)
    town.fleet.last_seen[1:4] = town.now  # just spoken, and rarely: their silence says nothing yet
    town.fleet.interval_ms[1:4] = 3 * MINUTE
    town.alive = set()
    town.cut(0)
    town.live(1.6)
    assert [e.state for e in town.faults.open.values() if e.kind == "power_lost"] == ["pending"]
    town.alive = {0}
    town.step(Judged(events=[event((town.now - T0) / MINUTE, "power_restored", 0)]), town.now)
    town.live(1.5)
    town.alive = {0, 1, 2, 3}
    town.live(5)
    assert town.active_since_ever() == set()


def restore(town: Town, *rows: int) -> None:
    """The mains are back: each says so."""
    for row in rows:
        town.alive.add(row)
        town.step(Judged(events=[event((town.now - T0) / MINUTE, "power_restored", row)]), town.now)


def test_a_fault_that_begins_when_the_outage_is_over_is_none_of_it() -> None:
    town = Town(sites=1, each=5)
    town.live(5)
    town.cut(0, 1, 2)
    town.live(6)
    restore(town, 0, 1, 2)
    town.live(4)
    town.cut(4)
    town.live(20)
    assert [(e.kind, e.cabinet) for e in town.told()] == [("power_lost", "C4")]


@pytest.mark.parametrize("each", [2, 4, 6])
def test_one_dead_cabinet_does_not_keep_its_site_in_outage(each: int) -> None:
    town = Town(sites=1, each=each)
    town.live(5)
    town.cut(*range(each))
    town.live(10)
    restore(town, *range(each - 1))
    town.live(25)
    assert [(e.kind, e.cabinet) for e in town.told()] == [("power_lost", f"C{each - 1}")]


def test_a_site_that_stays_dark_after_its_carrier_is_back_is_one_fault_again() -> None:
    town = Town(sites=8, each=3, carriers=1)
    town.live(5)
    town.alive = set()
    town.live(12)
    town.alive = set(range(3, 24))
    town.live(25)
    assert [(e.kind, e.site) for e in town.told()] == [("site_outage", "S0")]


def test_mains_that_come_and_go_make_one_outage_each_and_no_fault_of_a_cabinet() -> None:
    town = Town(sites=1, each=4)
    town.live(5)
    for _ in range(6):
        town.cut(0, 1, 2, 3)
        town.live(5)
        restore(town, 0, 1, 2, 3)
        town.live(5)
    assert {kind for kind, *_ in town.active_since_ever()} == {"site_outage"}
    began = [t.episode.id for t in town.log if t.episode.kind == "site_outage" and t.was is None]
    assert len(began) == len(set(began)) == 6
    town.live(15)
    assert not town.faults.open


def test_cabinets_that_somebody_works_at_are_no_outage() -> None:
    town = Town(sites=1, each=4)
    town.live(5)
    for cabinet in ("C0", "C1"):
        town.faults.maintain(cabinet, None, town.now, town.now + 120 * MINUTE)
    town.cut(0, 1)
    town.live(20)
    assert town.active_since_ever() == set()


def test_what_waited_until_it_was_over_is_on_record() -> None:
    town = Town(sites=1, each=4)
    town.live(5)
    town.fleet.last_seen[1:4] = town.now
    town.fleet.interval_ms[1:4] = 3 * MINUTE
    town.alive = set()
    town.cut(0)
    town.live(1.6)
    town.alive = {0}
    restore(town, 0)
    town.live(1.5)
    over = [t.episode for t in town.log if t.episode.kind == "power_lost"][-1]
    assert (over.state, over.onset, over.backlog) == ("cleared", at(5), True)
