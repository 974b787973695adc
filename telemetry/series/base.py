"""What a series store does. Every store passes the same contract suite (`tests/contracts/test_series_store.py`)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from telemetry.batch import Readings


class Point(NamedTuple):
    """One bucket: its time (ms), and the smallest, mean and largest value in it."""

    ts: int
    low: float
    mean: float
    high: float


class SeriesStore(Protocol):
    """Keeps readings by (cabinet, signal, ts): of several values for one key the highest (boot, seq) wins.

    `append` may buffer: what is appended is seen by `read` at once, but is durable only up to `last_batch()`.
    After a crash the caller appends again everything after `last_batch()`; batches at or below it are ignored.
    All methods may be called from several threads; writes come from one.
    """

    def append(self, batch: int, readings: Readings, ids: Sequence[str], names: Sequence[str]) -> None:
        """Take the readings of batch number `batch`; `ids[row]` and `names[signal]` resolve their columns."""

    def flush(self) -> int:
        """Make everything appended so far durable; the number of the last durable batch. Raises Unavailable."""
        ...

    def last_batch(self) -> int:
        """The last batch that is durable; 0 for an empty store."""
        ...

    def read(self, cabinet: str, signal: str, start: int, end: int, points: int) -> list[Point]:
        """Values with start <= ts < end, oldest first: each reading its own point when there are no more than
        `points`, otherwise at most `points` buckets that keep the extremes. Unknown names give an empty list."""
        ...

    def prune(self, before: int) -> int:
        """Delete readings with ts < before; how many."""
        ...

    def size(self) -> tuple[int, int]:
        """(readings stored, bytes on disk)."""
        ...

    def close(self) -> None: ...
