"""The life of an episode: side states, causes, backlog, people, snapshots."""

import msgspec
import pytest

from faults.faults import Faults
from faults.model import Whose, episode_id
from telemetry.batch import Judged
from telemetry.clock import Moment
from telemetry.errors import Conflict, Invalid, NotFound
from telemetry.units import MINUTE
from tests.faults.rig import LATENCY, Rig, at, event, frames, healthy

DEAD = healthy(comp_a=0.25)
UNPAID = healthy(payment_ok=0.0)


def unpaid(rig: Rig, start: int = 0) -> str:
    """A payment fault, active at `start` + 10; its id."""
    rig.run(start, start + 11, UNPAID)
    return rig.one("payment_down").id


def test_ids_come_from_cabinet_kind_and_onset_alone() -> None:
    rig = Rig()
    assert unpaid(rig) == episode_id(Whose("C0", "S1"), "payment_down", at(0))
    assert episode_id(Whose("C0", "S1"), "payment_down", at(0)) != episode_id(Whose("C1"), "payment_down", at(0))
    assert len(episode_id(Whose(), "platform_blind", 0)) == 14


def test_pending_is_told_after_a_minute_and_dropped_when_it_comes_to_nothing() -> None:
    rig = Rig()
    rig.run(0, 1, UNPAID)
    assert not rig.log
    rig.run(1, 2, UNPAID)
    assert (rig.log[-1].was, rig.log[-1].episode.state, rig.log[-1].episode.detected) == (None, "pending", None)
    rig.run(2, 3, healthy())
    assert rig.log[-1].dropped
    assert not rig.faults.open


def test_a_relapse_within_the_hold_off_is_the_same_episode() -> None:
    rig = Rig()
    first = unpaid(rig)
    rig.run(11, 14, healthy())
    assert rig.one("payment_down").state == "clearing"
    rig.run(14, 16, UNPAID)
    again = rig.one("payment_down")
    assert (again.id, again.state, again.onset) == (first, "active", at(0))


def test_a_gap_does_not_count_towards_the_hold_off() -> None:
    rig = Rig()
    unpaid(rig)
    rig.run(11, 13, healthy())
    rig.run(30, 31, healthy())
    assert rig.one("payment_down").state == "clearing"
    rig.run(31, 36, healthy())
    assert rig.log[-1].episode.cleared == at(30)


def test_a_silent_cabinets_faults_are_stale_and_return_when_it_speaks() -> None:
    rig = Rig()
    fault = unpaid(rig)
    rig.silence(15)
    assert rig.faults.open[fault].state == "stale"
    assert rig.one("offline").state == "active"
    rig.speak(60)
    assert rig.faults.open[fault].state == "active"
    rig.run(61, 67, healthy())
    assert not rig.faults.open


def test_a_power_loss_explains_the_silence_and_what_else_fails() -> None:
    rig = Rig()
    fault = unpaid(rig)
    rig.tell(11.5, "power_lost")
    rig.tick(13)
    power = rig.one("power_lost")
    rig.silence(16)
    assert (rig.one("offline").state, rig.one("offline").parent) == ("suppressed", power.id)
    assert (rig.faults.open[fault].state, rig.faults.open[fault].parent) == ("suppressed", power.id)
    assert rig.one("power_lost").state == "active"


def test_silence_and_its_cause_known_in_the_same_moment_are_one_root() -> None:
    rig = Rig()
    rig.tell(5, "power_lost")
    rig.silence(20)
    assert [(t.episode.kind, t.episode.state, t.was) for t in rig.log] == [
        ("power_lost", "active", None), ("offline", "suppressed", None),
    ]  # fmt: skip


def test_a_cause_learned_after_the_silence_takes_it_over() -> None:
    rig = Rig()
    rig.silence(4)
    rig.tell(5, "power_lost")
    rig.tick(7)
    assert rig.states("power_lost") == ["active"]
    assert rig.states("offline") == ["active", "suppressed"]


