"""Where readings go: one protocol, several stores, chosen by name."""

from collections.abc import Callable
from pathlib import Path

from telemetry.series.base import SeriesStore
from telemetry.series.duckdb import DuckSeries
from telemetry.series.influx import Influx
from telemetry.series.line import Dialect, LineSeries
from telemetry.series.memory import MemorySeries
from telemetry.series.server import Server
from telemetry.series.victoria import Victoria

SERIES: dict[str, Callable[[Path], SeriesStore]] = {"duckdb": DuckSeries, "memory": MemorySeries}
SERVERS: dict[str, Callable[[Server], Dialect]] = {"influxdb": Influx, "victoriametrics": Victoria}


def on_server(name: str, path: Path, server: Server) -> LineSeries:
    """The store on a server; `path`: the file that says what the server holds."""
    return LineSeries(path, SERVERS[name](server))
