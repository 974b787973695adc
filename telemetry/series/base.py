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


class Summaries(NamedTuple):
    """From which time on (ms) summaries of five minutes and of one hour are kept."""

    five: int
    hour: int


class SeriesStore(Protocol):
    """Keeps readings by (cabinet, signal, ts): of several values for one key the highest (boot, seq) wins.

    `append` may buffer: what is appended is seen by `read` at once, but is durable only up to `last_batch()`.
    After a crash the caller appends again everything after `last_batch()`; batches at or below it are ignored.
    All methods may be called from several threads; `append` and `flush` come from one. `tend` and `prune` may take
    seconds and are called beside it, from a thread of their own: they must not keep `append` and `flush` waiting.
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

    def tend(self, before: int) -> int:
        """One bounded piece of the store's own housekeeping, such as summaries of cabinet days that ended by `before`
        (ms): how many pieces were done, 0 when nothing is left. A store that looks after itself does nothing."""
        ...

    def prune(self, before: int, summaries: Summaries | None = None) -> int:
        """Delete readings with ts < before, and their summaries with them; how many readings were deleted.

        With `summaries`, whole days of readings go once they are summarised, and the summaries stay until their own
        time; `read` then answers with what is left. A store without summaries of its own ignores them.
        """
        ...

    def size(self) -> tuple[int, int]:
        """(readings stored, bytes on disk)."""
        ...

    def close(self) -> None: ...
