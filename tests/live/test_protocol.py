"""The device protocol as a cabinet of another maker meets it: holding, acknowledging, identity, order, presence."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.line import Line, Voice, line, now
from tests.live.outside import Product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

HOUR = 3_600_000


def name(prefix: str) -> str:
    return f"{prefix}-{time.monotonic_ns() % 10**12}"


@pytest.fixture
def spoken(shared: Product) -> Iterator[Line]:
    with line(shared.mqtt_port, name("line")) as made:
        yield made


@pytest.fixture
def voice(spoken: Line) -> Voice:
    """A cabinet whose birth is acknowledged."""
    made = Voice(spoken, name("DEV"))
    made.birth()
    made.settle()
    return made


def account(made: Product, cabinet: str) -> dict[str, Any]:
    found: dict[str, Any] = made.get(f"/cabinets/{cabinet}/ingest")
    assert found["received"] == found["stored"] + found["duplicate"] + found["quarantined"]
    return found


def missing(voice: Voice, since: float = 0) -> list[list[list[int]]]:
    return [a["missing"] for a in voice.acks(since) if a.get("missing")]


def open_kinds(made: Product, cabinet: str) -> list[str]:
    rows = made.get("/faults", q=f"cabinet:{cabinet}")["items"]
    return [r["kind"] for r in rows if r["state"] in ("pending", "active", "clearing")]


# Acknowledging


def test_light_traffic_is_acknowledged_at_once(voice: Voice) -> None:
    for _ in range(5):
        start = time.monotonic()
        voice.up("telemetry", m={"air_c": 4.0})
        voice.settle()
        assert time.monotonic() - start < 5


def test_an_acknowledgement_is_not_retained(shared: Product, voice: Voice) -> None:
    with line(shared.mqtt_port, name("late-listener")) as other:
        time.sleep(0.5)
        assert other.told(voice.id, "ack") == []


def test_a_duplicate_and_a_birth_are_answered_with_the_current_one(shared: Product, voice: Voice) -> None:
    first = voice.up("telemetry", m={"air_c": 4.0})
    voice.up("telemetry", m={"air_c": 5.0})
    voice.settle()
    since = time.monotonic()
    voice.line.say(f"cabinets/{voice.id}/up/telemetry", first)
    wait_for("an answer", lambda: voice.acks(since), 6)
    assert voice.acks(since)[-1] == {"boot": 1, "seq": 3}
    since = time.monotonic()
    voice.birth()
    wait_for("an answer", lambda: any(a["seq"] == 4 for a in voice.acks(since)), 6)
    found = account(shared, voice.id)
    assert (found["received"], found["stored"], found["duplicate"]) == (5, 4, 1)


def test_a_hole_is_asked_for_once_and_closed(shared: Product, voice: Voice) -> None:
    since = time.monotonic()
    lost = [voice.make(ts=now() - 100 * (5 - n), m={"air_c": 4.0, "n": n}) for n in (2, 3)]
    voice.up("telemetry", m={"air_c": 4.0, "n": 4})
    wait_for("a request", lambda: missing(voice, since), 10)
    assert missing(voice, since) == [[[2, 3]]]
    assert account(shared, voice.id)["gaps"] == [[1, 2, 3]]
    assert voice.acked() == 1
    voice.up("telemetry", m={"air_c": 4.0, "n": 5})
    time.sleep(3)
    assert len(missing(voice, since)) == 1, "asked for again within 30 s"
    voice.line.pour(f"cabinets/{voice.id}/up/telemetry", lost)
    voice.settle()
    found = account(shared, voice.id)
    assert (found["stored"], found["seq"], found["gaps"]) == (5, 5, [])
    points = shared.get(f"/cabinets/{voice.id}/series", **{"signal": "n", "from": now() - HOUR, "to": now() + 60_000})
    assert sorted(p[2] for p in points["points"]) == [2, 3, 4, 5]


def test_neither_a_birth_nor_a_duplicate_is_answered_with_a_request(voice: Voice) -> None:
    voice.seq += 2
    since = time.monotonic()
    birth = voice.birth(holds=[[1, 2, 3]])
    voice.line.say(f"cabinets/{voice.id}/up/birth", birth)
    time.sleep(2)
    assert missing(voice, since) == []
    assert {a["seq"] for a in voice.acks(since)} == {1}


@pytest.mark.long
def test_a_hole_that_never_comes_is_given_up_after_three_requests(shared: Product, voice: Voice) -> None:
    voice.seq += 1
    voice.up("telemetry", m={"air_c": 4.0})
    end = time.monotonic() + 150
    while time.monotonic() < end and voice.acked() < voice.seq:
        voice.up("telemetry", m={"air_c": 4.0})
        time.sleep(5)
    asked = [h.at for h in voice.line.heard if h.cabinet == voice.id and h.body.get("missing")]
    assert len(asked) == 3
    assert all(later - earlier >= 29.5 for earlier, later in itertools.pairwise(asked))
    found = account(shared, voice.id)
    assert found["gaps"] == [[1, 2, 2]]
    voice.line.say(f"cabinets/{voice.id}/up/telemetry", {"boot": 1, "seq": 2, "ts": now() - 1, "m": {"air_c": 4.0}})
    wait_for("the gap to shrink", lambda: account(shared, voice.id)["gaps"] == [], 10)
    assert account(shared, voice.id)["stored"] == voice.seq


# Holding


def test_what_a_birth_does_not_hold_is_a_gap_at_once(shared: Product, voice: Voice) -> None:
    voice.seq += 8
    voice.birth(holds=[[1, 5, 6]])
    wait_for("gaps", lambda: account(shared, voice.id)["gaps"], 10)
    wait_for("acknowledged to the held range", lambda: voice.acked() == 4, 6)
    assert account(shared, voice.id)["gaps"] == [[1, 2, 9]]
    for seq in (5, 6):
        voice.line.say(f"cabinets/{voice.id}/up/telemetry", voice.make(seq=seq, m={"air_c": 4.0}))
    voice.settle(10)
    found = account(shared, voice.id)
    assert (found["stored"], found["gaps"]) == (4, [[1, 2, 4], [1, 7, 9]])


def test_a_birth_without_holds_means_the_boot_is_held_from_one(shared: Product, spoken: Line) -> None:
    voice = Voice(spoken, name("FIRST"))
    voice.seq = 3
    voice.birth(holds=None)
    time.sleep(1)
    assert voice.acked() == 0
    for seq in (1, 2, 3):
        voice.line.say(f"cabinets/{voice.id}/up/telemetry", voice.make(seq=seq, m={"air_c": 4.0}))
    voice.settle(4)
    assert account(shared, voice.id)["gaps"] == []


def test_each_boot_has_its_own_acknowledgement(shared: Product, spoken: Line) -> None:
    """Held over a reboot: the old boot's messages come with their own numbers after the new birth."""
    old = Voice(spoken, name("BOOTS"))
    old.birth()
    old.settle()
    held = [old.make(m={"air_c": 4.0 + n}) for n in range(3)]
    new = Voice(spoken, old.id, boot=2)
    new.birth(holds=[[1, 2, 4]])
    new.settle()
    assert old.acked() == 1
    spoken.pour(f"cabinets/{old.id}/up/telemetry", held)
    old.settle(4)
    new.up("telemetry", m={"air_c": 9.0})
    new.settle()
    found = account(shared, old.id)
    assert (found["boot"], found["seq"], found["stored"], found["gaps"]) == (2, 2, 6, [])
    assert shared.get(f"/cabinets/{old.id}")["latest"]["air_c"]["value"] == 9.0


