"""A large series store in minutes: readings written straight into the settled table, then summarised as ever.

`python -m tests.perf.fill PATH CABINETS DAYS INTERVAL_S` fills a new store: 1000 cabinets, 30 days and 60 s are 518
million values (12 signals in each sample).
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from telemetry.series import duckdb
from telemetry.series.duckdb import DuckSeries
from telemetry.series.layout import Db, widen
from telemetry.signals import SIGNALS
from telemetry.units import DAY

START = 1_700_006_400_000  # a midnight (UTC)
FOREVER = 1 << 62
USED = tuple(signal.name for signal in SIGNALS[:12])


def fill(
    path: Path,
    cabinets: int | Sequence[str],
    days: int,
    interval_s: float,
    start: int = START,
    *,
    summaries: bool = True,
) -> int:
    """Make a store at `path` with one sample of `USED` per cabinet and interval, from `start` (ms, a midnight) on;
    how many values it holds. `cabinets`: their ids, or how many (`CAB-00000`, …). Its last batch is 0.
    """
    ids = [f"CAB-{n:05}" for n in range(cabinets)] if isinstance(cabinets, int) else list(cabinets)
    per_day = int(DAY // (interval_s * 1000))
    store = DuckSeries(path)
    with store._file.writing() as db:
        _name(db, "cabinets", ids)
        _name(db, "signals", USED)
        widen(db, USED)
    for day in range(days):
        with store._file.writing() as db:
            db.execute(_samples(start + day * DAY, day * per_day, per_day, interval_s), [len(ids) * per_day])
            db.execute("INSERT INTO unsummarised SELECT number, ? FROM cabinets", [start // DAY + day])
            db.execute("UPDATE progress SET readings = readings + ?", [len(ids) * per_day * len(USED)])
    if summaries:
        _summarise(store)
    store.close()
    return days * len(ids) * per_day * len(USED)


def _name(db: Db, table: str, names: Sequence[str]) -> None:
    db.execute(f"INSERT INTO {table} SELECT unnest(range({len(names)})), unnest(?)", [list(names)])


def _samples(start: int, before: int, per_day: int, interval_s: float) -> str:
    """SQL that writes one day of every cabinet, sorted; `before` samples of each came earlier."""
    ts = f"{start} + ((r % {per_day}) * {interval_s * 1000})::BIGINT"
    wave = "round({n} + 2 * sin(r / {n}.0) + random(), 1)"
    values = ", ".join(wave.format(n=7 + n) for n in range(len(USED)))
    names = ", ".join(["cabinet, ts, raw_ts, boot, seq", *USED])
    columns = f"r // {per_day}, {ts}, {ts}, 1, {before} + r % {per_day} + 1, {values}"
    return f"INSERT INTO settled ({names}) SELECT {columns} FROM range(?) t(r)"  # noqa: S608 - numbers, our own names


def _summarise(store: DuckSeries) -> None:
    """In large steps: nobody waits."""
    kept, duckdb.STEP_LINES = duckdb.STEP_LINES, 2_000_000
    try:
        while store.tend(FOREVER):
            pass
    finally:
        duckdb.STEP_LINES = kept


if __name__ == "__main__":
    began = time.monotonic()
    n = fill(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    size = sum(f.stat().st_size for f in Path(sys.argv[1]).parent.glob(Path(sys.argv[1]).name + "*"))
    print(f"{n:,} values in {time.monotonic() - began:.0f} s, {size / 1e9:.2f} GB")
