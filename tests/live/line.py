"""One MQTT connection that may say anything, right or wrong, and remembers what it was told."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.live.outside import wait_for


class Heard(NamedTuple):
    """What came down for a cabinet; `at` is monotonic, in seconds."""

    at: float
    cabinet: str
    leaf: str
    body: dict[str, Any]


class Line:
    """A connection of its own; everything is published with QoS 1, in order."""

    def __init__(self, port: int, name: str, will: tuple[str, dict[str, Any]] | None = None) -> None:
        self.heard: list[Heard] = []
        self.closed = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, reconnect_on_failure=False)
        self._client.on_message = self._hear
        self._client.on_disconnect = lambda *_: self.closed.set()
        if will:
            self._client.will_set(will[0], json.dumps(will[1]), qos=1)
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(5000)
        self._client.connect("127.0.0.1", port, keepalive=30)
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.loop_start()
        self._client.subscribe("cabinets/#", 1)
        assert subscribed.wait(30), "the broker did not answer the subscription"

    def say(self, topic: str, payload: bytes | str | dict[str, Any], seconds: float = 30) -> None:
        """Publish and wait for the broker's PUBACK."""
        raw = json.dumps(payload) if isinstance(payload, dict) else payload
        self._client.publish(topic, raw, qos=1).wait_for_publish(seconds)

    def pour(self, topic: str, payloads: list[dict[str, Any]], seconds: float = 30) -> None:
        """Publish all at once, then wait for the last PUBACK."""
        sent = [self._client.publish(topic, json.dumps(p), qos=1) for p in payloads]
        for one in sent:
            one.wait_for_publish(seconds)

    def drop(self) -> None:
        """Break the connection as a power cut does: no DISCONNECT, so the broker publishes the will."""
        sock = self._client.socket()
        assert sock
        sock.close()
        self._client.loop_stop()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def told(self, cabinet: str, leaf: str, since: float = 0) -> list[dict[str, Any]]:
        """What came down for a cabinet on `leaf` (`ack`, `command`, `config`) after `since`."""
        return [h.body for h in list(self.heard) if (h.cabinet, h.leaf) == (cabinet, leaf) and h.at >= since]

    def _hear(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        parts = message.topic.split("/")
        if len(parts) == 4 and parts[2] == "down":
            self.heard.append(Heard(time.monotonic(), parts[1], parts[3], json.loads(message.payload)))


class Voice:
    """One boot of one cabinet on a line: counts its own seq, says what it is told to say."""

    def __init__(self, line: Line, cabinet: str, boot: int = 1) -> None:
        self.line, self.id, self.boot, self.seq, self.conn = line, cabinet, boot, 0, 0

    def up(self, leaf: str, *, seq: int | None = None, ts: int | None = None, **fields: Any) -> dict[str, Any]:
        """Say the next message (or the one numbered `seq`); the message."""
        body = self.make(seq=seq, ts=ts, **fields)
        self.line.say(f"cabinets/{self.id}/up/{leaf}", body)
        return body

    def make(self, *, seq: int | None = None, ts: int | None = None, **fields: Any) -> dict[str, Any]:
        """A message that is counted but not said: its loss makes a hole."""
        self.seq = seq if seq is not None else self.seq + 1
        return {"boot": self.boot, "seq": self.seq, "ts": ts if ts is not None else now(), **fields}

    def birth(self, *, interval_s: int = 60, **fields: Any) -> dict[str, Any]:
        self.conn += 1
        fields = {"holds": [], **fields} if fields.get("holds", []) is not None else fields
        kept = {key: value for key, value in fields.items() if value is not None}
        return self.up("birth", conn=self.conn, interval_s=interval_s, model="T1", protocol=1, **kept)

    def acks(self, since: float = 0) -> list[dict[str, Any]]:
        return self.line.told(self.id, "ack", since)

    def acked(self) -> int:
        """The highest seq of this boot acknowledged so far."""
        return max((a["seq"] for a in self.acks() if a["boot"] == self.boot), default=0)

    def settle(self, seq: int | None = None, seconds: float = 30) -> None:
        """Wait until everything up to `seq` (all that was said) is acknowledged."""
        wanted = self.seq if seq is None else seq
        wait_for(f"{self.id} to be acknowledged up to {wanted}", lambda: self.acked() >= wanted, seconds)


def now() -> int:
    return int(time.time() * 1000)


@contextlib.contextmanager
def line(port: int, name: str, will: tuple[str, dict[str, Any]] | None = None) -> Iterator[Line]:
    """A connected line, closed at the end."""
    made = Line(port, name, will)
    try:
        yield made
    finally:
        made.close()