def test_oldest_gives_up_what_the_ring_had_to_drop(shared: Product, voice: Voice) -> None:
    voice.seq += 5
    voice.up("telemetry", m={"air_c": 4.0}, oldest=7)
    voice.settle(7)
    assert account(shared, voice.id)["gaps"] == [[1, 2, 6]]


# Identity


def test_other_bytes_under_a_known_number_are_a_conflict(shared: Product, voice: Voice) -> None:
    said = voice.up("telemetry", m={"air_c": 4.0})
    voice.settle()
    since = time.monotonic()
    voice.line.say(f"cabinets/{voice.id}/up/telemetry", {**said, "m": {"air_c": 44.0}})
    wait_for("quarantine", lambda: account(shared, voice.id)["quarantined"] == 1, 10)
    time.sleep(1)
    assert voice.acks(since) == []
    wait_for("the fault", lambda: "identity_conflict" in open_kinds(shared, voice.id), 60)
    assert shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["value"] == 4.0


def test_a_second_board_with_the_same_id_waits_for_a_person(shared: Product, voice: Voice) -> None:
    voice.up("telemetry", m={"air_c": 4.0})
    voice.settle()
    with line(shared.mqtt_port, name("other-board")) as other:
        board = Voice(other, voice.id)
        board.up("birth", conn=1, interval_s=60, holds=[], model="OTHER", protocol=1)
        board.up("telemetry", m={"air_c": 30.0})
        board.up("telemetry", m={"air_c": 31.0})
        time.sleep(2)
        assert board.acks() == []
        assert account(shared, voice.id)["stored"] == 2
        answer = shared.post(f"/cabinets/{voice.id}/replace-controller", {"reason": "new board"})
        assert answer.status_code in (200, 201), answer.text
        fresh = Voice(other, voice.id)
        fresh.birth()
        fresh.up("telemetry", m={"air_c": 5.5})
        since = time.monotonic() - 5
        wait_for("the new epoch", lambda: any(a["seq"] == 2 for a in fresh.acks(since)), 10)
    found = account(shared, voice.id)
    assert (found["boot"], found["seq"]) == (1, 2)
    assert shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["value"] == 5.5


