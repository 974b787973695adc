"""Acknowledgements on their way out: at once while traffic is light, coalesced under load, never held for 5 s."""

from service.model import Publish
from telemetry import wire
from telemetry.holes import MAX_RANGES
from telemetry.units import SECOND

PER_SECOND = 4000  # sent on the average under load: a broker has better things to do
LONGEST = 2 * SECOND  # between two sendings, whatever the load

Key = tuple[str, int]


class Acks:
    """The newest acknowledgement per (cabinet, boot). One that asks for something is kept apart: it is not lost to
    coalescing, and the answer to a birth or a duplicate never asks."""

    def __init__(self) -> None:
        self._due: dict[Key, wire.Ack] = {}
        self._asking: dict[Key, wire.Ack] = {}
        self._sent = 0

    def offer(self, acks: dict[Key, wire.Ack]) -> None:
        """Take what a committed batch owes."""
        for key, ack in acks.items():
            if ack.missing is None:
                self._due[key] = ack
            else:
                before = self._asking.get(key)
                asked = [*((before.missing if before else None) or ()), *ack.missing][-MAX_RANGES:]
                self._asking[key] = wire.Ack(boot=ack.boot, seq=ack.seq, missing=asked)

    def take(self, real: int, *, idle: bool = False) -> list[Publish]:
        """What is to be sent now, QoS 0, the seqs of a boot in order. What is more than the sustained rate allows since
        the last sending waits, and meanwhile newer ones take the place of older ones; unless we are `idle`, as nothing
        comes in any more."""
        count = len(self._due) + len(self._asking)
        early = self._sent <= real < self._sent + min(LONGEST, count * SECOND // PER_SECOND)
        if not count or (early and not idle):
            return []
        due = [*self._due.items(), *self._asking.items()]
        if self._asking:
            due.sort(key=lambda item: item[1].seq)
        self._due, self._asking, self._sent = {}, {}, real
        return [Publish(topic=wire.topic(c, "down", "ack"), payload=wire.encode(a), qos=0) for (c, _), a in due]
