"""Every message is stored once, a duplicate, or quarantined: against an oracle that keeps every payload."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ingest import COUNTS
from gateway.rows import accounting_row
from telemetry.units import DAY, HOUR, SECOND
from tests.gateway.rig import CABINET, T0, Rig, birth, event, telemetry, up, will

SLOW = settings(max_examples=60, deadline=None)


class Oracle:
    """The contract's words: the first bytes under a (boot, seq) count, the same again are duplicates, others conflict;
    after a conflict at a boot's first message nothing of that boot is taken."""

    def __init__(self):
        self.bytes, self.doubted = {}, set()
        self.received = self.stored = self.duplicate = self.quarantined = 0

    def take(self, boot, seq, payload, good):
        self.received += 1
        known = self.bytes.setdefault((boot, seq), payload)
        fresh = known is payload
        if boot in self.doubted:
            if fresh:
                del self.bytes[boot, seq]
            self.quarantined += 1
        elif fresh:
            self.stored += good
            self.quarantined += not good
        elif known == payload:
            self.duplicate += 1
        else:
            self.quarantined += 1
            if seq == 1:
                self.doubted.add(boot)

    @property
    def sums(self):
        return self.received, self.stored, self.duplicate, self.quarantined


def variant(boot, seq, kind):
    """A message under (boot, seq); the bytes depend on the kind."""
    if kind == "good":
        return birth(boot, seq, conn=1) if seq == 1 else telemetry(boot, seq, T0 + boot * HOUR + seq * SECOND)
    if kind == "broken":
        return up("telemetry", boot=boot, seq=seq, ts=T0, m={"air_c": "x"})
    return telemetry(boot, seq, T0 + 1, air_c=77.0)


deliveries = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 8), st.sampled_from(["good"] * 5 + ["broken", "forged"])), max_size=40
)


@SLOW
@given(deliveries, st.sampled_from([0, 5, 40 * SECOND, 2 * HOUR]), st.integers(1, 5))
def test_received_is_stored_and_duplicate_and_quarantined_as_an_oracle_counts(sent, pause, size):
    rig, oracle = Rig(), Oracle()
    for i in range(0, len(sent), size):
        chunk = [variant(*s) for s in sent[i : i + size]]
        rig.take(*chunk, ms=pause, tick=bool(i % 2))
        for (boot, seq, kind), (_, payload) in zip(sent[i : i + size], chunk, strict=True):
            oracle.take(boot, seq, bytes(payload), kind != "broken")
    assert rig.sums() == oracle.sums
    assert len(rig.changes.get("quarantine", [])) == oracle.quarantined


def life(boots, length):
    """What a cabinet says over several boots: each birth holds everything of the boots before."""
    told = []
    for boot in range(1, boots + 1):
        held = [[b, 1, length] for b in range(1, boot)]
        told.append(birth(boot, 1, conn=1, ts=T0 + boot * 100, holds=held))
        told += [telemetry(boot, seq, T0 + boot * 100 + seq) for seq in range(2, length + 1)]
    return told


