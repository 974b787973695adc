"""Samples and events of a batch as one ordered stream per cabinet: what detectors are shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from faults.trades import NO_TRADES, Trades, trades_of
from telemetry.batch import F64, I32, I64, CabinetEvent, Extra, Frames, Judged
from telemetry.fleet import Fleet
from telemetry.signals import WIDTH

I8 = NDArray[np.int8]
Words = NDArray[np.bytes_]

SAMPLE, DOOR_OPENED, DOOR_CLOSED, POWER_LOST, POWER_RESTORED, REPORTED, SERVICED = range(7)
_CODES = {
    "door_opened": DOOR_OPENED,
    "door_closed": DOOR_CLOSED,
    "power_lost": POWER_LOST,
    "power_restored": POWER_RESTORED,
    "device_fault": REPORTED,
    "service_code_entered": SERVICED,
}
WORD = 20  # bytes kept of what a device says of itself
_TS_BITS = 42


@dataclass(slots=True)
class Observations:
    """Per line: cabinet row, event time (ms), `values` [n, WIDTH] (all NaN for an event), and the event's code.

    `extra`: what the samples say of signals we do not know. `words` [n]: of a device fault its raw "scheme code" (None:
    there is none among the lines). `trades`: what was told of the goods, which is no line of its own.
    """

    row: I32
    ts: I64
    values: F64
    event: I8
    extra: Extra = field(default_factory=Extra.none)
    words: Words | None = None
    trades: Trades = NO_TRADES

    def rounds(self) -> Iterator[NDArray[np.intp]]:
        """Index arrays in which no cabinet stands twice, each cabinet's observations in order."""
        return Frames(self.row, self.ts, self.values).rounds()


def observe(judged: Judged, fleet: Fleet) -> Observations:
    """One stream per cabinet; of one time, the event stands first. Late events and retired cabinets are left out."""
    frames = judged.frames
    found = Observations(frames.row, frames.ts, frames.values, np.zeros(len(frames), np.int8), frames.extra)
    keep = ~fleet.retired[found.row]
    if not keep.all():
        kept = found.extra.of(np.flatnonzero(keep))
        found = Observations(found.row[keep], found.ts[keep], found.values[keep], found.event[keep], kept)
    events = [event for event in judged.events if not event.late and not fleet.retired[event.row]]
    if not events:
        return found
    key = _running(np.array([e.row for e in events]), np.array([e.ts for e in events]))
    own = _running(found.row, found.ts)
    lines = np.array([_code(event) != SAMPLE for event in events])
    trades = trades_of(events, key, lines, np.sort(own), _TS_BITS)
    if lines.any():
        found = _merge([event for event in events if _code(event)], key[lines], found, own)
    found.trades = trades
    return found


def _merge(told: list[CabinetEvent], key: I64, samples: Observations, own: I64) -> Observations:
    order = np.argsort(np.r_[key, own], kind="stable")
    code = np.array([_code(event) for event in told], np.int8)
    words = None
    if (code == REPORTED).any():
        words = np.zeros(len(order), f"S{WORD}")
        words[: len(told)] = [_word(event) for event in told]
        words = words[order]
    return Observations(
        np.r_[np.array([event.row for event in told], np.int32), samples.row][order],
        np.r_[np.array([event.ts for event in told], np.int64), samples.ts][order],
        np.r_[np.full((len(told), WIDTH), np.nan, np.float64), samples.values][order],
        np.r_[code, samples.event][order],
        samples.extra.of(order - len(told)),
        words,
    )


def _running(row: NDArray[np.integer], ts: NDArray[np.integer]) -> I64:
    """Sort key: row, then the highest time so far, so that a clock stepping back never reorders a cabinet's lines."""
    order = np.argsort(row, kind="stable")
    key: I64 = (row[order].astype(np.int64) << _TS_BITS) + np.clip(ts[order], 0, (1 << _TS_BITS) - 1)
    out: I64 = np.empty_like(key)
    out[order] = np.maximum.accumulate(key)
    return out


def _code(event: CabinetEvent) -> int:
    code = _CODES.get(event.name, SAMPLE)
    return SAMPLE if code == REPORTED and not _word(event) else code


def _word(event: CabinetEvent) -> bytes:
    """What a device said of itself, "scheme code" in UTF-8; empty where the event has no readable code."""
    code, scheme = event.data.get("code"), event.data.get("scheme")
    if event.name != "device_fault" or isinstance(code, bool) or not isinstance(code, (str, int)):
        return b""
    code, scheme = str(code).strip().replace("\0", ""), scheme if isinstance(scheme, str) else ""
    return f"{scheme.strip().split(' ')[0] or '?'} {code}".encode()[:WORD] if code else b""
