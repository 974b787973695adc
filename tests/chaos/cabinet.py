"""One simulated cabinet as the contract describes it: it holds what is not acknowledged and sends it again. No I/O.

Every message carries a number `n` that no other message of the cabinet has, so that what is stored can be told one by
one, and `energy_wh` = n / 2, so that a value that belongs elsewhere is found.
"""

import json
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

RESEND = 30.0
WEEK = 7 * 24 * 3600 * 1000


class Message(NamedTuple):
    """What a cabinet says."""

    cabinet: str
    boot: int
    seq: int
    leaf: str
    payload: bytes

    @property
    def topic(self) -> str:
        return f"cabinets/{self.cabinet}/up/{self.leaf}"


class Cabinet:
    """`held`: what is not acknowledged, oldest first, with the time it was last sent. `skew`: ms its clock is off."""

    def __init__(self, cabinet: str) -> None:
        self.id, self.boot, self.conn, self.seq, self.n = cabinet, 1, 0, 0, 0
        self.held: dict[tuple[int, int], Message] = {}
        self.sent_at: dict[tuple[int, int], float] = {}
        self.pause = RESEND
        self.skew = 0
        self._last_ts = 0

    def connecting(self) -> bytes:
        """A new attempt; the payload of its will."""
        self.conn += 1
        return json.dumps({"boot": self.boot, "conn": self.conn}).encode()

    def reboot(self) -> None:
        """The counters of a new boot; what was held stays held."""
        self.boot, self.conn, self.seq = self.boot + 1, 0, 0

    def birth(self) -> Message:
        return self._say("birth", conn=self.conn, interval_s=60, holds=self._holds(), model="CHAOS-1", protocol=1)

    def telemetry(self) -> Message:
        return self._say("telemetry", m=self._reading())

    def event(self) -> Message:
        self.n += 1
        return self._say("event", event="vend", data={"sku": "water", "price_cents": 200, "vend_id": f"v{self.n}"})

    def late(self, count: int) -> Message:
        """Samples that waited a week for a connection."""
        first = self._now() - WEEK
        return self._say("telemetry", samples=[{"ts": first + i, "m": self._reading()} for i in range(count)])

    def acknowledged(self, ack: dict[str, Any]) -> list[Message]:
        """Let go of what is acknowledged; what is asked for."""
        boot = ack["boot"]
        for key in [k for k in self.held if k[0] == boot and k[1] <= ack["seq"]]:
            del self.held[key]
            self.sent_at.pop(key, None)
            self.pause = RESEND
        return [m for m in self.held.values() if m.boot == boot and _within(m.seq, ack.get("missing") or ())]

    def overdue(self) -> list[Message]:
        """What was sent and not acknowledged for too long; the next time it takes twice as long."""
        now = time.monotonic()
        late = [m for key, m in self.held.items() if now - self.sent_at.get(key, now) > self.pause]
        if late:
            self.pause = min(self.pause * 2, 300)
        return late

    def sent(self, messages: Iterable[Message]) -> None:
        now = time.monotonic()
        self.sent_at.update({(m.boot, m.seq): now for m in messages if (m.boot, m.seq) in self.held})

    def _reading(self) -> dict[str, float]:
        self.n += 1
        return {"air_c": 4.0, "set_c": 3.5, "n": self.n, "energy_wh": self.n / 2}

    def _say(self, leaf: str, **fields: Any) -> Message:
        self.seq += 1
        body = {"boot": self.boot, "seq": self.seq, "ts": self._now(), **fields}
        message = Message(self.id, self.boot, self.seq, leaf, json.dumps(body).encode())
        self.held[self.boot, self.seq] = message
        return message

    def _now(self) -> int:
        """The cabinet's clock; no two messages have the same time unless it is set back."""
        ts = int(time.time() * 1000) + self.skew
        self._last_ts = self._last_ts + 1 if 0 <= self._last_ts - ts < 1000 else ts
        return self._last_ts

    def _holds(self) -> list[list[int]]:
        ranges: list[list[int]] = []
        for boot, seq in self.held:
            if ranges and ranges[-1][0] == boot and ranges[-1][2] == seq - 1:
                ranges[-1][2] = seq
            else:
                ranges.append([boot, seq, seq])
        return ranges


def _within(seq: int, ranges: Iterable[list[int]]) -> bool:
    return any(low <= seq <= high for low, high in ranges)
