"""`no_sales`: found by the cabinet's own habit; nights, weekends, silence and what stops sales do not raise it."""

import math

import pytest

from telemetry.batch import CabinetEvent, Judged
from tests.faults.only import only
from tests.faults.rig import LATENCY, Rig, Sample, at, event, frames, healthy

EVERY = 20  # minutes between readings
DAY = 1440
MIDNIGHT = 107  # T0 is a Monday, 22:13 in Shanghai
WEEK = 7 * DAY
MORNING = WEEK + MIDNIGHT + 8 * 60


def hour(minute: int) -> float:
    return (minute - MIDNIGHT) / 60 % 24


def weekend(minute: int) -> bool:
    return (minute - MIDNIGHT) // DAY % 7 in (4, 5)


class Street(Rig):
    """A cabinet with so many buyers an hour by day, hardly any at night, evenly; fewer at the weekend."""

    def __init__(self, by_day: float = 3.0, by_weekend: float = 0.3) -> None:
        super().__init__()
        self.narrow()
        self.fleet.interval_ms[0] = EVERY * 60_000
        self._by_day, self._by_weekend, self._due = by_day, by_weekend, 0.0

    def narrow(self) -> None:
        only(self, "power_lost", "payment_down", "door_left_open", "no_sales")

    def live(self, start: int, end: int, buyers: float = 1.0, **said: float) -> None:
        """From minute to minute, an hour in a batch."""
        for begin in range(start, end, 60):
            samples: list[Sample] = []
            events: list[CabinetEvent] = []
            for minute in range(begin, min(begin + 60, end), EVERY):
                events += self._sell(minute, buyers)
                samples.append((0, at(minute), healthy(**said)))
            self.step(Judged(frames=frames(samples), events=events), samples[-1][1] + LATENCY)

    def _sell(self, minute: int, buyers: float) -> list[CabinetEvent]:
        rate = self._by_day if 8 <= hour(minute) < 22 else 0.2
        self._due += rate * (self._by_weekend if weekend(minute) else 1.0) * buyers * EVERY / 60
        sold = math.floor(self._due)
        self._due -= sold
        return [event(minute - 5 + 1.5 * n, "vend", lane=1, sku="tea", lot="L1") for n in range(sold)]


@pytest.fixture(scope="module")
def week() -> bytes:
    """What is known after a week."""
    rig = Street()
    rig.live(0, WEEK)
    assert not rig.states("no_sales")
    return rig.faults.dump()


@pytest.fixture
def rig(week: bytes) -> Street:
    rig = Street()
    rig.faults.load(week)
    rig.narrow()
    return rig


def test_a_busy_day_without_a_buyer_is_found_within_hours_and_ends_with_the_next(rig: Street) -> None:
    eleven = MORNING + 3 * 60
    rig.live(WEEK, eleven)
    rig.live(eleven, eleven + 7 * 60, buyers=0)
    none = rig.one("no_sales")
    assert none.severity == "minor"
    assert at(eleven - 60) <= none.onset <= at(eleven)
    assert none.detected is not None
    assert at(eleven + 4 * 60) < none.detected
    assert none.why["expected"]["buyers"] > 15
    rig.live(eleven + 7 * 60, eleven + 8 * 60)
    assert not rig.faults.open


def test_a_day_that_begins_without_a_buyer_may_be_a_holiday_but_not_all_day(rig: Street) -> None:
    rig.live(WEEK, MORNING)
    rig.live(MORNING, MORNING + 6 * 60, buyers=0)  # 18 of a working day, some 6 of a holiday
    assert not rig.states("no_sales")
    rig.live(MORNING + 6 * 60, MORNING + 11 * 60, buyers=0)
    assert rig.one("no_sales").state == "active"


def test_neither_nights_nor_an_office_weekend_nor_a_holiday_is_a_want_of_buyers(rig: Street) -> None:
    rig.live(WEEK, 2 * WEEK)
    rig.live(2 * WEEK, 2 * WEEK + DAY, buyers=0.35)
    assert not rig.states("no_sales")


@pytest.mark.parametrize(
    "said", [{"payment_ok": 0.0}, {"mains_v": 0.0}, {"air_c": 9.0}, {"lock_closed": 0.0}, {"door_open": 1.0}], ids=str
)
def test_time_in_which_nobody_can_buy_is_no_evidence(rig: Street, said: dict[str, float]) -> None:
    rig.live(WEEK, MORNING)
    rig.live(MORNING, MORNING + 12 * 60, buyers=0, **said)
    assert not rig.states("no_sales")


def test_what_was_not_heard_may_have_been_sales(rig: Street) -> None:
    rig.live(WEEK, MORNING)
    for hours in (0, 4, 8):
        rig.live(MORNING + hours * 60, MORNING + hours * 60 + 180, buyers=0)
    assert not rig.states("no_sales")


def test_a_new_cabinet_is_not_judged() -> None:
    rig = Street()
    rig.live(0, 3 * DAY)
    rig.live(3 * DAY, 4 * DAY, buyers=0)
    assert not rig.states("no_sales")
