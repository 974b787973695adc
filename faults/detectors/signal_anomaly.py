"""`signal_anomaly`: a signal that no kind watches behaves as it never did on this cabinet. A hint, never a ticket.

Means of five minutes are judged by the light form of the generic detector (`faults/anomaly`): one threshold for every
signal, whatever it measures, for each series is normalised by its own past. Beside four known signals these are the
first OWN of each cabinet that only its operator knows.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.anomaly import light
from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import NONE, OFF, ON, Verdict
from telemetry.batch import F64, I32, I64, turns
from telemetry.fleet import NEVER
from telemetry.signals import COLUMN
from telemetry.units import DAY, HOUR, MINUTE

SIGNALS = ("power_w", "humidity_pct", "ambient_c", "product_c")
SLOTS = len(SIGNALS)
OWN = 2  # a slot is 194 bytes of every cabinet, whether it is used or not
WINDOW = 5 * MINUTE  # as the series by which the detector was chosen; noise and cost are a fifth of a sample's
LEARNING = 7 * DAY // WINDOW  # means of a signal before anything is said of it: a week has its weekend
STRANGE = 0.85
STANDS = HOUR  # one pulse per event: so long it is told …
AGAIN = DAY  # … and not more often: a hint that comes every day is none
LARGEST = 1e30  # a larger value of a signal of unknown range counts as this: a window's sum stays in single precision
FREE = -1
Rows = NDArray[np.integer[Any]]
_AT = [COLUMN[name] for name in SIGNALS]


class Bank(NamedTuple):
    """Slots of the same kind: their columns begin with `prefix`; the first of them is number `first`."""

    prefix: str
    first: int
    slots: int

    def columns(self) -> tuple[Column, ...]:
        """`sum` and `count` of the window that fills, and the state of the series."""
        return (
            Column(f"{self.prefix}sum", "f4", 0, self.slots),
            Column(f"{self.prefix}count", "u2", 0, self.slots),
            *(
                Column(f"{self.prefix}series_{c.name}", c.dtype, c.fill, self.slots * max(c.width, 1))
                for c in light.COLUMNS
            ),
        )

    def series(self, col: Columns) -> dict[str, NDArray[Any]]:
        """The state of all series, one per line: those of a cabinet stand side by side. Views, not copies."""
        return {
            c.name: col[f"{self.prefix}series_{c.name}"].reshape((-1, c.width) if c.width else -1)
            for c in light.COLUMNS
        }


KNOWN, UNKNOWN = Bank("", 0, SLOTS), Bank("own_", SLOTS, OWN)


class SignalAnomaly:
    """`window`: number of the window that fills; of the last pulse: when it began (`at`), in which signal (`slot`), the
    mean `seen`, what was `usual`, its score `odd`. `own_name`: which signals of the fleet's names, of those that we do
    not know, have the slots behind the known ones, as they were first told. The rest stands in two banks."""

    kind = "signal_anomaly"
    columns = (
        *KNOWN.columns(),
        Column("window", "i8", NEVER),
        Column("at", "i8", NEVER),
        Column("slot", "i1", 0),
        Column("seen", "f4", np.nan),
        Column("usual", "f4", np.nan),
        Column("odd", "f4", 0),
        Column("own_name", "i4", FREE, OWN),
        *UNKNOWN.columns(),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, ts, said = view.row, view.ts, view.said
        if len(view.extra.line):
            said = said.copy()
            said[view.extra.line] = True
        over = np.flatnonzero(said & (col["window"][row] != ts // WINDOW))
        if over.size:
            _close(row[over[np.argsort(row[over])]], col)
            col["window"][row[over]] = ts[over] // WINDOW
        values = view.values[:, _AT]
        given = ~np.isnan(values) & (view.power != NO)[:, None]
        col["sum"][row] += np.where(given, values, 0)
        col["count"][row] += given
        if len(view.extra.line):
            _add_own(view, col)
        at = col["at"][row]
        stands = (at != NEVER) & (ts >= at) & (ts - at < STANDS)
        on = np.where(stands, ON, np.where(said, OFF, NONE)).astype(np.int8)
        return Verdict(on, np.clip(col["odd"][row], 0, 1).astype(np.float64), np.where(stands, at, ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        """Of an operator's signal the number stands in the place of the name (`faults/engine.py` knows the names)."""
        slot = int(col["slot"][row])
        name = SIGNALS[slot] if slot < SLOTS else int(col["own_name"][row, slot - SLOTS])
        return {
            "features": [name],
            "observed": {name: round(float(col["seen"][row]), 2), "score": round(float(col["odd"][row]), 2)},
            "expected": {name: round(float(col["usual"][row]), 2)},
            "threshold": {"score": STRANGE},
        }


def _add_own(view: View, col: Columns) -> None:
    """The values of signals that have a slot join their windows; a new signal takes a slot while there is one."""
    row, value = view.row[view.extra.line], view.extra.value
    slot = _slots(row, view.extra.signal, col)
    given = np.flatnonzero((slot != FREE) & np.isfinite(value) & (view.power[view.extra.line] != NO))
    cell = row[given], slot[given]
    col["own_sum"][cell] += np.clip(value[given], -LARGEST, LARGEST)
    col["own_count"][cell] += 1


def _slots(row: Rows, signal: I32, col: Columns) -> NDArray[np.intp]:
    """The slot [m] of each of these signals in its cabinet, FREE (none) where others were told before."""
    names = col["own_name"][row]
    new = np.flatnonzero((names[:, -1] == FREE) & (names != signal[:, None]).all(axis=1))
    if new.size:
        order, _, nth = turns(row[new])
        new = new[order]
        slot = (names[new] != FREE).sum(axis=1) + nth
        new, slot = new[slot < OWN], slot[slot < OWN]
        col["own_name"][row[new], slot] = signal[new]
        names = col["own_name"][row]
    mine = names == signal[:, None]
    return np.where(mine.any(axis=1), mine.argmax(axis=1), FREE)


def _close(row: Rows, col: Columns) -> None:
    """Judge the windows of these cabinets that are over, and begin new ones."""
    start = col["window"][row] * WINDOW
    _judge(KNOWN, row, start, col)
    own = np.flatnonzero(col["own_name"][row, 0] != FREE)
    if own.size:
        _judge(UNKNOWN, row[own], start[own], col)


def _judge(bank: Bank, row: Rows, start: I64, col: Columns) -> None:
    """Judge the windows of one bank, which began at `start` [m]; the oddest signal of a cabinet may make a pulse."""
    total, number, slots = col[f"{bank.prefix}sum"], col[f"{bank.prefix}count"], bank.slots
    count = number[row]
    mean = np.where(count > 0, total[row] / np.maximum(count, 1), np.nan)
    total[row], number[row] = 0, 0
    series, lines = bank.series(col), (row[:, None].astype(np.int64) * slots + np.arange(slots)).ravel()
    usual = series["level"][lines].reshape(-1, slots)
    odd = light.score(series, lines, np.repeat(start, slots), mean.ravel()).reshape(-1, slots)
    odd = np.where(series["n"][lines].reshape(-1, slots) > LEARNING, odd, 0.0)
    at = col["at"][row]
    k = np.flatnonzero((odd.max(axis=1) >= STRANGE) & ((at == NEVER) | (np.abs(start - at) >= AGAIN)))
    slot, hit = odd[k].argmax(axis=1), row[k]
    col["at"][hit], col["slot"][hit], col["odd"][hit] = start[k], bank.first + slot, odd[k, slot]
    col["seen"][hit], col["usual"][hit] = mean[k, slot], usual[k, slot]
