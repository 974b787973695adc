"""Summaries of columns say what a slow loop over the readings says."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.series.buckets import Spans
from telemetry.series.tiers import FIVE, WIDTHS, choose, folded, winners
from telemetry.units import DAY, HOUR

Reading = tuple[int, int, int, int, float]
said = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(-3, 30).map((7 * 60_000).__mul__), st.integers(1, 2), st.integers(1, 2),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=40,
)  # fmt: skip


@given(said)
def test_five_minutes_and_hours_are_those_of_the_readings_that_count(lines: list[Reading]) -> None:
    best: dict[tuple[int, int], tuple[int, int, float]] = {}
    for cabinet, ts, boot, seq, value in lines:
        best[cabinet, ts] = max(best.get((cabinet, ts), (boot, seq, value)), (boot, seq, value))
    cabinet, ts, boot, seq, value = (np.array([line[n] for line in lines]) for n in range(5))
    tier = winners(cabinet.astype(np.int32), ts.astype(np.int64), boot, seq, value.astype(float))
    for width in WIDTHS.values():
        tier = folded(tier, width)
        buckets: dict[tuple[int, int], list[float]] = defaultdict(list)
        for (c, t), (_, _, v) in best.items():
            buckets[c, t // width * width].append(v)
        found = dict(
            zip(
                zip(tier.cabinet.tolist(), tier.spans.ts.tolist(), strict=True),
                zip(*tier.spans[1:], strict=True),
                strict=True,
            )
        )
        assert list(found) == sorted(buckets)
        for key, values in buckets.items():
            low, mean, high, readings = found[key]
            assert (low, high, readings) == (min(values), max(values), len(values))
            assert mean == pytest.approx(
                sum(v / len(values) for v in values), rel=1e-9, abs=1e-6 + 1e-9 * max(map(abs, values))
            )


@pytest.mark.parametrize(
    ("hours", "points", "chosen"),
    [
        (720, 500, "hour"),
        (720, 720, "five"),
        (168, 500, "five"),
        (8760, 500, "hour"),
        (25, 500, None),
        (720, 10**6, None),
    ],
)
def test_the_coarsest_that_gives_so_many_parts_is_chosen(hours: int, points: int, chosen: str | None) -> None:
    n = np.arange(hours)
    spans = Spans(n * HOUR, n * 1.0, n * 1.0, n * 1.0, np.full(hours, 60))
    assert choose(spans, np.empty(0, np.int64), points) == chosen


def test_few_readings_are_never_summarised() -> None:
    spans = Spans(np.array([0, 300 * DAY]), *([np.zeros(2)] * 3), np.array([1, 1]))
    assert choose(spans, np.array([5]), 3) is None
    assert choose(spans, np.array([5]), 2) == "hour"
    assert FIVE * 12 == HOUR
