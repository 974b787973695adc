"""Where readings go: one protocol, several stores, chosen by name.

What a server needs is loaded when one is chosen: it takes a second that nobody else's start should pay.
"""

from collections.abc import Callable
from pathlib import Path

from telemetry.series.base import SeriesStore
from telemetry.series.duckdb import DuckSeries
from telemetry.series.line import Dialect, LineSeries
from telemetry.series.memory import MemorySeries
from telemetry.series.place import Server


def _influx(server: Server) -> Dialect:
    from telemetry.series.influx import Influx  # noqa: PLC0415

    return Influx(server)


def _victoria(server: Server) -> Dialect:
    from telemetry.series.victoria import Victoria  # noqa: PLC0415

    return Victoria(server)


SERIES: dict[str, Callable[[Path], SeriesStore]] = {"duckdb": DuckSeries, "memory": MemorySeries}
SERVERS: dict[str, Callable[[Server], Dialect]] = {"influxdb": _influx, "victoriametrics": _victoria}


def on_server(name: str, path: Path, server: Server) -> LineSeries:
    """The store on a server; `path`: the file that says what the server holds."""
    return LineSeries(path, SERVERS[name](server))
