"""The outbox on a manual clock: nothing lost, nobody flooded, nothing failed in silence."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.notify.outbox import MAX_ATTEMPTS, Outbox, back_off
from service.notify.plan import PER_PERSON, URGENT, URGENT_WAIT, WINDOW, plan, plan_urgent
from service.notify.post import People
from service.records.base import Change, Put, Row, Where
from service.records.memory import MemoryRecords
from telemetry.clock import ManualClock
from telemetry.errors import Invalid, Unavailable
from telemetry.units import MINUTE, SECOND
from tests.service.notify.fakes import FakeChannel

START = 1_800_000_000_000
SPEED = 60.0
AWAY = Unavailable("away", retry_after=0)


class Office:
    """An outbox with its rows, channels and clock (product time runs at SPEED)."""

    def __init__(self, *channels: FakeChannel) -> None:
        self.records, self.clock = MemoryRecords(), ManualClock(START, speed=SPEED)
        self.channels = channels or (FakeChannel(),)
        self.restart()

    def restart(self) -> None:
        self.outbox = Outbox(self.records, self.channels, self.clock, People("en"), chance=random.Random(1))

    @property
    def got(self) -> list[tuple[str, str, str]]:
        return self.channels[0].got

    def owe(self, n: int = 1, to: str = "TECH-1", kind: str = "visit_expired", **params: Any) -> None:
        first = self.records.count("notices") + 1
        for i in range(first, first + n):
            row = {
                "id": f"N-{i:06d}", "at": self.clock.moment().now, "to": to, "kind": kind,
                "params": {"cabinet": f"CAB-{i}", **params}, "ticket": f"T-{i}", "visit": None, "state": "queued",
                "attempts": 0, "next_real": self.clock.moment().real, "delivered": None, "error": None,
            }  # fmt: skip
            self.records.write([Put("notices", row)])

    def step(self, real_ms: int = 0) -> int:
        self.clock.advance(int(real_ms * SPEED))
        return asyncio.run(self.outbox.step())

    def settle(self) -> None:
        """Let ten real minutes at a time pass until nothing is queued."""
        for _ in range(40):
            self.step(WINDOW)
            if not self.rows("queued"):
                return
        raise AssertionError(self.rows("queued"))

    def rows(self, state: str) -> list[Row]:
        return self.records.find("notices", [Where("state", "=", state)], ["id"], 1000)


def test_a_due_notice_is_sent_once_and_marked_with_both_times() -> None:
    office = Office()
    office.owe()
    assert office.step(SECOND) == 1
    assert office.step(SECOND) == 0
    (row,) = office.rows("sent")
    assert (row["attempts"], row["error"]) == (1, None)
    assert (row["delivered"], row["next_real"]) == (START + 60 * SECOND, START + SECOND)
    assert office.got == [("TECH-1", "Offer expired: CAB-1", office.got[0][2])]


def test_every_channel_gets_it_once_also_when_one_needs_more_tries() -> None:
    good, bad = FakeChannel(), FakeChannel(AWAY, AWAY)
    office = Office(good, bad)
    office.owe()
    office.step()
    assert [row["error"] for row in office.rows("queued")] == ["away"]
    office.settle()
    assert (len(good.got), len(bad.got)) == (1, 1)
    assert office.rows("sent")[0]["attempts"] == 3


def test_a_try_waits_its_time() -> None:
    office = Office(FakeChannel(Unavailable("busy", retry_after=30)))
    office.owe()
    office.step()
    assert office.step(29 * SECOND) == 0
    assert office.step(SECOND) == 1


def test_a_restart_goes_on_from_the_rows() -> None:
    office = Office(FakeChannel(AWAY))
    office.owe(2)
    office.step()
    office.restart()
    office.settle()
    assert sorted(title for _, title, _ in office.got) == ["Offer expired: CAB-1", "Offer expired: CAB-2"]


@pytest.mark.parametrize(
    ("errors", "attempts"), [([AWAY] * MAX_ATTEMPTS, MAX_ATTEMPTS), ([Invalid({"to": "nobody"})], 1)]
)
def test_what_cannot_be_delivered_is_told_to_the_operators_once(errors: list[Any], attempts: int) -> None:
    office = Office(FakeChannel(*errors))
    office.owe()
    office.settle()
    (failed,) = office.rows("failed")
    assert failed["attempts"] == attempts
    ((to, title, body),) = office.got
    assert (to, title) == ("operators", "A notice could not be delivered")
    assert "T-1" in body
    assert "TECH-1" in body


def test_the_alarm_itself_is_never_given_up() -> None:
    office = Office(FakeChannel(*[AWAY] * (MAX_ATTEMPTS + 12), Invalid({"x": "y"})))
    office.owe()
    office.settle()
    assert [to for to, _, _ in office.got] == ["operators"]
    assert len(office.rows("failed")) == 1


def test_a_notice_that_ended_us_in_every_try_is_not_tried_again() -> None:
    office = Office()
    office.owe()
    office.records.write([Put("notices", {"id": "N-000001", "attempts": MAX_ATTEMPTS})])
    office.settle()
    assert [row["id"] for row in office.rows("failed")] == ["N-000001"]
    assert [to for to, _, _ in office.got] == ["operators"]


def test_a_storm_becomes_few_messages_and_nothing_is_forgotten() -> None:
    office = Office()
    office.owe(100)
    office.owe(2, to="TECH-2")
    assert office.step() == PER_PERSON + 2
    mine = [title for to, title, _ in office.got if to == "TECH-1"]
    assert mine[:4] == [f"Offer expired: CAB-{n}" for n in (1, 2, 3, 4)]
    assert mine[4] == "96 notices"
    assert (len(office.rows("digested")), len(office.rows("queued"))) == (96, 0)


def test_after_the_limit_everything_waits_for_the_window_and_then_goes_as_few() -> None:
    office = Office()
    office.owe(5)
    office.step()
    office.restart()
    office.owe(8)
    assert office.step(SECOND) == 0
    assert office.step(WINDOW - 2 * SECOND) == 0
    assert office.step(SECOND) == 5
    assert office.got[-1][1] == "4 notices"


def test_safety_does_not_wait() -> None:
    office = Office()
    office.owe(15, severity="critical")
    office.owe(10)
    assert office.step() == 15 + PER_PERSON
    office.owe(3, severity="critical")
    assert office.step(SECOND) == 3


def test_a_storm_of_safety_comes_together_and_hardly_waits() -> None:
    """200 cabinets lose power within a minute: everything is told within seconds, in few messages."""
    office = Office()
    for second in range(50 + 2 * URGENT_WAIT // SECOND):
        office.owe(4 if second < 50 else 0, severity="critical")
        office.step(SECOND)
    assert office.rows("queued") == []
    told = [title for _, title, _ in office.got]
    assert len(told) <= URGENT + 3, "one by one at first, then a digest every half minute"
    singles = sum("notices" not in title for title in told)
    assert singles + sum(int(title.split()[0]) for title in told if "notices" in title) == 200


def test_an_alarm_inside_a_digest_keeps_the_digest_alive() -> None:
    office = Office(FakeChannel(*[AWAY] * 60))
    office.owe(7, to="operators", kind="undelivered", person="TECH-1")
    office.settle()
    assert not office.rows("failed")
    assert any(title.endswith("notices") for _, title, _ in office.got)


def test_an_alarm_among_many_is_listed_first() -> None:
    office = Office(FakeChannel(*[AWAY] * 60))
    office.owe(40, to="operators")
    office.owe(1, to="operators", kind="undelivered")
    office.step()
    (digest,) = [row for row in office.rows("queued") if row["kind"] == "digest"]
    assert digest["params"]["items"][0]["kind"] == "undelivered"
    assert digest["params"]["more"] == 17


def test_messages_that_half_arrived_count_for_the_limit() -> None:
    good, bad = FakeChannel(), FakeChannel(*[AWAY] * 60)
    office = Office(good, bad)
    office.owe(5)
    office.step()
    office.owe(5)
    office.step(SECOND)
    assert len(good.got) == 5


class BrokenRecords(MemoryRecords):
    """Records whose writes fail while `away`."""

    away = False

    def write(self, changes: Sequence[Change]) -> None:
        if self.away:
            raise Unavailable("disk full")
        super().write(changes)


def test_records_that_are_away_lose_nothing() -> None:
    office = Office()
    office.records = records = BrokenRecords()
    office.restart()
    office.owe(3)
    records.away = True
    with pytest.raises(Unavailable):
        office.step()
    records.away = False
    office.settle()
    assert len(office.got) == 3


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(0, 100))
def test_back_off_stays_within_its_bounds(attempts: int, seed: int) -> None:
    longest = min(5 * MINUTE, 10 * SECOND * 2 ** (attempts - 1))
    assert 0 <= back_off(attempts, random.Random(seed)) <= longest


NOTICES = st.lists(
    st.tuples(st.sampled_from([None, "major", "critical"]), st.integers(0, 1)).map(
        lambda t: {"id": "x", "params": {"severity": t[0]}, "attempts": t[1], "kind": "visit_expired"}
    ),
    max_size=12,
)


@settings(deadline=None)
@given(NOTICES, st.lists(st.integers(0, WINDOW), max_size=8))
def test_a_plan_keeps_every_notice_and_the_limit(due: list[Row], recent: list[int]) -> None:
    made = plan(due, recent, WINDOW)
    assert len(made.send) + len(made.digest) + len(made.wait) == len(due)
    fresh = [n for n in made.send if not n["attempts"]]
    assert len(fresh) + bool(made.digest) <= max(0, PER_PERSON - len(recent))
    assert not any(n["attempts"] for n in made.digest + made.wait)
    assert len(made.digest) != 1


@settings(deadline=None)
@given(NOTICES, st.lists(st.integers(0, WINDOW), max_size=2 * URGENT))
def test_a_plan_of_what_is_urgent_waits_half_a_minute_at_most(due: list[Row], recent: list[int]) -> None:
    made = plan_urgent(due, recent, WINDOW)
    assert len(made.send) + len(made.digest) + len(made.wait) == len(due)
    assert not made.wait or WINDOW < made.until <= WINDOW + URGENT_WAIT
    assert len([n for n in made.send if not n["attempts"]]) <= max(1, URGENT - len(recent))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["TECH-1", "TECH-2"]), st.integers(0, 12)), max_size=8))
def test_nobody_ever_gets_more_than_the_limit_in_a_window(bursts: list[tuple[int, str, int]]) -> None:
    office, times = Office(), list[tuple[str, int]]()
    for minutes, person, n in bursts:
        if n:
            office.owe(n, to=person)
        before = len(office.got)
        office.step(minutes * MINUTE)
        times.extend((to, office.clock.moment().real) for to, _, _ in office.got[before:])
    for person, at in times:
        assert sum(1 for to, t in times if to == person and at <= t < at + WINDOW) <= PER_PERSON
