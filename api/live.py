"""The live feed: windowed subscriptions over one WebSocket. Work and traffic do not grow with the fleet.

Nothing is queued for a client: while a frame is being sent nothing is computed, and the next frame shows the newest
state. `seq` rises by one per frame of a subscription; a client that misses one subscribes again.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from api import read
from api.context import Context
from api.counts import counts
from api.identity import Caller
from api.lists import Listing, order_of
from api.query import conditions, parse
from api.tables import FAULTS, TICKETS
from service.records.base import Row, Where
from telemetry.errors import Invalid

Json = dict[str, Any]
Found = tuple[int, list[Json]]
LARGEST = 1000
TOPICS = {
    "cabinets": ("cabinets",),
    "faults": ("faults",),
    "tickets": ("tickets",),
    "counts": ("cabinets", "faults", "tickets", "visits", "counts"),
}


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """What a client asks for; asking again replaces what it asked of the same `sub`."""

    sub: Literal["cabinets", "faults", "tickets", "counts"]
    q: str = ""
    sort: str = ""
    window: tuple[int, int] = (0, 50)


def wish(text: str) -> Wish:
    """The wish in a frame. Raises Invalid."""
    try:
        asked = msgspec.json.decode(text, type=Wish)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Invalid({"sub": str(error)}) from None
    start, end = asked.window
    if not 0 <= start <= end <= 10_000_000 or end - start > LARGEST:
        raise Invalid({"window": f"[a, b) with 0 <= a <= b, at most {LARGEST} rows"})
    return asked


class Watch:
    """One subscription: what was sent last, so that only what changed is sent next."""

    def __init__(self, ctx: Context, caller: Caller, asked: Wish) -> None:
        self._ctx, self._caller, self.asked = ctx, caller, asked
        self._seen: tuple[int, ...] = ()
        self._seq = 0
        self._total = -1
        self._sent: dict[str, Json] = {}
        self._due = 0

    def ready(self, real: int) -> bool:
        """Whether its topic has changed since the last frame and a second has passed."""
        return real >= self._due and self._versions() != self._seen

    def frame(self, real: int) -> Json | None:
        """The next frame: a snap, later a delta; None when nothing of the window changed.

        Raises Invalid (a wrong query), Unavailable (the store is away).
        """
        versions = self._versions()  # before reading: what changes meanwhile is seen next time
        total, items = _FIND[self.asked.sub](self._ctx, self._caller, self.asked)
        self._seen, self._due = versions, real + self._ctx.settings.delta_ms
        return self._delta(total, items) if self._seq else self._frame("snap", total, items)

    def _versions(self) -> tuple[int, ...]:
        feed = self._ctx.backend.feed
        return tuple(feed.version(topic) for topic in TOPICS[self.asked.sub])

    def _delta(self, total: int, items: list[Json]) -> Json | None:
        changed = [item for item in items if self._sent.get(item["id"]) != item]
        moved = [item["id"] for item in items] != list(self._sent)
        if not changed and not moved and total == self._total:
            return None
        frame = self._frame("delta", total, items) | {"items": changed}
        return frame | {"order": [item["id"] for item in items]} if moved else frame

    def _frame(self, kind: str, total: int, items: list[Json]) -> Json:
        self._seq, self._total = self._seq + 1, total
        self._sent = {item["id"]: item for item in items}
        head = {"type": kind, "sub": self.asked.sub, "seq": self._seq, "total": total}
        return head | {"window": list(self.asked.window), "items": items}


def _cabinets(ctx: Context, _: Caller, asked: Wish) -> Found:
    rows = ctx.view.order(asked.q, asked.sort).rows
    return len(rows), ctx.view.render(rows[slice(*asked.window)])


def _window(ctx: Context, listing: Listing, asked: Wish, extra: list[Where]) -> tuple[int, list[Row]]:
    records, table, (start, end) = ctx.backend.records, listing.search.table, asked.window
    where = [*extra, *conditions(records, listing.search, parse(asked.q))]
    _, column = order_of(listing, asked.sort)
    tie = f"-{listing.search.key}" if column.startswith("-") else listing.search.key
    return records.count(table, where), records.find(table, where, [column, tie], end - start, start)


def _faults(ctx: Context, _: Caller, asked: Wish) -> Found:
    total, rows = _window(ctx, FAULTS, asked, [])
    return total, read.faults(ctx.backend.records, rows)


def _tickets(ctx: Context, caller: Caller, asked: Wish) -> Found:
    total, rows = _window(ctx, TICKETS, asked, read.own_tickets(ctx.backend.records, caller))
    return total, read.tickets(ctx.backend.records, rows, caller, timeline=False)


def _counts(ctx: Context, _: Caller, _asked: Wish) -> Found:
    return 1, [{"id": "counts", **counts(ctx.backend)}]


_FIND: dict[str, Callable[[Context, Caller, Wish], Found]] = {
    "cabinets": _cabinets,
    "faults": _faults,
    "tickets": _tickets,
    "counts": _counts,
}