def test_a_door_stuck_open_does_not_hide_that_it_is_warm() -> None:
    rig = Rig()
    rig.run(0, 140, healthy(door_open=1.0, air_c=14.0))
    warm = rig.one("air_too_warm")
    assert (warm.state, warm.cause) == ("suppressed", "door_left_open")


def test_a_cleared_cause_still_explains_while_its_effects_recover() -> None:
    rig = Rig()
    fault = unpaid(rig)
    rig.tell(11.5, "power_lost")
    rig.tick(13)
    rig.tell(20, "power_restored")
    rig.run(21, 36, UNPAID)
    assert "power_lost" not in {e.kind for e in rig.faults.open.values()}
    assert rig.faults.open[fault].state == "suppressed"
    rig.run(36, 38, UNPAID)
    assert (rig.faults.open[fault].state, rig.faults.open[fault].parent) == ("active", None)


def test_a_warm_cabinet_with_a_dead_compressor_is_one_root_fault() -> None:
    rig = Rig()
    rig.run(0, 40, lambda m: DEAD | {"air_c": 4.0 + m * 0.4})
    warm = rig.one("air_too_warm")
    assert (warm.parent, warm.cause) == (rig.one("compressor_not_starting").id, "compressor_not_starting")
    assert [e.kind for e in rig.faults.open.values() if e.state == "active"] == ["compressor_not_starting"]
    rig.run(40, 110, lambda m: healthy(air_c=max(4.0, 20.0 - (m - 40) * 0.3)))
    assert "active" not in rig.states("air_too_warm")
    assert not rig.faults.open


def test_a_door_that_is_only_a_warning_explains_nothing() -> None:
    rig = Rig()
    rig.run(0, 17, healthy(air_c=9.0))
    rig.run(17, 30, healthy(air_c=9.0, door_open=1.0))
    assert rig.one("air_too_warm").state == "active"
    rig.run(30, 43, healthy(air_c=9.0, door_open=1.0))
    assert rig.one("air_too_warm").parent == rig.one("door_left_open").id


def test_maintenance_suppresses_and_its_end_returns_what_is_left() -> None:
    rig = Rig(2)
    rig.fleet.site[1] = "S2"
    rig.faults.maintain(None, "S1", at(20), at(40))
    rig.run(0, 20, UNPAID)
    rig.run(0, 20, UNPAID, row=1)
    rig.tick(21)
    assert {(e.cabinet, e.state) for e in rig.faults.open.values()} == {("C0", "suppressed"), ("C1", "active")}
    rig.tick(40)
    assert {e.state for e in rig.faults.open.values()} == {"active"}


def test_what_begins_inside_maintenance_begins_suppressed() -> None:
    rig = Rig()
    rig.faults.maintain("C0", None, at(0), at(60))
    fault = unpaid(rig)
    assert rig.states("payment_down") == ["pending", "suppressed"]
    assert rig.faults.open[fault].detected == at(10)
    rig.run(11, 17, healthy())
    assert rig.states("payment_down")[-1] == "cleared"


@pytest.mark.parametrize("args", [(None, None, 1, 2), ("C0", "S1", 1, 2), ("C0", None, 2, 2)])
def test_maintenance_that_makes_no_sense_is_invalid(args: tuple[str | None, str | None, int, int]) -> None:
    with pytest.raises(Invalid):
        Faults().maintain(*args)


def test_an_old_backlog_that_was_over_is_one_cleared_transition() -> None:
    rig = Rig()
    for minute in range(20):
        rig.say(minute, UNPAID if minute < 12 else healthy(), now=at(300))
    (only,) = rig.log
    assert (only.was, only.episode.state, only.episode.backlog) == (None, "cleared", True)
    assert (only.episode.detected, only.episode.cleared) == (at(10), at(12))
    assert not rig.faults.open