@SLOW
@given(st.integers(1, 3), st.integers(2, 6), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_within_thirty_seconds_is_judged_in_the_same_order(boots, length, chance, size):
    told = life(boots, length)
    straight, mixed = Rig(), Rig()
    straight.take(*told)
    shuffled = told + chance.sample(told, len(told) // 2)
    chance.shuffle(shuffled)
    # Every boot is announced by the birth of the last one: before that comes, who knows of what is still under way?
    shuffled.insert(0, birth(boots, 1, conn=1, ts=T0 + boots * 100, holds=[[b, 1, length] for b in range(1, boots)]))
    for i in range(0, len(shuffled), size):
        mixed.take(*shuffled[i : i + size], ms=min(500, 29 * SECOND // len(shuffled)), tick=True)
    assert mixed.judged == straight.judged
    assert mixed.account().late == 0
    assert mixed.rows == straight.rows


@SLOW
@given(
    st.integers(1, 3),
    st.integers(2, 6),
    st.randoms(use_true_random=False),
    st.sampled_from([0, 20 * SECOND, 90 * SECOND]),
)
def test_any_order_at_all_gives_the_same_rows_and_totals(boots, length, chance, pause):
    told = life(boots, length)
    repeats = [chance.choice(told) for _ in range(chance.randrange(10))]
    straight, mixed = Rig(), Rig()
    straight.take(*told, *repeats)
    shuffled = told + repeats
    chance.shuffle(shuffled)
    mixed.ingest.fleet.blind_since = T0  # so that the offset learns nothing from the delays made here
    for message in shuffled:
        mixed.real += pause
        mixed.take(message, tick=True)
    assert mixed.rows == straight.rows
    assert mixed.sums() == straight.sums()
    assert mixed.account().gaps() == []
    assert [mixed.account().ack(b) for b in range(1, boots + 1)] == [length] * boots


def test_a_week_late_what_was_held_is_stored_under_its_own_time_and_judged_before_the_new():
    rig = Rig()
    rig.take(birth(1, 1, 1), *[telemetry(1, s, T0 + s) for s in range(2, 6)])
    late = [telemetry(1, s, T0 + s) for s in range(6, 11)]
    rig.take(birth(2, 1, 1, ts=T0 + 7 * DAY, holds=[[1, 6, 10]]), telemetry(2, 2, T0 + 7 * DAY + 1), ms=7 * DAY)
    assert len(rig.judged) == 4
    for message in late:
        rig.take(message, ms=20 * SECOND)
    assert [ts for ts, _ in rig.judged] == [*range(T0 + 2, T0 + 11), T0 + 7 * DAY + 1]
    assert rig.account().late == 0
    assert rig.sums() == (12, 12, 0, 0)
    assert rig.acked(1) == 10
    for message in late:  # and once more
        rig.take(message, ms=DAY)
    assert rig.sums() == (17, 12, 5, 0)


def test_what_a_birth_neither_holds_nor_was_ever_received_is_a_recorded_gap_at_once():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), telemetry(1, 9))
    rig.take(birth(2, 4, 2, holds=[[1, 6, 7]]))
    assert rig.account().gaps() == [(1, 3, 5), (1, 6, 7), (1, 8, 8), (2, 1, 3)]
    assert rig.account().ack(1) == 5
    assert rig.account().ack(2) == 4


def test_a_birth_without_holds_means_the_current_boot_from_one_is_held():
    rig = Rig()
    rig.take(birth(5, 4, 2))
    assert rig.account().ack(5) == 0
    for seq in (1, 2, 3):
        rig.take(telemetry(5, seq), ms=29 * SECOND)
    assert rig.acked(5) == 4
    assert [values["air_c"] for _, values in rig.judged] == [1.0, 2.0, 3.0]


def test_overlapping_holds_do_not_make_a_message_count_twice():
    rig = Rig()
    rig.take(birth(2, 1, 1, holds=[[1, 3, 8], [1, 1, 5], [1, 4, 4]]))
    for _ in range(2):
        rig.take(*[telemetry(1, s) for s in range(1, 9)])
    assert rig.sums() == (17, 9, 8, 0)
    assert rig.acked(1) == 8


def test_holds_of_seqs_and_boots_to_come_are_nonsense_and_hold_nothing():
    rig = Rig()
    rig.take(birth(2, 3, 1, holds=[[2, 1, 100], [7, 1, 9]]))
    rig.take(telemetry(2, 1), telemetry(2, 2), telemetry(2, 4))
    assert rig.acked(2) == 4
    assert rig.account().gaps() == []


def test_a_message_that_comes_after_its_gap_was_given_up_is_stored_and_shrinks_the_gap():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), telemetry(1, 6))
    rig.run(130)
    assert rig.acked(1) == 6
    rig.take(telemetry(1, 4))
    assert rig.account().gaps() == [(1, 3, 3), (1, 5, 5)]
    assert rig.account().late == 1
    assert rig.sums() == (4, 4, 0, 0)
    assert rig.rows[(CABINET, "air_c", T0, 4.0)] == 1
    assert [v["air_c"] for _, v in rig.judged] == [2.0, 6.0]