# Order


def test_a_late_reading_goes_to_history_only(shared: Product, voice: Voice) -> None:
    start = now()
    voice.birth(holds=[])
    lost = voice.make(ts=start - 500, m={"air_c": 20.0})  # not the same ts: one time holds one value
    voice.up("telemetry", m={"air_c": 4.0}, oldest=voice.seq + 1)
    voice.settle()
    wait_for("judged", lambda: "air_c" in shared.get(f"/cabinets/{voice.id}")["latest"], 40)
    voice.line.say(f"cabinets/{voice.id}/up/telemetry", lost)
    wait_for("stored", lambda: account(shared, voice.id)["gaps"] == [], 10)
    assert account(shared, voice.id)["late"] == 1
    assert shared.get(f"/cabinets/{voice.id}")["latest"]["air_c"]["value"] == 4.0
    points = shared.get(
        f"/cabinets/{voice.id}/series", **{"signal": "air_c", "from": start - 1000, "to": now() + 60_000}
    )
    assert [p[2] for p in points["points"]] == [20.0, 4.0]


def test_samples_in_one_message_are_one_message_and_many_readings(shared: Product, voice: Voice) -> None:
    start = now()
    samples: list[dict[str, Any]] = [{"ts": start - 10_000 + 1000 * n, "m": {"air_c": 4.0 + n}} for n in range(10)]
    voice.up("telemetry", samples=samples)
    voice.settle()
    assert account(shared, voice.id)["stored"] == 2
    points = shared.get(
        f"/cabinets/{voice.id}/series", **{"signal": "air_c", "from": start - 60_000, "to": now() + 60_000}
    )
    assert [(p[0], p[2]) for p in points["points"]] == [(s["ts"], s["m"]["air_c"]) for s in samples]


def test_an_older_birth_or_will_changes_no_state(shared: Product, voice: Voice) -> None:
    new = Voice(voice.line, voice.id, boot=2)
    new.birth(interval_s=30)
    new.settle()
    voice.birth(interval_s=3600)
    voice.settle()
    voice.line.say(f"cabinets/{voice.id}/up/will", {"boot": 1, "conn": 99})
    time.sleep(1)
    found = shared.get(f"/cabinets/{voice.id}")
    assert (found["status"], found["interval_s"]) == ("online", 30)
    assert account(shared, voice.id)["received"] == 3, "a will is not part of the accounting"


# Presence


def test_a_cabinet_is_unknown_until_its_first_birth(shared: Product, spoken: Line) -> None:
    voice = Voice(spoken, name("NEW"))
    made = shared.post("/cabinets", {"id": voice.id, "model": "T1"})
    assert made.status_code == 201
    assert made.json()["credential"]["username"] == voice.id
    assert shared.get(f"/cabinets/{voice.id}")["status"] == "unknown"
    zeros = account(shared, voice.id)
    assert {k: zeros[k] for k in ("boot", "seq", "received", "stored", "deferred", "gaps")} == {
        "boot": 0, "seq": 0, "received": 0, "stored": 0, "deferred": 0, "gaps": [],
    }  # fmt: skip
    voice.birth()
    voice.settle()
    assert shared.get(f"/cabinets/{voice.id}")["status"] == "online"


