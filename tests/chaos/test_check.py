"""The checker finds what it is there for, and shares no code with the product."""

import ast
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.cabinet import Cabinet
from tests.chaos.check import (
    Record,
    Said,
    Verdict,
    check_account,
    check_events,
    check_faults,
    check_readings,
    check_rows,
    check_values,
    read_files,
)
from tests.chaos.recorder import Recorder

PRODUCT = {"telemetry", "faults", "service", "gateway", "api", "simulator", "app"}


@pytest.fixture
def said() -> Said:
    """One boot: a birth, three readings, an event; all but the last message acknowledged."""
    cabinet, made = Cabinet("C-1"), Said()
    cabinet.connecting()
    for message in (cabinet.birth(), *(cabinet.telemetry() for _ in range(3)), cabinet.event(), cabinet.telemetry()):
        made.say(message.leaf, json.loads(message.payload))
    made.acked[1] = 5
    return made


def account(**changed: object) -> dict[str, object]:
    return {"received": 6, "stored": 6, "duplicate": 0, "quarantined": 0, "gaps": []} | changed


def points(said: Said) -> list[list[float]]:
    return [[ts, n, n, n] for n, (_, _, ts) in said.readings.items()]


def found(look: Callable[[Verdict], None]) -> list[tuple[str, str]]:
    verdict = Verdict()
    look(verdict)
    return [(v["promise"], v["what"]) for v in verdict.violations]


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (account(), []),
        (account(received=7, duplicate=1), []),
        (account(received=7), [("P3", "the account does not add up")]),
        (account(received=7, stored=7), [("P2", "more stored than was ever sent")]),
        (account(received=5, stored=5), [("P3", "a silent gap: missing and not told")]),
        (account(received=5, stored=5, gaps=[[1, 3, 3]]), [("P3", "a gap remains, though everything was sent again")]),
        (account(stored=5, quarantined=1, gaps=[[1, 3, 3]]), [
            ("P3", "quarantined, though sound"), ("P3", "a gap remains, though everything was sent again")
        ]),
    ],
)  # fmt: skip
def test_an_account_that_is_wrong_is_told(said: Said, kept: dict[str, object], expected: list[tuple[str, str]]) -> None:
    said.acked[1] = 6
    assert found(lambda v: check_account("C-1", said, kept, v)) == expected


def test_what_is_never_acknowledged_is_told(said: Said) -> None:
    assert found(lambda v: check_account("C-1", said, account(), v)) == [("P11", "never acknowledged")]


def test_readings_lost_doubled_or_never_sent_are_told(said: Said) -> None:
    whole = points(said)
    assert found(lambda v: check_readings("C-1", said, whole, v)) == []
    assert found(lambda v: check_readings("C-1", said, whole[:-1], v)) == [], "it was not acknowledged"
    assert found(lambda v: check_readings("C-1", said, whole[1:], v)) == [("P1", "acknowledged and lost")]
    assert found(lambda v: check_readings("C-1", said, [*whole, [1, 2, 2, 2]], v)) == [("P2", "stored twice")]
    assert found(lambda v: check_readings("C-1", said, [*whole, [1, 9, 9, 9]], v)) == [("P2", "stored and never sent")]


def test_values_at_a_wrong_time_are_told(said: Said) -> None:
    right = points(said)
    halves = [[ts, n / 2, n / 2, n / 2] for ts, _, n, _ in right]
    later = [[ts + 1, *rest] for ts, *rest in right]
    torn = [("P4", "values that do not belong together")]
    moved = [("P4", "stored at another time than the cabinet's")]
    assert found(lambda v: check_values("C-1", said, right, halves, v, clocks=False)) == []
    assert found(lambda v: check_values("C-1", said, right, halves[1:], v, clocks=False)) == torn
    shifted = [[ts + 1, *rest] for ts, *rest in halves]
    assert found(lambda v: check_values("C-1", said, later, shifted, v, clocks=False)) == moved
    assert found(lambda v: check_values("C-1", said, later, shifted, v, clocks=True)) == []


def test_events_lost_doubled_or_never_sent_are_told(said: Said) -> None:
    kept = [(*at, vend) for at, vend in said.events.items()]
    assert len(kept) == 2
    assert found(lambda v: check_events("C-1", said, kept, v)) == []
    assert found(lambda v: check_events("C-1", said, kept[:1], v)) == [("P1", "event acknowledged and lost")]
    twice = [("P2", "event stored twice or never sent")]
    assert found(lambda v: check_events("C-1", said, [*kept, kept[0]], v)) == twice
    assert found(lambda v: check_events("C-1", said, [*kept, (1, 99, "x")], v)) == twice


