"""The log's hash chain: each row of a cabinet's log covers the one before, so that a change anywhere shows.

Removing the newest rows leaves a sound, shorter chain: the number and hash of the newest row are kept beside it, and
stand on every report that was handed out.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

Row = dict[str, Any]
FIELDS = ("cabinet", "n", "at", "ts", "type", "data")


class Head(NamedTuple):
    """The newest row of a cabinet's log: how many rows there are, and its hash."""

    n: int
    hash: str


class Broken(NamedTuple):
    """The first row (its number `n`) that does not follow from the one before it, and what is wrong."""

    n: int
    what: str


def genesis(cabinet: str) -> Head:
    """What the first row of a cabinet's log follows."""
    return Head(0, hashlib.sha256(cabinet.encode()).hexdigest())


def link(head: Head, cabinet: str, at: int, ts: int, what: str, data: dict[str, Any]) -> tuple[Row, Head]:
    """The next row of the log and the new head. `at`: when we learnt of it (product ms); `ts`: event time (ms)."""
    n = head.n + 1
    row: Row = {"id": f"{cabinet}/{n}", "cabinet": cabinet, "n": n, "at": at, "ts": ts, "type": what, "data": data}
    digest = _digest(head.hash, row)
    return row | {"prev": head.hash, "hash": digest}, Head(n, digest)


def check(cabinet: str, rows: Iterable[Row], head: Head | None = None) -> Broken | None:
    """The first broken link of a whole log (rows by number, from the first); None when it is sound. With `head`, also
    whether the newest rows are there."""
    last = genesis(cabinet)
    for row in rows:
        wrong = _wrong(last, row)
        if wrong:
            return Broken(last.n + 1, wrong)
        last = Head(row["n"], row["hash"])
    if head is not None and last != head:
        return Broken(last.n + 1, "missing" if head.n > last.n else "not the row that was written")
    return None


def _wrong(last: Head, row: Row) -> str:
    if row["n"] != last.n + 1:
        return "missing" if row["n"] > last.n + 1 else "out of order"
    if row["prev"] != last.hash:
        return "does not follow from the row before"
    return "" if row["hash"] == _digest(last.hash, row) else "changed"


def _digest(prev: str, row: Row) -> str:
    covered = msgspec.json.encode([row[name] for name in FIELDS], order="deterministic")
    return hashlib.sha256(prev.encode() + covered).hexdigest()
