"""The life of a command: sent when the cabinet is there, ended once, and what was seen afterwards."""

from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.commands import FINAL, CommandReply, Commands
from service.model import Action, Actor, Answer, Effects
from service.orders import matches
from service.records.base import Put, Row
from service.records.tables import metadata
from telemetry.clock import ManualClock, Moment
from telemetry.fleet import OFFLINE, ONLINE, Fleet
from telemetry.signals import COLUMN
from telemetry.units import DAY, MINUTE, SECOND

START = 1_800_000_000_000


class Rig:
    """Two cabinets (CAB-1 online, CAB-2 offline), the commands and a clock; `rows` is what the records would hold."""

    def __init__(self, speed: float = 1.0) -> None:
        self.fleet, self.commands, self.clock = Fleet(), Commands(speed), ManualClock(START, speed=speed)
        for cabinet, status in (("CAB-1", ONLINE), ("CAB-2", OFFLINE)):
            row = self.fleet.add(cabinet)
            self.fleet.status[row] = status
        self.fleet.boot[:2] = 1
        self.rows: dict[str, Row] = {}
        self.sent: list[tuple[str, dict[str, Any]]] = []

    @property
    def moment(self) -> Moment:
        return self.clock.moment()

    def take(self, effects: Effects) -> Effects:
        for change in effects.changes:
            assert isinstance(change, Put)
            self.rows[change.row["id"]] = change.row
        self.sent.extend((p.topic, msgspec.json.decode(p.payload)) for p in effects.publish)
        return effects

    def ask(self, cabinet: str = "CAB-1", **body: Any) -> Answer:
        body = {"name": "lock_sales", "reason": "test", **body}
        action = Action(id="a", actor=Actor("ann", "operator"), name="command.create", target=cabinet, body=body)
        answer, effects = self.commands.act(action, self.fleet, self.moment)
        self.take(effects)
        return answer

    def reply(self, key: str, status: str = "done", cabinet: str = "CAB-1", ts: int | None = None) -> int:
        reply = CommandReply(cabinet, key, status, "", self.moment.now if ts is None else ts)
        effects, unknown = self.commands.on_replies([reply], self.moment)
        self.take(effects)
        return unknown

    def tick(self, ms: int = 0) -> Effects:
        self.clock.advance(ms)
        return self.take(self.commands.on_tick(self.fleet, self.moment))

    def reading(self, cabinet: str, signal: str, value: float) -> None:
        at = self.fleet.index[cabinet], COLUMN[signal]
        self.fleet.latest[at], self.fleet.latest_ts[at] = value, self.moment.now


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_to_a_cabinet_online_it_goes_at_once(rig: Rig) -> None:
    answer = rig.ask(name="set_setpoint", args={"set_c": 4})
    assert (answer.status, answer.body["state"]) == ("created", "sent")
    assert set(rig.rows["C-000001"]) == {column.name for column in metadata.tables["commands"].columns}
    message = {"id": "C-000001", "name": "set_setpoint", "args": {"set_c": 4}, "expires": START + MINUTE}
    assert rig.sent == [("cabinets/CAB-1/down/command", message)]


def test_to_a_cabinet_offline_it_waits_for_the_birth(rig: Rig) -> None:
    assert rig.ask("CAB-2").body["state"] == "queued"
    assert not rig.sent
    rig.take(rig.commands.on_births(["CAB-1"], rig.fleet, rig.moment))
    assert not rig.sent
    rig.take(rig.commands.on_births(["CAB-2"], rig.fleet, rig.moment))
    assert rig.rows["C-000001"]["state"] == "sent"
    assert rig.sent[0][0] == "cabinets/CAB-2/down/command"


def test_an_unanswered_command_goes_again_after_a_reconnection_and_a_restart(rig: Rig) -> None:
    rig.ask()
    effects = rig.take(rig.commands.on_births(["CAB-1"], rig.fleet, rig.moment))
    assert not effects.changes
    again = Commands(1.0)
    again.load(rig.commands.dump())
    rig.take(again.on_start(rig.fleet, rig.moment))
    assert [message["id"] for _, message in rig.sent] == ["C-000001"] * 3


@pytest.mark.parametrize(("speed", "product_ms"), [(1.0, 60 * SECOND), (60.0, 30 * MINUTE)])
def test_it_waits_a_minute_of_product_time_and_half_a_minute_of_real_time(speed: float, product_ms: int) -> None:
    rig = Rig(speed)
    assert rig.ask().body["expires"] == START + product_ms
    assert rig.ask(expires_s=None, args=None).body["expires"] == START + product_ms
    assert rig.ask(expires_s=5).body["expires"] == START + 5 * SECOND


def test_it_expires_on_time_and_says_whether_it_was_sent(rig: Rig) -> None:
    rig.ask()
    rig.ask("CAB-2")
    assert not rig.tick(MINUTE).changes
    rig.tick(1)
    assert [(r["state"], r["detail"]) for r in rig.rows.values()] == [("expired", "no_answer"), ("expired", "not_sent")]
    assert not rig.take(rig.commands.on_births(["CAB-2"], rig.fleet, rig.moment)).publish


