"""The records that the settings name."""

from app.home import Home
from app.settings import Settings
from service.records import RECORDS
from service.records.base import Put, RecordStore
from telemetry.errors import ConfigError

FILE = "records.db"
COPYING = "copying"
"""The key in `meta` of a store into which records are being copied."""
INSTANCE = "instance"
"""The key in `meta` under which the installation's name stands (`Home.instance`)."""


def address(settings: Settings) -> str:
    """Where the records are: the file in the data directory, or the database's URL."""
    if settings.records == "postgresql" and settings.records_url:
        return settings.records_url.get_secret_value()
    return str(settings.data / FILE)


def open_store(settings: Settings, home: Home) -> RecordStore:
    """The records of this installation, ready for use. Raises ConfigError, OwnedError, Unavailable."""
    store = RECORDS[settings.records](address(settings))
    try:
        _claim(store, home)
    except BaseException:
        store.close()
        raise
    return store


def _claim(store: RecordStore, home: Home) -> None:
    """Journal and snapshots in the data directory belong to one store: with another they would be mixed unseen."""
    if store.get("meta", COPYING) is not None:
        raise ConfigError("records", "a copy into this store was not finished: run `vendwatch migrate-data` again")
    name, found = home.instance(), store.get("meta", INSTANCE)
    if found is None:
        store.write([Put("meta", {"key": INSTANCE, "value": name})])
    elif found["value"] != name:
        raise ConfigError(
            "records",
            f"this store belongs to installation {found['value']}, but {home.root} to {name}: "
            "every data directory needs records of its own",
        )
