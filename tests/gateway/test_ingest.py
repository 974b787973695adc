"""What an entry brings: rows, columns, events; and what bad input must not change."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.columns import OWN_SIGNALS
from gateway.ingest import MAX_STRANGERS
from service.model import Action, Actor
from service.records.base import Put, Where
from service.records.memory import MemoryRecords
from telemetry import wire
from telemetry.clock import Moment
from telemetry.signals import SIGNALS
from telemetry.units import HOUR, MINUTE, SECOND
from tests.gateway.rig import CABINET, T0, Rig, birth, event, telemetry, up, will


def test_a_telemetry_message_becomes_readings_and_a_frame():
    rig = Rig()
    took = rig.take(birth(1, 1, 1), telemetry(1, 2, T0 - 500, air_c=4.5, shoe_size=43.0))
    assert rig.rows == {(CABINET, "air_c", T0 - 500, 4.5): 1, (CABINET, "shoe_size", T0 - 500, 43.0): 1}
    assert list(took.readings.long().boot) == [1, 1]
    assert list(took.readings.long().seq) == [2, 2]
    assert rig.judged == [(T0 - 500, {"air_c": 4.5})]
    assert rig.fleet.extra[0] == {"shoe_size": (43.0, T0 - 500)}
    assert odd(rig, took) == [(T0 - 500, "shoe_size", 43.0)]


def odd(rig, took):
    """(filed ts, signal, value) of what is judged of signals we do not know, in judging order."""
    frames = took.judged.frames
    columns = frames.ts[frames.extra.line], frames.extra.signal, frames.extra.value
    return [(ts, rig.fleet.names[s], value) for ts, s, value in zip(*(c.tolist() for c in columns), strict=True)]


def test_unknown_signals_are_judged_in_the_order_of_their_samples_and_as_told_within_one():
    rig = Rig()
    said = [(20, {"y": 1.0, "air_c": 4.0}), (30, {"z": 2.0, "y": 3.0}), (10, {"set_c": 4.0})]
    samples = [{"ts": T0 - s * SECOND, "m": m} for s, m in said]
    took = rig.take(birth(1, 1, 1), up("telemetry", boot=1, seq=2, ts=T0, samples=samples), telemetry(1, 3, x=4.0))
    thirty, twenty = T0 - 30 * SECOND, T0 - 20 * SECOND
    assert odd(rig, took) == [(thirty, "z", 2.0), (thirty, "y", 3.0), (twenty, "y", 1.0), (T0, "x", 4.0)]


def test_unknown_signals_of_late_readings_go_to_history_only():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 3, air_c=4.0))
    rig.run(31)  # the hole is given up, and 3 judged
    late = rig.take(telemetry(1, 2, T0 - HOUR, x=9.0), telemetry(1, 4, T0 + 40 * SECOND, x=1.0, air_c=5.0))
    assert odd(rig, late) == [(T0 + 40 * SECOND, "x", 1.0)]
    assert (CABINET, "x", T0 - HOUR, 9.0) in rig.rows
    assert rig.account().late == 1


def test_buffered_samples_are_judged_by_their_own_time():
    rig = Rig()
    samples = [{"ts": T0 - s * SECOND, "m": {"air_c": float(s)}} for s in (10, 30, 20)]
    rig.take(birth(1, 1, 1), up("telemetry", boot=1, seq=2, ts=T0, samples=samples))
    assert rig.judged == [(T0 - s * SECOND, {"air_c": float(s)}) for s in (30, 20, 10)]


def test_readings_of_a_wrong_clock_keep_the_raw_ts():
    rig = Rig()
    took = rig.take(birth(1, 1, 1, ts=T0 + 8 * HOUR), telemetry(1, 2, T0 + 8 * HOUR))
    assert list(took.readings.ts) == [T0]
    assert list(took.readings.raw_ts) == [T0 + 8 * HOUR]


def test_readings_of_a_wrong_clock_that_come_together_keep_their_distances():
    """Under one time only one of them would be kept. What the clock is wrong by is followed but for jitter."""
    rig = Rig()
    steps = (0, 5, 900, 30 * SECOND)
    took = rig.take(
        birth(1, 1, 1, ts=T0 + 8 * HOUR), *(telemetry(1, n, T0 + 8 * HOUR + s) for n, s in enumerate(steps, 2))
    )
    assert list(took.readings.ts) == [T0, T0 + 5, T0 + 900, T0]


def test_held_messages_that_trickle_in_are_filed_under_their_own_time():
    """A quarter of an hour of nothing but old messages says nothing about the clock."""
    rig = Rig()
    rig.take(birth(1, 1, 1))
    rig.take(birth(1, 30, 2, ts=T0 + HOUR, holds=[[1, 2, 29]]), ms=HOUR)
    for seq in range(2, 30):
        rig.take(telemetry(1, seq, T0 + seq * 30 * SECOND), ms=30 * SECOND)
    assert {ts for _, _, ts, _ in rig.rows} == {T0 + seq * 30 * SECOND for seq in range(2, 30)}
    assert rig.marks == []


def test_what_waited_at_the_broker_while_we_were_blind_says_nothing_of_the_clock():
    rig = Rig()
    rig.take(birth(1, 1, 1, interval_s=600))
    rig.now, rig.real = rig.now + HOUR, rig.real + HOUR
    rig.fleet.sighted = Moment(rig.now, rig.real)
    for seq in range(2, 20):
        rig.take(telemetry(1, seq, T0 + seq * MINUTE), ms=MINUTE)
    assert {ts for _, _, ts, _ in rig.rows} == {T0 + seq * MINUTE for seq in range(2, 20)}
    assert rig.marks == []


def test_births_events_and_replies_are_rows():
    rig = Rig()
    reply = up("reply", boot=1, seq=3, ts=T0, id="c1", status="done", detail="ok")
    took = rig.take(birth(1, 1, 1, model="M2", signals=["air_c"]), event(1, 2, "vend", sku="7", vend_id=2**53), reply)
    names = [(r["name"], r["seq"], r["late"]) for r in rig.changes["events"]]
    assert names == [("birth", 1, False), ("vend", 2, False), ("reply", 3, False)]
    assert rig.changes["events"][1]["data"] == {"sku": "7", "vend_id": 2**53}
    assert [(r.cabinet, r.id, r.status) for r in took.replies] == [(CABINET, "c1", "done")]
    assert rig.events == [("vend", 1, 2, False)]
    assert took.born == [CABINET]
    assert rig.registry.cabinets[CABINET]["model"] == "M2"
    assert rig.changes["cabinets"][-1]["signals"] == ["air_c"]


def test_a_repeated_event_or_reply_has_no_second_effect():
    rig = Rig()
    reply = up("reply", boot=1, seq=3, ts=T0, id="c1", status="done")
    rig.take(birth(1, 1, 1), event(1, 2), reply)
    took = rig.take(birth(1, 1, 1), event(1, 2), reply)
    assert took.replies == took.born == took.judged.events == []
    assert len(rig.changes["events"]) == 3


def test_an_unknown_cabinet_is_counted_and_quarantined_but_not_taken_in():
    rig = Rig()
    took = rig.take(birth(cabinet="ZZ-99"), telemetry(1, 2, cabinet="ZZ-99"), will(1, 1, cabinet="ZZ-99"))
    assert rig.reasons() == ["unknown_cabinet"] * 2
    assert rig.sums("ZZ-99") == (2, 0, 0, 2)
    assert took.acks == {}
    assert "ZZ-99" not in rig.fleet.index
    assert rig.sums() == (0, 0, 0, 0)


def test_open_enrolment_takes_a_cabinet_in_by_its_birth_alone():
    rig = Rig(open_enrolment=True)
    rig.take(telemetry(1, 2, cabinet="ZZ-99"), up("birth", "ZZ-99", boot=1, seq=1, ts=T0))
    assert "ZZ-99" not in rig.registry.cabinets
    rig.take(birth(cabinet="ZZ-99", model="M9"), telemetry(1, 2, cabinet="ZZ-99"))
    assert rig.registry.cabinets["ZZ-99"]["model"] == "M9"
    assert rig.sums("ZZ-99") == (4, 2, 0, 2)
    assert rig.acked(1, "ZZ-99") == 2


def test_a_retired_cabinet_does_not_come_back_by_its_birth():
    rig = Rig(open_enrolment=True)
    action = Action(id="a", actor=Actor("admin", "administrator"), name="cabinet.retire", target=CABINET, body={})
    rig.registry.act(action, rig.fleet, Moment(rig.now, rig.real))
    took = rig.take(birth(1, 1, 1))
    assert took.acks == {}
    assert rig.reasons() == ["unknown_cabinet"]


@pytest.mark.parametrize(
    ("topic", "whose"),
    [
        (f"cabinets/{CABINET}/up/telemetry/extra", CABINET),
        (f"cabinets/{CABINET}/up/gossip", CABINET),
        (f"cabinets/{CABINET}/sub/up/telemetry", CABINET),
        ("cabinets/hz-01/up/telemetry", ""),
        ("cabinets/HZ-01\u0410/up/telemetry", ""),
        ("cabinets/" + "A" * 200 + "/up/telemetry", ""),
        ("cabinets//up/telemetry", ""),
        ("x", ""),
    ],
)
def test_topics_of_other_shapes_are_shown_at_the_cabinet_they_name(topic, whose):
    rig = Rig()
    took = rig.take((topic, telemetry(1, 1)[1]))
    assert took.acks == {}
    assert [(r["cabinet"], r["reason"]) for r in rig.changes["quarantine"]] == [(whose, "topic")]
    assert rig.sums(whose) == (1, 0, 0, 1)


def test_the_first_kib_of_what_is_quarantined_is_kept_escaped():
    rig = Rig()
    rig.take((wire.topic(CABINET, "up", "event"), b"\xff<script>" + b"x" * 5000))
    row = rig.row("quarantine")
    assert row["head"].startswith("\\xff<script>xxx")
    assert row["size"] == 5009
    assert len(row["head"]) == 1023 + len("\\xff")
    assert (row["boot"], row["seq"]) == (None, None)


def test_the_newest_thousand_of_a_cabinet_are_kept_in_quarantine_and_all_are_counted():
    rig, records = Rig("HZ-01", "HZ-0", "HZ"), MemoryRecords()
    bad = [(wire.topic(c, "up", "event"), b"?") for c in ("HZ-0", "HZ")]
    rig.take(*bad)
    for i in range(13):
        rig.take(*((wire.topic(CABINET, "up", "event"), b"%d" % (i * 100 + n)) for n in range(100)))
        if i == 5:
            rig.restart()
    records.write([Put("quarantine", row) for row in rig.changes["quarantine"]])
    heads = [int(r["head"]) for r in records.find("quarantine", [Where("cabinet", "=", CABINET)], limit=5000)]
    assert sorted(heads) == list(range(300, 1300))
    assert rig.sums() == (1300, 0, 0, 1300)
    assert records.count("quarantine") == 1002


def test_one_cabinet_does_not_use_up_the_names_of_signals_of_the_others():
    rig = Rig(CABINET, "HZ-02")
    rig.take(birth(1, 1, 1), birth(1, 1, 1, cabinet="HZ-02"), up("telemetry", boot=1, seq=2, ts=T0, m={"n" * 65: 1}))
    for seq in range(3, 8):
        rig.take(up("telemetry", boot=1, seq=seq, ts=T0, m={f"s{seq}-{i}": 1 for i in range(60)}))
    assert rig.reasons() == ["too_many_signals"] * 3
    assert len(rig.fleet.names) == len(SIGNALS) + 180 <= len(SIGNALS) + OWN_SIGNALS
    rig.restart()
    rig.take(up("telemetry", boot=1, seq=8, ts=T0, m={"s3-1": 1, "air_c": 1.0}))
    rig.take(up("telemetry", boot=1, seq=9, ts=T0, m={f"t{i}": 1 for i in range(21)}))
    assert rig.rows[(CABINET, "air_c", T0, 1.0)] == 1
    assert rig.reasons() == ["too_many_signals"] * 4
    rig.take(up("telemetry", "HZ-02", boot=1, seq=2, ts=T0, m={f"s3-{i}": 1 for i in range(60)}))
    assert rig.sums("HZ-02") == (2, 2, 0, 0)


def test_all_names_of_signals_are_bounded(monkeypatch):
    monkeypatch.setattr("gateway.columns.MAX_SIGNALS", len(SIGNALS) + 2)
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2, a=1.0, b=1.0), telemetry(1, 3, c=1.0), telemetry(1, 4, a=2.0))
    assert rig.reasons() == ["too_many_signals"]
    assert rig.sums() == (4, 3, 0, 1)


def test_strangers_beyond_a_bound_share_the_platforms_account():
    rig = Rig()
    rig.take(*[telemetry(1, 1, cabinet=f"S{i}") for i in range(MAX_STRANGERS + 5)])
    assert len(rig.ingest.accounts) == MAX_STRANGERS + 1
    assert rig.sums("")[3] == 5


def test_huge_values_do_not_break_a_batch():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2, air_c=1e308))
    assert rig.rows[(CABINET, "air_c", T0, 1e308)] == 1
    assert rig.judged == [(T0, {"air_c": 1e308})]


topics = st.sampled_from(
    [
        *(wire.topic(CABINET, "up", leaf) for leaf in sorted(wire.LEAVES)),
        "cabinets/B/up/x",
        f"cabinets/{CABINET}/a/up/b",
    ]
)
scrap = st.dictionaries(
    st.sampled_from(["boot", "seq", "ts", "conn", "m", "data", "event", "holds", "oldest", "status", "id", "samples"]),
    st.integers(-(2**65), 2**65)
    | st.integers(0, 4)
    | st.floats()
    | st.text(max_size=5)
    | st.none()
    | st.lists(st.lists(st.integers(-1, 5), max_size=4), max_size=4)
    | st.dictionaries(st.text(max_size=3), st.floats() | st.integers(), max_size=3),
    max_size=9,
).map(msgspec.json.encode)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(topics, scrap | st.binary(max_size=80)), max_size=25), st.booleans())
def test_whatever_comes_the_fold_lives_and_the_sums_hold(messages, open_enrolment):
    rig, wills = Rig(open_enrolment=open_enrolment), 0
    for message in messages:
        taken = rig.take(message, ms=700, tick=True)
        leaf = message[0].split("/")[-1]
        wills += leaf == "will" and isinstance(wire.decode("will", message[1]), wire.Will)
        msgspec.msgpack.encode([c.row for c in taken.changes])
    rig.restart()
    rig.run(40)
    assert sum(rig.sums(c)[0] for c in rig.ingest.accounts) == len(messages) - wills
    good = Rig.sums(rig)[1]
    rig.take(birth(2**40, 1, 1, holds=[]), telemetry(2**40, 2, rig.now))
    assert rig.sums()[1] == good + 2
