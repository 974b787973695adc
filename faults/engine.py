"""The engine: runs the detectors over what came in, owns every column, and says which rows moved. No episodes here."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from faults import context, goods, reports
from faults.columns import Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.cooling import diagnosis
from faults.detectors import DETECTORS
from faults.detectors.base import OFF, ON, Detector
from faults.detectors.offline import Rows, silent
from faults.hold import ACTIVE, Evidence, Hold, Move, Moved
from faults.kinds import KINDS, WORSE
from faults.observations import Observations, observe
from telemetry.batch import I64, Judged, Mark
from telemetry.clock import Moment
from telemetry.fleet import NEVER, Fleet
from telemetry.signals import WIDTH
from telemetry.units import SECOND

STRIKES = 3
UNDER_WAY = 30 * SECOND  # for so long judging waits for what may still come (contract, *Order*)
_T = TypeVar("_T")
_EXPLAINED = frozenset({Move.ANNOUNCED, Move.WITHHELD, Move.ACTIVATED, Move.WORSE})  # moves that need a why
_SILENT = np.full(WIDTH, np.nan, np.float64)


class Change(NamedTuple):
    """One row's move of one kind: `ts` when it holds from, `onset` since when it has been so (ms)."""

    move: Move
    kind: str
    row: int
    ts: int
    onset: int
    score: float
    why: dict[str, Any]


class EngineState(msgspec.Struct):
    """The shape of `Engine.dump()`, checked on the way back in."""

    size: int
    context: dict[str, bytes]
    holds: dict[str, dict[str, bytes]]
    columns: dict[str, dict[str, bytes]]
    broken: dict[str, int]
    errors: dict[str, str]
    models: dict[str, bytes] = {}  # a snapshot from before it starts it anew
    goods: dict[str, bytes] = {}
    reports: dict[str, bytes] = {}
    version: str = ""


