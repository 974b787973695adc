"""Bad input changes nothing it should not, is counted, and is visible per cabinet; what can be read is acknowledged."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.line import Line, Voice, line, now
from tests.live.outside import Product, wait_for

pytestmark = pytest.mark.live

HOUR = 3_600_000
NESTED = '{"boot":1,"seq":%d,"ts":%d,"event":"vend","data":{"a":'
TELEMETRY = '{"boot":1,"seq":%d,"ts":%d,"m":'

READABLE = {
    "cut short": ("telemetry", TELEMETRY + '{"air_c":4'),
    "NaN": ("telemetry", TELEMETRY + '{"air_c":NaN}}'),
    "infinity": ("telemetry", TELEMETRY + '{"air_c":1e999}}'),
    "boolean as value": ("telemetry", TELEMETRY + '{"air_c":true}}'),
    "text as value": ("telemetry", TELEMETRY + '{"air_c":"4"}}'),
    "null as value": ("telemetry", TELEMETRY + '{"air_c":null}}'),
    "list for m": ("telemetry", TELEMETRY + "[1,2]}"),
    "no m and no samples": ("telemetry", '{"boot":1,"seq":%d,"ts":%d}'),
    "samples of another shape": ("telemetry", '{"boot":1,"seq":%d,"ts":%d,"samples":[1,2]}'),
    "event without name": ("event", '{"boot":1,"seq":%d,"ts":%d,"data":{}}'),
    "event name as number": ("event", '{"boot":1,"seq":%d,"ts":%d,"event":7}'),
    "reply without id": ("reply", '{"boot":1,"seq":%d,"ts":%d,"status":"done"}'),
    "birth without conn": ("birth", '{"boot":1,"seq":%d,"ts":%d,"interval_s":60}'),
    "depth 9": ("event", NESTED + "[" * 7 + "]" * 7 + "}}"),
    "depth 20,000": ("event", NESTED + "[" * 20_000 + "]" * 20_000 + "}}"),
    "100 KB": ("event", NESTED + '"' + "x" * 100_000 + '"}}'),
    "900 KB": ("event", NESTED + '"' + "x" * 900_000 + '"}}'),
}
"""Boot and seq can be read: quarantined and acknowledged."""

UNREADABLE = {
    "binary garbage": b"\x00\xff\xfe\x80" * 20,
    "empty": b"",
    "not an object": b"[1,2,3]",
    "seq 0": b'{"boot":1,"seq":0,"ts":1795000000000,"m":{"air_c":40}}',
    "seq below 0": b'{"boot":1,"seq":-5,"ts":1795000000000,"m":{"air_c":40}}',
    "seq 2^60": b'{"boot":1,"seq":1152921504606846976,"ts":1795000000000,"m":{"air_c":40}}',
    "seq 2^70": b'{"boot":1,"seq":1180591620717411303424,"ts":1795000000000,"m":{"air_c":40}}',
    "seq as text": b'{"boot":1,"seq":"2","ts":1795000000000,"m":{"air_c":40}}',
    "boot below 0": b'{"boot":-1,"seq":1,"ts":1795000000000,"m":{"air_c":40}}',
    "boot as boolean": b'{"boot":true,"seq":1,"ts":1795000000000,"m":{"air_c":40}}',
}
"""No number to acknowledge: quarantined, and nothing else moves."""


@pytest.fixture
def spoken(shared: Product) -> Iterator[Line]:
    with line(shared.mqtt_port, f"bad-{time.monotonic_ns()}") as made:
        yield made


@pytest.fixture
def voice(spoken: Line) -> Voice:
    """A healthy cabinet that said its birth and one reading."""
    made = Voice(spoken, f"BAD-{time.monotonic_ns() % 10**12}")
    made.birth()
    made.up("telemetry", m={"air_c": 4.0, "set_c": 3.0})
    made.settle()
    return made


def account(made: Product, cabinet: str) -> dict[str, Any]:
    found: dict[str, Any] = made.get(f"/cabinets/{cabinet}/ingest")
    assert found["received"] == found["stored"] + found["duplicate"] + found["quarantined"]
    return found


def quarantined(made: Product, cabinet: str, count: int) -> dict[str, Any]:
    """The account once `count` messages are quarantined."""

    def there() -> bool:
        """A stranger has no account before its first message."""
        found = made.request("GET", f"/cabinets/{cabinet}/ingest")
        return found.status_code == 200 and found.json()["quarantined"] >= count

    wait_for("quarantine", there, 10)
    return account(made, cabinet)


@pytest.mark.parametrize("case", READABLE)
def test_a_malformed_message_is_quarantined_and_acknowledged(shared: Product, voice: Voice, case: str) -> None:
    leaf, template = READABLE[case]
    voice.seq += 1
    voice.line.say(f"cabinets/{voice.id}/up/{leaf}", template % (voice.seq, now()))
    voice.settle()
    found = account(shared, voice.id)
    assert (found["stored"], found["quarantined"], found["seq"], found["gaps"]) == (2, 1, 3, [])
    rows = shared.get(f"/cabinets/{voice.id}/quarantine")["items"]
    assert len(rows) == 1
    assert rows[0]["reason"]
    assert 0 < len(rows[0]["head"]) <= 4096
    assert shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["value"] == 4.0


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_names_no_message_is_quarantined_and_moves_nothing(shared: Product, voice: Voice, case: str) -> None:
    voice.line.say(f"cabinets/{voice.id}/up/telemetry", UNREADABLE[case])
    found = quarantined(shared, voice.id, 1)
    assert (found["boot"], found["seq"], found["stored"], found["gaps"]) == (1, 2, 2, [])
    voice.up("telemetry", m={"air_c": 5.0})
    voice.settle()
    assert shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["value"] == 5.0


def test_a_malformed_message_sent_again_is_a_duplicate(shared: Product, voice: Voice) -> None:
    voice.seq += 1
    raw = TELEMETRY % (voice.seq, now()) + '{"air_c":NaN}}'
    for _ in range(2):
        voice.line.say(f"cabinets/{voice.id}/up/telemetry", raw)
    wait_for("both", lambda: account(shared, voice.id)["received"] == 4, 10)
    found = account(shared, voice.id)
    assert (found["stored"], found["duplicate"], found["quarantined"]) == (2, 1, 1)


def test_unknown_keys_and_signals_are_kept_and_harmless(shared: Product, voice: Voice) -> None:
    voice.up("telemetry", m={"zork_level": 12.25, "air_c": 4.5}, colour="blue")
    voice.settle()
    assert account(shared, voice.id)["stored"] == 3
    latest = shared.get(f"/cabinets/{voice.id}")["latest"]
    assert (latest["zork_level"]["value"], latest["air_c"]["value"]) == (12.25, 4.5)


@pytest.mark.parametrize("value", [9.6, 16_777_217.0, 123_456_789.125, -0.1])
def test_a_number_comes_back_as_it_was_said(shared: Product, voice: Voice, value: float) -> None:
    sent = voice.up("telemetry", m={"n": value})
    voice.settle()
    latest = shared.get(f"/cabinets/{voice.id}")["latest"]["n"]
    points = shared.get(f"/cabinets/{voice.id}/series", **{"signal": "n", "from": now() - HOUR, "to": now() + HOUR})
    assert (latest["value"], points["points"]) == (value, [[sent["ts"], value, value, value]])


@pytest.mark.parametrize(
    "topic",
    [
        "cabinets/{id}/up/zork",
        "cabinets/{id}/up",
        "cabinets/{id}/up/telemetry/more",
        "cabinets/{id}/x/up/telemetry",
        "cabinets/{low}/up/telemetry",
        "cabinets/-{id}/up/telemetry",
        "cabinets/{id}.1/up/telemetry",
        "cabinets/{id} 1/up/telemetry",
        "cabinets/櫃{id}/up/telemetry",
        "cabinets//up/telemetry",
        "cabinets/X/up/telemetry",
        "cabinets/" + "A" * 33 + "/up/telemetry",
        "Cabinets/{id}/up/telemetry",
        "/cabinets/{id}/up/telemetry",
        "up/telemetry",
    ],
)
def test_a_wrong_topic_changes_no_cabinet(shared: Product, voice: Voice, topic: str) -> None:
    before = shared.get("/cabinets", limit=1)["total"]
    named = topic.format(id=voice.id, low=voice.id.lower())
    # the broker closes the connection on some of them, at times before the client is done with sending
    with line(shared.mqtt_port, f"wrong-{time.monotonic_ns()}") as other, contextlib.suppress(RuntimeError):
        other.say(named, voice.make(m={"air_c": 40.0}), seconds=3)
    voice.seq -= 1
    voice.up("telemetry", m={"air_c": 4.25})
    voice.settle()
    found = account(shared, voice.id)
    assert (found["stored"], found["seq"], found["gaps"]) == (3, 3, [])
    assert shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["value"] == 4.25
    assert shared.get("/cabinets", limit=1)["total"] == before


def _mqtt(packet_type: int, body: bytes) -> bytes:
    size, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        size += bytes([digit | (128 if left else 0)])
        if not left:
            return bytes([packet_type]) + size + body


def _text(words: str) -> bytes:
    return len(words.encode()).to_bytes(2, "big") + words.encode()


def _raw_publish(port: int, topic: str, payload: bytes) -> bool:
    """Publish with no client library in the way; did the broker close the connection?"""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(_mqtt(0x10, _text("MQTT") + b"\x04\x02\x00\x3c" + _text(f"raw-{time.monotonic_ns()}")))
        assert sock.recv(4)[:1] == b"\x20"
        try:
            sock.sendall(_mqtt(0x32, _text(topic) + b"\x00\x01" + payload))
            sock.settimeout(5)
            return sock.recv(4) == b""
        except (ConnectionError, BrokenPipeError):
            return True


@pytest.mark.parametrize("topic", ["cabinets/{id}+/up/telemetry", "cabinets/#/up/telemetry", "cabinets/+/up/telemetry"])
def test_an_illegal_topic_is_refused_by_the_broker_and_counted(shared: Product, voice: Voice, topic: str) -> None:
    before = shared.get("/ingest")["refused_by_broker"]
    body = json.dumps(voice.make(m={"air_c": 40.0})).encode()
    assert _raw_publish(shared.mqtt_port, topic.format(id=voice.id), body), "the connection stayed open"
    wait_for("the refusal to be counted", lambda: shared.get("/ingest")["refused_by_broker"] > before, 20)
    found = account(shared, voice.id)
    assert (found["received"], found["seq"]) == (2, 2)


def test_ten_megabytes_are_refused_by_the_broker_and_counted(shared: Product, voice: Voice) -> None:
    before = shared.get("/ingest")["refused_by_broker"]
    body = json.dumps(voice.make(m={"air_c": 40.0}, pad="x" * 10_000_000)).encode()
    assert _raw_publish(shared.mqtt_port, f"cabinets/{voice.id}/up/telemetry", body), "the connection stayed open"
    wait_for("the refusal to be counted", lambda: shared.get("/ingest")["refused_by_broker"] > before, 20)
    voice.seq -= 1
    voice.up("telemetry", m={"air_c": 4.5})
    voice.settle()
    assert account(shared, voice.id)["stored"] == 3


def test_an_unknown_cabinet_is_counted_where_it_can_be_seen(shared: Product, spoken: Line) -> None:
    stranger = Voice(spoken, f"NOBODY-{time.monotonic_ns() % 10**12}")
    total = shared.get("/ingest")["quarantined"]
    stranger.up("telemetry", m={"air_c": 40.0})
    found = quarantined(shared, stranger.id, 1)
    assert (found["boot"], found["seq"], found["stored"]) == (0, 0, 0)
    assert shared.get(f"/cabinets/{stranger.id}/quarantine")["items"][0]["reason"]
    assert shared.get("/ingest")["quarantined"] == total + 1
    assert stranger.acks() == []
    assert stranger.id not in [c["id"] for c in shared.get("/cabinets", limit=1000)["items"]]


@pytest.mark.parametrize("case", ["1970", "8 h ahead", "8 h behind"])
def test_a_wrong_clock_puts_readings_at_the_time_they_came(shared: Product, spoken: Line, case: str) -> None:
    voice = Voice(spoken, f"CLOCK-{time.monotonic_ns() % 10**12}")
    start = now()
    shift = {"1970": -start, "8 h ahead": 8 * HOUR, "8 h behind": -8 * HOUR}[case]
    voice.birth(ts=start + shift)
    for step in range(3):
        time.sleep(0.2)
        voice.up("telemetry", ts=now() + shift, m={"air_c": 4.0 + step})
    voice.settle()
    answer = shared.get(
        f"/cabinets/{voice.id}/series", **{"signal": "air_c", "from": start - 60_000, "to": now() + 120_000}
    )
    assert [p[2] for p in answer["points"]] == [4.0, 5.0, 6.0], case
    assert abs(shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["ts"] - now()) < 60_000


def test_all_of_it_hurts_no_other_cabinet(shared: Product, voice: Voice, spoken: Line) -> None:
    """Good and bad in the same batches: the good one's account is exact, and neither faults nor tickets appear."""
    bad = Voice(spoken, f"WORSE-{time.monotonic_ns() % 10**12}")
    bad.birth()
    for _ in range(30):
        bad.seq += 1
        for raw in (TELEMETRY % (bad.seq, now()) + '{"air_c":NaN}}', b"\xff\x00", b"{"):
            spoken.say(f"cabinets/{bad.id}/up/telemetry", raw)
        voice.up("telemetry", m={"air_c": 4.0})
    voice.settle()
    bad.settle()
    good, worse = account(shared, voice.id), account(shared, bad.id)
    assert (good["received"], good["stored"], good["quarantined"], good["gaps"]) == (32, 32, 0, [])
    assert (worse["stored"], worse["quarantined"], worse["seq"]) == (1, 90, 31)
    for name in (voice.id, bad.id):
        assert shared.get("/faults", q=f"cabinet:{name}")["items"] == []
        assert shared.get("/tickets", q=f"cabinet:{name}")["items"] == []
