"""VictoriaMetrics: line protocol in, MetricsQL and its export out. Its own rules stand on the stores page.

A metric is named `<database>_<signal>`. Its samples cannot be replaced: a value that takes the place of another goes
to a series of its own, with a label that counts how often (`again`).
"""

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import structlog

from telemetry.clock import real_ms
from telemetry.errors import Unavailable
from telemetry.series.base import Point
from telemetry.series.found import NONE, Found, merged, spread
from telemetry.series.lines import AGAIN, CABINET, Lines, bodies, spelled
from telemetry.series.place import Server
from telemetry.series.server import Http, decoded
from telemetry.units import MINUTE, SECOND

log = structlog.get_logger()
FRESH = 5 * MINUTE  # the server repeats older sums in the place of those of its last 30 s
_METRIC = re.compile(rb"^(\w+)(?:\{([^}]*)\})? (\S+)$", re.MULTILINE)
_SUMS = ("min_over_time", "avg_over_time", "max_over_time")


class _Series(msgspec.Struct):
    """A line of the export."""

    metric: dict[str, str]
    values: list[float | None]
    timestamps: list[int]


class _Rows(msgspec.Struct):
    """A series of an answered query: one `value`, or several."""

    metric: dict[str, str]
    value: tuple[float, str] | None = None
    values: list[tuple[float, str]] = []


class _Result(msgspec.Struct):
    result: list[_Rows]


class _Answer(msgspec.Struct):
    data: _Result


class Victoria:
    """One VictoriaMetrics server; `database` is the first part of its metrics' names."""

    def __init__(self, server: Server) -> None:
        self._http = Http(server)
        self._database = server.database
        self.place = f"victoriametrics {server.place} {server.database}"
        self.settle_ms = int(server.settle_s * SECOND)
        self.used = 0
        self._dropped: float | None = None

    def run(self) -> str:
        """The start time of the server's process, from its metrics."""
        told = _METRIC.findall(self._http.get("/metrics"))
        self.used = int(sum(float(v) for name, _, v in told if name == b"vm_data_size_bytes"))
        dropped = sum(float(v) for name, _, v in told if name in (b"vm_rows_ignored_total", b"vm_rows_invalid_total"))
        if self._dropped is not None and dropped > self._dropped:
            log.error("series_server_dropped_values", server=self.place, values=int(dropped - self._dropped))
        self._dropped = dropped
        for name, _, value in told:
            if name == b"vm_app_start_timestamp":
                return str(value, "ascii")
        raise Unavailable(f"{self.place}: its /metrics do not tell when it was started; is it VictoriaMetrics?")

    def write(self, pieces: Sequence[Lines]) -> None:
        for body in bodies(pieces, self._database, tagged=True):
            self._http.send("/api/v2/write", body, precision="ms")

    def few(self, cabinet: str, signal: str, start: int, end: int, most: int | None) -> Found | None:
        metric = self._metric(cabinet, signal)
        if most is not None:
            rows = self._over(f"count_over_time({metric}[{end - start}ms])", end)
            # where values were replaced, only all of them together tell which stand
            if not any(AGAIN in r.metric for r in rows) and sum(int(r.value[1]) for r in rows if r.value) > most:
                return None
        return self._export(metric, start, end)

    def extent(self, cabinet: str, signal: str, start: int, end: int) -> tuple[int, int]:
        metric, length = self._metric(cabinet, signal), f"[{end - start}ms]"
        first, last = (
            f'label_set(t{which}_over_time({metric}{length}),"which","{which}")' for which in ("first", "last")
        )
        rows = self._over(f"union({first},{last})", end)
        told = {r.metric["which"]: round(float(r.value[1]) * SECOND) for r in rows if r.value}
        return told["first"], told["last"]

    def parts(self, cabinet: str, signal: str, start: int, end: int, width: int) -> list[Point]:
        metric = self._metric(cabinet, signal)
        cut = min(end, start + max(0, (real_ms() - FRESH - start) // width * width))
        sums = self._sums(metric, start, cut, width) if cut > start else []
        fresh = self._export(metric, cut, end) if cut < end else None
        return sums + (spread(*merged(fresh, NONE), cut, width) if fresh else [])

    def _sums(self, metric: str, start: int, end: int, width: int) -> list[Point]:
        # a window holds its right end, not its left
        names = ",".join(f'"{name}"' for name in _SUMS)
        query = f"aggr_over_time(({names}),{metric}[{width}ms])"
        times = {"start": _at(start + width - 1), "end": _at(end + width), "step": _at(width)}
        raw = self._http.form("/api/v1/query_range", {"query": query, "nocache": "1", **times})
        columns: dict[str, dict[int, float]] = {}
        for row in decoded(self.place, raw, _Answer).data.result:
            columns[row.metric["rollup"]] = {round(t * SECOND): float(v) for t, v in row.values}
        low, mean, high = (columns.get(name, {}) for name in _SUMS)
        kept = [t for t in sorted(low) if t - width + 1 < end]
        return [Point(t - width + 1, low[t], min(max(mean[t], low[t]), high[t]), high[t]) for t in kept]

    def prune(self, before: int) -> int:
        """VictoriaMetrics deletes by its own `-retentionPeriod` alone."""
        return 0

    def close(self) -> None:
        self._http.close()

    def _metric(self, cabinet: str, signal: str) -> str:
        return f'{{__name__="{self._database}_{spelled(signal)}",{CABINET}="{spelled(cabinet)}"}}'

    def _over(self, query: str, end: int) -> list[_Rows]:
        """The answer of a query that looks back from the last ms before `end`."""
        raw = self._http.form("/api/v1/query", {"query": query, "time": _at(end - 1), "nocache": "1"})
        return decoded(self.place, raw, _Answer).data.result

    def _export(self, metric: str, start: int, end: int) -> Found:
        raw = self._http.form("/api/v1/export", {"match[]": metric, "start": _at(start), "end": _at(end - 1)})
        series = [decoded(self.place, line, _Series) for line in raw.splitlines()]
        ts = np.array([t for s in series for t in s.timestamps], np.int64)
        value = np.array([v for s in series for v in s.values], np.float64)
        again = np.repeat([int(s.metric.get(AGAIN, 0)) for s in series], [len(s.values) for s in series])
        kept = (ts >= start) & (ts < end) & ~np.isnan(value)
        return Found(ts[kept], value[kept], again.astype(np.int64)[kept])


def _at(ms: int) -> str:
    """A time, or a step, in seconds. The server cuts a float of them off to the ms: a part of a ms more keeps the last
    digit (`1969ms` as a step is 1968)."""
    return f"{ms // SECOND}.{ms % SECOND:03d}4"
