"""Properties of both forms: any split, any restart, no look-ahead, no evidence from nothing, bounded state."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.anomaly import codebook, entropy
from faults.columns import Columns
from tests.anomaly.forms import F64, FORMS, Form

SERIES = 3
MINUTES_5 = 300_000
both = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)


class Lines:
    """Samples of three series, in judging order."""

    def __init__(self, seed: int, n: int, odd: list[float]) -> None:
        rng = np.random.default_rng(seed)
        self.rows = rng.integers(0, SERIES, n)
        self.ts = np.arange(n) * MINUTES_5
        self.values = rng.normal(0, 1, n) * 10.0 ** rng.integers(-2, 6) + 20 * np.sin(np.arange(n) / 46)
        at = rng.integers(0, n, len(odd))
        self.values[at] = odd

    def part(self, form: Form, col: Columns, start: int, end: int) -> F64:
        return form.score(col, self.rows[start:end], self.ts[start:end], self.values[start:end])


lines = st.builds(Lines, st.integers(0, 2**32), st.integers(1, 700), st.lists(numbers, max_size=20))


@both
@given(lines=lines, cuts=st.lists(st.integers(0, 700), max_size=12))
@settings(max_examples=15)
def test_any_split_gives_the_same_scores_and_the_same_state(form: Form, lines: Lines, cuts: list[int]) -> None:
    n = len(lines.rows)
    edges = [0, *sorted(min(c, n) for c in cuts), n]
    whole, pieces = form.fresh(SERIES), form.fresh(SERIES)
    together = lines.part(form, whole, 0, n)
    apart = [lines.part(form, pieces, a, b) for a, b in pairwise(edges)]
    assert np.array_equal(together, np.concatenate(apart))
    assert whole.dump(SERIES) == pieces.dump(SERIES)


@both
@given(lines=lines)
@settings(max_examples=10)
def test_series_do_not_touch_each_other(form: Form, lines: Lines) -> None:
    together = lines.part(form, form.fresh(SERIES), 0, len(lines.rows))
    for row in range(SERIES):
        mine = lines.rows == row
        alone = form.score(form.fresh(1), np.zeros(int(mine.sum()), np.int32), lines.ts[mine], lines.values[mine])
        assert np.array_equal(together[mine], alone)


@both
@given(lines=lines, cut=st.integers(0, 700), other=st.lists(numbers, min_size=1, max_size=50))
@settings(max_examples=10)
def test_what_comes_later_changes_no_earlier_score(form: Form, lines: Lines, cut: int, other: list[float]) -> None:
    cut = min(cut, len(lines.rows))
    before = lines.part(form, form.fresh(SERIES), 0, len(lines.rows))[:cut]
    lines.values[cut:] = np.resize(other, len(lines.values) - cut)
    assert np.array_equal(lines.part(form, form.fresh(SERIES), 0, len(lines.rows))[:cut], before)


@both
@given(lines=lines, cut=st.integers(0, 700))
@settings(max_examples=10)
def test_a_restart_from_a_snapshot_goes_on_as_if_nothing_had_been(form: Form, lines: Lines, cut: int) -> None:
    n, cut = len(lines.rows), min(cut, len(lines.rows))
    through, first, second = form.fresh(SERIES), form.fresh(SERIES), form.fresh(SERIES)
    expected = lines.part(form, through, 0, n)[cut:]
    lines.part(form, first, 0, cut)
    second.load(first.dump(SERIES), SERIES)
    assert np.array_equal(lines.part(form, second, cut, n), expected)
    assert second.dump(SERIES) == through.dump(SERIES)


@both
@given(lines=lines)
@settings(max_examples=15)
def test_a_score_is_between_0_and_1_whatever_comes(form: Form, lines: Lines) -> None:
    scores = lines.part(form, form.fresh(SERIES), 0, len(lines.rows))
    assert scores.shape == lines.rows.shape
    assert ((scores >= 0) & (scores < 1)).all()


@both
@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
def test_no_value_is_no_evidence(form: Form, nothing: float) -> None:
    lines, col = Lines(1, 400, []), form.fresh(SERIES)
    lines.part(form, col, 0, 400)
    before = col.dump(SERIES)
    assert not form.score(col, np.arange(SERIES), np.full(SERIES, 401 * MINUTES_5), np.full(SERIES, nothing)).any()
    assert col.dump(SERIES) == before


@both
def test_a_series_that_never_changes_is_never_strange(form: Form) -> None:
    for value in (0.0, 4.1, -1e30, 1e308):
        n = 2000
        scores = form.score(form.fresh(1), np.zeros(n, np.int32), np.arange(n) * MINUTES_5, np.full(n, value))
        assert scores.max() < 0.2


@both
def test_the_first_samples_of_a_series_are_not_strange(form: Form) -> None:
    """Of ten ordinary series; whatever comes first is news to a form that knows nothing yet."""
    for seed in range(10):
        noise = np.random.default_rng(seed).normal(4, 0.3, 100)
        assert form.score(form.fresh(1), np.zeros(100, np.int32), np.arange(100) * MINUTES_5, noise).max() < 0.5


@both
def test_a_jump_of_an_ordinary_series_is_strange_at_once_and_once(form: Form) -> None:
    n, jump = 4000, 3200
    values = np.random.default_rng(3).normal(4, 0.3, n) + 0.5 * np.sin(np.arange(n) * 2 * np.pi / 288)
    values[jump:] += 6
    scores = form.score(form.fresh(1), np.zeros(n, np.int32), np.arange(n) * MINUTES_5, values)
    strange = np.flatnonzero(scores >= 0.5)
    assert jump <= strange[strange >= jump][0] <= jump + 3
    assert len(strange[strange >= jump]) <= 12
    assert len(strange[(strange > 600) & (strange < jump)]) <= 12
    assert scores.argmax() in range(jump, jump + 12)


@both
def test_the_unit_of_a_signal_changes_nothing(form: Form) -> None:
    """Per-series normalisation: a fleet's one threshold means the same for volts and for millivolts."""
    lines = Lines(5, 700, [])
    before = lines.part(form, form.fresh(SERIES), 0, 700)
    lines.values = lines.values * 1024
    assert np.allclose(lines.part(form, form.fresh(SERIES), 0, 700), before, atol=1e-3)


def test_remembered_counts_always_add_up_to_a_window() -> None:
    form, lines = FORMS[0], Lines(7, 3000, [1e6] * 20)
    col = form.fresh(SERIES)
    lines.part(form, col, 0, 3000)
    assert (col["histogram"][:SERIES].sum(axis=1) == entropy.WINDOW).all()
    kept = col["histograms"][:SERIES].reshape(SERIES, entropy.BINS, entropy.KEPT).sum(axis=1)
    assert np.array_equal(kept == entropy.WINDOW, col["agreed"][:SERIES] >= 0)
    assert (col["used"][:SERIES].reshape(SERIES, codebook.BOOKS, -1).max(axis=2) >= 0).all()


def test_the_state_of_a_cabinet_fits_its_budget() -> None:
    """Eight signals in the light form and one derived in the full: under 4 KB, whatever was seen."""
    size = {form.name: sum(len(data) for data in form.fresh(1).dump(1).values()) for form in FORMS}
    assert 8 * size["light"] + size["full"] < 4096
