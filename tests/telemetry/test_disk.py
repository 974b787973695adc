"""How full the disk is, as `df` says it, and when it will be full."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.disk import DiskUse, forecast, judge, usage
from telemetry.errors import Unavailable
from telemetry.units import DAY, HOUR


class Disk:
    """1,000 blocks of 4 KiB, 300 free, of which root keeps 100 to itself."""

    f_frsize, f_blocks, f_bfree, f_bavail = 4096, 1000, 300, 200


def test_the_share_is_of_what_an_ordinary_user_may_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: Disk)
    assert usage(tmp_path) == DiskUse(4_096_000, 700 * 4096, 200 * 4096, 700 / 900)


def test_a_file_system_without_blocks_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: type("Nothing", (), dict.fromkeys(vars(Disk), 0)))
    assert usage(tmp_path).share == 1.0


def test_it_agrees_with_df(tmp_path: Path) -> None:
    told = subprocess.run(["df", "--output=pcent,size", "-B1", tmp_path], capture_output=True, text=True, check=True)
    percent, size = told.stdout.splitlines()[1].split()
    use = usage(tmp_path)
    assert use.total == int(size)
    assert 0 <= use.share * 100 - (int(percent.rstrip("%")) - 1) <= 1.5, "df rounds up; others write meanwhile"


def test_a_path_that_cannot_be_asked_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        usage(tmp_path / "not there")


@pytest.mark.parametrize(
    ("share", "verdict"),
    [(0.0, "ok"), (0.8499, "ok"), (0.85, "warn"), (0.9499, "warn"), (0.95, "refuse"), (1.0, "refuse")],
)
def test_warns_at_85_and_refuses_at_95_percent(share: float, verdict: str) -> None:
    assert judge(share) == verdict


def test_the_limits_can_be_set() -> None:
    assert judge(0.6, warn=0.5, refuse=0.7) == "warn"
    assert judge(0.7, warn=0.5, refuse=0.7) == "refuse"


@given(
    start=st.integers(0, 2 * 10**12), base=st.integers(0, 10**13), rate=st.integers(1, 10**6),
    hours=st.lists(st.integers(0, 1000), min_size=2, max_size=20, unique=True), left=st.integers(0, 1000),
)  # fmt: skip
def test_steady_growth_is_carried_on(start: int, base: int, rate: int, hours: list[int], left: int) -> None:
    samples = [(start + h * HOUR, base + h * rate) for h in sorted(hours)]
    full = forecast(samples, left * rate)
    assert full == pytest.approx(samples[-1][0] + left * HOUR, abs=2)


def test_noise_is_evened_out() -> None:
    samples = [(h * HOUR, 1000 * h + (200 if h % 2 else -200)) for h in range(100)]
    full = forecast(samples, 24_000)
    assert full == pytest.approx(99 * HOUR + DAY, rel=0.01)


@pytest.mark.parametrize(
    "samples", [[], [(0, 5)], [(7, 1), (7, 9)], [(0, 5), (HOUR, 5)], [(0, 5), (HOUR, 4)], [(0, 5), (DAY, 6)]]
)
def test_without_growth_in_sight_there_is_no_date(samples: list[tuple[int, int]]) -> None:
    assert forecast(samples, 10**12) is None
