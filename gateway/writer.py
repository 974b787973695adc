"""What the writer thread does: fold an entry once, then store its outcome until it is stored. Plain, blocking code."""

import gc
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import msgspec
import structlog

from gateway import failpoint
from gateway.fold import Fold, Outcome
from gateway.memory import give_back
from gateway.poison import Poison, merged
from gateway.snapshot import Snapshots
from service.records.base import RecordStore
from telemetry.clock import Moment, real_ms
from telemetry.errors import Conflict, Invalid, Unavailable
from telemetry.journal import Entry, Journal
from telemetry.series.base import SeriesStore
from telemetry.units import SECOND

log = structlog.get_logger()
FLUSH_EVERY = SECOND
FLUSH_AT = 100_000
SNAPSHOT_EVERY = 60 * SECOND


@dataclass
class Hold:
    """What a backup under way asks for; another thread sets it. `journal`: nothing is let go of; `snapshots`: none is
    begun, since its checkpoint would wait for who reads the records."""

    journal: bool = False
    snapshots: bool = False


class Writer:
    """The only writer of both stores. All methods run on one thread; a snapshot's file is written by another."""

    def __init__(
        self,
        fold: Fold,
        journal: Journal,
        series: SeriesStore,
        records: RecordStore,
        snapshots: Snapshots,
        poison: Poison,
    ) -> None:
        self.fold, self.journal, self.series, self.records = fold, journal, series, records
        self.snapshots, self.poison = snapshots, poison
        self.hold = Hold()
        self._nothing = fold.dump()
        self._flushed = self._saved = real_ms()
        self._unflushed = self.refused_rows = 0
        self._unstored: Outcome | None = None
        self._torn = False
        self._snapshot_thread = ThreadPoolExecutor(1, "snapshot")
        self._saving: Future[None] | None = None

    def catch_up(self, progress: Callable[[int], None]) -> Moment | None:
        """Restore a snapshot that both stores have reached and fold what the journal has behind it; what is already
        stored is not stored again. The moment of the last entry, None for an empty journal. Raises Unavailable when
        the state cannot be rebuilt."""
        gc.disable()  # all that comes is here to stay: looking for garbage costs as much as loading
        try:
            self._restore()
            for entry in self.journal.read(self.fold.number):
                self.store(self.prepare(entry))
                progress(entry.number)
        finally:
            gc.enable()
        if self.series.last_batch() > self.fold.number:
            raise Unavailable(
                f"the series store holds entry {self.series.last_batch()}, the journal ends with {self.fold.number}: "
                "they are of different times, and what comes now would be taken for stored; restore the whole data "
                "directory from one copy"
            )
        last = self.journal.last()
        return last.moment if last else None

    def prepare(self, entry: Entry) -> Outcome:
        """Judge an entry: once, whatever happens to its storing. A message on which the fold dies is set aside."""
        self._torn = True
        outcome = self._fold(entry)
        self._torn = False
        self.series.append(entry.number, outcome.readings, self.fold.fleet.ids, self.fold.fleet.names)
        self._unflushed += len(outcome.readings)
        self._unstored = outcome
        failpoint.here("after_fold")
        return outcome

    def store(self, outcome: Outcome) -> None:
        """Commit an outcome; safe to repeat. Raises Unavailable when a store is away."""
        failpoint.here("before_records")
        try:
            self.records.commit(outcome.number, outcome.changes)
        except (Conflict, Invalid) as error:
            log.error("rows_refused", number=outcome.number, reason=str(error))
            self._salvage(outcome)
        failpoint.here("after_records")
        real = real_ms()
        if not 0 <= real - self._flushed < FLUSH_EVERY or self._unflushed >= FLUSH_AT:
            failpoint.here("before_series")
            self.series.flush()
            failpoint.here("after_series")
            self._flushed, self._unflushed = real, 0
        self._unstored = None
        if self.poison.done():
            self._or_say(self.save)  # what was found needs not be gone through again
        elif self._saving is not None:
            if self._saving.done():
                self._or_say(partial(self._saved_up, self._saving))
        elif not self.hold.snapshots and not 0 <= real - self._saved < SNAPSHOT_EVERY:
            self._or_say(self._begin_saving)

    def save(self) -> None:
        """Snapshot the state, wait until it is written, and let go of the journal that no snapshot and no store needs
        any more. Raises Unavailable."""
        if self._saving is not None:
            self._or_say(partial(self._saved_up, self._saving))
        self._saved_up(self._begin_saving())

    def _begin_saving(self) -> Future[None]:
        """Take the state as it is now; the file is written, and synced, while the fold goes on."""
        self._saved = real_ms()
        self.series.flush()
        self.records.sync()
        failpoint.here("before_snapshot")
        reached = min(self.series.last_batch(), self.records.last_batch())
        state = self.fold.dump()
        self._saving = self._snapshot_thread.submit(self._write, self.fold.number, state, reached)
        return self._saving

    def _write(self, number: int, state: dict[str, bytes], reached: int) -> None:
        self.snapshots.save(number, state, reached)
        state.clear()
        give_back()

    def _saved_up(self, saving: Future[None]) -> None:
        """Wait for the file, then let go of what it makes needless."""
        self._saving = None
        saving.result()
        if self.hold.journal:
            return
        held = min(self.snapshots.oldest_number(), self.series.last_batch(), self.records.last_batch())
        self.poison.forget(held)
        failpoint.here("before_trim")
        self.journal.trim(held)
        failpoint.here("after_trim")

    def finish(self) -> Outcome | None:
        """Before the process ends: store what was judged, and save. The outcome stored now, if any; what cannot be
        stored is folded again at the next start."""
        if self._torn:
            return None
        outcome = self._unstored
        try:
            if outcome is not None:
                self.store(outcome)
            self.save()
        except Unavailable as error:
            log.warning("not_saved", reason=str(error))
            return None
        return outcome

    def _fold(self, entry: Entry) -> Outcome:
        piecewise = self.poison.begin(entry.number)
        while True:
            try:
                return self._pieces(entry) if piecewise else self.fold.step(entry)
            except Exception as error:  # whatever the bug, it must not stop the good traffic
                log.exception("fold_died", number=entry.number, error=repr(error))
                if self.poison.hopeless(entry.number):
                    raise
                piecewise = self._isolate(entry)

    def _or_say(self, step: Callable[[], object]) -> None:
        """A snapshot that fails (a full disk) loses nothing: the journal keeps what it would have made needless."""
        try:
            step()
        except Unavailable as error:
            log.error("snapshot_failed", reason=str(error))

    def _salvage(self, outcome: Outcome) -> None:
        """Rows that break a rule of the records are a bug of ours: they are told, counted and left out, the others
        stored."""
        if outcome.number <= self.records.last_batch():
            return
        for change in outcome.changes:
            try:
                self.records.write([change])
            except (Conflict, Invalid) as error:
                self.refused_rows += 1
                log.error("row_refused", table=change.table, change=repr(change)[:1000], reason=str(error))
        self.records.commit(outcome.number, [])

    def _pieces(self, entry: Entry) -> Outcome:
        """The same piece by piece; which one is under way is written down before."""
        outcomes: list[Outcome] = []
        for index, piece in self.poison.pieces(entry):
            self.poison.trying(entry.number, index)
            try:
                outcomes.append(self.fold.step(piece))
            except Exception:
                self.poison.blame(entry.number, index)
                raise
        return merged(outcomes)

    def _isolate(self, entry: Entry) -> bool:
        """The state may be torn: build it anew up to this entry, which is then folded piece by piece."""
        self.poison.isolate(entry.number)
        self._restore(entry.number - 1)
        for before in self.journal.read(self.fold.number):
            if before.number >= entry.number:
                break
            self._pieces(before) if self.poison.begin(before.number) else self.fold.step(before)
        return self.poison.begin(entry.number)

    def _restore(self, upto: int | None = None) -> None:
        """Load the newest snapshot from which the journal leads on; nothing, when the journal leads on from there."""
        if self._saving is not None:
            self._saving.exception()  # let the folder come to rest
        records, series = self.records.last_batch(), self.series.last_batch()
        for reached in (min(records, series), records):  # a new series store gets what the journal still has
            wanted = reached if upto is None else min(upto, reached)
            number, parts = self.snapshots.newest(wanted) or (0, self._nothing)
            following = next(self.journal.read(number), None)
            if (following is None and number >= records) or (following and following.number == number + 1):
                self._load(number, parts)
                return
        raise Unavailable(
            f"the state cannot be rebuilt: the records hold entry {records}, but no sound snapshot in "
            f"{self.snapshots.folder} leads on to the journal; restore the whole data directory from a copy"
        )

    def _load(self, number: int, parts: dict[str, bytes]) -> None:
        try:
            self.fold.load(parts)
        except (msgspec.MsgspecError, Invalid, KeyError, ValueError, TypeError) as error:
            raise Unavailable(f"snapshot {number} was written by another version of the product: {error}") from error
