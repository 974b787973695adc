"""Who is acknowledged, asked, given up, held back and doubted (contract, *Acknowledging*, *Identity*, *Order*)."""

import json

from telemetry.clock import Moment
from telemetry.units import HOUR, MINUTE, SECOND
from tests.gateway.rig import CABINET, T0, Rig, birth, blind_gateway, event, telemetry, up, will


def holey(*seqs):
    """A cabinet whose boot 1 has come but for what is missing between these seqs."""
    rig = Rig()
    rig.take(birth(1, 1, 1, holds=[]), *[telemetry(1, s) for s in seqs])
    return rig


def test_each_boot_has_its_own_acknowledgement():
    rig = Rig()
    took = rig.take(birth(1, 1, 1), telemetry(1, 2), birth(2, 1, 1, holds=[[1, 3, 3]]), telemetry(2, 2))
    assert {boot: ack.seq for (_, boot), ack in took.acks.items()} == {1: 2, 2: 2}
    took = rig.take(telemetry(1, 3))
    assert {boot: ack.seq for (_, boot), ack in took.acks.items()} == {1: 3}
    assert (rig.row("accounting")["boot"], rig.row("accounting")["seq"]) == (1, 3)


def test_a_hole_is_asked_for_three_times_and_then_does_not_hold_the_acknowledgement_back():
    rig = holey(2, 5)
    assert rig.acked(1) == 2
    rig.run(100)
    assert [boot_and_ranges[1:] for boot_and_ranges in rig.asked()] == [(1, [(3, 4)])] * 3
    assert [b - a for (a, *_), (b, *_) in zip(rig.asked(), rig.asked()[1:], strict=False)] == [30_000, 30_000]
    assert rig.acked(1) == 5
    assert rig.account().gaps() == [(1, 3, 4)]


def test_at_most_sixty_four_ranges_are_asked_for_at_once():
    rig = holey(*range(3, 203, 2))
    rig.run(4)
    sizes = [len(ranges) for _, _, ranges in rig.asked()]
    assert sizes == [64, 36]
    assert json.loads(json.dumps(rig.asked()[0][2]))[0] == [2, 2]


def test_nothing_is_asked_for_in_the_answer_to_a_birth_or_a_duplicate():
    rig = holey(2, 5)
    for _ in range(20):
        rig.take(telemetry(1, 5), ms=500, tick=True)
    rig.take(birth(1, 6, 2, holds=[[1, 3, 4]]), ms=40 * SECOND, tick=True)
    assert rig.asked() == []
    rig.tick()
    assert rig.asked() == []  # held now: 30 s of silence first
    rig.run(31)
    assert [r for *_, r in rig.asked()] == [[(3, 4)]]


def test_a_cabinet_that_always_talks_is_asked_all_the_same():
    rig = holey(2, 5)
    for seq in range(6, 16):
        rig.take(telemetry(1, seq), ms=500, tick=True)
    assert [r for *_, r in rig.asked()] == [[(3, 4)]]


def test_every_birth_and_every_duplicate_is_answered_with_the_current_acknowledgement():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), telemetry(1, 3))
    rig.acks.clear()
    rig.take(telemetry(1, 2))
    assert [(a.boot, a.seq) for _, _, a in rig.acks] == [(1, 3)]
    rig.take(birth(1, 4, 2))
    assert [(a.boot, a.seq) for _, _, a in rig.acks] == [(1, 3), (1, 4)]


def test_a_held_range_is_not_asked_for_nor_given_up_while_its_messages_come_and_judging_waits():
    """Half an hour of backlog on a slow link: two boots, a message every 20 s, new ones after."""
    rig = Rig()
    rig.take(birth(3, 1, 1, holds=[[1, 1, 40], [2, 1, 40]]))
    for boot in (1, 2):
        for seq in range(1, 41):
            for _ in range(39):
                rig.tick()
            rig.take(telemetry(boot, seq, T0 + boot * MINUTE + seq), ms=500)
    rig.take(telemetry(3, 2, rig.now))
    assert rig.asked() == []
    assert rig.account().gaps() == []
    assert rig.account().late == 0
    assert [ts for ts, _ in rig.judged[:-1]] == sorted(ts for ts, _ in rig.judged[:-1])
    assert (rig.acked(1), rig.acked(2), rig.acked(3)) == (40, 40, 2)