@pytest.mark.long
@pytest.mark.timeout(420)
def test_silence_and_a_will_make_a_cabinet_offline(shared: Product, spoken: Line) -> None:
    """Silence: 180 s. A will without a new birth: 60 s. A will of an older connection: never."""
    silent, cut, back = (Voice(spoken, name(n)) for n in ("SILENT", "CUT", "BACK"))
    lines = {
        v.id: Line(shared.mqtt_port, name("will"), (f"cabinets/{v.id}/up/will", {"boot": 1, "conn": 1}))
        for v in (cut, back)
    }
    for each in (silent, cut, back):
        each.birth()
        each.settle()
    start = time.monotonic()
    for cable in lines.values():
        cable.drop()
    back.birth()
    reached: dict[str, float] = {}
    while time.monotonic() - start < 240 and len(reached) < 2:
        for each in (silent, cut, back):
            if each.id not in reached and shared.get(f"/cabinets/{each.id}")["status"] == "offline":
                reached[each.id] = time.monotonic() - start
        if int(time.monotonic() - start) % 30 == 0:
            back.up("telemetry", m={"air_c": 4.0})
        time.sleep(1)
    assert back.id not in reached
    assert 55 < reached[cut.id] < 95
    assert 175 < reached[silent.id] < 215
    assert "offline" in open_kinds(shared, cut.id)
    silent.birth()
    wait_for("online again", lambda: shared.get(f"/cabinets/{silent.id}")["status"] == "online", 10)


# Commands


def command(made: Product, cabinet: str, **body: Any) -> dict[str, Any]:
    answer = made.post(f"/cabinets/{cabinet}/commands", {"reason": "test", "args": {}, **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def state(made: Product, cabinet: str, cid: str) -> str:
    found: str = made.get(f"/cabinets/{cabinet}/commands/{cid}")["state"]
    return found


def test_a_command_is_sent_answered_and_done(shared: Product, voice: Voice) -> None:
    made = command(shared, voice.id, name="lock_sales")
    got = wait_for("the command", lambda: voice.line.told(voice.id, "command"), 10)[0]
    assert (got["id"], got["name"], got["args"]) == (made["id"], "lock_sales", {})
    assert got["expires"] > now()
    assert state(shared, voice.id, made["id"]) == "sent"
    voice.up("reply", id=made["id"], status="done", detail="locked")
    wait_for("done", lambda: state(shared, voice.id, made["id"]) == "done", 10)


@pytest.mark.parametrize("status", ["failed", "rejected", "expired"])
def test_a_command_that_did_not_work_says_so(shared: Product, voice: Voice, status: str) -> None:
    made = command(shared, voice.id, name="self_test")
    wait_for("the command", lambda: voice.line.told(voice.id, "command"), 10)
    voice.up("reply", id=made["id"], status=status, detail="no")
    wait_for(status, lambda: state(shared, voice.id, made["id"]) == status, 10)


def test_a_command_waits_for_an_absent_cabinet(shared: Product, spoken: Line) -> None:
    voice = Voice(spoken, name("ABSENT"))
    shared.post("/cabinets", {"id": voice.id, "model": "T1"}).raise_for_status()
    made = command(shared, voice.id, name="reboot")
    time.sleep(1)
    assert state(shared, voice.id, made["id"]) == "queued"
    assert voice.line.told(voice.id, "command") == []
    voice.birth()
    got = wait_for("the command", lambda: voice.line.told(voice.id, "command"), 10)
    assert got[0]["id"] == made["id"]
    assert state(shared, voice.id, made["id"]) == "sent"


def test_an_unknown_command_is_refused(shared: Product, voice: Voice) -> None:
    answer = shared.post(f"/cabinets/{voice.id}/commands", {"name": "explode", "args": {}, "reason": "test"})
    assert answer.status_code == 422
    answer = shared.post("/cabinets/NOT-THERE/commands", {"name": "reboot", "args": {}, "reason": "test"})
    assert answer.status_code == 404
