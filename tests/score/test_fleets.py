"""The named fleets: nobody's ordinary life is a fault, and what many share is one fault."""

import pytest

from telemetry.units import HOUR, MINUTE
from tests.score.live import START
from tests.score.match import Matched, match
from tests.score.named import CARRIER, ORDINARY, SITES, STEADY, Named, lived, told

LONG = [pytest.mark.long, pytest.mark.timeout(1200)]


def false(matched: Matched) -> list[tuple[str, int]]:
    return [(a.kind, a.row) for a in matched.false]


@pytest.mark.parametrize("fleet", [pytest.param(f, id=f.name, marks=LONG if f.hours > 6 else []) for f in ORDINARY])
def test_ordinary_life_opens_no_ticket(fleet: Named) -> None:
    chunk = lived(fleet)
    assert chunk.truth == []
    assert [(a.kind, a.row) for a in chunk.told if a.at is not None] == []


def test_a_carrier_that_is_away_is_one_fault() -> None:
    (outage,) = (matched := match(lived(CARRIER))).faults
    assert [a.kind for a in outage.alarms] == ["carrier_outage"]
    assert false(matched) == []
    assert outage.alarms[0].at is not None
    assert outage.alarms[0].at - START <= 4 * HOUR + 8 * MINUTE


@pytest.mark.long
@pytest.mark.timeout(600)
def test_an_outage_of_a_site_is_one_ticket() -> None:
    matched = match(lived(SITES))
    assert [[a.kind for a in fault.alarms] for fault in matched.faults] == [["site_outage"], ["site_outage"]]
    assert [fault.later for fault in matched.faults] == [[], []]
    assert false(matched) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_steady_fleet_tells_what_is_true_and_nothing_else() -> None:
    assert told(STEADY).false == 0
