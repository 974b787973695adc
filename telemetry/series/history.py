"""Reading the DuckDB file: what a chart needs of one signal of one cabinet, from readings and summaries."""

from typing import NamedTuple

import numpy as np

from telemetry.batch import I64
from telemetry.series.buckets import Spans, newest
from telemetry.series.chunk import Values
from telemetry.series.layout import Db, Progress, column, known
from telemetry.series.tiers import FIVE, choose
from telemetry.units import DAY

_WHERE = "WHERE cabinet = $cabinet AND ts >= $start AND ts < $end"
_ODD = f"SELECT ts, value, boot, seq FROM odd {_WHERE} AND signal = $signal"
_COLUMN = f'SELECT ts, "{{name}}" AS value, boot, seq FROM settled {_WHERE} AND "{{name}}" IS NOT NULL'
_TIER = f"SELECT ts, low, mean, high, readings FROM {{table}} {_WHERE} AND signal = $signal ORDER BY ts"


class Contents(NamedTuple):
    """What the file holds once batch `settled` is in it: the signals that have a column, the numbers of odd ones.

    To ask takes as long as to read a day; it changes only when something is settled.
    """

    settled: int
    columns: frozenset[str]
    odd: frozenset[int]

    @staticmethod
    def of(db: Db, settled: int) -> "Contents":
        return Contents(settled, frozenset(known(db)), frozenset(column(db, "SELECT DISTINCT signal FROM odd")))


class Wanted(NamedTuple):
    """One signal of one cabinet by the store's numbers, with start <= ts < end; where its readings may be."""

    cabinet: int
    signal: int
    start: int
    end: int
    column: str | None
    odd: bool


def spans(db: Db, wanted: Wanted, fresh: Values, at: Progress, points: int) -> Spans:
    """What is there, sorted by time, fine enough for `points`; `fresh`: the readings that are not in the file yet.

    Days that are wholly wanted and summarised may be answered from summaries, all others from their readings. Where
    readings are gone, the finest summaries left stand for them.
    """
    if wanted.end - wanted.start > FIVE * points:
        open_days = _open_days(db, wanted, fresh, at)
        exact = _readings([fresh, *(_stored(db, part) for part in _runs(open_days, wanted))])
        hours = _without(_tier(db, "hour", wanted), open_days)
        chosen = choose(hours, exact.ts, points)
        if chosen == "hour":
            return Spans.joined([hours, exact])
        if chosen == "five":
            fives = _without(_tier(db, "five", _from(wanted, at.five_from)), open_days)
            return Spans.joined([hours.only(hours.ts < at.five_from), fives, exact])
    exact = _readings([fresh, _stored(db, wanted)])
    if wanted.start >= at.raw_from:
        return exact
    gone = _until(wanted, at.raw_from)
    return Spans.joined(
        [_tier(db, "hour", _until(gone, at.five_from)), _tier(db, "five", _from(gone, at.five_from)), exact]
    )


def _open_days(db: Db, wanted: Wanted, fresh: Values, at: Progress) -> I64:
    """The days for which readings must speak (sorted): no summaries yet, late readings, or wanted only in part."""
    first, last = wanted.start // DAY, (wanted.end - 1) // DAY
    waiting = "SELECT day FROM unsummarised WHERE cabinet = ? AND day BETWEEN ? AND ?"
    days = column(db, waiting, wanted.cabinet, first, last)
    days += [edge // DAY for edge in (wanted.start, wanted.end) if edge % DAY]
    found = np.unique(np.r_[np.array(days, np.int64), fresh.ts // DAY])
    there: I64 = found[found * DAY >= at.raw_from]
    return there


def _runs(days: I64, wanted: Wanted) -> list[Wanted]:
    """Days in a row as one question."""
    rows = np.split(days, np.flatnonzero(np.diff(days) > 1) + 1) if len(days) else []
    return [_until(_from(wanted, int(r[0]) * DAY), (int(r[-1]) + 1) * DAY) for r in rows]


def _stored(db: Db, wanted: Wanted) -> Values:
    asked = {"cabinet": wanted.cabinet, "start": wanted.start, "end": wanted.end}
    found = [Values.none()]
    if wanted.odd:
        found.append(Values(**db.execute(_ODD, asked | {"signal": wanted.signal}).fetchnumpy()))
    if wanted.column:
        found.append(Values(**db.execute(_COLUMN.format(name=wanted.column), asked).fetchnumpy()))
    return Values.joined(found)


def _readings(parts: list[Values]) -> Spans:
    return Spans.single(*newest(*Values.joined(parts)))


def _tier(db: Db, table: str, wanted: Wanted) -> Spans:
    asked = {"cabinet": wanted.cabinet, "signal": wanted.signal, "start": wanted.start, "end": wanted.end}
    return Spans(**db.execute(_TIER.format(table=table), asked).fetchnumpy())


def _without(spans: Spans, days: I64) -> Spans:
    return spans.only(~np.isin(spans.ts // DAY, days))


def _from(wanted: Wanted, time: int) -> Wanted:
    return wanted._replace(start=max(wanted.start, time))


def _until(wanted: Wanted, time: int) -> Wanted:
    return wanted._replace(end=min(wanted.end, time))
