"""The audit chain: who saw, changed or deleted what, gap-free, each row bound to the one before (S4 5.6.2.3).

Rows are written by the fold alone and never changed. The newest row's number and hash are part of the fold's state,
outside of the database: so a tail that was cut off shows as well. Details hold no personal values.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from faults.foodsafety.chain import Broken, Head, check, link
from service.model import Actor
from service.records.base import Put, RecordStore, Row, Where
from service.step import AUDIT, Step

BY_ITSELF = Actor("system", "system")
PAGE = 1000
_SAID = ("actor", "role", "at_real", "subject", "detail")


def audit(step: Step, actor: Actor, action: str, subject: str, detail: dict[str, Any]) -> int:
    """Add a row; its number. `action` as in `pii.revealed`, `subject` as in `ticket:T-000001`.

    Call it when nothing can be refused any more: a number given out stays given out. `detail` says what and why
    (a reason, names of fields, counts), never a name, a phone number or an address.
    """
    said = {"actor": actor.id, "role": actor.role, "at_real": step.moment.real, "subject": subject, "detail": detail}
    linked, step.books.audit = link(step.books.audit, AUDIT, step.now, step.now, action, said)
    row = {"id": linked["id"], "n": linked["n"], "at": step.now, "action": action, **said}
    step.changes.append(Put("audit", row | {"prev": linked["prev"], "hash": linked["hash"]}))
    return int(row["n"])


def verify(rows: Iterable[Row], head: Head | None) -> Broken | None:
    """The first row (by number, from the first) that is not the one that was written; None: the chain is whole.

    `head`: the newest row as the fold knows it; None: then a cut tail cannot show.
    """
    return check(AUDIT, map(_linked, rows), head)


def _linked(row: Row) -> Row:
    """A row of table `audit` as the chain covers it."""
    said = {name: row[name] for name in _SAID}
    same = {name: row[name] for name in ("id", "n", "at", "prev", "hash")}
    return {**same, "cabinet": AUDIT, "ts": row["at"], "type": row["action"], "data": said}


def newest(records: RecordStore) -> int:
    """The highest number in the records. Asked before the fold is asked for its head, it is never beyond that, unless
    somebody else wrote rows."""
    return max((row["n"] for row in records.find("audit", [Where("n", "notnull")], ["-n"], 1)), default=0)


def checked(records: RecordStore, head: Head | None, last: int = 0) -> dict[str, Any]:
    """The whole chain up to the newest row, computed anew: {"rows", "ok", "broken_at", "what", "head"}. `head`: see
    `verify`; rows beyond it were written meanwhile and wait for the next check, but for those up to `last`
    (`newest`), which nobody of ours wrote."""
    most = records.count("audit") if head is None else head.n
    broken = verify(_rows(records, head), head)
    if broken is None and head is not None:
        broken = _strange(records, head, last)
    return {
        "rows": most, "ok": broken is None, "broken_at": broken.n if broken else None,
        "what": broken.what if broken else None, "head": head.hash if head else "",
    }  # fmt: skip


def _strange(records: RecordStore, head: Head, last: int) -> Broken | None:
    """Rows beside a chain that is sound: beyond its end, without a number, or with one that is taken."""
    if last > head.n:
        return Broken(last, "beyond the newest row that was written")
    beside = records.count("audit", [Where("n", "null")]) or records.count("audit", [Where("n", "<=", head.n)]) - head.n
    return Broken(0, "rows beside the chain") if beside else None


def _rows(records: RecordStore, head: Head | None) -> Iterator[Row]:
    """By number, a page at a time."""
    upto, last = [] if head is None else [Where("n", "<=", head.n)], 0
    while rows := records.find("audit", [Where("n", ">", last), *upto], ["n"], PAGE):
        yield from rows
        last = rows[-1]["n"]
