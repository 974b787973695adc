"""Readings as columns: wide for the stores that want it so, long for the others, and back."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from telemetry.batch import Extra, Frames, Judged, Long, Readings
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


SAMPLES = st.lists(st.lists(st.tuples(st.integers(WIDTH, WIDTH + 9), st.floats(-9, 9)), max_size=3), max_size=6)


def extra(samples) -> Extra:
    """Of samples that say (signal, value) each."""
    flat = [(line, signal, value) for line, said in enumerate(samples) for signal, value in said]
    line, signal, value = zip(*flat, strict=True) if flat else ((), (), ())
    return Extra(np.array(line, np.int32), np.array(signal, np.int32), np.array(value, np.float64))


def said(odd: Extra, n: int):
    """What each of n lines says."""
    out = [[] for _ in range(n)]
    for line, signal, value in zip(*(c.tolist() for c in odd), strict=True):
        out[line].append((signal, value))
    return out


@given(SAMPLES, st.data())
def test_any_lines_in_any_order_keep_what_they_say_of_unknown_signals(samples, data):
    lines = data.draw(st.lists(st.integers(-2, len(samples) - 1), unique=True))
    picked = extra(samples).of(np.array(lines, np.int64))
    assert said(picked, len(lines)) == [samples[i] if i >= 0 else [] for i in lines]
    assert picked.line.tolist() == sorted(picked.line.tolist())


@given(st.lists(SAMPLES, min_size=1, max_size=4))
def test_joined_batches_keep_what_their_samples_say_of_unknown_signals(batches):
    def frames(samples):
        n = len(samples)
        return Frames(np.arange(n, dtype=np.int32), np.arange(n), np.full((n, WIDTH), np.nan), extra(samples))

    joined = Judged.joined([Judged(frames(samples)) for samples in batches]).frames
    assert said(joined.extra, len(joined)) == [sample for samples in batches for sample in samples]
