"""The series store that keeps everything in memory: for scenarios, for trying things out, and as a twin to test by."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from telemetry.batch import Readings
from telemetry.series.base import Point, Summaries
from telemetry.series.buckets import chart

_Reading = tuple[int, int, float]


class MemorySeries:
    """Readings by (cabinet, signal), then by time, as (boot, seq, value): the largest stays. Gone with the process."""

    def __init__(self, _path: Path | None = None) -> None:
        self._lock = Lock()
        self._readings: dict[tuple[str, str], dict[int, _Reading]] = defaultdict(dict)
        self._last = 0
        self._waiting: set[int] = set()

    def append(self, batch: int, readings: Readings, ids: Sequence[str], names: Sequence[str]) -> None:
        r = readings.long()
        columns = (c.tolist() for c in (r.row, r.signal, r.ts, r.boot, r.seq, r.value))
        with self._lock:
            if batch <= self._last or batch in self._waiting:
                return
            self._waiting.add(batch)
            for row, signal, ts, boot, seq, value in zip(*columns, strict=True):
                series = self._readings[ids[row], names[signal]]
                reading = (boot, seq, value)
                series[ts] = max(series.get(ts, reading), reading)

    def flush(self) -> int:
        with self._lock:
            self._last = max(self._waiting, default=self._last)
            self._waiting.clear()
            return self._last

    def last_batch(self) -> int:
        return self._last

    def read(self, cabinet: str, signal: str, start: int, end: int, points: int) -> list[Point]:
        with self._lock:
            series = self._readings.get((cabinet, signal), {})
            found = sorted((ts, value) for ts, (_, _, value) in series.items() if start <= ts < end)
        ts = np.array([t for t, _ in found], np.int64)
        return chart(ts, np.array([v for _, v in found], np.float64), points)

    def tend(self, before: int) -> int:
        """Nothing to do: every reading is at hand."""
        return 0

    def prune(self, before: int, summaries: Summaries | None = None) -> int:
        with self._lock:
            old = [(series, ts) for series in self._readings.values() for ts in series if ts < before]
            for series, ts in old:
                del series[ts]
            return len(old)

    def size(self) -> tuple[int, int]:
        with self._lock:
            return sum(map(len, self._readings.values())), 0

    def close(self) -> None:
        """Nothing to let go of."""
