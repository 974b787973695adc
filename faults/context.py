"""What every detector wants to know of a cabinet first: is its door open, has it power, was there a gap before this."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faults.columns import Column, Columns
from faults.cooling.verdict import Diagnosis
from faults.observations import DOOR_CLOSED, DOOR_OPENED, I8, POWER_LOST, POWER_RESTORED, Observations, Words
from telemetry.batch import F64, I32, I64, Extra
from telemetry.fleet import NEVER
from telemetry.signals import COLUMN, SIGNALS
from telemetry.units import SECOND

YES, NO, UNSURE = 1, 0, -1
COOLING_A, COOLING_W = 0.55, 50.0  # what a cabinet draws only while its compressor runs
Mask = NDArray[np.bool_]

LOW = np.array([s.low for s in SIGNALS], np.float64)
HIGH = np.array([s.high for s in SIGNALS], np.float64)

COLUMNS = (
    Column("door", "i1", UNSURE),
    Column("door_at", "i8", NEVER),
    Column("power", "i1", UNSURE),
    Column("power_at", "i8", NEVER),
    Column("seen", "i8", NEVER),
)


@dataclass(slots=True)
class View:
    """One round: at most one observation per cabinet, all columns of length m.

    `values` [m, WIDTH] is NaN where nothing was said, or nothing a working sensor can say (`wild`; `raw` has that too:
    an impossible temperature is no evidence of warmth); `said`: there was any value at all; `extra`, which counts for
    none of these: values of signals we do not know, `line` is the place in this round. `door` (open) and `power`
    (present) are YES, NO or UNSURE; `moved`: the door was open at some time in the interval; `stated`: the lack of
    power was announced by an event, at `power_at`, and not taken back. `limit` (ms): a longer pause between readings
    is a gap; `gap`: there was one. `cooling`: what the model of the cooling says, once it was asked. `words`: what a
    device said of itself (`faults/observations.py`); `goods` and `reports`: the books of the goods and of what devices
    reported (`faults/goods.py`, `faults/reports.py`), columns over the fleet; None where nobody keeps one, or for this
    round there is nothing in it.
    """

    row: I32
    ts: I64
    values: F64
    raw: F64
    wild: Mask
    said: Mask
    extra: Extra
    event: I8
    limit: I64
    gap: Mask
    door: I8
    moved: Mask
    power: I8
    stated: Mask
    power_at: I64
    cooling: Diagnosis
    words: Words | None = None
    goods: Columns | None = None
    reports: Columns | None = None

    def of(self, signal: str) -> F64:
        """The column of one signal, shape [m]."""
        column: F64 = self.values[:, COLUMN[signal]]
        return column

    def __len__(self) -> int:
        return len(self.row)


def gap_limit(interval_ms: I64) -> I64:
    """The longest pause (ms) that is not a gap: the contract's measure of silence."""
    return np.maximum(3 * interval_ms, 180 * SECOND)


def settle(col: Columns, seen: Observations, at: NDArray[np.intp], interval_ms: I64) -> View:
    """The view of one round, and the columns brought up to it."""
    row, ts, raw, event = seen.row[at], seen.ts[at], seen.values[at], seen.event[at]
    wild = (raw < LOW) | (raw > HIGH)
    values = np.where(wild, np.nan, raw) if wild.any() else raw
    limit = gap_limit(interval_ms)
    last = col["seen"][row]
    opened = values[:, COLUMN["door_open"]]
    mains, amps, watts = (values[:, COLUMN[name]] for name in ("mains_v", "comp_a", "power_w"))
    # A fraction says the door moved, but not how it stands now: without an event it was shut for a while.
    stands = np.where(opened >= 0.99, YES, np.where(np.isnan(opened), UNSURE, NO)).astype(np.int8)
    vague = (opened > 0.01) & (opened < 0.99)
    door = _latch(col, "door", row, ts, event, (DOOR_OPENED, DOOR_CLOSED), stands, vague, interval_ms)
    # No battery of a modem runs a compressor: that proves the mains where nobody measures them.
    runs = np.isnan(mains) & ((amps >= COOLING_A) | (watts >= COOLING_W))
    fed = np.where(mains < 90, NO, np.where((mains >= 100) | runs, YES, UNSURE)).astype(np.int8)
    power = _latch(col, "power", row, ts, event, (POWER_RESTORED, POWER_LOST), fed, fed == UNSURE, interval_ms)
    col["seen"][row] = ts
    return View(
        row=row, ts=ts, values=values, raw=raw, wild=wild,
        said=np.any(~np.isnan(raw), axis=1), extra=seen.extra.of(at), event=event, limit=limit,
        gap=(last != NEVER) & ((ts - last > limit) | (ts < last)),
        door=door,
        moved=(door == YES) | (opened > 0) | (event == DOOR_OPENED) | (event == DOOR_CLOSED),
        power=power,
        stated=(power == NO) & (col["power"][row] == NO),
        power_at=col["power_at"][row],
        cooling=Diagnosis.none(ts),
        words=None if seen.words is None else seen.words[at],
    )  # fmt: skip


def _latch(
    col: Columns, name: str, row: I32, ts: I64, event: I8,
    events: tuple[int, int], measured: I8, vague: Mask, interval_ms: I64,
) -> I8:  # fmt: skip
    """What events said last, corrected by what samples measure.

    An event is exact and stands for the sample of its own interval (which averages over it) and where a sample is
    vague; from then on a sample that says otherwise wins and forgets the event.
    """
    yes, no = events
    told = (event == yes) | (event == no)
    col[name][row[told]] = np.where(event[told] == yes, YES, NO)
    col[name + "_at"][row[told]] = ts[told]
    latch, since = col[name][row], col[name + "_at"][row]
    recent = (ts >= since) & (ts - since < interval_ms)
    by_event = (latch != UNSURE) & (told | recent | vague | (measured == UNSURE))
    state = np.where(by_event, latch, measured).astype(np.int8)
    overruled = (latch != UNSURE) & ~by_event & (state != latch)
    col[name][row[overruled]] = UNSURE
    return state
