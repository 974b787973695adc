"""The two intervals of the survey's report, both for 95 % confidence. Pure.

A share: Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212), which stays inside 0…1 and holds for
few answers. A mean of scores: Student's t interval; its quantile by the expansion of Abramowitz and Stegun 26.7.5,
which is within 0.001 of the table from four degrees of freedom on; fewer than FEW answers are shown without figures.
"""

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

FEW = 5  # fewer cases are said to be too few
LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


class Interval(NamedTuple):
    low: float
    high: float


def wilson(hits: int, n: int) -> Interval:
    """The interval of a share of `hits` in `n` (at least one) cases; it holds hits / n."""
    share, spread = hits / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def mean(scores: Sequence[float], low: float, high: float) -> tuple[float, Interval]:
    """(the mean of at least two scores, its interval, inside of the scale from `low` to `high`)."""
    middle = fmean(scores)
    half = student(len(scores) - 1) * stdev(scores) / sqrt(len(scores))
    return middle, Interval(max(low, middle - half), min(high, middle + half))


def student(df: int) -> float:
    """The two-sided 95 % quantile of Student's t with `df` degrees of freedom (4 or more)."""
    z = _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + fsum(term / float(df) ** power for power, term in enumerate(terms, 1))