def test_oldest_gives_up_what_the_cabinet_dropped():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2))
    rig.take(up("telemetry", boot=1, seq=20, ts=T0, m={}, oldest=15))
    assert rig.account().ack(1) == 14
    assert rig.account().gaps() == [(1, 3, 14), (1, 15, 19)]
    rig.take(up("telemetry", boot=1, seq=21, ts=T0, m={}, oldest=7))
    assert rig.account().ack(1) == 14


def test_a_malformed_message_counts_as_its_seq_and_is_acknowledged():
    rig = Rig()
    rig.take(birth(1, 1, 1), up("telemetry", boot=1, seq=2, ts=T0, m={"air_c": "warm"}), telemetry(1, 3))
    assert rig.acked(1) == 3
    assert rig.sums() == (3, 2, 0, 1)
    assert rig.row("quarantine")["seq"] == 2
    rig.take(up("telemetry", boot=1, seq=2, ts=T0, m={"air_c": "warm"}))
    assert rig.sums() == (4, 2, 1, 1)


def test_wills_are_not_part_of_the_accounting():
    rig = Rig()
    rig.take(birth(1, 1, 1), will(1, 1), will(1, 1))
    assert rig.sums() == (1, 1, 0, 0)


def test_a_cabinet_that_held_through_hundreds_of_boots_gets_all_of_them_stored():
    """A power loop without a network: more boots are held than are otherwise kept in full."""
    rig = Rig()
    rig.take(birth(600, 1, 1, holds=[[b, 1, 2] for b in range(1, 600)]))
    for b in range(1, 600):
        rig.take(telemetry(b, 1, T0 + b), telemetry(b, 2, T0 + b, air_c=0.5))
    assert rig.sums() == (1 + 2 * 599, 1 + 2 * 599, 0, 0)
    assert [rig.acked(b) for b in (1, 300, 599)] == [2, 2, 2]
    assert len(rig.judged) == 2 * 599
    rig.take(birth(601, 1, 1))
    assert len(rig.account().boots) == 256
    rig.take(telemetry(1, 2, T0 + 1, air_c=0.5))
    assert rig.sums() == (2 + 2 * 599 + 1, 2 + 2 * 599, 1, 0)


def test_boots_long_gone_are_remembered_enough():
    """Repeats of theirs are duplicates, their gaps stand, a missing message is stored, a board swap is seen."""
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), telemetry(1, 5))
    for boot in range(2, 500):
        rig.take(birth(boot, 1, 1, holds=[]))
    assert len(rig.account().boots) <= 256
    assert rig.account().gaps() == [(1, 3, 4)]
    rig.take(telemetry(1, 2), telemetry(1, 3))
    assert rig.sums() == (503, 502, 1, 0)
    assert rig.account().gaps() == [(1, 4, 4)]
    assert rig.acked(1) == 5
    rig.take(birth(7, 1, 1, ts=T0 + 5))
    assert rig.marks == [("identity_conflict", True)]


def test_boots_in_any_order_never_break_the_fold():
    """Old boots turn up after more than are kept: found to end in a missing boot once."""
    chance = random.Random(1)
    rig = Rig()
    boots = chance.sample(range(1, 100_000), 600)
    for boot in boots:
        rig.take(event(boot, 1))
    assert len(rig.account().boots) == 256
    assert rig.sums() == (600, 600, 0, 0)
    rig.take(*[event(boot, 1) for boot in boots])
    assert rig.sums() == (1200, 600, 600, 0)