def test_a_held_range_of_which_nothing_comes_is_asked_for_and_given_up_too():
    rig = Rig()
    rig.take(birth(2, 1, 1, holds=[[1, 1, 5]]), telemetry(2, 2))
    rig.run(29)
    assert rig.asked() == []
    assert rig.judged == []
    rig.run(2)
    assert len(rig.judged) == 1  # 30 s of silence end the waiting
    rig.run(100)
    assert len(rig.asked()) == 3
    assert rig.account().ack(1) == 5


def test_reconnecting_again_and_again_does_not_keep_a_hole_open_for_ever():
    rig = Rig()
    for conn in range(1, 40):
        rig.take(birth(2, conn, conn, holds=[[1, 1, 5]]))
        rig.run(20)
    assert rig.account().ack(1) == 5


def test_nothing_is_asked_or_given_up_while_the_cabinet_is_gone_or_we_are_blind():
    rig = holey(2, 5)
    rig.take(will(1, 1))
    rig.run(700)
    assert rig.asked() == []
    rig.fleet.blind_since = rig.now
    rig.take(birth(1, 6, 2, holds=[[1, 3, 4]]))
    rig.run(700)
    assert rig.asked() == []
    assert rig.account().ack(1) == 2


def test_hours_of_our_own_absence_are_no_connected_time():
    """The journal ends at 10:00 and goes on at 12:00: what the cabinet sent meanwhile waits at the broker."""
    rig = holey(2, 5)
    rig.run(70)
    assert len(rig.asked()) == 3
    back = Moment(rig.now + 2 * HOUR, rig.real + 2 * HOUR)
    rig.take(ms=2 * HOUR, tick=True, blinds=[blind_gateway(Moment(rig.now, rig.real), back)])
    rig.tick()
    assert rig.acked(1) == 2
    rig.take(telemetry(1, 3), telemetry(1, 4), ms=5 * SECOND, tick=True)
    assert rig.acked(1) == 5


def test_a_registered_cabinet_whose_birth_we_never_saw_is_asked_too():
    rig = Rig()
    rig.take(telemetry(4, 7))
    rig.run(100)
    assert [r for *_, r in rig.asked()] == [[(1, 6)]] * 3
    assert rig.acked(4) == 7


def test_a_hole_holds_judging_back_for_thirty_seconds():
    rig = holey(2, 4)
    assert len(rig.judged) == 1
    rig.take(telemetry(1, 5), ms=30 * SECOND, tick=True)
    assert len(rig.judged) == 1
    rig.tick()
    assert [v["air_c"] for _, v in rig.judged] == [2.0, 4.0, 5.0]
    rig.take(event(1, 3))
    assert rig.events == [("door_opened", 1, 3, True)]


def test_old_births_and_wills_change_no_state():
    rig = Rig()
    rig.take(birth(2, 5, 3, firmware="new", holds=[[2, 1, 4]]))
    rig.take(birth(2, 1, 1, firmware="old", holds=[]), birth(1, 1, 9, firmware="old"), will(2, 2), will(1, 10))
    assert rig.registry.cabinets[CABINET]["firmware"] == "new"
    assert rig.fleet.will_at[0] == -1
    assert (rig.fleet.boot[0], rig.fleet.conn[0]) == (2, 3)
    assert rig.account().gaps() == [(2, 2, 4)]
    rig.take(will(2, 3), ms=7)
    assert rig.fleet.will_at[0] == rig.now


def test_other_bytes_under_a_known_seq_are_quarantined_not_answered_and_told():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2))
    rig.acks.clear()
    rig.take(telemetry(1, 2, air_c=99.0))
    assert rig.acks == []
    assert rig.marks == [("identity_conflict", True)]
    assert rig.reasons() == ["identity_conflict"]
    rig.take(telemetry(1, 3))
    assert rig.acked(1) == 3
    assert 99.0 not in [v["air_c"] for _, v in rig.judged]


def test_a_conflict_at_the_first_message_of_a_boot_withholds_everything_until_replace():
    rig = Rig()
    rig.take(birth(1, 1, 1), telemetry(1, 2), telemetry(1, 5))
    rig.acks.clear()
    rig.take(telemetry(1, 2), birth(1, 1, 1, firmware="another board"), telemetry(1, 2), telemetry(1, 6))
    rig.run(200)  # nor is anything asked for
    assert rig.acks == []
    assert rig.sums() == (7, 3, 1, 3)
    epoch, changes = rig.ingest.replace(CABINET, Moment(rig.now, rig.real))
    assert epoch == 1
    assert changes[0].row["received"] == 7
    rig.take(birth(1, 1, 1, firmware="another board"), telemetry(1, 2))
    assert rig.marks == [("identity_conflict", True), ("identity_conflict", False)]
    assert rig.acked(1) == 2
    assert rig.sums() == (9, 5, 1, 3)
    assert len({r["id"] for r in rig.changes["events"]}) == 2


