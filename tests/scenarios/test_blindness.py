"""A fleet of 10,000 while the broker, we ourselves, or both are away: one alert, nobody offline who lives."""

import pytest

from telemetry.units import MINUTE, SECOND
from tests.scenarios.life import new_fold
from tests.scenarios.refold import image
from tests.scenarios.town import STEP, Town

CABINETS = 10_000
DEAD = 7  # cabinets that die while nobody can see it


def outage(town: Town, *, broker: bool, gateway: bool, minutes: int = 10) -> Town:
    """Away for so long; some cabinets die meanwhile."""
    if gateway:
        town.gateway(there=False)
    if broker:
        town.broker(there=False)
    town.live(minutes // 2 * MINUTE)
    town.alive[:DEAD] = False
    town.live((minutes - minutes // 2) * MINUTE)
    if gateway:
        town.gateway(there=True)
    if broker and gateway:
        town.live(20 * SECOND)  # we are back first, and wait for it
    if broker:
        town.broker(there=True)
    return town


@pytest.mark.parametrize(("broker", "gateway"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("cabinets", [200, pytest.param(CABINETS, marks=pytest.mark.long)])
def test_nobody_is_called_offline_for_our_blindness(cabinets: int, broker: bool, gateway: bool) -> None:
    town = outage(Town(cabinets).live(2 * MINUTE), broker=broker, gateway=gateway)
    assert town.offline() == set()
    town.live(2 * MINUTE - STEP)
    assert town.offline() == set(), "two intervals of grace"
    assert len(town.alerts) == 1
    town.live(5 * MINUTE)
    dead = set(town.names[:DEAD])
    assert town.offline() == town.silent == dead, "who really died is found after the grace"
    assert town.online() == cabinets - DEAD
    assert len(town.opened) == DEAD
    assert len(town.alerts) == 1
    accounts = [town.fold.ingest.look(name) for name in town.names]
    assert all(a.received == a.stored and a.gaps() == [] for a in accounts)


def test_ten_thousand_cabinets_through_an_outage_of_both() -> None:
    town = outage(Town(CABINETS).live(MINUTE), broker=True, gateway=True)
    town.live(4 * MINUTE)
    assert town.offline() == town.silent == set(town.names[:DEAD])
    assert len(town.alerts) == 1
    assert len(town.opened) == DEAD


@pytest.mark.parametrize("cabinets", [200, pytest.param(CABINETS, marks=pytest.mark.long)])
def test_a_snapshot_in_the_middle_gives_what_the_uninterrupted_run_gives(cabinets: int) -> None:
    town = outage(Town(cabinets).live(2 * MINUTE), broker=True, gateway=False).live(5 * MINUTE)
    straight, restored, cut = new_fold(), new_fold(), len(town.entries) // 2
    for entry in town.entries[:cut]:
        straight.step(entry)
    restored.load(straight.dump())
    for entry in town.entries[cut:]:
        assert image(straight.step(entry)) == image(restored.step(entry))
    assert straight.dump() == restored.dump() == town.fold.dump()


def test_a_broker_that_comes_and_goes_is_one_alert() -> None:
    town = Town(50).live(2 * MINUTE)
    for _ in range(5):
        town.broker(there=False)
        town.live(20 * SECOND)
        town.broker(there=True)
        town.live(20 * SECOND)
    town.live(5 * MINUTE)
    assert len(town.alerts) == 1
    town.broker(there=False)
    town.live(20 * SECOND)
    assert len(town.alerts) == 2
    assert town.opened == town.silent == set()


def test_a_moment_without_the_broker_is_not_worth_an_alert() -> None:
    town = Town(10).live(MINUTE)
    town.broker(there=False)
    town.broker(there=True)
    assert town.live(5 * MINUTE).alerts == []