class Engine:
    """State over all cabinets: shared context, one hold per kind, each detector's own columns.

    `broken` counts, per kind, the exceptions of its detector; after three it is not asked again. `errors` has the last.
    """

    def __init__(self, config: FaultsConfig) -> None:
        self.detectors: tuple[Detector, ...] = tuple(make(config) for make in DETECTORS)
        self.version = config.version
        self.context = Columns(context.COLUMNS)
        self.cooling = Columns(diagnosis.COLUMNS)
        self.goods = Columns(goods.COLUMNS)
        self.reports = Columns(reports.COLUMNS)
        own = [kind for kind in KINDS.values() if kind.scope == "cabinet"]
        self.holds = {k.name: Hold(k, tuple(after for after, _ in WORSE.get(k.name, ()))) for k in own}
        self.columns = {d.kind: Columns(d.columns) for d in self.detectors}
        self.broken: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        self.size = 0
        self._names: Sequence[str] = ()  # of the fleet's signals; a detector knows an operator's by its number only

    def run(self, judged: Judged, fleet: Fleet, moment: Moment) -> Iterator[Change]:
        """Every change, each cabinet's in order. Consume it fully: it is the step.

        Who speaks again comes first, so that it is judged as present; new silence last, so that what explains it
        stands already.
        """
        self._grow(len(fleet))
        self._names = fleet.names
        gone, back = silent(fleet, moment, self.holds["offline"].col["phase"][: self.size] == ACTIVE)
        yield from self._presence(fleet, back, OFF, moment.now)
        for mark in judged.marks:
            yield from self._mark(mark)
        yield from self._observe(judged, fleet, moment)
        for detector in self.detectors:
            yield from self._ripe(detector, fleet, moment.now)
        yield from self._presence(fleet, gone, ON, moment.now)

    def disabled(self, kind: str) -> bool:
        return self.broken.get(kind, 0) >= STRIKES

    def dump(self) -> EngineState:
        n = self.size
        return EngineState(
            size=n,
            context=self.context.dump(n),
            models=self.cooling.dump(n),
            goods=self.goods.dump(n),
            reports=self.reports.dump(n),
            holds={kind: hold.col.dump(n) for kind, hold in self.holds.items()},
            columns={kind: col.dump(n) for kind, col in self.columns.items()},
            broken=self.broken,
            errors=self.errors,
            version=self.version,
        )

    def load(self, state: EngineState) -> None:
        """Raises Invalid when a column has the wrong length; this engine is then unusable."""
        n = self.size = state.size
        self.context.load(state.context, n)
        self.cooling.load(state.models, n)
        self.goods.load(state.goods, n)
        self.reports.load(state.reports, n)
        for kind, hold in self.holds.items():
            hold.col.load(state.holds.get(kind, {}), n)
        for kind, col in self.columns.items():
            col.load(state.columns.get(kind, {}), n)
        if state.version == self.version:
            self.broken, self.errors = dict(state.broken), dict(state.errors)

    def _grow(self, n: int) -> None:
        if n == self.size:
            return
        self.size = n
        holds = (hold.col for hold in self.holds.values())
        for col in (self.context, self.cooling, self.goods, self.reports, *holds, *self.columns.values()):
            col.grow(n)

    def _presence(self, fleet: Fleet, rows: Rows, on: int, now: int) -> Iterator[Change]:
        """Silence is known now, but began with the last word; it ended with the first."""
        hold, seen = self.holds["offline"], fleet.last_seen[rows]
        ts = np.full(len(rows), now) if on == ON else seen
        limit = context.gap_limit(fleet.interval_ms[rows])
        for moved in hold.advance(Evidence(rows, ts, np.full(len(rows), on, np.int8), seen, limit), now):
            for i, row, at in zip(moved.pick.tolist(), moved.row.tolist(), moved.ts.tolist(), strict=True):
                why: dict[str, Any] = {"features": ["last_seen"], "observed": {"last_seen": int(seen[i])},
                                       "threshold": {"silence_ms": int(limit[i])}}  # fmt: skip
                yield Change(moved.move, "offline", row, at, int(hold.col["onset"][row]), 1.0, why)

    def _mark(self, mark: Mark) -> Iterator[Change]:
        """A verdict of ingest counts at once, and as the present whatever its time."""
        hold = self.holds[mark.kind]
        ts = np.array([mark.ts])
        verdict = np.array([ON if mark.on else OFF], np.int8)
        evidence = Evidence(np.array([mark.row]), ts, verdict, ts, np.zeros(1, np.int64))
        for moved in hold.advance(evidence, mark.ts):
            for row, at in zip(moved.row, moved.ts, strict=True):
                onset = int(hold.col["onset"][row])
                yield Change(moved.move, mark.kind, int(row), int(at), onset, 1.0, mark.why)

    def _observe(self, judged: Judged, fleet: Fleet, moment: Moment) -> Iterator[Change]:
        for view in self.views(observe(judged, fleet), fleet):
            for detector in self.detectors:
                if not self.disabled(detector.kind):
                    yield from self._judge(detector, view, moment.now)

    def views(self, seen: Observations, fleet: Fleet) -> Iterator[View]:
        """What the detectors are shown, round by round; what is shared of it is brought up to each."""
        turn = 0
        for turn, at in enumerate(seen.rounds(), start=1):
            goods.keep(self.goods, seen.trades.before(turn - 1))
            view = context.settle(self.context, seen, at, fleet.interval_ms[seen.row[at]])
            view.cooling = diagnosis.diagnose(view, self.cooling)
            view.goods, view.reports = self.goods, reports.take(self.reports, view)
            yield view
        goods.keep(self.goods, seen.trades.after(turn))

    def _ripe(self, detector: Detector, fleet: Fleet, now: int) -> Iterator[Change]:
        """What cabinets announced themselves becomes active by time alone."""
        hold = self.holds[detector.kind]
        rows = hold.announced()
        rows = rows[~fleet.retired[rows]]
        for moved in hold.ripen(rows, _heard(fleet, rows, now)) if rows.size else ():
            yield from self._changes(detector, moved, None, None)

    def _judge(self, detector: Detector, view: View, now: int) -> Iterator[Change]:
        col = self.columns[detector.kind]
        verdict = self._fenced(detector.kind, lambda: detector.judge(view, col))
        if verdict is None:
            return
        evidence = Evidence(view.row, view.ts, verdict.on, verdict.start, view.limit)
        for moved in self.holds[detector.kind].advance(evidence, now):
            yield from self._changes(detector, moved, view, verdict.score)

    def _changes(self, detector: Detector, moved: Moved, view: View | None, score: Any) -> Iterator[Change]:
        kind = detector.kind
        col, onset = self.columns[kind], self.holds[kind].col["onset"]
        for i, row, at in zip(moved.pick.tolist(), moved.row.tolist(), moved.ts.tolist(), strict=True):
            values = _SILENT if view is None else view.raw[i]
            why: dict[str, Any] = {}
            if moved.move in _EXPLAINED:
                why = self._fenced(kind, lambda v=values, r=row: detector.why(v, col, r)) or {}  # type: ignore[misc]
                why = _named(why, self._names) | reports.told(self.reports, kind, row)
            yield Change(moved.move, kind, row, at, int(onset[row]), 1.0 if score is None else float(score[i]), why)

    def _fenced(self, kind: str, call: Callable[[], _T]) -> _T | None:
        """A detector that raises must not stop the fold: it is counted, and after three times not asked again."""
        try:
            return call()
        except Exception as error:  # noqa: BLE001  the fence: any bug of one detector, counted and shown
            self.broken[kind] = self.broken.get(kind, 0) + 1
            self.errors[kind] = repr(error)
            return None


def _named(why: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The same evidence, with the name of a signal wherever its number stands for it."""
    name = {number: names[number] for number in why.get("features", ()) if isinstance(number, int)}
    if not name:
        return why
    told = {part: {name.get(k, k): v for k, v in why[part].items()} for part in ("observed", "expected")}
    return why | told | {"features": [name.get(f, f) for f in why["features"]]}


def _heard(fleet: Fleet, rows: Rows, now: int) -> I64:
    """Up to when (ms, [m]) all that a cabinet said is here: 30 s ago, or now once its connection is dead."""
    gone: NDArray[np.bool_] = fleet.will_at[rows] != NEVER
    return np.where(gone, now, now - UNDER_WAY)