def test_thousands_of_held_boots_in_one_birth_are_taken():
    rig = Rig()
    holds = [[b, 1, 1] for b in range(1, 6000)]
    rig.take(birth(9999, 1, 1, holds=holds))
    rig.take(telemetry(1, 1))
    assert rig.acked(1) == 1


def test_what_the_ring_had_to_drop_stands_in_the_row_and_leaves_it_when_it_comes_after_all():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2))
    rig.take(up("telemetry", boot=1, seq=6, ts=T0, m={"air_c": 4}, oldest=6))
    assert rig.row("accounting")["gaps"] == [[1, 3, 5]]
    rig.take(telemetry(1, 7))
    assert rig.row("accounting")["gaps"] == [[1, 3, 5]]
    rig.take(telemetry(1, 3), telemetry(1, 4), telemetry(1, 5))
    assert (rig.row("accounting")["gaps"], rig.row("accounting")["late"]) == ([], 3)


@SLOW
@given(deliveries, st.sampled_from([0, 40 * SECOND, 2 * HOUR]), st.booleans(), st.integers(1, 5))
def test_every_row_says_what_the_account_says(sent, pause, again, size):
    """Whichever way its messages went; so the newest row of every cabinet is what a reader may rely on."""
    rig = Rig()
    for i in range(0, len(sent), size):
        rig.take(*[variant(*s) for s in sent[i : i + size]], ms=pause, tick=bool(i % 2), deferred=[(CABINET, i)])
        if again:
            rig.restart()
        row = rig.row("accounting")
        assert row == accounting_row(rig.ingest.look(CABINET), rig.now) | {
            n: row[n] for n in ("boot", "seq", "updated")
        }


@SLOW
@given(deliveries, st.sampled_from([0, 40 * SECOND, 2 * HOUR]), st.booleans(), st.integers(1, 5))
def test_the_totals_are_the_accounts_added_up_whatever_comes(sent, pause, again, size):
    """Also strangers', deferred and late ones, and after a restart: `GET /ingest` and the metrics show nothing else."""
    rig = Rig()
    for i in range(0, len(sent), size):
        chunk = [variant(*s) for s in sent[i : i + size]] + [telemetry(1, i + 1, cabinet="WHO-1"), will(1, 1)]
        rig.take(*chunk, ms=pause, tick=bool(i % 2), deferred=[(CABINET, i)])
        if again:
            rig.restart()
        accounts = [rig.ingest.look(c) for c in rig.ingest.accounts]
        assert rig.ingest.totals == {name: sum(getattr(a, name) for a in accounts) for name in COUNTS}
        missing = sum(high - low + 1 for a in accounts for _, low, high in a.gaps())
        assert sum(sum(lacks) for lacks in rig.ingest.gaps.values()) == missing


def test_what_is_missing_is_awaited_then_given_up_then_found():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 5))
    assert rig.row("accounting")["gaps"] == [[1, 2, 4]]
    assert rig.ingest.gaps == {CABINET: (3, 0)}
    rig.run(130)
    assert rig.ingest.gaps == {CABINET: (0, 3)}
    rig.take(telemetry(1, 2), telemetry(1, 3), telemetry(1, 4))
    assert rig.ingest.gaps == {}


@SLOW
@given(deliveries, st.integers(0, 39), st.booleans())
def test_a_dump_in_the_middle_changes_nothing(sent, at, ticks):
    rigs = Rig(), Rig()
    for i, s in enumerate(sent):
        for rig in rigs:
            rig.take(variant(*s), ms=700, tick=ticks)
        if i == at:
            rigs[1].restart()
    for rig in rigs:
        rig.run(3)
    a, b = rigs
    assert a.ingest.dump() == b.ingest.dump()
    assert (a.judged, a.acks, a.rows, a.changes, a.marks) == (b.judged, b.acks, b.rows, b.changes, b.marks)
