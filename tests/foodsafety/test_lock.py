"""The lock: believed only when shown, asked for again until then, and undone by nothing but a release."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults.foodsafety import lock
from faults.foodsafety.lock import LOCK, UNLOCK, Told
from telemetry.units import MINUTE

DONE = Told("done", None, 1.0, watched=False)


def case():
    return lock.begin("C0", 100, 200, {})


def locked():
    found = case()
    lock.asked(found, "C-1", 200)
    lock.confirmed(found, boot=3, now=300)
    return found


def step(found, told=None, *, online=True, boot=3, now=200):
    return lock.step(found, told, online=online, boot=boot, now=now)


def test_a_breach_asks_at_once_and_is_locked_when_the_bolt_shows_it() -> None:
    found = case()
    assert (step(found), found.wants) == ("ask", LOCK)
    lock.asked(found, "C-1", 200)
    assert found.state == "lock_requested"
    assert step(found, Told("sent", None, None, watched=False)) == "wait"
    assert step(found, Told("done", None, None, watched=True)) == "wait"
    assert step(found, DONE) == "confirmed"
    lock.confirmed(found, 3, 300)
    assert (found.state, found.locked, step(found)) == ("locked", 300, "wait")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told("expired", "no_answer", None, watched=False), "no_answer"),
        (Told("rejected", "", None, watched=False), "rejected"),
        (Told("failed", "jammed", None, watched=False), "failed"),
        (Told("done", None, None, watched=False), "not_observed"),
        (Told("done", None, 0.4, watched=False), "bolt_open"),
        (None, "forgotten"),
    ],
)
def test_what_is_not_shown_is_not_believed_and_asked_for_again(told, why) -> None:
    found = case()
    lock.asked(found, "C-1", 200)
    assert (step(found, told), lock.why_not(told)) == ("unconfirmed", why)
    lock.failed(found)
    assert (step(found, now=201), step(found, now=200 + MINUTE)) == ("wait", "ask")
    assert found.state == "lock_requested"


def test_attempts_grow_rarer_but_never_end() -> None:
    pauses = [lock.pause(n) // MINUTE for n in range(1, 12)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]


def test_a_cabinet_that_is_away_is_asked_when_it_is_back() -> None:
    assert step(case(), online=False, now=10**12) == "wait"
    assert step(case(), online=True) == "ask"


def test_a_restarted_controller_is_told_again() -> None:
    found = locked()
    assert step(found, boot=4, online=False) == "wait"
    assert step(found, boot=4) == "ask"


def test_a_cabinet_that_sells_is_not_locked() -> None:
    found = locked()
    lock.doubted(found)
    assert (found.state, step(found)) == ("lock_requested", "ask")


NAN = float("nan")


@pytest.mark.parametrize(
    ("readings", "doubted"),
    [
        ([(0.0, 0.0)] * 3, True),
        ([(0.0, NAN)] * 3, True),
        ([(0.4, 0.0)] * 3, True),
        ([(0.0, 0.0)] * 2, False),
        ([(0.0, 0.0), (1.0, 0.0), (0.0, 0.0), (0.0, 0.0)], False),
        ([(0.0, 0.0), (NAN, 0.0), (0.0, 0.0), (0.0, 0.0)], True),
        ([(0.0, 1.0)] * 9, False),
        ([(0.6, 0.4)] * 9, False),
        ([(1.0, 0.0)] * 9, False),
        ([(NAN, 0.0)] * 9, False),
    ],
)
def test_a_bolt_that_shows_open_with_the_door_shut_is_no_lock(readings, doubted) -> None:
    found = locked()
    assert any(lock.bolt(found, closed, door, 301 + n) for n, (closed, door) in enumerate(readings)) == doubted


def test_readings_from_before_the_lock_or_without_one_raise_no_doubt() -> None:
    found = locked()
    assert not any(lock.bolt(found, 0.0, 0.0, 300 - n) for n in range(9))
    assert not any(lock.bolt(case(), 0.0, 0.0, 301 + n) for n in range(9))


def test_a_release_asks_to_unlock_and_an_answer_is_enough() -> None:
    found = locked()
    lock.released(found, {"by": "li"})
    assert (found.wants, step(found)) == (UNLOCK, "ask")
    lock.asked(found, "C-2", 400)
    assert found.state == "released"
    assert step(found, Told("done", None, 1.0, watched=True)) == "confirmed"
    lock.confirmed(found, 3, 500)
    assert found.state == "over"


TOLDS = st.one_of(
    st.none(),
    st.builds(
        Told,
        st.sampled_from(["queued", "sent", "done", "failed", "rejected", "expired"]),
        st.none(),
        st.sampled_from([None, 0.0, 0.5, 1.0]),
        st.booleans(),
    ),
)


@given(st.lists(st.tuples(TOLDS, st.booleans(), st.integers(1, 3), st.integers(0, 30 * MINUTE)), max_size=60))
def test_it_is_never_locked_unshown_and_never_free_unreleased(happenings) -> None:
    found, now = case(), 200
    for told, online, boot, passed in happenings:
        now += passed
        verdict = step(found, told, online=online, boot=boot, now=now)
        assert found.state in ("breach", "lock_requested", "locked")
        if verdict == "ask":
            assert online
            lock.asked(found, "C", now)
        elif verdict == "confirmed":
            assert told is not None
            assert (told.state, told.closed) == ("done", 1.0)
            lock.confirmed(found, boot, now)
        elif verdict == "unconfirmed":
            lock.failed(found)
