"""From the CUSUMs of the features to one cooling fault: which kind explains all that is off, and since when."""

import numpy as np

from faults.columns import Column, Columns
from faults.context import View
from faults.cooling import features, model
from faults.cooling.features import Hours
from faults.cooling.verdict import Diagnosis
from telemetry.batch import F64, I32, I64
from telemetry.fleet import NEVER
from telemetry.units import HOUR

ALARM = 14.0  # of a CUSUM, in scatters
EASED = 2.0  # below this all features must be lately to call it well again
NOTHING = 0

# Which way each feature goes: duty, pull, lift, on_a, off_a, goods (see the page of signs in docs/faults.md).
SIGNS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("evaporator_fan_failed", (1, -1, 2, -1, -2, 0)),
    ("evaporator_iced", (1, -2, 2, -0.7, 0, 0)),
    ("refrigerant_leak", (1, -1, -1.5, -1.5, 0, 0)),
    ("condenser_dirty", (1, -0.7, -0.5, 2, 0, 0)),
    ("compressor_weak", (1, -1.2, -1.5, 0, 0, 0)),
    ("door_seal_leaking", (1.5, -1, 0.3, 0, 0, 0)),
    ("sensor_biased", (-1, 0.4, -0.2, 0, 0, 2)),  # reads low: warmer than it says
    ("sensor_biased", (0.7, -0.4, 0.3, 0, 0, -2)),  # reads high
)
KINDS = ("evaporator_fan_failed", "evaporator_iced", "refrigerant_leak", "condenser_dirty", "compressor_weak",
         "door_seal_leaking", "sensor_biased", "sensor_drifting")  # fmt: skip
BIASED, DRIFTING = KINDS.index("sensor_biased"), KINDS.index("sensor_drifting")
DRIFTS = 14 * HOUR  # a bias that took longer to be seen came slowly
_KIND_OF = np.array([KINDS.index(kind) for kind, _ in SIGNS])
_PROTOTYPES = np.array([signs for _, signs in SIGNS])
_PROTOTYPES /= np.linalg.norm(_PROTOTYPES, axis=1, keepdims=True)

COLUMNS = (
    *features.COLUMNS,
    *model.COLUMNS,
    Column("code", "i1", NOTHING),  # 1 + index into KINDS
    Column("since", "i8", NEVER),
    Column("strength", "f4", 0),
)


def diagnose(view: View, col: Columns) -> Diagnosis:
    """Take one round of observations; the verdicts as they stand after it."""
    hours = features.collect(view, col)
    if len(hours.row):
        model.learn(hours, col)
        _decide(hours, col)
    row = view.row
    code = col["code"][row]
    known = np.asarray((col["learned"][row] >= model.MATURE).any(axis=1))
    return Diagnosis(code, np.where(code > 0, col["since"][row], view.ts), _score(col["strength"][row]), known)


def _decide(hours: Hours, col: Columns) -> None:
    row = hours.row
    high, low, off, code = col["high"][row], col["low"][row], col["off"][row], col["code"][row]
    strength = np.maximum(high, low).max(axis=1)
    raised = (code == NOTHING) & (strength >= ALARM)
    eased = (code != NOTHING) & (np.abs(off).max(axis=1) < EASED)
    kind, since = _kind(off, high, low, col, row)
    kind = np.where((kind == BIASED) & (hours.start - since >= DRIFTS), DRIFTING, kind)
    new = np.where(raised, kind + 1, np.where(eased, NOTHING, code))
    col["since"][row] = np.where(raised, since, np.where(eased, NEVER, col["since"][row]))
    col["code"][row] = new
    col["strength"][row] = strength
    for name in ("high", "low"):
        col[name][row[eased]] = 0


def _kind(off: F64, high: F64, low: F64, col: Columns, row: I32) -> tuple[I64, I64]:
    """The kind whose signs lie nearest to what is off, and when the strongest CUSUM began."""
    size = np.linalg.norm(off, axis=1, keepdims=True)
    likeness = (off / np.maximum(size, 1e-9)) @ _PROTOTYPES.T
    kind = _KIND_OF[likeness.argmax(axis=1)]
    both, at = np.concatenate((high, low), axis=1), np.concatenate((col["high_at"][row], col["low_at"][row]), axis=1)
    strongest = both.argmax(axis=1)
    return kind, at[np.arange(len(row)), strongest]


def _score(strength: F64) -> F64:
    return np.clip(strength / (4 * ALARM), 0.0, 1.0)