def test_what_is_over_is_not_sent_even_before_the_tick_that_says_so(rig: Rig) -> None:
    rig.ask("CAB-2")
    rig.clock.advance(MINUTE + 1)
    assert not rig.take(rig.commands.on_births(["CAB-2"], rig.fleet, rig.moment)).publish


def test_a_late_answer_corrects_what_we_presumed_but_never_what_the_cabinet_said(rig: Rig) -> None:
    rig.ask()
    rig.tick(MINUTE + 1)
    assert rig.reply("C-000001", "done") == 0
    assert rig.rows["C-000001"]["state"] == "done"
    rig.reply("C-000001", "failed")
    assert rig.rows["C-000001"]["state"] == "done"


@pytest.mark.parametrize("status", FINAL)
def test_the_answer_of_the_cabinet_ends_it_once(rig: Rig, status: str) -> None:
    rig.ask()
    assert rig.reply("C-000001", status) == 0
    before = dict(rig.rows["C-000001"])
    assert before["state"] == status
    rig.clock.advance(SECOND)
    assert rig.reply("C-000001", status) == 0
    assert rig.rows["C-000001"] == before


def test_what_is_barred_by_now_is_ended_instead_of_sent_again(rig: Rig) -> None:
    rig.ask(name="unlock_sales")
    rig.ask(name="reboot")

    def barred(cabinet: str, name: str) -> bool:
        return (cabinet, name) == ("CAB-1", "unlock_sales")

    for effects in (
        rig.commands.on_births(["CAB-1"], rig.fleet, rig.moment, barred),
        rig.commands.on_start(rig.fleet, rig.moment, barred),
    ):
        assert b"unlock_sales" not in b"".join(p.payload for p in rig.take(effects).publish)
    assert [(r["state"], r["detail"]) for r in rig.rows.values()] == [("rejected", "food_safety"), ("sent", None)]


def test_a_withdrawn_command_that_the_cabinet_had_already_is_what_the_cabinet_says(rig: Rig) -> None:
    for cabinet in ("CAB-1", "CAB-2"):
        rig.ask(cabinet, name="unlock_sales")
        keys, effects = rig.commands.withdraw(cabinet, "unlock_sales", rig.moment)
        rig.take(effects)
        assert (len(keys), rig.rows[keys[0]]["state"]) == (1, "rejected")
    assert rig.commands.withdraw("CAB-1", "unlock_sales", rig.moment)[0] == []
    rig.reply("C-000001", "done")
    rig.reply("C-000002", "done", "CAB-2")
    assert [r["state"] for r in rig.rows.values()] == ["done", "rejected"], "what was never sent was never done"


def test_answers_to_nothing_are_counted_and_change_nothing(rig: Rig) -> None:
    rig.ask()
    assert rig.reply("C-000009") == 1
    assert rig.reply("C-000001", cabinet="CAB-2") == 1
    assert rig.reply("C-000001", status="maybe") == 1
    assert rig.rows["C-000001"]["state"] == "sent"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "self_destruct"}, "name"),
        ({"name": 5}, "name"),
        ({"reason": ""}, "reason"),
        ({"reason": None}, "reason"),
        ({"args": [1]}, "args"),
        ({"args": {"x": "y" * 20_000}}, "args"),
        ({"expires_s": 0}, "expires_s"),
        ({"expires_s": 86_401}, "expires_s"),
        ({"when": "now"}, "when"),
    ],
)
def test_bad_input_names_its_field_and_uses_no_number(rig: Rig, body: dict[str, Any], field: str) -> None:
    answer = rig.ask(**body)
    assert (answer.status, list(answer.body["fields"])) == ("invalid", [field])
    assert rig.ask().body["id"] == "C-000001"


def test_only_cabinets_in_service_take_commands(rig: Rig) -> None:
    assert rig.ask("CAB-9").status == "not_found"
    rig.fleet.retired[0] = True
    assert rig.ask().body["guard"] == "retired"


def test_what_the_next_telemetry_shows_is_noted(rig: Rig) -> None:
    rig.reading("CAB-1", "lock_closed", 0.0)
    rig.ask()
    rig.clock.advance(SECOND)
    rig.reply("C-000001")
    assert not rig.tick(SECOND).changes
    rig.reading("CAB-1", "lock_closed", 1.0)
    rig.tick()
    assert rig.rows["C-000001"]["observed"] == {"signal": "lock_closed", "value": 1.0, "ts": rig.moment.now}
    rig.commands.load(rig.commands.dump())
    rig.reading("CAB-1", "lock_closed", 0.0)
    assert not rig.tick(SECOND).changes