def test_a_replaced_controller_starts_with_nothing_waiting():
    rig = holey(2, 5)
    rig.ingest.replace(CABINET, Moment(rig.now, rig.real))
    rig.take(birth(1, 1, 1, model="new"), telemetry(1, 2, air_c=9.0))
    rig.run(40)
    assert [v["air_c"] for _, v in rig.judged] == [2.0, 9.0]
    assert rig.asked() == []


def test_what_an_older_boot_skips_and_nobody_holds_is_a_gap_at_once():
    rig = Rig()
    rig.take(birth(2, 1, 1, holds=[]), telemetry(1, 5), telemetry(1, 9))
    assert rig.acked(1) == 9
    assert rig.account().gaps() == [(1, 1, 4), (1, 6, 8)]


def test_repeats_older_than_the_newest_sixty_four_count_as_duplicates():
    rig = Rig()
    rig.take(birth(1, 1, 1), *[telemetry(1, s) for s in range(2, 200)])
    rig.take(telemetry(1, 3, air_c=50.0))
    assert rig.sums() == (200, 199, 1, 0)
    rig.take(telemetry(1, 190, air_c=50.0))
    assert rig.sums() == (201, 199, 1, 1)


def test_a_flooding_cabinet_is_neither_asked_nor_given_up_until_it_is_back_under_its_rate():
    rig = holey(2, 5)
    rig.take(deferred=[(CABINET, 3), ("NOBODY-1", 2)])
    rig.run(700)
    assert rig.asked() == []
    assert rig.account().deferred == 3
    assert rig.marks == [("flooding", True)]
    rig.take(calm=[CABINET])
    rig.run(5)
    assert len(rig.asked()) == 1
    assert rig.marks == [("flooding", True), ("flooding", False)]
    assert rig.sums() == (3, 3, 0, 0)


def test_a_restart_forgets_who_was_flooding():
    """The pacer's memory dies with the process: nobody else would ever say that it is over."""
    rig = holey(2, 5)
    rig.take(deferred=[(CABINET, 3)])
    rig.restart()
    rig.take(tick=True, blinds=[blind_gateway(Moment(rig.now, rig.real), Moment(rig.now, rig.real))])
    assert rig.marks[-1] == ("flooding", False)
    rig.run(5)
    assert len(rig.asked()) == 1


def test_a_wrong_clock_is_told_once_and_over_with_the_boot_that_is_right():
    rig = Rig()
    for seq in range(1, 6):
        rig.take(birth(1, seq, seq, ts=rig.now + 8 * HOUR), ms=MINUTE)
    assert rig.marks == [("clock_wrong", True)]
    rig.take(birth(2, 1, 1, ts=rig.now + MINUTE), ms=MINUTE)
    assert rig.marks == [("clock_wrong", True), ("clock_wrong", False)]


def test_held_messages_of_a_boot_with_a_wrong_clock_do_not_make_the_clock_wrong_now():
    rig = Rig()
    rig.take(birth(2, 1, 1, ts=T0, holds=[[1, 1, 9]]))
    for seq in range(1, 10):
        rig.take(telemetry(1, seq, ts=5000 + seq), ms=MINUTE)
    assert rig.marks == []


def test_a_replaced_controller_with_a_right_clock_ends_the_clock_fault():
    rig = Rig()
    for seq in range(1, 6):
        rig.take(birth(1, seq, seq, ts=rig.now + 8 * HOUR), ms=MINUTE)
    rig.ingest.replace(CABINET, Moment(rig.now, rig.real))
    rig.take(birth(1, 1, 1, ts=rig.now))
    assert rig.marks[-1] == ("clock_wrong", False)


def test_presence_is_unknown_until_the_first_birth():
    rig = Rig()
    rig.take(telemetry(1, 1, T0))
    rig.fleet.presence(Moment(rig.now, rig.real))
    assert rig.fleet.status[0] == 0
    rig.take(birth(1, 2, 1))
    rig.fleet.presence(Moment(rig.now, rig.real))
    assert rig.fleet.status[0] == 1
    rig.fleet.presence(Moment(rig.now + 181 * SECOND, rig.real + 181 * SECOND))
    assert rig.fleet.status[0] == 2
    rig.take(up("telemetry", boot=1, seq=3, ts=T0, m={}), ms=200 * SECOND)
    assert rig.fleet.status[0] == 1
