"""The records: one schema, several stores, chosen by name."""

from collections.abc import Callable
from pathlib import Path

from service.records.base import RecordStore
from service.records.memory import MemoryRecords
from service.records.migrate import open_records

RECORDS: dict[str, Callable[[Path], RecordStore]] = {"sqlite": open_records, "memory": MemoryRecords}
