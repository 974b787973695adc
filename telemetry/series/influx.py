"""InfluxDB: line protocol in, InfluxQL out, at the addresses of version 1 (`/write`, `/query`).

Names reach a query as `spelled` writes them, the database as the settings allow it: neither holds a quote.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import structlog

from telemetry.errors import Unavailable
from telemetry.series.base import Point
from telemetry.series.found import Found
from telemetry.series.lines import CABINET, Lines, bodies, spelled
from telemetry.series.place import Server
from telemetry.series.server import Http, Refused, decoded
from telemetry.units import HOUR

log = structlog.get_logger()
TOO_OLD = "points beyond retention policy"
FORBIDDEN, MISSING, BAD = 403, 404, 400


class _Series(msgspec.Struct):
    columns: list[str]
    values: list[list[Any]] = []
    tags: dict[str, str] = {}


class _Statement(msgspec.Struct):
    series: list[_Series] = []
    error: str = ""


class _Answer(msgspec.Struct):
    results: list[_Statement]


class Influx:
    """One database, with one measurement of the same name. A later write of a time replaces an earlier one."""

    settle_ms = 0  # what is answered stands in the server's log

    def __init__(self, server: Server) -> None:
        self._http = Http(server)
        self._database = server.database
        self.place = f"influxdb {server.place} {server.database}"
        self.used = 0
        self._made = False

    def run(self) -> str:
        """Always the same: it forgets nothing. The database is made when it may be missing."""
        if not self._made:
            try:
                self._ask(f'CREATE DATABASE "{self._database}"')
            except Refused as error:
                if error.status != FORBIDDEN:  # not ours to make: then it must be there, or writing tells
                    raise
            self._made = True
            self._measure()
        return "influxdb"

    def write(self, pieces: Sequence[Lines]) -> None:
        for body in bodies(pieces, self._database, tagged=False):
            try:
                self._http.send("/write", body, db=self._database, precision="ms")
            except Refused as error:
                self._made = self._made and error.status != MISSING
                if error.status != BAD or TOO_OLD not in error.reason:
                    raise
                # the others of the request are written
                log.warning("series_server_dropped_values", server=self.place, reason=error.reason)

    def few(self, cabinet: str, signal: str, start: int, end: int, most: int | None) -> Found | None:
        if most is not None:  # counted apart: a LIMIT makes 1.6.7 read no less, and slower
            counted = self._rows(f"count({_field(signal)})", cabinet, start, end)
            if counted and counted[0][1] > most:
                return None
        rows = self._rows(_field(signal), cabinet, start, end)
        ts, value = (np.array(c) for c in zip(*rows, strict=True)) if rows else (np.empty(0), np.empty(0))
        return Found(ts.astype(np.int64), value.astype(np.float64), np.zeros(len(rows), np.int64))

    def extent(self, cabinet: str, signal: str, start: int, end: int) -> tuple[int, int]:
        first, last = (self._rows(f"{which}({_field(signal)})", cabinet, start, end) for which in ("first", "last"))
        return int(first[0][0]), int(last[0][0])

    def parts(self, cabinet: str, signal: str, start: int, end: int, width: int) -> list[Point]:
        group = f" GROUP BY time({width}ms, {start % width}ms) fill(none)"
        lows, means, highs = (  # one by one: three in one statement take three times as long
            self._rows(f"{which}({_field(signal)})", cabinet, start, end, group) for which in ("min", "mean", "max")
        )
        low, mean, high = ({int(t): float(v) for t, v in rows} for rows in (lows, means, highs))
        both = [t for t in low if t in mean and t in high]  # a reading may have come in between
        return [Point(t, low[t], min(max(mean[t], low[t]), high[t]), high[t]) for t in both]

    def prune(self, before: int) -> int:
        """An hour of what is too old; how many values. (A retention policy of the database does it at less cost.)"""
        old = self._ask(self._select("*", f"time < {before}ms ORDER BY time LIMIT 1"))
        if not old:
            return 0
        until = f"time < {min(before, int(old[0].values[0][0]) + HOUR)}ms"
        counted = self._ask(self._select("count(*)", until))
        self._ask(" ".join(("DELETE FROM", f'"{self._database}"', "WHERE", until)))
        self._measure()
        return sum(int(n) for series in counted for n in series.values[0][1:] if n is not None)

    def close(self) -> None:
        self._http.close()

    def _rows(self, what: str, cabinet: str, start: int, end: int, more: str = "") -> list[list[Any]]:
        where = f"\"{CABINET}\" = '{spelled(cabinet)}' AND time >= {start}ms AND time < {end}ms"
        found = self._ask(self._select(what, where) + more)
        return found[0].values if found else []

    def _select(self, what: str, where: str) -> str:
        return " ".join(("SELECT", what, "FROM", f'"{self._database}"', "WHERE", where))

    def _ask(self, query: str) -> list[_Series]:
        """What one statement answers; a database that is not there yet holds nothing."""
        raw = self._http.form("/query", {"db": self._database, "epoch": "ms", "q": query})
        [answer] = decoded(self.place, raw, _Answer).results or [_Statement()]
        if answer.error and not answer.error.startswith("database not found"):
            raise Unavailable(f"{self.place}: {answer.error}")
        return answer.series

    def _measure(self) -> None:
        """The bytes of our shards, where we may ask."""
        try:
            shards = self._ask("SHOW STATS FOR 'shard'")
        except Refused as error:
            log.info("series_server_size_unknown", reason=error.reason)
            return
        own = [s for s in shards if s.tags.get("database") == self._database]
        self.used = sum(int(s.values[0][s.columns.index("diskBytes")]) for s in own)


def _field(signal: str) -> str:
    return f'"{spelled(signal)}"::field'
