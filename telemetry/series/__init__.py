"""Where readings go: one protocol, several stores, chosen by name."""

from collections.abc import Callable
from pathlib import Path

from telemetry.series.base import SeriesStore
from telemetry.series.duckdb import DuckSeries
from telemetry.series.memory import MemorySeries

SERIES: dict[str, Callable[[Path], SeriesStore]] = {"duckdb": DuckSeries, "memory": MemorySeries}
