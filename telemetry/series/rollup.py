"""Summaries in the DuckDB file, and letting go of what is over: each a step in the caller's transaction."""

import numpy as np
import pyarrow as pa

from telemetry.batch import F64
from telemetry.series.base import Summaries
from telemetry.series.chunk import Columns
from telemetry.series.layout import Db, column, insert, known, number
from telemetry.series.tiers import WIDTHS, Tier, folded, winners
from telemetry.units import DAY

CABINETS = 1_000  # of a day, in one step of summarising at most
_KEY = ("cabinet", "ts", "boot", "seq")
_PIECE = """
cabinet BETWEEN $first AND $last AND ts >= $start AND ts < $end
AND cabinet IN (SELECT cabinet FROM unsummarised WHERE day = $day)
"""
_COUNT = f"""
SELECT cabinet, count(*) AS lines
FROM (SELECT cabinet FROM settled WHERE {_PIECE} UNION ALL SELECT cabinet FROM odd WHERE {_PIECE}) GROUP BY cabinet
"""
_TORN_DAY = """
INSERT INTO unsummarised SELECT DISTINCT cabinet, $day::BIGINT FROM {table}
WHERE ts >= $before AND ts < $end EXCEPT FROM unsummarised
"""


def summarise(db: Db, before: int, most: int) -> int:
    """Compute the summaries of the oldest day that needs it and ended by `before` (ms) anew from its readings: of
    as many cabinets as have up to `most` lines of them together, at least one. How many cabinets these were."""
    day = column(db, "SELECT min(day) FROM unsummarised WHERE day < ?", before // DAY)[0]
    if day is None:
        return 0
    piece = _piece(db, day, most)
    readings = _readings(db, piece)
    tiers = {signal: winners(*(columns[name] for name in (*_KEY, "value"))) for signal, columns in readings.items()}
    for table, width in WIDTHS.items():
        tiers = {signal: folded(tier, width) for signal, tier in tiers.items()}
        db.execute(f"DELETE FROM {table} WHERE {_PIECE}", piece)
        for_table = [_lines(signal, tier) for signal, tier in tiers.items()]
        if for_table:
            insert(db, table, pa.concat_tables(for_table))
    done = "DELETE FROM unsummarised WHERE day = ? AND cabinet BETWEEN ? AND ?"
    return number(db, done, day, piece["first"], piece["last"])


def prune(db: Db, before: int, kept: Summaries | None) -> int:
    """As `SeriesStore.prune`; how many readings were deleted."""
    if kept is None:
        cut = five = hour = before
        _tear(db, before)
    else:
        cut, five, hour = (time // DAY * DAY for time in (before, *kept))
        waiting = column(db, "SELECT min(day) FROM unsummarised")[0]
        cut = cut if waiting is None else min(cut, waiting * DAY)
        moved = "UPDATE progress SET raw_from = greatest(raw_from, ?), five_from = greatest(five_from, ?)"
        db.execute(moved, [cut, five])
    given = " + ".join(["count(*) * 0", *(f'count("{name}")' for name in known(db))])
    gone = number(db, f"SELECT {given} FROM settled WHERE ts < ?", cut)
    gone += number(db, "SELECT count(*) FROM odd WHERE ts < ?", cut)
    for table, time in (("settled", cut), ("odd", cut), ("five", five), ("hour", hour)):
        db.execute(f"DELETE FROM {table} WHERE ts < ?", [time])
    db.execute("UPDATE progress SET readings = readings - ?", [gone])
    return gone


def _tear(db: Db, before: int) -> None:
    """Days before `before` need no summaries any more; the day it cuts in two is summarised from what is left."""
    day, end = before // DAY, -(-before // DAY)
    db.execute("DELETE FROM unsummarised WHERE day < ?", [end])
    for table in ("settled", "odd"):
        db.execute(_TORN_DAY.format(table=table), {"day": day, "before": before, "end": end * DAY})


def _piece(db: Db, day: int, most: int) -> dict[str, int]:
    """The next cabinets of a day, as the parameters of `_PIECE`; counted first, because all of it comes into memory."""
    cabinets = column(db, "SELECT cabinet FROM unsummarised WHERE day = ? ORDER BY cabinet LIMIT ?", day, CABINETS)
    piece = {"first": cabinets[0], "last": cabinets[-1], "day": day, "start": day * DAY, "end": (day + 1) * DAY}
    counted = db.execute(_COUNT, piece).fetchnumpy()
    lines = np.zeros(len(cabinets), np.int64)
    lines[np.searchsorted(cabinets, counted["cabinet"])] = counted["lines"]
    fitting = int(np.count_nonzero(np.cumsum(lines) <= most))
    return piece | {"last": cabinets[max(fitting, 1) - 1]}


def _readings(db: Db, piece: dict[str, int]) -> dict[int, Columns]:
    """The readings of a piece by the number of their signal, columns `_KEY` and `value`."""
    signals = known(db)
    names = ", ".join([*_KEY, *(f'"{name}"' for name in signals)])
    rows = _in_order(db.execute(f"SELECT {names} FROM settled WHERE {_PIECE}", piece).fetchnumpy())
    odd = db.execute(f"SELECT cabinet, ts, boot, seq, value, signal FROM odd WHERE {_PIECE}", piece).fetchnumpy()
    numbers = dict(db.execute("SELECT name, number FROM signals").fetchall())
    found = {numbers[name]: _given(rows, np.ma.filled(rows[name], np.nan)) for name in signals}
    order = np.argsort(odd["signal"], kind="stable")
    for lines in np.split(order, np.flatnonzero(np.diff(odd["signal"][order])) + 1):
        single = {name: odd[name][lines] for name in (*_KEY, "value")}
        for signal in odd["signal"][lines[:1]].tolist():
            both = [single] if signal not in found else [found[signal], single]
            found[signal] = {name: np.concatenate([part[name] for part in both]) for name in single}
    return {signal: c for signal, c in found.items() if len(c["ts"])}


def _in_order(rows: Columns) -> Columns:
    """Lines by cabinet and time, as they come where the piece lies in one settled run."""
    cabinet, ts = rows["cabinet"], rows["ts"]
    if ((cabinet[1:] > cabinet[:-1]) | ((cabinet[1:] == cabinet[:-1]) & (ts[1:] >= ts[:-1]))).all():
        return rows
    order = np.lexsort((ts, cabinet))
    return {name: column[order] for name, column in rows.items()}


def _given(columns: Columns, value: F64) -> Columns:
    """The lines that have a value."""
    found = {name: columns[name] for name in _KEY} | {"value": value}
    given = ~np.isnan(value)
    return found if given.all() else {name: column[given] for name, column in found.items()}


def _lines(signal: int, tier: Tier) -> pa.Table:
    number_of = np.full(len(tier.cabinet), signal, np.int32)
    return pa.table({"cabinet": tier.cabinet, "signal": number_of, **tier.spans._asdict()})
