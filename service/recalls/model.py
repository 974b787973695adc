"""The state of the recall room: what lies in the cabinets, which of them must not sell, and the campaigns."""

import unicodedata
from functools import lru_cache
from typing import Any, Literal

import msgspec

from service.records.base import Row

PARTIES = ("maker", "agent", "dealer")
TaskState = Literal["todo", "stopped", "pulled", "confirmed", "unknown"]
DONE = frozenset({"pulled", "confirmed"})
Why = Literal["holds", "offline", "contents"]
Lock = Literal["whole", "lane", "none"]
StopState = Literal["waiting", "sent", "stopped", "failed", "forbidden"]


@lru_cache(maxsize=8192)  # the same few names come again with every cabinet that is looked through
def plain(label: str) -> str:
    """An article or lot however it is typed: width, case and blanks tell no goods apart."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


class Lot(msgspec.Struct, array_like=True, gc=False):
    """Goods in a lane, as far as was told: `units` at most, `expires` in product ms; None: not told."""

    sku: str | None
    lot: str | None
    expires: int | None
    units: int | None


class Shelf(msgspec.Struct):
    """A cabinet's lanes, each with its lots, oldest first (lane 0: goods of which no lane was told)."""

    lanes: dict[int, list[Lot]] = msgspec.field(default_factory=dict)


class Stop(msgspec.Struct, kw_only=True):
    """A cabinet (or one lane of it) that must not sell, while there are `reasons` (key → the command's arguments).

    `command`: the one under way, `last` the newest; `shown`: what the cabinet last answered (True: it is stopped, in
    boot `boot` since `since`); None: it must be asked. The next attempt is not before `retry_at`. `told`: dispatchers
    know that it does not obey. Times in product ms.
    """

    cabinet: str
    lane: int | None = None
    ticket: str | None = None
    reasons: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    state: StopState = "waiting"
    command: str | None = None
    last: str | None = None
    shown: bool | None = None
    boot: int = -1
    since: int = 0
    attempts: int = 0
    retry_at: int = 0
    told: bool = False


class Task(msgspec.Struct, kw_only=True):
    """What is to be done at one cabinet. `why` it is on the list: it holds the goods, or nobody can tell, since it is
    offline or never told its contents. `lock`: how sales are stopped there. `door`: the newest opening; `proof`: what
    showed that the goods are gone. `online`: since when an unknown cabinet speaks again."""

    cabinet: str
    state: TaskState
    why: Why
    lanes: list[dict[str, Any]] = msgspec.field(default_factory=list)
    lock: Lock = "none"
    stop: str = "none"
    command: str | None = None
    ticket: str | None = None
    door: dict[str, Any] | None = None
    proof: dict[str, Any] | None = None
    online: int | None = None
    created: int = 0
    updated: int = 0
    done: int | None = None


class Recall(msgspec.Struct, kw_only=True):
    """A campaign. `lots` None: all lots of the article. `units`: whom it was told → their acknowledgement, or None."""

    id: str
    n: int
    sku: str
    lots: list[str] | None
    reason: str
    party: str
    instructions_zh: str
    created: int
    by: str
    instructions_en: str | None = None
    notice_zh: str | None = None
    notice_en: str | None = None
    state: Literal["open", "closed"] = "open"
    tasks: dict[str, Task] = msgspec.field(default_factory=dict)
    units: dict[str, dict[str, Any] | None] = msgspec.field(default_factory=dict)
    closed: int | None = None
    closed_by: str | None = None
    close_reason: str | None = None
    updated: int = 0
    version: int = 0

    @property
    def key(self) -> str:
        """The reason under which its cabinets are stopped."""
        return f"recall:{self.id}"

    def concerns(self, sku: str | None, lot: str | None) -> bool | None:
        """Are goods of this lot recalled? None: their lot was not told, so they may be."""
        if sku is None or plain(sku) != plain(self.sku):
            return False
        if self.lots is None:
            return True
        return None if lot is None else plain(lot) in map(plain, self.lots)

    def row(self) -> Row:
        """The row of table `recalls`."""
        same = (
            "id", "n", "sku", "lots", "reason", "party", "instructions_zh", "instructions_en", "notice_zh", "notice_en",
            "state", "created", "by", "closed", "closed_by", "close_reason", "updated", "version",
        )  # fmt: skip
        return {**{name: getattr(self, name) for name in same}, "units": dict(self.units)}

    def task_row(self, task: Task) -> Row:
        """The row of table `recall_tasks`."""
        return {"id": f"{self.id}/{task.cabinet}", "recall": self.id, **msgspec.structs.asdict(task)}


class Expired(msgspec.Struct):
    """A cabinet that offers something past its date. `lanes`: lane → lot; `named`: the lane that only the fault knows
    of; `lock` as of a task."""

    fault: str
    named: int | None = None
    lanes: dict[int, str | None] = msgspec.field(default_factory=dict)
    lock: Lock = "none"


class Goods(msgspec.Struct, kw_only=True):
    """`shelves` by cabinet, `stops` by cabinet, `recalls` by id (those closed long ago have left for the records),
    `expired` by cabinet. `by_hand`: cabinets that a person stopped, with the command. `claimed`: sale → the tickets in
    memory that claim it; `paid`: sale → the ticket that had its money and has left memory, and when it left.
    `looked`: when recalls were last looked through; `swept`: as in `Books`."""

    shelves: dict[str, Shelf] = msgspec.field(default_factory=dict)
    stops: dict[str, list[Stop]] = msgspec.field(default_factory=dict)
    recalls: dict[str, Recall] = msgspec.field(default_factory=dict)
    expired: dict[str, Expired] = msgspec.field(default_factory=dict)
    by_hand: dict[str, str] = msgspec.field(default_factory=dict)
    claimed: dict[str, list[str]] = msgspec.field(default_factory=dict)
    paid: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict)
    looked: int = 0
    swept: int = 0

    def running(self) -> list[Recall]:
        return [recall for recall in self.recalls.values() if recall.state == "open"]
