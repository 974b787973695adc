"""NAB's scoring, by hand and by what is published of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.anomaly.sweep import PROFILES, STANDARD, Profile, Worth, at, joined, sigma, sweep, worth

LOW_FP, LOW_FN = PROFILES[1], PROFILES[2]


def rows(*windows: tuple[int, int], n: int = 100) -> Worth:
    return worth(n, windows)


def only(*where: int, n: int = 100) -> np.ndarray:  # type: ignore[type-arg]
    scores = np.zeros(n)
    scores[list(where)] = 1.0
    return scores


def test_the_sigmoid_has_the_published_values() -> None:
    got = sigma(np.array([-1.0, -0.5, 0.0, 1.0, 3.0, 50.0]))
    assert got.tolist() == pytest.approx([0.98661, 0.84828, 0.0, -0.98661, -1.0, -1.0], abs=5e-6)


@pytest.mark.parametrize(("n", "probation"), [(20, 3), (100, 15), (4032, 604), (5000, 750), (22695, 750)])
def test_the_first_rows_are_not_scored(n: int, probation: int) -> None:
    assert np.flatnonzero(worth(n, ()).scored)[0] == probation


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_silence_is_0_and_the_left_edges_are_100(profile: Profile) -> None:
    scored = rows((30, 39), (75, 95))
    assert at(0.5, np.zeros(100), scored, profile).score == 0.0
    assert sweep(only(30, 75), scored, profile).score == pytest.approx(100.0)


def test_a_hit_counts_by_its_place_and_a_false_row_by_its_distance() -> None:
    """Window 40-49 of width 10. Row 45: position -(49 - 45 + 1)/10 = -0.5. Row 58: 9/9 behind it. Row 20: before it."""
    scored, top = rows((40, 49)), sigma(np.array([-1.0]))[0]
    hit = sigma(np.array([-0.5]))[0] / top
    assert sweep(only(45), scored, STANDARD).score == pytest.approx(50 * (hit + 1))
    assert at(1.0, only(45, 58), scored, STANDARD).score == pytest.approx(50 * (hit - 0.11 * top + 1))
    assert at(1.0, only(45, 20), scored, LOW_FP).score == pytest.approx(50 * (hit - 0.22 + 1))
    assert at(1.0, only(20), scored, LOW_FN).score == pytest.approx(100 * -0.11 / 3)
    assert at(1.0, only(45), scored, LOW_FN).score == pytest.approx(100 * (hit + 2) / 3)


def test_a_window_counts_once_by_its_best_row() -> None:
    scored = rows((40, 49))
    assert sweep(only(47, 42, 45), scored, STANDARD).score == pytest.approx(sweep(only(42), scored, STANDARD).score)


def test_the_threshold_goes_only_as_low_as_it_pays() -> None:
    """The published example of the sweeper: rows of equal score stand or fall together."""
    scores = np.zeros(100)
    scores[[45, 60]], scores[80] = 0.5, 0.2
    found = sweep(scores, rows((40, 49), (70, 79)), STANDARD)
    assert (found.threshold, found.hits, found.windows, found.false_rows) == (0.5, 1, 2, 1)


def test_one_threshold_serves_several_files() -> None:
    parts = [rows((40, 49)), rows((30, 35)), rows()]
    scores = np.concatenate([only(40), 0.5 * only(30), 0.4 * only(60)])
    assert sweep(scores, joined(parts), STANDARD).score == pytest.approx(100.0)
    assert at(0.6, scores, joined(parts), STANDARD).score == pytest.approx(50.0)


def test_a_window_of_one_row_has_no_width_to_fade_over() -> None:
    assert at(1.0, only(41), rows((40, 40)), STANDARD).score == pytest.approx(-50 * 0.11)


@given(st.integers(0, 2**32), st.sampled_from(PROFILES))
@settings(max_examples=40)
def test_the_sweep_finds_what_trying_every_threshold_finds(seed: int, profile: Profile) -> None:
    rng = np.random.default_rng(seed)
    scored = joined([rows((30, 39), (75, 95)), rows((20, 22), n=60), rows(n=30)])
    scores = rng.integers(0, 12, 190) / 12
    tried = [at(t, scores, scored, profile).score for t in [*np.unique(scores), np.inf]]
    assert sweep(scores, scored, profile).score == pytest.approx(max(tried))
