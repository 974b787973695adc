"""What became of every message of every cabinet: stored, duplicate or quarantined, in which order, what is missing.

Pure: one `Account` per cabinet, changed by `take` (a message), `born` (a birth) and `tick`. All of it is plain data,
so a snapshot is its encoding. Rules: contract, *Holding*, *Acknowledging*, *Identity*, *Order*.
"""

from bisect import insort
from operator import attrgetter, itemgetter
from typing import Literal

import msgspec

from telemetry.boots import Boot, Past
from telemetry.holes import Seqs
from telemetry.offset import Offset

Verdict = Literal["new", "duplicate", "conflict", "withheld"]
FULL_BOOTS = 256  # kept in full, beside those of which something is awaited
MOST_BOOTS = 8192  # that and no more: a birth cannot name as many
PAST_BOOTS = 4096
MOST_WAITING, MOST_WAITING_BYTES = 4000, 4 << 20  # messages of a cabinet that wait for their turn to be judged
_turn = attrgetter("boot", "seq")


class Waiting(msgspec.Struct, gc=False):
    """A message that came but must wait for its turn to be judged."""

    boot: int
    seq: int
    at: int
    leaf: str
    payload: bytes


class Account(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One cabinet's account. `cursor`: the last (boot, seq) judged. `held`: the ranges the newest birth holds; `flow`:
    when one of their messages last came (real ms). `connected`: by its newest birth or will, or because it speaks.
    `flooding`: messages are deferred before the journal; what is missing is then not asked for and not given up.
    `past`: boots long gone; of those up to `floor` nothing is known any more. `clock_wrong`: so it was judged last.
    `signals`: names of signals unknown to us that it has sent."""

    cabinet: str
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    deferred: int = 0
    late: int = 0
    boot: int = -1
    conn: int = -1
    connected: bool = True
    clock_wrong: bool = False
    epoch: int = 0
    cursor: tuple[int, int] = (-1, 0)
    boots: dict[int, Boot] = msgspec.field(default_factory=dict)
    past: dict[int, Past] | None = None
    floor: int = -1
    flow: int = 0
    held: tuple[tuple[int, int, int], ...] | None = None
    flooding: bool = False
    withheld: tuple[int, ...] = ()
    waiting: list[Waiting] | None = None
    waiting_bytes: int = 0
    acked: tuple[int, int] = (-1, 0)
    signals: list[str] = msgspec.field(default_factory=list)

    def take(self, boot: int, seq: int, payload: bytes, real: int) -> Verdict:
        """Count a message and say what it is. `conflict`: the same (boot, seq) came before with other bytes."""
        self.received += 1
        if boot in self.withheld:
            return "withheld"
        if boot <= self.floor and boot not in self.boots and boot not in (self.past or ()):
            self.duplicate += 1
            return "duplicate"
        if boot not in self.boots:
            self._boot(boot)
            self._shelve(boot)
        entry = self.boots[boot]
        if entry.seqs.held_at(seq):
            self.flow = real
        if entry.seqs.add(seq, real, self._awaits(boot, seq)):
            entry.remember(seq, payload)
            return "new"
        if entry.differs(seq, payload):
            if seq == 1:
                self.withheld += (boot,)
            return "conflict"
        self.duplicate += 1
        return "duplicate"

    def is_plain(self) -> bool:
        """Is nothing missing in the current boot, nothing waiting or in doubt? Then its next reading is simply next."""
        if self.waiting or self.withheld or self.clock_wrong or self.cursor[0] != self.boot:
            return False
        boot = self.boots.get(self.boot)
        return boot is not None and not boot.seqs.holes and boot.clock.steady()

    def follow(self, high: int, count: int, acked: int) -> None:
        """Take in what was counted elsewhere (`telemetry.lanes`): the next `count` readings of the current boot up to
        `high`, stored and judged, of which up to `acked` were acknowledged (0: none)."""
        if count:
            seqs = self.boots[self.boot].seqs
            self.received, self.stored = self.received + count, self.stored + count
            self.cursor = self.boot, high
            seqs.high = seqs.seen = high
        if acked:
            self.acked = self.boot, acked

    def born(self, boot: int, conn: int, seq: int, holds: list[tuple[int, int, int]] | None, real: int) -> bool:
        """Take what a birth says; False when it is older than the newest birth and changes nothing."""
        if (boot, conn) < (self.boot, self.conn):
            return False
        self.boot, self.conn, self.connected = boot, conn, True
        self.held = tuple(_apart([(boot, 1, seq - 1)] if holds is None else holds, boot, seq))
        held: dict[int, list[tuple[int, int]]] = {boot: []}
        for number, low, high in self.held:
            held.setdefault(number, []).append((low, high))
        for number in sorted({*held, *(b for b in self.boots if b < boot)}):
            seqs = self._boot(number).seqs
            seqs.hold(held.get(number, []), seq - 1 if number == boot else seqs.high, real)
        self._shelve(boot)
        return True

    def dead(self, boot: int, conn: int) -> bool:
        """A will came; False when it is of an older connection than the newest birth."""
        if (boot, conn) < (self.boot, self.conn):
            return False
        self.connected = False
        return True

    def quarantine(self) -> None:
        """Count a message as quarantined (it was counted as received)."""
        self.quarantined += 1

    def clock(self, boot: int) -> Offset:
        """The clock of a boot; of one long gone, nothing is known of it."""
        return self.boots[boot].clock if boot in self.boots else Offset()

    def ack(self, boot: int) -> int:
        """Every message of `boot` up to this seq is decided."""
        if boot in self.boots:
            return self.boots[boot].seqs.acked()
        return self.past[boot].seqs.acked() if self.past and boot in self.past else 0

    def gaps(self) -> list[tuple[int, int, int]]:
        """Every missing range (boot, from, to) below the highest seq seen."""
        gappy: list[tuple[int, Seqs]] = []
        for boots in (self.past, self.boots):
            for number, boot in boots.items() if boots else ():
                if boot.seqs.holes or boot.seqs.given:
                    gappy.append((number, boot.seqs))
        if not gappy:
            return []
        return [(number, low, high) for number, seqs in sorted(gappy, key=itemgetter(0)) for low, high in seqs.gaps()]

    def oldest(self, boot: int, seq: int) -> None:
        """The cabinet had to drop what it held of this boot below `seq`."""
        if boot in self.boots:
            self.boots[boot].seqs.drop_below(seq)

    def release(self, real: int) -> list[Waiting]:
        """The waiting messages whose turn it is, in (boot, seq) order; the cursor moves behind them. When so many wait
        that one cabinet would fill the memory, the hole is passed over: what comes of it later is late."""
        waiting = self.waiting or []
        count, size = 0, self.waiting_bytes
        while count < len(waiting):
            head = waiting[count]
            full = len(waiting) - count > MOST_WAITING or size > MOST_WAITING_BYTES
            if not full and self._blocked(head.boot, head.seq, real):
                break
            count, size = count + 1, size - len(head.payload)
            self.cursor = (head.boot, head.seq)
        free, self.waiting, self.waiting_bytes = waiting[:count], waiting[count:] or None, size
        return free

    def wait(self, message: Waiting) -> None:
        """Keep a message until its turn comes."""
        self.waiting = self.waiting or []
        insort(self.waiting, message, key=_turn)
        self.waiting_bytes += len(message.payload)

    def waits(self, boot: int, seq: int, real: int) -> bool:
        """Must this message wait for its turn?"""
        return bool(self.waiting) or self._blocked(boot, seq, real)

    def holey(self) -> bool:
        """Is anything awaited or waiting? Only such accounts need a tick."""
        return bool(self.waiting) or any(b.seqs.holes for b in self.boots.values())

    def replace(self) -> None:
        """A new controller: forget boots and identities, keep the counts (contract, *Identity*)."""
        self.epoch += 1
        self.boots, self.past, self.withheld, self.held = {}, None, (), None
        self.waiting, self.waiting_bytes = None, 0
        self.boot, self.conn, self.floor, self.cursor, self.acked = -1, -1, -1, (-1, 0), (-1, 0)

    def _boot(self, number: int) -> Boot:
        entry = self.boots.get(number)
        if entry is None:
            past = self.past.pop(number, None) if self.past else None
            entry = self.boots[number] = Boot(seqs=past.seqs, first=past.first) if past else Boot()
        return entry

    def _shelve(self, new: int) -> None:
        """Keep less of the lowest boots when there are too many; of those that something is awaited of, only if we
        must."""
        if len(self.boots) <= FULL_BOOTS:
            return
        old = sorted(b for b in self.boots if b not in (new, self.boot))
        settled = [b for b in old if not self.boots[b].seqs.holes][: len(self.boots) - FULL_BOOTS]
        self.past = self.past or {}
        for number in settled or old[: max(0, len(self.boots) - MOST_BOOTS)]:
            gone = self.boots.pop(number)
            gone.seqs.surrender()
            self.past[number] = Past(gone.seqs, gone.first)
        for number in sorted(self.past)[: max(0, len(self.past) - PAST_BOOTS)]:
            del self.past[number]
            self.floor = max(self.floor, number)

    def _awaits(self, boot: int, seq: int) -> bool:
        """Can what lies before this seq still come? Of an older boot only what the newest birth holds."""
        if self.held is None or boot >= self.boot:
            return True
        return any(b == boot and low < seq for b, low, _ in self.held)

    def _blocked(self, boot: int, seq: int, real: int) -> bool:
        from_boot, from_seq = self.cursor
        for number, entry in self.boots.items():
            if entry.seqs.holes and from_boot <= number <= boot:
                after = from_seq if number == from_boot else 0
                if entry.seqs.blocks(after, seq if number == boot else None, real, self.flow):
                    return True
        return False


def _apart(holds: list[tuple[int, int, int]], boot: int, seq: int) -> list[tuple[int, int, int]]:
    """Held ranges sorted, overlaps joined; those of boots to come, and seqs from the birth's own on, left out."""
    apart: list[tuple[int, int, int]] = []
    for number, low, high in sorted(holds):
        end = min(high, seq - 1) if number == boot else high
        if number > boot or low > end:
            continue
        if apart and apart[-1][0] == number and low <= apart[-1][2] + 1:
            apart[-1] = (number, apart[-1][1], max(end, apart[-1][2]))
        else:
            apart.append((number, low, end))
    return apart
