"""Readings as lines of the InfluxDB line protocol: one sample per line, one field per signal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from urllib.parse import quote

import numpy as np

from telemetry.batch import F64, I64, Extra, Readings
from telemetry.signals import COLUMN, WIDTH

CABINET, AGAIN = "cabinet", "again"
KNOWN = tuple(COLUMN)
RESERVED = ("time", CABINET, AGAIN)  # a field of such a name could not be told from the time, or from a tag
LONGEST = 200  # characters of a name; VictoriaMetrics cuts at 16 Ki, InfluxDB refuses a key of 64 Ki
BODY = 4 * 2**20  # bytes of one request
OLDEST, NEWEST = 0, 9_223_372_036_000  # ms: outside, no server has a time for it


def spelled(name: str) -> str:
    """A name as it is written to a server: letters, digits and `_.-~` stay, all else is percent-encoded, so that it
    needs no escaping in a line or a query (`urllib.parse.unquote` reads it back). One that is too long for a server
    ends in a digest instead."""
    safe = quote(name, safe="", errors="surrogatepass") or "%"
    if name in RESERVED or name.startswith("_"):
        safe = f"%{ord(name[0]):02X}{safe[1:]}"
    if len(safe) > LONGEST:
        return f"{safe[: LONGEST - 33]}~{blake2b(safe.encode(), digest_size=16).hexdigest()}"
    return safe


@dataclass(slots=True)
class Batch:
    """A copy of the readings of a batch; `row` and the extra signals index the lists beside them."""

    readings: Readings
    ids: list[str]
    names: list[str]

    @staticmethod
    def of(readings: Readings, ids: Sequence[str], names: Sequence[str]) -> "Batch":
        rows, row = np.unique(readings.row, return_inverse=True)
        odd, signal = np.unique(readings.extra.signal, return_inverse=True)
        ts, raw_ts, boot, seq = (c.copy() for c in (readings.ts, readings.raw_ts, readings.boot, readings.seq))
        extra = Extra(readings.extra.line.copy(), (signal + WIDTH).astype(np.int32), readings.extra.value.copy())
        copy = Readings(row.astype(np.int32), ts, raw_ts, boot, seq, readings.values.copy(), extra)
        return Batch(copy, [ids[r] for r in rows.tolist()], [*KNOWN, *(names[s] for s in odd.tolist())])


@dataclass(slots=True)
class Lines:
    """Samples as they are written, columns of shape [n]; the names are the store's own and do not change.

    `again`: how often a value of this cabinet, signal and time was replaced. `values` [n, k] are those of the signals
    in `columns`, NaN where one is not given; `extra` [m] is indexed by line, with the names in `odd`.
    """

    cabinet: list[str]
    ts: I64
    boot: I64
    seq: I64
    again: I64
    columns: I64
    values: F64
    extra: Extra
    odd: list[str]

    @staticmethod
    def of(batch: Batch, readings: Readings, again: I64) -> "Lines":
        """Those of a batch's readings [n] that can be written: finite values at times a server has."""
        kept = (readings.ts >= OLDEST) & (readings.ts < NEWEST)
        columns = np.flatnonzero(np.isfinite(readings.values[kept]).any(axis=0))
        values = readings.values[np.ix_(kept, columns)]
        values[~np.isfinite(values)] = np.nan
        extra = readings.extra
        told = kept[extra.line] & np.isfinite(extra.value)
        place = np.cumsum(kept) - 1
        odd = [batch.names[s] for s in extra.signal[told].tolist()]
        return Lines(
            [batch.ids[r] for r in readings.row[kept].tolist()],
            readings.ts[kept], readings.boot[kept], readings.seq[kept], again[kept], columns, values,
            Extra(place[extra.line[told]].astype(np.int32), extra.signal[told], extra.value[told]), odd,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.cabinet)

    @property
    def count(self) -> int:
        """How many values these are that replace no other."""
        first = self.again == 0
        return int(np.count_nonzero(~np.isnan(self.values[first]))) + int(np.count_nonzero(first[self.extra.line]))

    @property
    def weight(self) -> int:
        """Bytes of memory, about."""
        return self.values.nbytes + 40 * len(self) + 80 * len(self.odd)

    def find(self, cabinet: str, signal: str, start: int, end: int) -> tuple[I64, F64, I64, I64]:
        """(ts, value, boot, seq) of one cabinet and signal with start <= ts < end."""
        mine = np.array([c == cabinet for c in self.cabinet], bool) & (self.ts >= start) & (self.ts < end)
        if signal in COLUMN:
            at = np.flatnonzero(self.columns == COLUMN[signal])
            column = self.values[:, at[0]] if len(at) else np.full(len(self), np.nan)
            given = mine & ~np.isnan(column)
            return self.ts[given], column[given], self.boot[given], self.seq[given]
        hit = np.array([name == signal for name in self.odd], bool) & mine[self.extra.line]
        line = self.extra.line[hit]
        return self.ts[line], self.extra.value[hit], self.boot[line], self.seq[line]

    def render(self, measurement: str, *, tagged: bool) -> Iterator[bytes]:
        """The lines, times in ms; `tagged`: a value that replaces another says so in a tag."""
        fields = [spelled(KNOWN[c]) + "=" for c in self.columns.tolist()]
        odd: dict[int, list[str]] = {}
        for line, name, value in zip(self.extra.line.tolist(), self.odd, self.extra.value.tolist(), strict=True):
            odd.setdefault(line, []).append(f"{spelled(name)}={value!r}")
        given = self.values.astype(object)
        given[np.isnan(self.values)] = None
        columns = zip(self.cabinet, self.ts.tolist(), self.again.tolist(), given.tolist(), strict=True)
        for line, (cabinet, ts, again, values) in enumerate(columns):
            told = [f"{f}{v!r}" for f, v in zip(fields, values, strict=True) if v is not None] + odd.get(line, [])
            if told:
                tag = f",{AGAIN}={again}" if again and tagged else ""
                yield f"{measurement},{CABINET}={spelled(cabinet)}{tag} {','.join(told)} {ts}\n".encode()


def bodies(pieces: Iterable[Lines], measurement: str, *, tagged: bool) -> Iterator[bytes]:
    """Requests of about `BODY` bytes at most."""
    body: list[bytes] = []
    size = 0
    for line in chain.from_iterable(lines.render(measurement, tagged=tagged) for lines in pieces):
        body.append(line)
        size += len(line)
        if size >= BODY:
            yield b"".join(body)
            body, size = [], 0
    if body:
        yield b"".join(body)