def test_a_backlog_that_reaches_the_present_is_a_fault_with_its_true_onset() -> None:
    rig = Rig()
    for minute in range(60):
        rig.say(minute, UNPAID, now=at(60))
    (only,) = rig.log
    assert (only.episode.state, only.episode.backlog, only.was) == ("active", False, None)
    assert (only.episode.onset, only.episode.detected) == (at(0), at(10))


def test_a_backlog_that_ends_ill_waits_for_the_present_to_say_so() -> None:
    rig = Rig()
    for minute in range(20):
        rig.say(minute, UNPAID, now=at(300))
    assert not rig.log
    rig.run(300, 307, healthy())
    assert [(t.episode.state, t.episode.backlog) for t in rig.log] == [("cleared", True)]


def test_a_power_loss_and_return_told_from_memory_is_over() -> None:
    rig = Rig()
    rig.step(Judged(events=[event(0, "power_lost")]), at(120))
    rig.tick(121)
    assert not rig.log
    rig.step(
        Judged(events=[event(60, "power_restored")], frames=frames([(0, at(m), healthy()) for m in (61, 62)])), at(122)
    )
    assert [(t.episode.state, t.episode.backlog) for t in rig.log] == [("cleared", True)]


def test_events_take_their_place_among_the_samples_of_a_batch() -> None:
    rig = Rig()
    samples = frames([(0, at(m), {"air_c": 4.0}) for m in range(30)])
    opened, closed = event(2.5, "door_opened"), event(13.5, "door_closed")
    rig.step(Judged(frames=samples, events=[closed, opened][::-1]), at(0))
    door = rig.log[-1].episode
    assert (door.kind, door.state, door.onset, door.cleared) == ("door_left_open", "cleared", at(2.5), at(13.5))


def test_acknowledging_commenting_and_attaching_stay_with_the_episode() -> None:
    rig = Rig()
    fault = unpaid(rig)
    seen = rig.faults.acknowledge(fault, "anna", "on it", at(11))
    assert (seen.was, seen.episode.state) == ("active", "active")
    assert seen.episode.acknowledged == {"by": "anna", "at": at(11), "note": "on it"}
    with pytest.raises(Conflict):
        rig.faults.acknowledge(fault, "ben", None, at(12))
    rig.faults.comment(fault, "called the bank", "anna", at(12))
    rig.faults.attach(fault, "T-1")
    rig.run(11, 17, healthy())
    end = rig.log[-1].episode
    assert (end.state, end.ticket, end.comments[0]["text"]) == ("cleared", "T-1", "called the bank")
    rig.faults.attach(fault, "T-2")


def test_what_people_get_wrong_is_refused_and_changes_nothing() -> None:
    rig = Rig()
    fault = unpaid(rig)
    before = rig.faults.dump()
    with pytest.raises(NotFound):
        rig.faults.comment("F-NOSUCH", "x", "anna", at(11))
    with pytest.raises(Invalid):
        rig.faults.comment(fault, " ", "anna", at(11))
    with pytest.raises(Invalid):
        rig.faults.acknowledge(fault, "anna", "x" * 5000, at(11))
    with pytest.raises(Invalid):
        rig.faults.snooze(fault, at(11), "anna", at(11))
    assert rig.faults.dump() == before


def test_a_snooze_ends_with_its_time() -> None:
    rig = Rig()
    fault = unpaid(rig)
    assert rig.faults.snooze(fault, at(30), "anna", at(11)).episode.snoozed_until == at(30)
    rig.tick(29)
    assert rig.faults.open[fault].snoozed_until == at(30)
    (ended,) = rig.tick(30)
    assert ended.episode.snoozed_until is None


def test_a_snooze_ends_when_it_gets_worse() -> None:
    rig = Rig()
    rig.run(0, 12, healthy(door_open=1.0))
    fault = rig.one("door_left_open").id
    rig.faults.snooze(fault, at(600), "anna", at(12))
    rig.run(12, 27, healthy(door_open=1.0))
    assert (rig.faults.open[fault].severity, rig.faults.open[fault].snoozed_until) == ("major", None)


