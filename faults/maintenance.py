"""Windows in which what is wrong is somebody's work already: planned maintenance, and a restock."""

import heapq

import msgspec

from faults.model import Whose
from telemetry.units import MINUTE

# What somebody who restocks does to a cabinet: its door stands open, its terminal is in service mode, goods move. A
# door left open is not among them: it has a rule of its own, restock or not (contract).
RESTOCKING = ("air_too_warm", "door_forced", "mdb_silent", "payment_down", "shelf_drift", "shelf_tamper", "stock_out")
RESTOCK = 20 * MINUTE  # a normal restock takes up to 20 minutes (contract)


class Window(msgspec.Struct):
    """start <= now < end (product ms), for a cabinet or a site (its subject); `kinds` None: every kind.

    `id`: of the maintenance that people planned; "" for a restock, and for what was planned before windows had one.
    """

    subject: str
    start: int
    end: int
    kinds: tuple[str, ...] | None = None
    id: str = ""

    def unnamed(self) -> "Window":
        return msgspec.structs.replace(self, id="")


class Windows(msgspec.Struct):
    """The windows not yet over by subject, and a heap of (when, subject) at which one begins or ends."""

    items: dict[str, list[Window]] = msgspec.field(default_factory=dict)
    turns: list[tuple[int, str]] = msgspec.field(default_factory=list)

    def add(self, window: Window) -> None:
        self.items.setdefault(window.subject, []).append(window)
        heapq.heappush(self.turns, (window.start, window.subject))
        heapq.heappush(self.turns, (window.end, window.subject))

    def extend(self, window: Window) -> None:
        """Add a window, or make the one of the same kinds that it touches longer."""
        for same in self.items.get(window.subject, ()):
            if same.kinds == window.kinds and same.start <= window.end and window.start <= same.end:
                same.start, same.end = min(same.start, window.start), max(same.end, window.end)
                heapq.heappush(self.turns, (same.end, same.subject))
                return
        self.add(window)

    def end(self, planned: Window, now: int) -> bool:
        """Take a planned window away; False when it is over, or was ended. One without an id is known by its times."""
        own = self.items.get(planned.subject, [])
        same = [w for w in own if w.id == planned.id] or [w for w in own if w == planned.unnamed()]
        if not same:
            return False
        own.remove(same[0])
        if not own:
            del self.items[planned.subject]
        heapq.heappush(self.turns, (now, planned.subject))
        return True

    def cover(self, whose: Whose, kind: str, now: int) -> bool:
        """Whether a window of the cabinet, or of its site, is open for this kind."""
        subjects = {whose.subject, Whose(site=whose.site).subject} if whose.site else {whose.subject}
        return any(
            w.start <= now < w.end and (w.kinds is None or kind in w.kinds)
            for subject in subjects
            for w in self.items.get(subject, ())
        )

    def turned(self, now: int) -> list[str]:
        """The subjects whose windows began or ended since the last call; windows that are over are forgotten."""
        touched: dict[str, None] = {}
        while self.turns and self.turns[0][0] <= now:
            touched[heapq.heappop(self.turns)[1]] = None
        for subject in touched:
            left = [w for w in self.items.get(subject, ()) if w.end > now]
            if left:
                self.items[subject] = left
            else:
                self.items.pop(subject, None)
        return list(touched)
