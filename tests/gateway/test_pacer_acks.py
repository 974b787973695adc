"""Rates in and acknowledgements out, in real time."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.acks import LONGEST, PER_SECOND, Acks
from gateway.pacer import Pacer
from telemetry import wire
from telemetry.units import SECOND

T = 1_800_000_000_000


def said(n, cabinet="A1", leaf="telemetry"):
    return [(f"cabinets/{cabinet}/up/{leaf}", b"%d" % i) for i in range(n)]


def test_bursts_pass_and_the_rest_is_put_off():
    pacer = Pacer(100, 3000)
    kept, deferred = pacer.sift(said(3100), T)
    assert (len(kept), deferred) == (3000, {"A1": 100})
    kept, deferred = pacer.sift(said(150), T + 1000)
    assert (len(kept), deferred) == (100, {"A1": 50})


def test_births_wills_and_replies_always_pass_in_their_place():
    pacer = Pacer(1, 1)
    mixed = [*said(2), *said(1, leaf="birth"), *said(1, leaf="will"), *said(2, leaf="event"), *said(1, leaf="reply")]
    kept, deferred = pacer.sift(mixed, T)
    assert [t.split("/")[3] for t, _ in kept] == ["telemetry", "birth", "will", "reply"]
    assert deferred == {"A1": 3}


def test_topics_of_other_shapes_are_paced_too():
    pacer = Pacer(1, 2)
    for topic in ("cabinets/A1/up/telemetry/x", "cabinets/A1/x/up/birth", "cabinets", ""):
        pacer = Pacer(1, 2)
        assert len(pacer.sift([(topic, b"")] * 5, T)[0]) == 2


def test_one_cabinet_does_not_slow_another():
    pacer = Pacer(10, 20)
    kept, deferred = pacer.sift(said(1000, "A1") + said(20, "B2"), T)
    assert deferred == {"A1": 980}
    assert sum(t.startswith("cabinets/B2") for t, _ in kept) == 20


def test_calm_is_told_once_after_two_quiet_seconds():
    pacer = Pacer(10, 10)
    pacer.sift(said(11), T)
    assert pacer.calm(T + 1999) == []
    pacer.sift(said(30), T + 1999)
    assert pacer.calm(T + 3998) == []
    assert pacer.calm(T + 3999) == ["A1"]
    assert pacer.calm(T + 9999) == []


def test_idle_cabinets_are_forgotten_and_lose_nothing_by_it():
    pacer = Pacer(10, 20)
    for i in range(1500):
        pacer.sift(said(20, f"C{i}"), T)
    pacer.calm(T + 1000)
    assert len(pacer._full_at) == 1500
    assert len(pacer.sift(said(20, "C1"), T + 1000)[0]) == 10
    pacer.calm(T + 12_500)
    assert pacer._full_at == {}
    assert len(pacer.sift(said(25, "C1"), T + 12_500)[0]) == 20


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 60)), max_size=40), st.integers(1, 50), st.integers(1, 100)
)
def test_never_more_than_the_burst_and_the_rate_allow_and_nothing_vanishes(steps, rate, burst):
    pacer, real, passed = Pacer(rate, burst), T, 0
    for pause, n in steps:
        real += pause
        kept, deferred = pacer.sift(said(n), real)
        assert len(kept) + deferred.get("A1", 0) == n
        passed += len(kept)
        assert passed <= burst + rate * (real - T) / 1000 + 1e-6


def test_a_clock_set_back_does_not_take_tokens_away():
    pacer = Pacer(10, 20)
    pacer.sift(said(5), T)
    assert len(pacer.sift(said(15), T - 3_600_000)[0]) == 15


def ack(seq, missing=None, boot=1):
    return wire.Ack(boot=boot, seq=seq, missing=missing)


def sent(acks, real):
    return [(p.topic, json.loads(p.payload), p.qos) for p in acks.take(real)]


def test_light_traffic_is_acknowledged_at_once():
    acks = Acks()
    for i in range(3):
        acks.offer({("A1", 1): ack(i)})
        assert sent(acks, T + i) == [("cabinets/A1/down/ack", {"boot": 1, "seq": i}, 0)]
    assert sent(acks, T + 9) == []


def loaded(n=LONGEST * PER_SECOND // SECOND):
    """Acknowledgements have just gone out, and of others so many are due that they wait as long as any does."""
    acks = Acks()
    acks.offer({("Z0", 1): ack(1)})
    assert len(acks.take(T)) == 1
    acks.offer({(f"Z{i}", 1): ack(1) for i in range(n)})
    return acks


def of(cabinet, acks, real):
    return [body for topic, body, _ in sent(acks, real) if f"/{cabinet}/" in topic]


def test_a_thousand_cabinets_a_second_are_acknowledged_at_once():
    acks = Acks()
    for i in range(50):
        acks.offer({(f"C{n}", 1): ack(i) for n in range(20)})
        assert len(sent(acks, T + 20 * i)) == 20


def test_under_load_acknowledgements_are_coalesced():
    acks = loaded()
    for seq in range(2, 50):
        acks.offer({("A1", 1): ack(seq)})
        assert sent(acks, T + seq) == []
    assert of("A1", acks, T + LONGEST) == [{"boot": 1, "seq": 49}]


def test_when_nothing_comes_in_any_more_nothing_waits():
    acks = loaded(50_000)
    assert acks.take(T + 1) == []
    assert len(acks.take(T + 2, idle=True)) == 50_000


def test_after_a_storm_light_traffic_is_answered_at_once_again():
    acks = loaded(50_000)
    assert len(acks.take(T + LONGEST)) == 50_000
    acks.offer({("A1", 1): ack(2)})
    assert len(acks.take(T + LONGEST + 1)) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 700), st.integers(1, 12_000)), min_size=1, max_size=12))
def test_nothing_is_held_longer_than_two_seconds_nor_the_average_exceeded_before(steps):
    acks, real, before, waiting = Acks(), T, 0, None
    for pause, n in steps:
        real += pause
        acks.offer({(f"C{i}", 1): ack(1) for i in range(n)})
        waiting = real if waiting is None else waiting
        if out := acks.take(real):
            assert real - before >= LONGEST or len(out) <= PER_SECOND * (real - before) // SECOND + PER_SECOND // SECOND
            before, waiting = real, None
        assert waiting is None or real - waiting < LONGEST


def test_a_clock_set_back_holds_nothing():
    assert len(sent(loaded(9000), T - 3_600_000)) == 9000


def test_a_request_is_not_lost_to_coalescing_and_no_later_answer_carries_it():
    acks = loaded()
    acks.offer({("A1", 1): ack(3, [(4, 5)])})
    acks.offer({("A1", 1): ack(7), ("A1", 2): ack(1, boot=2)})
    acks.offer({("A1", 1): ack(8)})
    asked = {"boot": 1, "seq": 3, "missing": [[4, 5]]}
    assert of("A1", acks, T + LONGEST) == [{"boot": 2, "seq": 1}, asked, {"boot": 1, "seq": 8}]


def test_two_requests_become_one_and_acknowledgements_go_out_in_order():
    acks = loaded()
    acks.offer({("A1", 1): ack(3, [(4, 5)])})
    acks.offer({("A1", 1): ack(3)})
    acks.offer({("A1", 1): ack(5, [(8, 9)])})
    asked = {"boot": 1, "seq": 5, "missing": [[4, 5], [8, 9]]}
    assert of("A1", acks, T + LONGEST) == [{"boot": 1, "seq": 3}, asked]


def test_at_most_sixty_four_ranges_leave_together():
    acks = loaded()
    for start in (1, 1001):
        acks.offer({("A1", 1): ack(0, [(start + i, start + i) for i in range(0, 128, 2)])})
    assert [len(body["missing"]) for body in of("A1", acks, T + LONGEST)] == [64]
