"""Cabinets as an outsider would write them from the contract: hold until acknowledged, send again, answer `missing`."""

import json
import threading
import time
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

RESEND = 30.0


class Cabinet:
    """One boot of one cabinet. `held`: payloads by seq that are not acknowledged."""

    def __init__(self, cabinet: str, base_ts: int, boot: int = 1) -> None:
        self.id, self.boot, self.base = cabinet, boot, base_ts
        self.seq, self.conn, self.acked = 0, 0, 0
        self.held: dict[int, tuple[str, bytes]] = {}
        self.missing_asked = 0

    def message(self, leaf: str, **fields: Any) -> tuple[str, bytes]:
        """The next message, held until it is acknowledged."""
        self.seq += 1
        body = {"boot": self.boot, "seq": self.seq, "ts": self.base + self.seq * 10, **fields}
        self.held[self.seq] = (f"cabinets/{self.id}/up/{leaf}", json.dumps(body).encode())
        return self.held[self.seq]

    def birth(self) -> tuple[str, bytes]:
        self.conn += 1
        holds = [[self.boot, min(self.held), max(self.held)]] if self.held else []
        return self.message("birth", conn=self.conn, interval_s=60, holds=holds, model="T1", protocol=1)

    def telemetry(self) -> tuple[str, bytes]:
        """`n` carries the seq, so that what is stored can be told one by one."""
        return self.message("telemetry", m={"air_c": 4.0, "set_c": 3.5, "n": self.seq + 1})

    def take_ack(self, body: dict[str, Any]) -> list[tuple[str, bytes]]:
        """Let go of what is acknowledged; what is asked for."""
        if body["boot"] != self.boot:
            return []
        self.acked = max(self.acked, body["seq"])
        for seq in [s for s in self.held if s <= body["seq"]]:
            del self.held[seq]
        asked = [s for low, high in body.get("missing") or [] for s in range(low, high + 1) if s in self.held]
        self.missing_asked += len(asked)
        return [self.held[s] for s in asked]


class Fleet:
    """Many cabinets over one connection, which comes back by itself."""

    def __init__(self, port: int, count: int, prefix: str = "OUT") -> None:
        start = int(time.time() * 1000)
        self.cabinets = {f"{prefix}-{i:05d}": Cabinet(f"{prefix}-{i:05d}", start) for i in range(count)}
        self.lock = threading.Lock()
        self.sent = 0
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"outside-{prefix}", clean_session=True)
        self._client.on_connect = self._connected
        self._client.on_message = self._heard
        self._client.reconnect_delay_set(1, 2)
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(2000)
        self._port = port

    def connect(self) -> None:
        self._client.connect_async("127.0.0.1", self._port, keepalive=10)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def send(self, rate: float, seconds: float) -> None:
        """Telemetry at `rate` messages per second over all cabinets, round-robin."""
        order = list(self.cabinets.values())
        start = time.monotonic()
        sent = 0
        while (passed := time.monotonic() - start) < seconds:
            while sent < passed * rate:
                with self.lock:
                    self._publish(order[sent % len(order)].telemetry())
                sent += 1
            time.sleep(0.005)
        self.sent += sent

    def unacknowledged(self) -> int:
        with self.lock:
            return sum(len(c.held) for c in self.cabinets.values())

    def state(self) -> str:
        """For the message of a failure: is there a connection, and who still holds what."""
        with self.lock:
            held = {c.id: (c.acked, min(c.held), max(c.held)) for c in self.cabinets.values() if c.held}
        return f"connected={self._client.is_connected()} holding={len(held)} {dict(list(held.items())[:3])}"

    def resend(self) -> None:
        """What a cabinet does 30 s after it got no acknowledgement."""
        with self.lock:
            for cabinet in self.cabinets.values():
                for seq in sorted(cabinet.held):
                    self._publish(cabinet.held[seq])

    def publish(self, topic: str, payload: bytes) -> None:
        """Anything at all, over the fleet's connection."""
        self._client.publish(topic, payload, qos=1)

    def _publish(self, message: tuple[str, bytes]) -> None:
        if self._client.is_connected():
            self._client.publish(message[0], message[1], qos=1)

    def _connected(self, client: paho.Client, *_: Any) -> None:
        client.subscribe("cabinets/+/down/ack", 0)
        with self.lock:
            for cabinet in self.cabinets.values():
                held = [cabinet.held[s] for s in sorted(cabinet.held)]
                for message in [cabinet.birth(), *held]:
                    client.publish(message[0], message[1], qos=1)

    def _heard(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        cabinet = self.cabinets.get(message.topic.split("/")[1])
        if cabinet:
            with self.lock:
                for wanted in cabinet.take_ack(json.loads(message.payload)):
                    self._publish(wanted)
