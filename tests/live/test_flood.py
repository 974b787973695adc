"""A cabinet that sends too much: put off beyond its rate and told, taken later, and its neighbours notice nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import pytest

from tests.live.line import Line, Voice, line
from tests.live.outside import Product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

RATE, BURST = 400, 200  # a smaller burst than the default, so that a short flood is one
PER_SECOND, AT_ONCE = 1000, 50
NEIGHBOURS, ROUNDS = 8, 7
SLOWER = 20  # times; a queue behind the flood would make it hundreds


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path)
    made.environment = {"VENDWATCH_LIMITS__RATE": str(RATE), "VENDWATCH_LIMITS__BURST": str(BURST)}
    try:
        yield made.start()
    finally:
        if made.process and made.process.poll() is None:
            made.stop()


def account(made: Product, cabinet: str) -> dict[str, Any]:
    found: dict[str, Any] = made.get(f"/cabinets/{cabinet}/ingest")
    assert found["received"] == found["stored"] + found["duplicate"] + found["quarantined"]
    return found


def states(made: Product, cabinet: str) -> list[tuple[str, str, str, Any]]:
    rows = made.get("/faults", q=f"cabinet:{cabinet}")["items"]
    return [(r["kind"], r["severity"], r["state"], r["ticket"]) for r in rows]


def latencies(voices: list[Voice]) -> list[float]:
    """Seconds from each neighbour's word to its `down/ack`, by rounds: one stall of the machine is one round."""
    return [took for _ in range(ROUNDS) for took in _round(voices)]


def _round(voices: list[Voice]) -> list[float]:
    sent: list[tuple[Voice, int, float]] = []
    for voice in voices:
        sent.append((voice, voice.seq + 1, time.monotonic()))
        voice.up("telemetry", m={"air_c": 4.0})
    for voice in voices:
        voice.settle(seconds=60)
    return [
        min(h.at for h in voice.line.heard if (h.cabinet, h.leaf) == (voice.id, "ack") and h.body["seq"] >= seq) - at
        for voice, seq, at in sent
    ]


class Flood:
    """From `with` to its end a cabinet speaks 1,000 times a second, or as often as the machine can; what it `said`."""

    def __init__(self, voice: Voice) -> None:
        self.voice, self.said = voice, list[dict[str, Any]]()
        self._over, self._thread = threading.Event(), threading.Thread(target=self._pour)

    def __enter__(self) -> "Flood":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _pour(self) -> None:
        start = time.monotonic()
        while not self._over.wait(max(0.0, start + len(self.said) / PER_SECOND - time.monotonic())):
            messages = [self.voice.make(m={"air_c": 4.0}) for _ in range(AT_ONCE)]
            self.voice.line.pour(f"cabinets/{self.voice.id}/up/telemetry", messages, 60)
            self.said += messages


