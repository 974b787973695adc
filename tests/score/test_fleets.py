"""The named fleets through judging: nobody's ordinary life is a fault, and what many share is one fault."""

import pytest

from telemetry.units import HOUR, MINUTE
from tests.score.live import START, Lived, live
from tests.score.match import Matched, match
from tests.score.plan import Plan


def lived(name: str, hours: float, cabinets: int = 48, learning: float = 0.0) -> Lived:
    """A fleet of six sites from eight in the morning on (after days of learning)."""
    plan = Plan(
        mode="steady",
        named=name,
        seed=1001,
        cabinets=cabinets,
        days=hours / 24,
        learning=learning,
        tail=0,
        held_out=False,
    )
    chunk = live(plan)
    assert chunk is not None
    return chunk


def told(matched: Matched) -> list[tuple[str, int]]:
    return [(a.kind, a.row) for a in matched.false]


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("reconnect_storm", 3.3),
        pytest.param("restock_morning", 30, marks=pytest.mark.long),
        pytest.param("heat_wave", 24 * 6, marks=[pytest.mark.long, pytest.mark.timeout(900)]),
        pytest.param("healthy", 24 * 6, marks=[pytest.mark.long, pytest.mark.timeout(900)]),
    ],
)
def test_ordinary_life_opens_no_ticket(name: str, hours: float) -> None:
    chunk = lived(name, hours)
    assert chunk.truth == []
    assert [(a.kind, a.row) for a in chunk.told if a.at is not None] == []


def test_a_carrier_that_is_away_is_one_fault() -> None:
    chunk = lived("carrier_outage", 5.3)
    (outage,) = (matched := match(chunk)).faults
    assert [a.kind for a in outage.alarms] == ["carrier_outage"]
    assert told(matched) == []
    assert outage.alarms[0].at is not None
    assert outage.alarms[0].at - START <= 4 * HOUR + 8 * MINUTE


@pytest.mark.long
@pytest.mark.timeout(600)
def test_an_outage_of_a_site_is_one_ticket() -> None:
    matched = match(lived("site_power_cut", 14.5))
    assert [[a.kind for a in fault.alarms] for fault in matched.faults] == [["site_outage"], ["site_outage"]]
    assert [fault.later for fault in matched.faults] == [[], []]
    assert told(matched) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_steady_fleet_tells_what_is_true_and_nothing_else() -> None:
    matched = match(lived("steady", 24 * 5, cabinets=96, learning=3.0))
    assert told(matched) == []
