"""What the readings cost on a server, printed: the figures of docs/stores.md, "What it costs".

`.venv/bin/python -m pytest -s tests/contracts/test_series_cost.py` (a minute; a year of one signal of one cabinet).
"""

import statistics
import time
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path

import numpy as np
import pytest

from telemetry.batch import Readings
from telemetry.clock import real_ms
from telemetry.series.influx import Influx
from telemetry.series.line import LineSeries
from telemetry.signals import WIDTH
from telemetry.units import DAY, MINUTE
from tests.contracts.series_data import NAMES
from tests.contracts.series_servers import Running, at_once

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
START = real_ms() // DAY * DAY - 366 * DAY
PER_YEAR, BATCH, ROUNDS, SIGNALS = 525_600, 5_256, 7, 12


def batch(ts: np.ndarray, cabinets: int, signals: int) -> Readings:
    """A sample of `signals` values per ts, cabinets taking turns."""
    n = len(ts)
    values = np.full((n, WIDTH), np.nan)
    values[:, :signals] = np.round(np.random.default_rng(1).normal(4, 1, (n, signals)), 1)
    return Readings(np.arange(n, dtype=np.int32) % cabinets, ts, ts, np.ones(n, np.int64), ts // MINUTE, values)


def milliseconds(work: Callable[[int], object]) -> float:
    """The median of some rounds; `work` is told which, so that no two ask the same (servers remember answers)."""
    took = []
    for n in range(ROUNDS):
        began = time.perf_counter()
        work(n)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def ask(store: LineSeries, start: int, end: int, n: int) -> object:
    return store.read("CAB-A", NAMES[0], start + 7 * n * MINUTE, end, 500)


def test_charts(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = at_once(server, tmp_path / "held")
    for number in range(PER_YEAR // BATCH):
        ts = START + (np.arange(BATCH, dtype=np.int64) + number * BATCH) * MINUTE
        store.append(number + 1, batch(ts, 1, 1), ["CAB-A"], NAMES)
        store.flush()
    server.show()
    end = START + PER_YEAR * MINUTE
    asked = {"24 h": end - DAY, "30 days": end - 30 * DAY, "a year": START}
    for what, start in asked.items():
        points = store.read("CAB-A", NAMES[0], start, end, 500)
        assert 400 <= len(points) <= 1100
        assert points[-1].ts < end
        took = milliseconds(partial(ask, store, start, end))
        print(f"\n{server.kind}: {what} to 500 points: {took:.0f} ms", end="")
    if server.kind == "influxdb":
        said = statements(monkeypatch)
        store.read("CAB-A", NAMES[0], START, end, 500)
        print("\n  of which " + ", ".join(f"{what} {took:.0f} ms" for what, took in said.items()), end="")
    print()
    store.close()


def statements(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What is asked of InfluxDB from now on, and how long (ms) each took."""
    said: dict[str, float] = {}
    asks = Influx._rows

    @wraps(asks)
    def timed(self: Influx, what: str, *more: object) -> list[list[object]]:
        began = time.perf_counter()
        rows = asks(self, what, *more)  # type: ignore[arg-type]
        said[what.partition("(")[0]] = (time.perf_counter() - began) * 1000
        return rows

    monkeypatch.setattr(Influx, "_rows", timed)
    return said


def test_writing(server: Running, tmp_path: Path) -> None:
    """CPU of this process alone; the server's is its own."""
    store: LineSeries = at_once(server, tmp_path / "held")
    ids = [f"CAB-{n:04}" for n in range(1000)]
    deciding = writing = 0.0
    messages = 0
    for number in range(1, 51):
        ts = np.full(2000, START + number * 2 * MINUTE, np.int64) + np.arange(2000) // 1000 * MINUTE
        began = time.process_time()
        store.append(number, batch(ts, len(ids), SIGNALS), ids, NAMES)
        store.size()
        decided = time.process_time()
        store.flush()
        if number > 5:  # warm
            deciding += decided - began
            writing += time.process_time() - decided
            messages += len(ts)
    store.close()
    us = 1e6 / messages
    print(f"\n{server.kind}: CPU per message: deciding {deciding * us:.1f} us, writing {writing * us:.1f} us")
    assert messages