def test_a_set_point_may_take_an_interval_to_show_and_is_told_when_it_never_does(rig: Rig) -> None:
    for key, wanted in (("C-000001", 2.0), ("C-000002", -20.0)):
        rig.ask(name="set_setpoint", args={"set_c": wanted}, ticket="T-000001")
        rig.reply(key)
    rig.clock.advance(SECOND)
    rig.reading("CAB-1", "set_c", 3.1)  # the mean of the interval in which it changed
    assert not rig.tick(SECOND).changes
    rig.clock.advance(MINUTE)
    rig.reading("CAB-1", "set_c", 2.0)
    rig.tick(SECOND)
    assert [matches(row) for row in rig.rows.values()] == [True, None]
    rig.tick(3 * MINUTE)
    assert [matches(row) for row in rig.rows.values()] == [True, False]
    assert rig.rows["C-000002"]["observed"]["value"] == 2.0
    seen = [remark.note for remark in rig.commands.remarks() if "observed" in remark.note]
    assert [note.split("name=set_setpoint ")[1] for note in seen] == ["set_c=2 matches=true", "set_c=2 matches=false"]


@pytest.mark.parametrize("args", [{"set_c": 1e9}, {}, None])
def test_a_command_with_senseless_args_is_not_sent(rig: Rig, args: Any) -> None:
    assert rig.ask(name="set_setpoint", args=args).status == "invalid"
    assert not rig.rows
    assert not rig.sent


def test_a_reboot_shows_as_a_higher_boot_even_when_it_came_before_the_answer(rig: Rig) -> None:
    rig.ask(name="reboot")
    rig.fleet.boot[0] = 2
    rig.reply("C-000001")
    rig.tick()
    assert rig.rows["C-000001"]["observed"]["value"] == 2
    rig.ask(name="reboot")
    rig.reply("C-000002")
    rig.tick()
    assert rig.rows["C-000002"]["observed"] is None


def test_nobody_looks_longer_than_three_intervals_or_after_a_failure(rig: Rig) -> None:
    rig.ask()
    rig.ask()
    rig.ask(name="show_code")
    rig.reply("C-000001")
    rig.reply("C-000002", "failed")
    rig.reply("C-000003")
    rig.tick(3 * MINUTE + 1)
    rig.reading("CAB-1", "lock_closed", 1.0)
    rig.tick(SECOND)
    assert [row["observed"] for row in rig.rows.values()] == [None] * 3


def test_a_wrong_device_clock_does_not_make_an_old_reading_the_effect(rig: Rig) -> None:
    rig.reading("CAB-1", "lock_closed", 0.0)
    rig.clock.advance(SECOND)
    rig.ask()
    rig.reply("C-000001", ts=0)
    assert not rig.tick(SECOND).changes


def test_ended_commands_are_forgotten_after_a_day(rig: Rig) -> None:
    rig.ask()
    rig.reply("C-000001")
    rig.tick(DAY + 1)
    assert rig.reply("C-000001") == 1
    assert rig.ask().body["id"] == "C-000002"


class Life(RuleBasedStateMachine):
    """Random asking, answering, reconnecting, waiting and restarting."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig()
        self.ended: dict[str, str] = {}

    @rule(cabinet=st.sampled_from(["CAB-1", "CAB-2"]), name=st.sampled_from(["lock_sales", "reboot", "show_code"]))
    def ask(self, cabinet: str, name: str) -> None:
        self.rig.ask(cabinet, name=name)

    @rule(n=st.integers(1, 6), status=st.sampled_from(FINAL), cabinet=st.sampled_from(["CAB-1", "CAB-2"]))
    def answer(self, n: int, status: str, cabinet: str) -> None:
        key = f"C-{n:06d}"
        mine = self.rig.rows.get(key, {}).get("cabinet") == cabinet
        unknown = self.rig.reply(key, status, cabinet)
        assert unknown == (0 if mine else 1)
        if mine:
            self.ended.setdefault(key, status)

    @rule(ms=st.sampled_from([1, SECOND, MINUTE]))
    def wait(self, ms: int) -> None:
        self.rig.tick(ms)

    @rule(cabinet=st.sampled_from(["CAB-1", "CAB-2"]))
    def reconnect(self, cabinet: str) -> None:
        row = self.rig.fleet.index[cabinet]
        self.rig.fleet.status[row] = ONLINE
        self.rig.fleet.boot[row] += 1
        self.rig.take(self.rig.commands.on_births([cabinet], self.rig.fleet, self.rig.moment))

    @rule()
    def restart(self) -> None:
        dump = self.rig.commands.dump()
        self.rig.commands = Commands(1.0)
        self.rig.commands.load(dump)
        assert self.rig.commands.dump() == dump
        self.rig.take(self.rig.commands.on_start(self.rig.fleet, self.rig.moment))

    @invariant()
    def what_a_cabinet_said_stands(self) -> None:
        for key, status in self.ended.items():
            assert self.rig.rows[key]["state"] == status

    @invariant()
    def every_sent_message_was_in_time(self) -> None:
        for _, message in self.rig.sent:
            assert message["expires"] >= self.rig.rows[message["id"]]["sent"]

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        assert list(self.rig.rows) == [f"C-{n:06d}" for n in range(1, len(self.rig.rows) + 1)]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