def send_again(voice: Voice, messages: list[dict[str, Any]]) -> None:
    """What is not acknowledged, oldest first and slowly, as often as it takes."""
    end = time.monotonic() + 90
    while (left := [m for m in messages if m["seq"] > voice.acked()]) and time.monotonic() < end:
        voice.line.pour(f"cabinets/{voice.id}/up/telemetry", left[: RATE // 2], 60)
        time.sleep(0.55)


def spoken(made: Line, *names: str) -> list[Voice]:
    voices = [Voice(made, name) for name in names]
    for voice in voices:
        voice.birth()
    for voice in voices:
        voice.settle(seconds=60)
    return voices


def assert_shown(made: Product, flooder: dict[str, Any]) -> None:
    """`GET /ingest` and `/metrics` count the same, and add up."""
    totals = made.get("/ingest")
    assert totals["received"] == totals["stored"] + totals["duplicate"] + totals["quarantined"]
    assert totals["deferred"] == flooder["deferred"]
    shown = dict(
        line.rsplit(" ", 1)
        for line in httpx2.get(f"{made.url}/metrics", timeout=60).text.splitlines()
        if not line.startswith("#")
    )
    for outcome in ("received", "stored", "duplicate", "quarantined", "deferred", "late"):
        assert float(shown[f'vendwatch_messages_total{{outcome="{outcome}"}}']) == totals[outcome]
    assert float(shown["vendwatch_connected_cabinets"]) == NEIGHBOURS + 1
    assert float(shown['vendwatch_gap_messages{state="awaited"}']) == 0
    assert float(shown["vendwatch_batch_messages_sum"]) == totals["received"]
    assert float(shown["vendwatch_commit_seconds_count"]) > 0
    assert float(shown["vendwatch_blind"]) == 0
    for name in ("lag_seconds", "journal_bytes", "disk_bytes", "disk_free_bytes", 'queue_length{queue="fold"}'):
        assert float(shown[f"vendwatch_{name}"]) >= 0


def test_a_flood_is_put_off_and_told_and_nobody_else_notices(product: Product) -> None:
    with line(product.mqtt_port, "neighbours") as street, line(product.mqtt_port, "flooder") as own:
        neighbours = spoken(street, *(f"NEXT-{n}" for n in range(NEIGHBOURS)))
        (flooder,) = spoken(own, "FLOOD-1")
        before = latencies(neighbours)
        assert account(product, flooder.id)["deferred"] == 0
        with Flood(flooder) as flood:
            wait_for("something put off", lambda: account(product, flooder.id)["deferred"] > 0, 60)
            during = latencies(neighbours)
        assert median(during) < SLOWER * median(before)
        assert max(during) < SLOWER * max(before)
        assert account(product, flooder.id)["stored"] < len(flood.said) + 1
        wait_for("the flood to be told", lambda: states(product, flooder.id), 60)
        send_again(flooder, flood.said)
        flooder.settle(seconds=60)
        found = account(product, flooder.id)
        assert (found["stored"], found["quarantined"], found["gaps"]) == (len(flood.said) + 1, 0, [])
        calm = [("flooding", "warning", "cleared", None)]
        wait_for("calm", lambda: states(product, flooder.id)[-1:] == calm, 60)
        assert set(states(product, flooder.id)) == set(calm)
        assert_shown(product, found)
        for voice in neighbours:
            assert account(product, voice.id)["stored"] == voice.seq
            assert account(product, voice.id)["deferred"] == 0
            assert states(product, voice.id) == []


def test_a_burst_beyond_the_default_limits_is_put_off_and_taken_later(shared: Product) -> None:
    with line(shared.mqtt_port, "burst") as own:
        (voice,) = spoken(own, "BURST-1")
        burst_and_repeat(shared, voice)


def burst_and_repeat(shared: Product, voice: Voice) -> None:
    topic = f"cabinets/{voice.id}/up/telemetry"
    burst: list[dict[str, Any]] = []

    def counted() -> dict[str, int] | None:
        found = account(shared, voice.id)
        return found if found["stored"] + found["deferred"] >= len(burst) + 1 else None

    def flooded() -> dict[str, int] | None:
        """Pour on: a busy machine takes so long over the first thousands that they are within the rate."""
        burst.extend(more := [voice.make(m={"air_c": 4.0}) for _ in range(1000)])
        voice.line.pour(topic, more)
        found: dict[str, int] = wait_for("every message to be counted", counted, 90)
        return found if found["deferred"] else None

    first = wait_for("something deferred", flooded, 60)
    assert 3000 <= first["stored"] <= len(burst)
    assert first["quarantined"] == 0
    assert voice.acked() < voice.seq
    left = [m for m in burst if m["seq"] > voice.acked()]
    while left:
        for message in left[:90]:
            voice.line.say(topic, message)
        time.sleep(1)
        left = [m for m in left[90:] if m["seq"] > voice.acked()]
    voice.settle(seconds=40)
    found = account(shared, voice.id)
    sent = len(burst) + 1
    assert (found["stored"], found["seq"], found["gaps"]) == (sent, sent, [])
    assert {(kind, severity, ticket) for kind, severity, _, ticket in states(shared, voice.id)} == {
        ("flooding", "warning", None)
    }
