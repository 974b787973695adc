"""Readings as columns: wide for the stores that want it so, long for the others, and back."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from telemetry.batch import Long, Readings
from telemetry.signals import WIDTH

VALUE = st.floats(allow_nan=False, width=32)
LINES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, WIDTH + 3), st.integers(0, 10), VALUE), max_size=30)


def columns(lines: list[tuple[int, int, int, float]]) -> Long:
    row, signal, ts, value = (np.array(c) for c in zip(*lines, strict=True)) if lines else (np.empty(0),) * 4
    n, ms = np.arange(len(lines)), ts.astype(np.int64)
    return Long(row.astype(np.int32), signal.astype(np.int32), ms, ms + 7, value.astype(float), n, n + 1)


def content(long: Long) -> Counter:
    return Counter(zip(*(c.tolist() for c in long), strict=True))


@given(LINES)
def test_wide_and_long_hold_the_same(lines):
    assert content(Readings.wide(columns(lines)).long()) == content(columns(lines))


@given(st.lists(LINES, min_size=1, max_size=4))
def test_joining_loses_and_confuses_nothing(parts):
    joined = Readings.joined([Readings.wide(columns(lines)) for lines in parts])
    assert content(joined.long()) == sum((content(columns(lines)) for lines in parts), Counter())
