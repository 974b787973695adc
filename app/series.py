"""The series store that the settings name."""

from pathlib import Path

from app.settings import Settings
from telemetry.series import SERIES, SERVERS, on_server
from telemetry.series.base import SeriesStore
from telemetry.series.place import Server

FILE = "series.duckdb"
HELD = "series-server.db"
"""What a server is known to hold, beside our own data."""


def open_series(settings: Settings, root: Path) -> SeriesStore:
    """The readings, ready for use; a server need not answer yet. Raises Unavailable."""
    if settings.series not in SERVERS or settings.series_url is None:
        return SERIES[settings.series](root / FILE)
    chosen = settings.series_server
    server = Server(settings.series_url.get_secret_value(), chosen.database, chosen.timeout_s, chosen.settle_s)
    return on_server(settings.series, root / HELD, server)
