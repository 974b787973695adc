"""Acknowledgements on their way out: at once while traffic is light, coalesced under load, never held for 5 s."""

from service.model import Publish
from telemetry import wire
from telemetry.holes import MAX_RANGES
from telemetry.units import SECOND

LIGHT = 500
COALESCE = SECOND // 4


class Acks:
    """The newest acknowledgement per (cabinet, boot). One that asks for something is kept apart: it is not lost to
    coalescing, and the answer to a birth or a duplicate never asks."""

    def __init__(self) -> None:
        self._due: dict[tuple[str, int, bool], wire.Ack] = {}
        self._sent_at = 0
        self._window = (0, 0)

    def offer(self, acks: dict[tuple[str, int], wire.Ack]) -> None:
        """Take what a committed batch owes."""
        for (cabinet, boot), ack in acks.items():
            key = (cabinet, boot, bool(ack.missing))
            before = self._due.pop(key, None)  # what is offered last stands last: seqs go out in order
            asked = [*(before.missing or ()), *(ack.missing or ())] if before else ack.missing
            self._due[key] = wire.Ack(boot=ack.boot, seq=ack.seq, missing=asked[-MAX_RANGES:] if asked else None)

    def take(self, real: int) -> list[Publish]:
        """What is to be sent now, QoS 0."""
        if not self._due or (self._busy(real) and real - self._sent_at < COALESCE):
            return []
        self._sent_at = real
        start, count = self._window
        self._window = (start, count + len(self._due)) if real - start < SECOND else (real, len(self._due))
        due, self._due = self._due, {}
        return [
            Publish(topic=wire.topic(c, "down", "ack"), payload=wire.encode(a), qos=0) for (c, *_), a in due.items()
        ]

    def _busy(self, real: int) -> bool:
        start, count = self._window
        return real - start < SECOND and count > LIGHT
