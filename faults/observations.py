"""Samples and events of a batch as one ordered stream per cabinet: what detectors are shown."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import F64, I32, I64, CabinetEvent, Frames, Judged
from telemetry.fleet import Fleet
from telemetry.signals import WIDTH

I8 = NDArray[np.int8]

SAMPLE, DOOR_OPENED, DOOR_CLOSED, POWER_LOST, POWER_RESTORED, LOCK_REPORTED = range(6)
_CODES = {
    "door_opened": DOOR_OPENED,
    "door_closed": DOOR_CLOSED,
    "power_lost": POWER_LOST,
    "power_restored": POWER_RESTORED,
}
_TS_BITS = 42


@dataclass(slots=True)
class Observations:
    """Per line: cabinet row, event time (ms), `values` [n, WIDTH] (all NaN for an event), and the event's code."""

    row: I32
    ts: I64
    values: F64
    event: I8

    def rounds(self) -> Iterator[NDArray[np.intp]]:
        """Index arrays in which no cabinet stands twice, each cabinet's observations in order."""
        return Frames(self.row, self.ts, self.values).rounds()


def observe(judged: Judged, fleet: Fleet) -> Observations:
    """One stream per cabinet; of one time, the event stands first. Late events and retired cabinets are left out."""
    told = [(e.row, e.ts, code) for e in judged.events if not e.late and (code := _code(e))]
    frames = judged.frames
    found = Observations(frames.row, frames.ts, frames.values, np.zeros(len(frames), np.int8))
    if told:
        found = _merge(told, found)
    keep = ~fleet.retired[found.row]
    if keep.all():
        return found
    return Observations(found.row[keep], found.ts[keep], found.values[keep], found.event[keep])


def _merge(told: list[tuple[int, int, int]], samples: Observations) -> Observations:
    row, ts, code = (np.array(column) for column in zip(*told, strict=True))
    order = np.argsort(np.r_[_running(row, ts), _running(samples.row, samples.ts)], kind="stable")
    return Observations(
        np.r_[row.astype(np.int32), samples.row][order],
        np.r_[ts.astype(np.int64), samples.ts][order],
        np.r_[np.full((len(told), WIDTH), np.nan, np.float64), samples.values][order],
        np.r_[code.astype(np.int8), samples.event][order],
    )


def _running(row: NDArray[np.integer], ts: NDArray[np.integer]) -> I64:
    """Sort key: row, then the highest time so far, so that a clock stepping back never reorders a cabinet's lines."""
    order = np.argsort(row, kind="stable")
    key: I64 = (row[order].astype(np.int64) << _TS_BITS) + np.clip(ts[order], 0, (1 << _TS_BITS) - 1)
    out: I64 = np.empty_like(key)
    out[order] = np.maximum.accumulate(key)
    return out


def _code(event: CabinetEvent) -> int:
    if event.name == "device_fault":
        return LOCK_REPORTED if _names_lock(str(event.data.get("code", ""))) else SAMPLE
    return _CODES.get(event.name, SAMPLE)


def _names_lock(code: str) -> bool:
    """EVA-DTS EGC is the lock; codes are read by prefix, since makers append suffixes. Vendors write `lock…`."""
    return code.upper().startswith(("EGC", "LOCK"))
