"""A process that writes batches to a DuckDB series file, to be killed or starved of room by its parent."""

import resource
import sys
from pathlib import Path

import numpy as np

from telemetry.batch import Long, Readings
from telemetry.errors import Unavailable
from telemetry.series import duckdb, duckfile
from telemetry.series.duckdb import DuckSeries
from tests.contracts.series_data import FOREVER, IDS, NAMES

LINES = 2_000


def batch_of(batch: int) -> Readings:
    """Readings that all carry the batch number as value and seq, at times of their own."""
    ts = batch * 1_000_000 + np.arange(LINES)
    cabinets, signal = np.arange(LINES, dtype=np.int32) % 3, np.zeros(LINES, np.int32)
    noise = np.random.default_rng(batch).integers(0, 1 << 60, LINES)  # so that nothing is compressed away
    numbers = np.full(LINES, batch)
    return Readings.wide(Long(cabinets, signal, ts, noise, numbers.astype(np.float64), numbers, numbers))


def held(store: DuckSeries) -> dict[int, int]:
    """How many readings of each batch can be read."""
    found = [p.mean for c in IDS for p in store.read(c, NAMES[0], 0, FOREVER, FOREVER)]
    batches, counts = np.unique(found, return_counts=True)
    return dict(zip(batches.astype(int).tolist(), counts.tolist(), strict=True))


def write_for_ever(path: Path) -> None:
    """Flushing and tending by turns, so that a kill meets either."""
    duckdb.SETTLE_ROWS = 3 * LINES
    store = DuckSeries(path)
    while True:
        batch = store.last_batch() + 1
        store.append(batch, batch_of(batch), IDS, NAMES)
        store.append(batch + 1, batch_of(batch + 1), IDS, NAMES)
        print(store.flush(), flush=True)
        store.tend(FOREVER)


def write_without_room(path: Path, room: int, log: str) -> None:
    """Until no file may grow beyond `room` bytes, then again after it may; `log` is how long DuckDB's log may get."""
    duckfile.CONFIG["checkpoint_threshold"] = log
    duckdb.SETTLE_ROWS = 2 * LINES
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    store, batch, refused = DuckSeries(path), 0, 0
    while refused < 3:
        batch += 1
        store.append(batch, batch_of(batch), IDS, NAMES)
        try:
            assert store.flush() == batch
            store.tend(FOREVER)
        except Unavailable:
            refused += 1
            assert held(store) == dict.fromkeys(range(1, batch + 1), LINES), "readable while there is no room"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert store.flush() == batch
    while store.tend(FOREVER):
        assert held(store) == dict.fromkeys(range(1, batch + 1), LINES)
    store.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        write_without_room(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    else:
        write_for_ever(Path(sys.argv[1]))
