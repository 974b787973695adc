"""What the writer thread does: fold an entry once, then store its outcome until it is stored. Plain, blocking code."""

from collections.abc import Callable

from gateway.fold import Fold, Outcome
from gateway.snapshot import Snapshots
from service.records.base import RecordStore
from telemetry.clock import Moment, real_ms
from telemetry.journal import Entry, Journal
from telemetry.series.base import SeriesStore
from telemetry.units import SECOND

FLUSH_EVERY = SECOND
FLUSH_AT = 100_000
SNAPSHOT_EVERY = 60 * SECOND


class Writer:
    """The only writer of both stores. All methods run on one thread."""

    def __init__(
        self, fold: Fold, journal: Journal, series: SeriesStore, records: RecordStore, snapshots: Snapshots
    ) -> None:
        self.fold, self.journal, self.series, self.records, self.snapshots = fold, journal, series, records, snapshots
        self._flushed = self._saved = real_ms()
        self._unflushed = 0

    def catch_up(self, progress: Callable[[int], None]) -> Moment | None:
        """Restore the newest snapshot and fold what the journal has behind it; what is already stored is not stored
        again. The moment of the last entry, None for an empty journal."""
        parts = self.snapshots.newest()
        if parts is not None:
            self.fold.load(parts)
        moment = None
        for entry in self.journal.read(self.fold.number):
            self.store(self.prepare(entry))
            moment = entry.moment
            progress(entry.number)
        last = self.journal.last()
        return moment or (last.moment if last else None)

    def prepare(self, entry: Entry) -> Outcome:
        """Judge an entry: once, whatever happens to its storing."""
        outcome = self.fold.step(entry)
        self.series.append(entry.number, outcome.readings, self.fold.fleet.ids, self.fold.fleet.names)
        self._unflushed += len(outcome.readings)
        return outcome

    def store(self, outcome: Outcome) -> None:
        """Commit an outcome; safe to repeat. Raises Unavailable when a store is away."""
        self.records.commit(outcome.number, outcome.changes)
        real = real_ms()
        if real - self._flushed >= FLUSH_EVERY or self._unflushed >= FLUSH_AT:
            self.series.flush()
            self._flushed, self._unflushed = real, 0
        if real - self._saved >= SNAPSHOT_EVERY:
            self.save()

    def save(self) -> None:
        """Snapshot the state and let go of the journal that no snapshot and no store needs any more."""
        self.series.flush()
        self.snapshots.save(self.fold.number, self.fold.dump())
        self._saved = real_ms()
        held = (self.snapshots.oldest_number(), self.series.last_batch(), self.records.last_batch())
        self.journal.trim(min(held))
