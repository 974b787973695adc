"""The short way of the plain next reading is a short cut, not another way: both bring the same, whatever comes."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ingest import Ingest
from telemetry.units import DAY, HOUR, MINUTE, SECOND
from tests.gateway.rig import Rig, birth, event, telemetry, up, will

CABINETS = ("HZ-01", "HZ-02", "HZ-03")


class NoRoutes(dict):
    """Remembers nothing: every message takes the general way."""

    def __setitem__(self, key, value):
        pass


def image(rig, took):
    """All that an entry brought and left behind, comparable: cabinet by cabinet, for between them no order counts."""
    long, frames = took.readings.long(), took.judged.frames
    said = sorted(map(repr, zip(*(c.tolist() for c in long), strict=True)))
    turn = np.argsort(frames.row, kind="stable")
    judged = [c[turn].tobytes() for c in (frames.row, frames.ts, frames.values)]
    judged += [c.tobytes() for c in frames.extra.of(turn)]
    fleet = [getattr(rig.fleet, name).tobytes() for name in ("status", "last_seen", "last_real", "boot", "will_at")]
    rest = (took.judged.events, took.judged.marks, took.born, took.replies, took.acks, took.spoke)
    names = rig.fleet.names[38:], rig.fleet.extra
    return said, judged, fleet, sorted(map(repr, took.changes)), rest, names, ledger(rig)


def ledger(rig):
    """What a restart would know of every cabinet, once no lane is open."""
    again = Ingest(rig.fleet, rig.registry, open_enrolment=False)
    again.load(rig.ingest.dump())
    accounts = [again.account(cabinet) for cabinet in list(again.accounts)]
    owed = sorted(again.owed.answers), sorted(again.owed.accounts), again.owed.current
    return accounts, owed, again.holey, again.marks, again.totals, again.gaps, again.strangers, again.ticked


class Mouth:
    """A cabinet that mostly says its next reading, and now and then anything else."""

    def __init__(self, cabinet):
        self.cabinet, self.boot, self.seq, self.conn, self.said = cabinet, 1, 0, 0, []

    def say(self, kind, now, n):
        if kind in ("birth", "reboot") or not self.seq:
            self.boot, self.seq = (self.boot + 1, 0) if kind == "reboot" else (self.boot, self.seq)
            self.seq, self.conn = self.seq + 1, self.conn + 1
            return self._keep(birth(self.boot, self.seq, self.conn, ts=now, cabinet=self.cabinet))
        if kind == "again":
            return self.said[-(n * n) % len(self.said)]
        if kind == "will":
            return will(self.boot, self.conn, cabinet=self.cabinet)
        self.seq += 1 + (n % 3 + 1) * (kind == "skip")
        return self._keep(self._reading(kind, now, n))

    def _reading(self, kind, now, n):
        head = {"boot": self.boot, "seq": self.seq, "ts": now - n}
        bodies = {
            "odd": {"m": {"air_c": n / 8, f"odd_{n % 4}": 1.5, "set_c": None if n % 9 == 8 else 4}},
            "many": {"m": {f"x{i}": i for i in range(30 + 30 * (n % 8))}},
            "samples": {"samples": [{"ts": now - MINUTE * i, "m": {"air_c": i, "evap_c": -8}} for i in range(n % 4)]},
            "oldest": {"m": {"air_c": 5}, "oldest": max(1, self.seq - n % 4)},
            "unknown": {"m": {"air_c": 5}, "firmware": [n]},
            "both": {"m": {"air_c": 5}, "samples": []},
            "null": {"m": {"air_c": 5}, "samples": None, "oldest": None},
            "clock": {"ts": now + (n - 4) * HOUR, "m": {"air_c": 6}},
            "ancient": {"ts": n * 1000, "m": {"air_c": 6}},
            "empty": {"m": {}},
            "text": {"m": {"air_c": "warm"}},
            "zero": {"seq": 0, "m": {"air_c": 6}},
        }
        if kind == "event":
            return event(self.boot, self.seq, ts=now - n, cabinet=self.cabinet)
        if kind == "deep":
            return up("telemetry", self.cabinet, **head, m={"air_c": 1}, x=[[[[[[[[n]]]]]]]])
        if kind in bodies:
            return up("telemetry", self.cabinet, **head | bodies[kind])
        shapes = ({"air_c": n / 4}, {"evap_c": -8.0, "air_c": 3.5 + n}, {"set_c": 4.0, "light_on": n % 2})
        return telemetry(self.boot, self.seq, now - n, self.cabinet, **shapes[n % 3])

    def _keep(self, message):
        self.said.append(message)
        return message


KINDS = ["next"] * 20 + ["run"] * 3 + [
    "birth", "reboot", "again", "will", "skip", "odd", "many", "samples", "oldest", "unknown", "both", "null", "clock",
    "ancient", "empty", "text", "zero", "event", "deep",
]  # fmt: skip
words = st.tuples(st.sampled_from(CABINETS), st.sampled_from(KINDS), st.integers(0, 9))
entries = st.lists(
    st.tuples(
        st.lists(words, max_size=12), st.sampled_from([0, 20, SECOND, 31 * SECOND, 11 * MINUTE, DAY]), st.booleans()
    ),
    min_size=1,
    max_size=12,
)


@patch("gateway.ingest.LIGHT", 3)  # so that what is owed waits, too
@settings(max_examples=80, deadline=None)
@given(entries)
def test_the_short_way_brings_what_the_general_way_brings(story):
    short, general = Rig(*CABINETS), Rig(*CABINETS)
    general.ingest.routes = NoRoutes()
    mouths = {c: Mouth(c) for c in CABINETS}
    for said, pause, tick in story:
        words = [(c, k, n) for c, kind, n in said for k in (["next"] * 30 if kind == "run" else [kind])]
        messages = [mouths[c].say(kind, short.now + pause, n) for c, kind, n in words]
        a, b = (rig.take(*messages, ms=pause, tick=tick) for rig in (short, general))
        assert image(short, a) == image(general, b)


def test_plain_readings_do_take_the_short_way():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2))
    rig.ingest.registry.known = None  # whoever takes the general way asks for it
    rig.take(*[telemetry(1, seq) for seq in range(3, 50)])
    assert rig.sums() == (49, 49, 0, 0)
    assert rig.acked(1) == 49


@pytest.mark.parametrize("restarts", [False, True])
def test_a_retired_cabinet_is_known_no_more_although_its_way_was(restarts):
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), telemetry(1, 3))
    rig.ingest.registry.cabinets["HZ-01"]["retired"] = True
    rig.ingest.recheck("HZ-01")  # as the fold does after every action on a cabinet
    if restarts:
        rig.restart()
    rig.take(telemetry(1, 4))
    assert rig.reasons() == ["unknown_cabinet"]


def test_a_reading_behind_a_birth_of_a_newer_boot_is_not_taken_before_it():
    """Without the birth it would be the next one of its boot."""
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2))
    rig.take(telemetry(1, 3), birth(2, 1, 1, holds=[]), telemetry(1, 4), telemetry(2, 2))
    assert rig.sums() == (6, 6, 0, 0)
    assert [values["air_c"] for _, values in rig.judged] == [2.0, 3.0, 2.0]
    assert rig.account().late == 1


def test_a_reading_does_not_overtake_an_event_of_the_same_number():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2))
    rig.take(telemetry(1, 3), event(1, 4), telemetry(1, 4))
    assert rig.events == [("door_opened", 1, 4, False)]
    assert rig.reasons() == ["identity_conflict"]


def test_a_tick_leaves_alone_what_misses_only_something_of_an_older_boot():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), birth(2, 1, 1, holds=[[1, 3, 5]]))
    rig.run(31)
    rig.take(telemetry(2, 2))
    rig.take(telemetry(2, 3))
    row = rig.fleet.index["HZ-01"]
    assert (rig.ingest.lanes.is_open(row), rig.ingest.holey) == (True, {"HZ-01"})
    rig.run(61)
    assert len(rig.asked()) > 1
    assert (rig.ingest.lanes.is_open(row), int(rig.ingest.lanes.since[row])) == (True, 2)


def test_a_way_is_remembered_for_known_cabinets_only():
    rig = Rig(*CABINETS)
    for seq in range(1, 4):
        for cabinet in (*CABINETS, "STRANGER-1"):
            rig.take(birth(1, 1, 1, cabinet=cabinet) if seq == 1 else telemetry(1, seq, cabinet=cabinet))
    assert len(rig.ingest.routes) == len(CABINETS)