def test_a_retired_cabinet_has_no_faults_and_gets_none() -> None:
    rig = Rig()
    unpaid(rig)
    rig.run(11, 14, UNPAID | {"lock_closed": 0.0})
    rig.fleet.retired[0] = True
    ended = rig.faults.clear_for("C0", at(14))
    assert {(t.episode.kind, t.episode.state, t.dropped) for t in ended} == {
        ("payment_down", "cleared", False), ("lock_fault", "pending", True),
    }  # fmt: skip
    rig.run(14, 60, UNPAID)
    assert not rig.faults.open
    assert rig.faults.clear_for("C0", at(60)) == []


def test_a_detector_that_raises_is_fenced_counted_and_disabled(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    fault = unpaid(rig)
    asked = 0

    def broken(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise ValueError("a bug")

    (detector,) = (d for d in rig.faults._engine.detectors if d.kind == "payment_down")
    monkeypatch.setattr(detector, "judge", broken)
    rig.run(11, 20, UNPAID | {"comp_a": 0.2})
    assert (rig.faults.broken, asked) == ({"payment_down": 3}, 3)
    assert "a bug" in rig.faults.errors["payment_down"]
    assert rig.faults.open[fault].state == "stale"
    assert rig.one("compressor_not_starting").state == "pending"


def test_a_clock_that_steps_back_starts_the_evidence_anew() -> None:
    rig = Rig()
    rig.run(100, 105, UNPAID)
    rig.run(0, 10, UNPAID)
    assert "active" not in rig.states("payment_down")
    rig.run(10, 11, UNPAID)
    assert rig.one("payment_down").onset == at(0)


def test_a_snapshot_with_a_column_cut_short_is_refused() -> None:
    rig = Rig()
    unpaid(rig)
    raw = msgspec.msgpack.decode(rig.faults.dump())
    raw["engine"]["context"]["seen"] = b"123"
    with pytest.raises(Invalid):
        rig.faults.load(msgspec.msgpack.encode(raw))


def test_a_clock_that_steps_back_within_a_batch_keeps_the_order_of_judging() -> None:
    apart, together = Rig(2), Rig(2)
    minutes = [*range(100, 105), *range(20)]
    for minute in minutes:
        apart.say(minute, UNPAID, now=at(105))
    samples = frames([(0, at(minute), UNPAID) for minute in minutes])
    together.step(Judged(frames=samples, events=[event(1, "door_opened", row=1)]), at(105))
    assert [t for t in together.log if t.episode.cabinet == "C0"] == apart.log
    assert apart.log[-1].dropped


@pytest.mark.parametrize("bad", [b"", b"\x00garbage", b"\x81\xa7version\x02"])
def test_a_snapshot_that_is_none_is_refused(bad: bytes) -> None:
    rig = Rig()
    unpaid(rig)
    before = rig.faults.dump()
    with pytest.raises(Invalid):
        rig.faults.load(bad)
    assert rig.faults.dump() == before


def test_transitions_are_values_that_later_changes_leave_alone() -> None:
    rig = Rig()
    rig.run(0, 11, UNPAID)
    pending = rig.log[0].episode
    rig.run(11, 20, healthy())
    assert (pending.state, pending.detected, pending.cleared) == ("pending", None, None)


def test_a_mass_of_cabinets_is_judged_like_one() -> None:
    one, many = Rig(1), Rig(50)
    one.run(0, 12, UNPAID)
    for minute in range(12):
        many.step(Judged(frames=frames((r, at(minute), UNPAID) for r in range(50))), at(minute) + LATENCY)
    found = [e for e in many.faults.open.values() if e.kind == "payment_down"]
    assert len(found) == 50
    assert {(e.onset, e.detected, e.score) for e in found} == {(at(0), at(10), 1.0)}
    assert one.one("payment_down").id in many.faults.open


def test_an_empty_fleet_ticks() -> None:
    rig = Rig(0)
    assert rig.faults.step(Judged(), rig.fleet, Moment(at(0), 10 * MINUTE)) == []
