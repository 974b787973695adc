"""Readings on their way to the file: columns by the name of their signal, with the store's own cabinet numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import F64, I64, Extra, Readings
from telemetry.series.names import Names
from telemetry.signals import COLUMN

HEAD = ("cabinet", "ts", "raw_ts", "boot", "seq")
ODD = (*HEAD, "signal", "value")

Columns = dict[str, NDArray[Any]]


class Values(NamedTuple):
    """Values of one signal of one cabinet with what settles disputes between them. Shape [n]."""

    ts: I64
    value: F64
    boot: I64
    seq: I64

    @staticmethod
    def none() -> "Values":
        return Values(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))

    @staticmethod
    def joined(parts: Sequence["Values"]) -> "Values":
        """All parts one after another; at least one part."""
        return Values(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class Chunk(NamedTuple):
    """Batches up to number `last`, with `given` values. `rows`: one sample per line, `HEAD` and a column (NaN where not
    given) for each known signal that occurs; `odd`: one value per line of signals we do not know, columns `ODD`."""

    last: int
    rows: Columns
    odd: Columns
    given: int

    def __len__(self) -> int:
        return len(self.rows["ts"])

    @staticmethod
    def of(
        batch: int, readings: Readings, cabinets: Names, signals: Names, ids: Sequence[str], names: Sequence[str]
    ) -> "Chunk":
        """A copy of a batch's readings, with our own numbers for names; every signal in it gets one."""
        head: Columns = {name: getattr(readings, name).copy() for name in HEAD[1:]}
        head["cabinet"] = cabinets.translate(readings.row, ids)
        counts = np.count_nonzero(~np.isnan(readings.values), axis=0)
        given = np.flatnonzero(counts).astype(np.int32)
        signals.translate(given, names)
        known = [j for j in given.tolist() if names[j] in COLUMN]
        line, signal, value = _odd(readings, [j for j in given.tolist() if names[j] not in COLUMN])
        odd = {name: column[line] for name, column in head.items()}
        return Chunk(
            batch,
            head | {names[j]: readings.values[:, j].copy() for j in known},
            odd | {"signal": signals.translate(signal, names), "value": value},
            int(counts.sum()) + len(readings.extra.line),
        )

    @staticmethod
    def joined(chunks: Sequence["Chunk"]) -> "Chunk":
        """All of them in order; at least one."""
        names = dict.fromkeys(name for c in chunks for name in c.rows)
        rows = {n: np.concatenate([c.rows[n] if n in c.rows else _nothing(len(c)) for c in chunks]) for n in names}
        odd = {n: np.concatenate([c.odd[n] for c in chunks]) for n in ODD}
        return Chunk(chunks[-1].last, rows, odd, sum(c.given for c in chunks))

    def names(self, cabinet: int) -> bool:
        """Does it hold anything of this cabinet? Most small chunks do not, and a reader meets hundreds of them."""
        return bool((self.rows["cabinet"] == cabinet).any())

    def values(self, cabinet: int, column: str, signal: int, start: int, end: int) -> Values:
        """The values of one signal with start <= ts < end: known by the name of its column, or by its number."""
        odd = _picked(self.odd, "value", cabinet, start, end, self.odd["signal"] == signal)
        if column not in self.rows:
            return odd
        return Values.joined([odd, _picked(self.rows, column, cabinet, start, end, True)])


def _odd(readings: Readings, foreign: Sequence[int]) -> Extra:
    """The values that have no column: the unknown signals, and `foreign` columns of `values`."""
    parts = [readings.extra]
    for j in foreign:
        line = np.flatnonzero(~np.isnan(readings.values[:, j])).astype(np.int32)
        parts.append(Extra(line, np.full(len(line), j, np.int32), readings.values[line, j]))
    return Extra(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _picked(columns: Columns, name: str, cabinet: int, start: int, end: int, mask: NDArray[np.bool_] | bool) -> Values:
    at = np.flatnonzero((columns["cabinet"] == cabinet) & mask)
    ts, value = columns["ts"][at], columns[name][at]
    at = at[(ts >= start) & (ts < end) & ~np.isnan(value)]
    return Values(columns["ts"][at], columns[name][at], columns["boot"][at], columns["seq"][at])


def _nothing(n: int) -> F64:
    return np.full(n, np.nan)
