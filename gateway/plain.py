"""The short way of nearly every message: the next reading of a cabinet of which nothing is missing or in doubt."""

from collections.abc import Sequence
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING, cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from gateway.columns import Columns, Names, known
from telemetry import wire
from telemetry.batch import I64
from telemetry.wire import Telemetry

if TYPE_CHECKING:
    from gateway.ingest import Ingest

ELSEWHERE = -1
_boot, _seq, _ts, _m = map(attrgetter, ("boot", "seq", "ts", "m"))


def take(ingest: "Ingest", columns: Columns, messages: Sequence[tuple[str, bytes]], now: int) -> list[int]:
    """Count and collect what is plain, all at once; the indices of all other messages, in order.

    Every message of a cabinet behind one that is not plain goes the general way too, so its order is kept.
    """
    lanes, routes, n = ingest.lanes, ingest.routes, len(messages)
    row = np.array([routes.get(topic, ELSEWHERE) for topic, _ in messages], np.int64)
    at, found = _read(messages, np.flatnonzero(row != ELSEWHERE))
    if not found:
        return list(range(n))
    names = list(map(tuple, map(_m, found)))
    fit, (boot, seq, ts) = np.zeros(n, np.bool_), np.zeros((3, n), np.int64)
    fit[at] = _known(names)
    for column, of in ((boot, _boot), (seq, _seq), (ts, _ts)):
        column[at] = np.fromiter(map(of, found), np.int64, len(found))
    _others(ingest, messages, row)
    lanes.reserve(len(ingest.fleet))
    plain = lanes.sieve(row, fit, boot, seq, ts, now)
    chosen, passed = np.flatnonzero(plain), plain[at]
    payloads = [messages[i][1] for i in chosen.tolist()]
    lanes.advance(row[chosen], seq[chosen], np.fromiter(map(crc32, payloads), np.uint32, len(chosen)))
    if not passed.all():
        found, names = list(compress(found, passed)), list(compress(names, passed))
    columns.plain(row[chosen], ts[chosen], boot[chosen], seq[chosen], names, list(map(_m, found)))
    return np.flatnonzero(~plain).tolist()


def _read(messages: Sequence[tuple[str, bytes]], at: I64) -> tuple[I64, list[Telemetry]]:
    """Which of these messages are readings in their plain form, and they."""
    read = wire.plain([messages[i][1] for i in at.tolist()])
    if None not in read:
        return at, cast("list[Telemetry]", read)
    return at[[message is not None for message in read]], [message for message in read if message is not None]


def _known(names: list[Names]) -> NDArray[np.bool_]:
    """In which of them we know every signal."""
    odd = {one for one in set(names) if not known(one)}
    return ~np.fromiter(map(odd.__contains__, names), np.bool_, len(names)) if odd else np.ones(len(names), np.bool_)


def _others(ingest: "Ingest", messages: Sequence[tuple[str, bytes]], row: I64) -> None:
    """Births, events and replies stand in the rows of their cabinets, so that no later reading overtakes them."""
    for i in np.flatnonzero(row == ELSEWHERE).tolist():
        parsed = wire.parse_topic(messages[i][0])
        if parsed is not None and parsed[1] != "will":
            row[i] = ingest.fleet.index.get(parsed[0], ELSEWHERE)
