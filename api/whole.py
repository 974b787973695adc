"""Every row of a question, for whoever adds up: read in pieces, and never cut short in silence."""

from collections.abc import Sequence
from typing import Any

from service.records.base import RecordStore, Row, Where
from service.records.shape import KEY
from telemetry.errors import Invalid

MOST = 200_000
PIECE = 5_000


def whole(
    records: RecordStore, table: str, where: Sequence[Where] = (), order: Sequence[str] = (), *, most: int = MOST
) -> list[Row]:
    """All rows that meet the conditions, in order of the columns named (ascending, nulls last), else of their key.

    A piece begins behind the key of the last, so that no row is met twice or left out while others are written. Raises
    Invalid when there are more than `most` rows: a figure drawn from a part of them would look like the whole.
    """
    key = KEY[table]
    found: list[Row] = []
    after: list[Where] = []
    while piece := records.find(table, [*where, *after], [key], PIECE):
        found += piece
        if len(found) > most:
            raise Invalid({table: f"more than {most} rows; ask for a shorter period"})
        if len(piece) < PIECE:
            break
        after = [Where(key, ">", piece[-1][key])]
    return sorted(found, key=lambda row: _place(row, order)) if order else found


def _place(row: Row, order: Sequence[str]) -> Any:
    return tuple((row[column] is None, row[column]) for column in order)
