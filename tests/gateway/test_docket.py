"""What waits to be judged is judged soon, once, in order, and outlives a restart."""

import msgspec
import numpy as np

from gateway.docket import EVERY, LIGHT, MOST, Docket
from telemetry.batch import CabinetEvent, Extra, Frames, Judged, Mark
from telemetry.signals import WIDTH

T = 1_800_000_000_000


def batch(*rows: int) -> Judged:
    n = len(rows)
    odd = Extra(np.array([0, n - 1], np.int32), np.array([WIDTH, WIDTH + rows[-1]], np.int32), np.array([0.5, 7.0]))
    frames = Frames(np.array(rows, np.int32), np.arange(n, dtype=np.int64) + T, np.full((n, WIDTH), 4.0), odd)
    events = [CabinetEvent(rows[0], "C", T, T, "vend", {"sku": "tea"}, 1, 2)]
    return Judged(frames, events, [Mark(rows[0], "flooding", True, T, {"n": 1})])


def odd(judged: Judged) -> list[tuple[int, int, float]]:
    """(row, signal, value) of what we do not know."""
    extra = judged.frames.extra
    columns = judged.frames.row[extra.line], extra.signal, extra.value
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_in_light_traffic_nothing_waits() -> None:
    docket = Docket()
    for n in range(5):
        docket.add(batch(n))
        assert docket.due(T + n)
        assert docket.take(T + n).frames.row.tolist() == [n]


def test_under_load_what_comes_within_half_a_second_is_judged_together_and_in_order() -> None:
    docket = Docket()
    docket.take(T)
    for n in range(10):
        docket.add(batch(*range(n, n + LIGHT)))
        assert not docket.due(T + n * EVERY // 10)
    assert docket.due(T + EVERY)
    judged = docket.take(T + EVERY)
    assert judged.frames.row.tolist() == [row for n in range(10) for row in range(n, n + LIGHT)]
    assert odd(judged) == [
        said for n in range(10) for said in ((n, WIDTH, 0.5), (n + LIGHT - 1, WIDTH + n + LIGHT - 1, 7.0))
    ]
    assert [event.row for event in judged.events] == [mark.row for mark in judged.marks] == list(range(10))
    assert len(docket.take(T + 2 * EVERY).frames) == 0


def test_a_clock_that_was_set_back_keeps_nothing_waiting() -> None:
    docket = Docket()
    docket.take(T)
    assert docket.due(T - 1)


def test_memory_is_bounded_whatever_the_clock_says() -> None:
    docket = Docket()
    docket.take(T)
    docket.add(batch(*range(MOST)))
    assert docket.due(T)


def test_values_of_unknown_signals_are_bounded_too() -> None:
    docket, many = Docket(), MOST * WIDTH
    docket.take(T)
    judged = batch(*range(LIGHT))
    judged.frames.extra = Extra(np.zeros(many, np.int32), np.full(many, WIDTH, np.int32), np.zeros(many))
    docket.add(judged)
    assert docket.due(T)


def test_what_waits_outlives_a_restart() -> None:
    docket, back = Docket(), Docket()
    docket.take(T)
    docket.add(batch(*range(LIGHT)))
    docket.add(batch(3))
    back.load(docket.dump())
    assert back.dump() == docket.dump()
    assert not back.due(T + 1)
    ours, theirs = docket.take(T + EVERY), back.take(T + EVERY)
    assert np.array_equal(ours.frames.values, theirs.frames.values)
    assert len(odd(ours)) == 4
    assert (ours.frames.row.tolist(), odd(ours), ours.events, ours.marks) == (
        theirs.frames.row.tolist(),
        odd(theirs),
        theirs.events,
        theirs.marks,
    )


def test_a_dump_from_before_unknown_signals_were_judged_loads() -> None:
    docket, back = Docket(), Docket()
    docket.add(batch(1, 2, 3))
    taken, columns, events, marks = msgspec.msgpack.decode(docket.dump())
    back.load(msgspec.msgpack.encode((taken, columns[:3], events, marks)))
    judged = back.take(T)
    assert judged.frames.row.tolist() == [1, 2, 3]
    assert odd(judged) == []
