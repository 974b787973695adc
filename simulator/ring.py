"""The bounded buffer of messages not yet acknowledged, over all boots of a cabinet."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple


class Out(NamedTuple):
    """A message to publish (QoS 1): built once, sent again byte for byte."""

    topic: str
    payload: bytes


class _Boot:
    """The held messages of one boot: seq `first` … `first + len(items) - 1`, without holes."""

    __slots__ = ("dropped", "first", "items")

    def __init__(self, first: int) -> None:
        self.first = first
        self.items: deque[Out] = deque()
        self.dropped = False

    @property
    def end(self) -> int:
        return self.first + len(self.items)


class Ring:
    """At most `capacity` messages; a full one drops the oldest. Everything before the cursor is sent."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._boots: dict[int, _Boot] = {}
        self._cursor = (0, 0)
        self._ahead: tuple[int, int] | None = None
        self.lost = 0

    def __len__(self) -> int:
        return sum(len(b.items) for b in self._boots.values())

    def make_room(self) -> None:
        """Drop the oldest message if there is no room for one more."""
        if len(self) < self._capacity:
            return
        number, boot = next((n, b) for n, b in self._boots.items() if b.items)
        boot.items.popleft()
        boot.first += 1
        boot.dropped = True
        self.lost += 1
        if not boot.items and number != max(self._boots):
            del self._boots[number]

    def add(self, boot: int, seq: int, out: Out) -> None:
        """Keep the next message of a boot."""
        held = self._boots.setdefault(boot, _Boot(seq))
        held.items.append(out)

    def acknowledge(self, boot: int, seq: int) -> bool:
        """Forget the messages of `boot` up to `seq`; whether there were any."""
        held = self._boots.get(boot)
        if held is None or seq < held.first:
            return False
        for _ in range(min(seq + 1, held.end) - held.first):
            held.items.popleft()
            held.first += 1
        held.dropped = False
        if not held.items and boot != max(self._boots):
            del self._boots[boot]
        return True

    def oldest(self, boot: int) -> int | None:
        """The lowest seq of a boot still held, once some of it had to be dropped."""
        held = self._boots.get(boot)
        return held.first if held and held.dropped else None

    def held(self) -> list[tuple[int, int, int]]:
        """Every range still held: (boot, from, to)."""
        return [(n, b.first, b.end - 1) for n, b in self._boots.items() if b.items]

    def rewind(self, ahead: tuple[int, int] | None = None) -> None:
        """Everything is to be sent again, except the message `ahead` (boot, seq), which just went out."""
        self._cursor, self._ahead = (0, 0), ahead

    def in_flight(self) -> int:
        """How many messages before the cursor are still held."""
        boot, seq = self._cursor
        before = sum(len(b.items) for n, b in self._boots.items() if n < boot)
        here = self._boots.get(boot)
        return before + (max(0, min(seq, here.end) - here.first) if here else 0)

    def unsent(self, most: int) -> Iterator[Out]:
        """The next messages in order, at most `most`; the cursor moves behind them."""
        for number, held in self._boots.items():
            if number < self._cursor[0]:
                continue
            seq = max(held.first, self._cursor[1] if number == self._cursor[0] else held.first)
            while seq < held.end and most > 0:
                if (number, seq) != self._ahead:
                    most -= 1
                    yield held.items[seq - held.first]
                seq += 1
                self._cursor = (number, seq)

    def range(self, boot: int, first: int, last: int) -> list[Out]:
        """What is still held of a range that is wanted again."""
        held = self._boots.get(boot)
        if held is None:
            return []
        return [held.items[s - held.first] for s in range(max(first, held.first), min(last + 1, held.end))]
