"""From chunks to the DuckDB file: one large run, sorted by cabinet and time, in the caller's transaction."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from telemetry.series.chunk import HEAD, Chunk, Columns
from telemetry.series.layout import DAY_OF, Db, column, insert, number, progress, widen

_DAYS = f"""
INSERT INTO unsummarised
SELECT DISTINCT cabinet, {DAY_OF} FROM incoming WHERE ts >= $raw_from EXCEPT FROM unsummarised
"""


def settle(db: Db, chunks: Sequence[Chunk], names: Mapping[str, Sequence[str]]) -> None:
    """Write chunks (at least one) and their last batch number. `names`: all there are by table, in order."""
    for table, listed in names.items():
        new = range(number(db, f"SELECT count(*) FROM {table}"), len(listed))
        insert(db, table, pa.table({"number": pa.array(new, pa.int32()), "name": [listed[n] for n in new]}))
    rows = pa.concat_tables([_table(c.rows) for c in chunks], promote_options="default")
    odd = pa.concat_tables([_table(c.odd) for c in chunks])
    widen(db, [name for name in rows.column_names if name not in HEAD])
    insert(db, "settled", rows, "cabinet, ts")
    insert(db, "odd", odd, "cabinet, signal, ts")
    for part in (rows, odd):
        db.register("incoming", part.select(["cabinet", "ts"]))
        db.execute(_DAYS, {"raw_from": progress(db).raw_from})
    values = sum(c.given for c in chunks)
    db.execute("UPDATE progress SET settled = ?, readings = readings + ?", [chunks[-1].last, values])


def named(db: Db, table: str) -> list[str]:
    """The names of `cabinets` or `signals` in order of their numbers."""
    return column(db, f"SELECT name FROM {table} ORDER BY number")


def _table(columns: Columns) -> pa.Table:
    """NaN means not given, which the file calls NULL."""
    return pa.table({name: pa.array(c, from_pandas=name not in HEAD) for name, c in columns.items()})
