"""From the CUSUMs of the features to one cooling fault: which kind explains all that is off, and since when."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.context import View
from faults.cooling import features, model, repair
from faults.cooling.features import FEATURES, REST, Hours
from faults.cooling.verdict import Diagnosis
from telemetry.batch import F64, I32, I64
from telemetry.fleet import NEVER
from telemetry.units import HOUR

ALARM = 14.0  # of a CUSUM, in scatters
WAIT = 4 * HOUR  # after the onset: by then what is not seen will not be (a compressor that never rests)
APART = 0.2  # of the likeness (a cosine): two kinds this far apart are not confused
LIKE = 0.5  # what is off is less like any kind than this: it is none (one noisy feature alone is like nothing)
# So long it may be off for nothing we know: then the cabinet is another (a new gasket, a better place).
STRANGE = 24 * HOUR
EASED = 2.0  # below this all features must be lately to call it well again
NOTHING = 0
SHOWN = 4  # features that are told

# Which way, and how far beside the others, each feature goes (signs by physics, sizes by the simulator's trial):
#    duty, pull, rise, lift, rest, head, on_a, off_a, goods, fan
SIGNS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("evaporator_fan_failed", (0.5, -1.5, -1, 2.5, 2, 0, -2, -2, 0, -3)),
    ("evaporator_iced", (0.7, -1.5, -0.4, 3, 1.6, 0, -1.2, 0, 0, 0)),
    ("refrigerant_leak", (0.6, -1.6, 0, -1.7, 0, 0, -1.7, 0, 0, 0)),
    ("condenser_dirty", (0.3, -0.8, 0, -0.8, 0, 2.6, 1.5, 0, 0, 0)),
    ("compressor_weak", (0.8, -2, 0, -2, 0, 0, 0.5, 0, 0, 0)),
    ("door_seal_leaking", (1.2, -1.6, 1.8, 0.4, 0.8, 0, 0, 0, 0, 0)),
    ("sensor_biased", (-0.6, 1.2, -0.3, -1.9, -2.4, 0, 0.5, 0, 1, 0)),  # reads low: warmer than it says
    ("sensor_biased", (0.6, -1.2, 0.3, 1.9, 2.4, 0, -0.5, 0, -1, 0)),  # reads high
)
KINDS = ("evaporator_fan_failed", "evaporator_iced", "refrigerant_leak", "condenser_dirty", "compressor_weak",
         "door_seal_leaking", "door_ajar_undetected", "sensor_biased", "sensor_drifting")  # fmt: skip
BIASED, DRIFTING = KINDS.index("sensor_biased"), KINDS.index("sensor_drifting")
LEAKING, AJAR = KINDS.index("door_seal_leaking"), KINDS.index("door_ajar_undetected")
SUDDEN = 6 * HOUR  # what is quicker is a door that did not shut behind somebody; a gasket hardens slowly
KNOCKED = 5.0  # scatters of the rest by which a sensor is off at once: one that drifts is found before
_KIND_OF = np.array([KINDS.index(kind) for kind, _ in SIGNS])
_PROTOTYPES = np.array([signs for _, signs in SIGNS])

# By code, the kind that stands for it among the signs; -1: none.
_ALIKE = np.array([-1, *({DRIFTING: BIASED, AJAR: LEAKING}.get(i, i) for i in range(len(KINDS)))])

COLUMNS = (
    *features.COLUMNS,
    *model.COLUMNS,
    Column("code", "i1", NOTHING),  # 1 + index into KINDS
    Column("since", "i8", NEVER),
    Column("strength", "f4", 0),
    Column("mature", "?", False),
    *repair.COLUMNS,
)


def diagnose(view: View, col: Columns) -> Diagnosis:
    """Take one round of observations; the verdicts as they stand after it."""
    hours = features.collect(view, col)
    if len(hours.row):
        model.learn(hours, col, barred=repair.on_trial(hours.row, col))
        _decide(hours, col)
    row = view.row
    code = col["code"][row]
    since = np.where(code > NOTHING, col["since"][row], view.ts)
    known = col["mature"][row] & repair.may_speak(view, col)
    return Diagnosis(code, since, _score(col["strength"][row]), known, col)


def mended(row: int, now: int, parts: bool, col: Columns) -> None:
    """Somebody worked on the cooling of this cabinet, and exchanged `parts` or not (`now`: product ms)."""
    repair.begin(row, now, parts, col)
    if repair.on_trial(np.array([row]), col)[0]:
        col["code"][row], col["since"][row], col["strength"][row] = NOTHING, NEVER, 0


def reasons(col: Columns, row: int) -> dict[str, Any]:
    """Why a cabinet's diagnosis stands: the features that are off most, what is expected of them in these conditions,
    what was observed in the last hour that showed them, the value beyond which an hour counts, and since when (ms)."""
    size = np.abs(col["off"][row])
    told = [i for i in np.argsort(-size)[:SHOWN] if size[i] >= model.SLACK and not np.isnan(col["seen"][row][i])]
    expected, seen = col["expected"][row].astype(float), col["seen"][row].astype(float)
    limit = expected + np.sign(col["off"][row]) * model.SLACK * model.scale(col["scatter"][row])
    return {
        "features": [FEATURES[i] for i in told],
        "observed": _named(told, seen),
        "expected": _named(told, expected),
        "threshold": _named(told, limit),
        "since": int(col["since"][row]),
    }


def _decide(hours: Hours, col: Columns) -> None:
    row = hours.row
    high, low, off, code = col["high"][row], col["low"][row], col["off"][row], col["code"][row]
    strength = np.maximum(high, low).max(axis=1)
    raised = (code == NOTHING) & (strength >= ALARM)
    eased = (code != NOTHING) & (np.abs(off).max(axis=1) < EASED)
    since = _onset(high, low, col, row)
    known, seen = _shown(col, row, since)
    tried = repair.on_trial(row, col)
    before = np.where(tried, _ALIKE[col["under"][row]], -1)
    kind, like, sure = _kind(off, known, seen, before)
    lasted = hours.start + HOUR - since
    other = raised & (like < LIKE) & (lasted >= np.where(tried, repair.STRANGE, STRANGE))
    raised &= (sure | (lasted >= WAIT)) & (like >= LIKE)
    early = raised & repair.recovering(hours, col) & (kind != _ALIKE[col["under"][row]])
    model.acquit(row[early], col)
    raised &= ~early
    slow = lasted > SUDDEN
    drifts = np.where(seen[:, REST], np.abs(off[:, REST]) < KNOCKED, slow)
    kind = np.where((kind == BIASED) & drifts, DRIFTING, np.where((kind == LEAKING) & ~slow, AJAR, kind))
    col["since"][row] = np.where(raised, since, np.where(eased, NEVER, col["since"][row]))
    col["code"][row] = np.where(raised, kind + 1, np.where(eased, NOTHING, code))
    col["strength"][row] = strength
    col["mature"][row] |= (col["learned"][row] >= model.MATURE).any(axis=1)
    for name in ("high", "low"):
        col[name][row[eased]] = 0
    repair.weigh(hours, strength, decided=raised | other, col=col)
    model.forget(row[other], col)


def _shown(col: Columns, row: I32, since: I64) -> tuple[model.Mask, model.Mask]:
    """Which features [k, FEATURES] these cabinets have, and which of them were seen since the onset."""
    known: model.Mask = col["learned"][row] >= model.MATURE
    return known, known & (col["seen_at"][row].astype(np.int64) * HOUR >= since[:, None])


def _kind(off: F64, known: model.Mask, seen: model.Mask, before: I64) -> tuple[I64, F64, model.Mask]:
    """The kind whose signs lie nearest to what is off, judged by the features seen; how near (a cosine); sure: none
    that is left to be seen could say otherwise, or the next kind lies far behind. What was there `before` a repair
    [k] (index into KINDS, -1 nothing) is likelier there still than another that looks much alike.

    Logarithms, for what counts is which features are off and which way: by how much differs from fault to fault.
    """
    said = np.where(seen, np.sign(off) * np.log1p(np.abs(off)), 0)
    size = np.sqrt(seen.astype(np.float64) @ (_PROTOTYPES**2).T) * np.linalg.norm(said, axis=1, keepdims=True)
    likeness = (said @ _PROTOTYPES.T) / np.maximum(size, 1e-9)
    lean = np.where((before[:, None] == _KIND_OF) & (likeness >= LIKE), APART, 0)
    best = (likeness + lean).argmax(axis=1)
    kind: I64 = _KIND_OF[best]
    others = np.where(kind[:, None] == _KIND_OF, -1.0, likeness)
    like: F64 = np.take_along_axis(likeness, best[:, None], axis=1)[:, 0]
    return kind, like, (like - others.max(axis=1) >= APART) | ~(known & ~seen).any(axis=1)


def _onset(high: F64, low: F64, col: Columns, row: I32) -> I64:
    """When the first of the CUSUMs that are half as strong as the strongest began (ms)."""
    both = np.concatenate((high, low), axis=1)
    began = np.concatenate((col["high_at"][row], col["low_at"][row]), axis=1).astype(np.int64) * HOUR
    strong = both >= both.max(axis=1, keepdims=True) / 2
    onset: I64 = np.where(strong, began, np.iinfo(np.int64).max).min(axis=1)
    return onset


def _named(which: list[Any], values: F64) -> dict[str, float]:
    return {FEATURES[i]: round(float(values[i]), 3) for i in which}


def _score(strength: F64) -> F64:
    return np.clip(strength / (4 * ALARM), 0.0, 1.0)
