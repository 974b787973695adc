"""The records: one schema, several stores, chosen by name."""

from collections.abc import Callable
from pathlib import Path

from service.records.base import RecordStore
from service.records.memory import MemoryRecords
from service.records.migrate import open_postgresql, open_records

RECORDS: dict[str, Callable[[str], RecordStore]] = {
    "sqlite": lambda path: open_records(Path(path)),
    "postgresql": open_postgresql,
    "memory": MemoryRecords,
}
"""Opened by saying where: the path of a file, the URL of a database."""
