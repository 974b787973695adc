"""The labelled files of the Numenta Anomaly Benchmark (NAB v1.1) that lie beside the project, if they do.

They are not ours and not in the repository: `../shared/data/nab` seen from the project's root, with its licence.
"""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "nab"
TEMPERATURE = ("ambient_temperature_system_failure", "machine_temperature_system_failure")


class Labelled(NamedTuple):
    """One series of n rows, ms since 1970 (the file's own clock); `windows`: first and last row of each, inclusive."""

    name: str
    ts: NDArray[np.int64]
    values: NDArray[np.float64]
    windows: tuple[tuple[int, int], ...]


def absent() -> str:
    """Why the corpus cannot be read; empty when it can."""
    return "" if (FOLDER / "labels" / "combined_windows.json").is_file() else f"no NAB files in {FOLDER}"


def read() -> list[Labelled]:
    """Every file that has labels, by name."""
    labels = json.loads((FOLDER / "labels" / "combined_windows.json").read_text())
    return [_file(name, limits) for name, limits in sorted(labels.items())]


def _file(name: str, limits: list[list[str]]) -> Labelled:
    with (FOLDER / "data" / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    ts = [_ms(row["timestamp"]) for row in rows]
    # A time that stands twice means its first row, as in NAB's own sweeper.
    windows = tuple((ts.index(_ms(first)), ts.index(_ms(last))) for first, last in limits)
    return Labelled(name, np.array(ts), np.array([float(row["value"]) for row in rows]), windows)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
