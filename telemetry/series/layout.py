"""The tables of the DuckDB file, how older files become newer ones, and small questions to it.

`settled`   one sample per line; a column for each known signal that ever occurred; runs sorted by cabinet and time
`odd`       one value per line: signals we do not know, and all that files of the first layout held
`five hour` summaries, one bucket of one signal per line; each cabinet's day lies together
`unsummarised`  cabinet days whose summaries are not what the readings say: the readings count for them
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from telemetry.series.chunk import HEAD
from telemetry.units import DAY

Db = duckdb.DuckDBPyConnection

DAY_OF = f"((ts - ((ts % {DAY}) + {DAY}) % {DAY}) // {DAY})"
"""The number of the day (UTC) of `ts`; DuckDB's own division rounds towards zero."""

_TIER = """(cabinet INTEGER, signal INTEGER, ts BIGINT, low DOUBLE, mean DOUBLE, high DOUBLE, readings BIGINT)"""
_TABLES = f"""
CREATE TABLE IF NOT EXISTS cabinets (number INTEGER, name VARCHAR);
CREATE TABLE IF NOT EXISTS signals (number INTEGER, name VARCHAR);
CREATE TABLE IF NOT EXISTS settled (cabinet INTEGER, ts BIGINT, raw_ts BIGINT, boot BIGINT, seq BIGINT);
CREATE TABLE IF NOT EXISTS odd
    (cabinet INTEGER, signal INTEGER, ts BIGINT, raw_ts BIGINT, value DOUBLE, boot BIGINT, seq BIGINT);
CREATE TABLE IF NOT EXISTS five {_TIER};
CREATE TABLE IF NOT EXISTS hour {_TIER};
CREATE TABLE IF NOT EXISTS unsummarised (cabinet INTEGER, day BIGINT);
CREATE TABLE IF NOT EXISTS progress (settled BIGINT, readings BIGINT, raw_from BIGINT, five_from BIGINT);
INSERT INTO progress SELECT 0, 0, {-(2**62)}, {-(2**62)} WHERE NOT EXISTS (FROM progress);
"""
# The first layout kept one value per line: `readings` (sorted), `fresh` (not yet), the last batch in `state`.
_FIRST_LAYOUT = f"""
ALTER TABLE readings RENAME TO odd;
INSERT INTO odd FROM fresh;
DROP TABLE fresh;
{_TABLES}
UPDATE progress SET settled = (FROM state), readings = (SELECT count(*) FROM odd);
INSERT INTO unsummarised SELECT DISTINCT cabinet, {DAY_OF} FROM odd;
DROP TABLE state;
"""


class Progress(NamedTuple):
    """The last batch in the file, how many values it holds, from which time on (ms) it has all readings, and all
    summaries of five minutes."""

    settled: int
    readings: int
    raw_from: int
    five_from: int


def prepare(db: Db) -> None:
    """Make the tables, or bring an older file forward, in one transaction."""
    tables = column(db, "SELECT table_name FROM duckdb_tables()")
    db.begin()
    db.execute(_FIRST_LAYOUT if "state" in tables else _TABLES)
    db.commit()


def progress(db: Db) -> Progress:
    return Progress(*db.execute("SELECT settled, readings, raw_from, five_from FROM progress").fetchall()[0])


def known(db: Db) -> list[str]:
    """The signals that have a column."""
    names = [name for name, *_ in db.execute("FROM settled LIMIT 0").description or ()]
    return [name for name in names if name not in HEAD]


def widen(db: Db, names: Iterable[str]) -> None:
    """A column for each signal that has none yet. (A name here is one of `telemetry.signals`, never a cabinet's.)"""
    for name in sorted(set(names) - set(known(db)) - set(HEAD)):
        db.execute(f'ALTER TABLE settled ADD COLUMN "{name}" DOUBLE')


def insert(db: Db, table: str, content: pa.Table, order: str = "") -> None:
    """Add lines, sorted by the columns in `order`; columns that the content lacks become NULL."""
    if content.num_rows:
        db.register("incoming", content)
        names = ", ".join(f'"{name}"' for name in content.column_names)
        db.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming {f'ORDER BY {order}' if order else ''}")


def number(db: Db, sql: str, *values: Any) -> int:
    """The one number a query answers with; 0 for none."""
    return int(column(db, sql, *values)[0] or 0)


def column(db: Db, sql: str, *values: Any) -> list[Any]:
    """The first column of what a query answers with."""
    return [row[0] for row in db.execute(sql, list(values)).fetchall()]