def test_false_tickets_and_alerts_are_told(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "said.jsonl")
    recorder.note(fault="kill_gateway", outages=1)
    recorder.close()
    record = Record(tmp_path / "said.jsonl")
    assert found(lambda v: check_faults(record, Counter(platform_blind=1), Counter(), v)) == []
    assert found(lambda v: check_faults(record, Counter(platform_blind=2), Counter(platform_blind=1), v)) == [
        ("P5", "tickets for what was our own failure"), ("P7", "more alerts than outages"),
    ]  # fmt: skip
    offline = Counter(offline=1)
    assert found(lambda v: check_faults(record, offline, Counter(), v)) == [("P7", "faults that no cabinet had")]
    record.tolerated.add("clock_wrong")
    wrong = Counter(clock_wrong=1)
    assert found(lambda v: check_faults(record, wrong, wrong, v)) == []


def test_the_records_in_the_file_are_checked_one_by_one(tmp_path: Path) -> None:
    cabinet, recorder = Cabinet("C-1"), Recorder(tmp_path / "said.jsonl")
    for message in (cabinet.birth(), cabinet.event(), cabinet.telemetry()):
        recorder.say(message)
    recorder.ack("C-1", 1, 3)
    recorder.close()
    with closing(sqlite3.connect(tmp_path / "records.db")) as db:
        db.executescript(
            "CREATE TABLE accounting (cabinet, received, stored, duplicate, quarantined, gaps);"
            "INSERT INTO accounting VALUES ('C-1', 3, 2, 0, 0, '[]');"
            "CREATE TABLE events (cabinet, boot, seq, data); INSERT INTO events VALUES ('C-1', 1, 1, '{}');"
            "INSERT INTO events VALUES ('C-1', 1, 1, '{}');"
            "CREATE TABLE episodes (id, kind); CREATE TABLE tickets (id, fault); INSERT INTO tickets VALUES ('t', 'f');"
        )
    told = read_files(Record(tmp_path / "said.jsonl"), tmp_path).violations
    assert [(v["promise"], v["what"]) for v in told] == [
        ("P3", "the account does not add up"), ("P3", "a silent gap: missing and not told"),
        ("P1", "event acknowledged and lost"), ("P2", "event stored twice or never sent"),
        ("P5", "tickets for what was our own failure"),
    ]  # fmt: skip


def test_values_are_counted_in_the_store(tmp_path: Path) -> None:
    cabinet, recorder = Cabinet("C-1"), Recorder(tmp_path / "said.jsonl")
    recorder.say(cabinet.telemetry())
    recorder.say(cabinet.late(2))
    recorder.close()
    record = Record(tmp_path / "said.jsonl")
    assert found(lambda v: check_rows(record, 12, v)) == []
    assert found(lambda v: check_rows(record, 16, v)) == [("P2", "more values in the store than were sent")]
    assert found(lambda v: check_rows(record, 11, v)) == [("P1", "fewer values in the store than were sent")]


def test_the_checker_shares_no_code_with_the_product() -> None:
    tree = ast.parse(Path(__file__).with_name("check.py").read_text("utf-8"))
    named = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    named += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert not {name.split(".")[0] for name in named} & (PRODUCT | {"tests"})


def test_a_reading_of_a_wrong_clock_may_be_outranked_by_one_of_the_same_time_but_not_be_lost() -> None:
    """Three readings of a clock an hour ahead, then two of the clock put right, of which one falls on the second."""
    made, hour = Said(), 3_600_000
    for n, ts in enumerate((hour + 100, hour + 200, hour + 300, 200, 310), 1):
        made.say("telemetry", {"boot": 1, "seq": n, "ts": ts, "m": {"n": n}})
    made.acked[1] = 5
    shown = [[100, 1, 1, 1], [200, 4, 4, 4], [300, 3, 3, 3], [310, 5, 5, 5]]
    assert found(lambda v: check_readings("C-1", made, shown, v, clocks=True)) == []
    assert found(lambda v: check_readings("C-1", made, shown, v)) == [("P1", "acknowledged and lost")]
    gone = [point for point in shown if point[2] != 3]
    assert found(lambda v: check_readings("C-1", made, gone, v, clocks=True)) == [("P1", "acknowledged and lost")]
