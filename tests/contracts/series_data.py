"""Readings for the suites of the series stores."""

from collections.abc import Sequence

import numpy as np

from telemetry.batch import Long, Readings
from telemetry.signals import COLUMN

IDS = ("CAB-A", "CAB-B", "CAB-C")
NAMES = (*COLUMN, "unheard_of")
FOREVER = 1 << 60

Line = tuple[str, str, int, float, int, int]


def line(ts: int, value: float, boot: int = 1, seq: int = 1, cabinet: str = "CAB-A", signal: str = "air_c") -> Line:
    return cabinet, signal, ts, value, boot, seq


def readings(lines: Sequence[Line], ids: Sequence[str] = IDS, names: Sequence[str] = NAMES) -> Readings:
    """Lines of (cabinet, signal, ts, value, boot, seq) as columns."""
    cabinet, signal, ts, value, boot, seq = zip(*lines, strict=True) if lines else ((),) * 6
    long = Long(
        row=np.array([ids.index(c) for c in cabinet], np.int32),
        signal=np.array([names.index(s) for s in signal], np.int32),
        ts=np.array(ts, np.int64),
        raw_ts=np.array(ts, np.int64) + 7,
        value=np.array(value, np.float64),
        boot=np.array(boot, np.int64),
        seq=np.array(seq, np.int64),
    )
    return Readings.wide(long)
