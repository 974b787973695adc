"""What is kept of one boot of a cabinet: its seqs, its clock, and enough of its messages to tell a repeat from another.

A repeat with other bytes comes from a faulty peer, not from an adversary (who holds the cabinet's secret has better
ways), so a CRC-32 tells them apart: it never misses a difference within 32 bits, and any other once in 2³². It costs a
third of a cryptographic digest and half the memory.
"""

from collections.abc import Sequence
from struct import Struct
from zlib import crc32

import msgspec

from telemetry.holes import Seqs
from telemetry.offset import Offset

RECENT = 64
_ENTRY = Struct("<II")  # the lower 32 bits of a seq, the digest
_SIZE = _ENTRY.size
_ROOM = bytes(8 * _SIZE)  # it grows by as much at a time; nothing has seq 0
_LOW = 2**32 - 1
_put = _ENTRY.pack_into


class Boot(msgspec.Struct, gc=False, omit_defaults=True):
    """One boot. `first`: the digest of seq 1; `recent`: (seq, digest) of the newest 64 messages, a ring of packed
    pairs; `at`: the place in it that the next one takes."""

    seqs: Seqs = msgspec.field(default_factory=Seqs)
    clock: Offset = msgspec.field(default_factory=Offset)
    first: int | None = None
    recent: bytearray = msgspec.field(default_factory=bytearray)
    at: int = 0

    def remember(self, seq: int, payload: bytes) -> None:
        """Keep the digest of a message that came for the first time."""
        digest = crc32(payload)
        if seq == 1:
            self.first = digest
        self._keep(seq, digest)

    def remember_run(self, high: int, count: int, digests: Sequence[int]) -> None:
        """The same of `count` messages in a row up to seq `high`; the digest of a seq at place seq % 64."""
        if count >= RECENT:
            self.recent, self.at = bytearray(RECENT * _SIZE), (self.at + count) % RECENT
        for seq in range(high - min(count, RECENT) + 1, high + 1):
            self._keep(seq, digests[seq % RECENT])

    def differs(self, seq: int, payload: bytes) -> bool:
        """Is it known that this seq came with other bytes before?"""
        known = self.first if seq == 1 else self._digest(seq & _LOW)
        return known is not None and known != crc32(payload)

    def _keep(self, seq: int, digest: int) -> None:
        if self.at * _SIZE == len(self.recent):
            self.recent += _ROOM
        _put(self.recent, self.at * _SIZE, seq & _LOW, digest)
        self.at = (self.at + 1) % RECENT

    def _digest(self, low: int) -> int | None:
        for seq, digest in _ENTRY.iter_unpack(self.recent):
            if seq == low and seq:
                return int(digest)
        return None


class Past(msgspec.Struct, gc=False, omit_defaults=True):
    """What is kept of a boot long gone: enough to tell a repeat, and to go on where it ended."""

    seqs: Seqs
    first: int | None = None
