"""The cabinet's end of the protocol: whatever the channel does, every message arrives once, byte for byte."""

from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.cabinet import IN_FLIGHT, RESEND_AFTER, CabinetClient, Identity, Outcome
from simulator.ring import Out, Ring
from telemetry.clock import Moment
from telemetry.wire import Ack, Command, Event, Telemetry, encode
from tests.simulator.rig import Gateway

NOW = Moment(1_767_574_800_000, 5_000_000)
WHO = Identity("GX-500", "1.4.2", 60, ["air_c"], ["reboot", "open_door"])


class Recorder(Ring):
    """A ring that remembers everything that was ever put into it."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.made: dict[tuple[int, int], Out] = {}

    def add(self, boot: int, seq: int, out: Out) -> None:
        self.made[boot, seq] = out
        super().add(boot, seq, out)


def client(capacity: int = 4096, execute: Any = lambda *_: Outcome("done")) -> CabinetClient:
    cabinet = CabinetClient("SIM-00001", 7, WHO, execute, capacity)
    cabinet.ring = Recorder(capacity)
    return cabinet


def linked(capacity: int = 4096, **more: Any) -> CabinetClient:
    cabinet = client(capacity, **more)
    cabinet.dial()
    cabinet.up(NOW)
    return cabinet


def body(out: Out) -> dict[str, Any]:
    parsed: dict[str, Any] = msgspec.json.decode(out.payload)
    return parsed


def later(ms: int) -> Moment:
    return Moment(NOW.now + ms, NOW.real + ms)


class Channel(RuleBasedStateMachine):
    """A channel that loses, repeats and reorders in both directions, and links and controllers that fail."""

    capacity = 4096

    def __init__(self) -> None:
        super().__init__()
        self.cabinet = client(self.capacity)
        self.gateway = Gateway()
        self.moment = NOW
        self.flying: list[Out] = []
        self.acks: list[bytes] = []
        self.count = 0

    @rule(n=st.integers(1, 12))
    def sample(self, n: int) -> None:
        for _ in range(n):
            self.count += 1
            self.flying += self.cabinet.sample(self.moment.now, {"air_c": float(self.count)}, self.moment)

    @rule()
    def event(self) -> None:
        self.flying += self.cabinet.event(self.moment.now, "door_opened", {}, self.moment)

    @precondition(lambda self: not self.cabinet.connected)
    @rule()
    def connect(self) -> None:
        self.cabinet.dial()
        self.flying += self.cabinet.up(self.moment)

    @precondition(lambda self: self.cabinet.connected)
    @rule()
    def drop(self) -> None:
        self.cabinet.down()

    @rule()
    def restart(self) -> None:
        self.cabinet.restart(self.moment.now)

    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.integers(0, min(8, len(self.flying))))):
            out = self.flying.pop(data.draw(st.integers(0, len(self.flying) - 1)))
            fate = data.draw(st.sampled_from(["arrives", "arrives", "twice", "lost"]))
            for _ in range({"arrives": 1, "twice": 2, "lost": 0}[fate]):
                boot = self.gateway.take(out.topic.rsplit("/", 1)[1], out.payload)
                self.acks.append(self.gateway.ack(boot))

    @rule(data=st.data(), ask=st.booleans())
    def answer(self, data: st.DataObject, ask: bool) -> None:
        if ask and (hole := self.gateway.hole(self.gateway.newest)):
            self.acks.append(self.gateway.ack(self.gateway.newest, hole))
        if self.acks:
            ack = self.acks.pop(data.draw(st.integers(0, len(self.acks) - 1)))
            if self.cabinet.connected:
                self.flying += self.cabinet.receive("ack", ack, self.moment)

    @rule(ms=st.sampled_from([100, 29_000, 31_000, 400_000]))
    def wait(self, ms: int) -> None:
        self.moment = Moment(self.moment.now + ms, self.moment.real + ms)
        self.flying += self.cabinet.due(self.moment)

    @invariant()
    def bounded(self) -> None:
        assert len(self.cabinet.ring) <= self.capacity
        assert self.cabinet.ring.in_flight() <= IN_FLIGHT + 1

    def settle(self) -> None:
        """From now on the channel is good."""
        self.flying.clear()
        self.cabinet.down()
        self.cabinet.dial()
        self.flying += self.cabinet.up(self.moment)
        while self.flying:
            for out in self.flying:
                self.gateway.take(out.topic.rsplit("/", 1)[1], out.payload)
            self.flying = [
                o for boot in list(self.gateway.got)
                for o in self.cabinet.receive("ack", self.gateway.ack(boot), self.moment)
            ]  # fmt: skip

    def teardown(self) -> None:
        self.settle()
        assert isinstance(self.cabinet.ring, Recorder)
        got = {(b, s): raw for b, seqs in self.gateway.got.items() for s, raw in seqs.items()}
        assert got == {key: out.payload for key, out in self.cabinet.ring.made.items()}
        assert len(self.cabinet.ring) == 0


class SmallChannel(Channel):
    """The same with a ring buffer that overflows: what is gone was said to be gone."""

    capacity = 10

    def teardown(self) -> None:
        self.settle()
        assert isinstance(self.cabinet.ring, Recorder)
        got = {(b, s) for b, seqs in self.gateway.got.items() for s in seqs}
        made = set(self.cabinet.ring.made)
        assert got <= made
        assert len(made - got) <= self.cabinet.ring.lost
        for boot in {b for b, _ in made if b == self.cabinet.boot}:
            assert self.gateway.decided(boot) == max(s for b, s in made if b == boot)


Channel.TestCase.settings = SmallChannel.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
TestChannel = Channel.TestCase
TestSmallChannel = SmallChannel.TestCase


def test_a_birth_comes_first_and_lists_what_is_held() -> None:
    cabinet = linked()
    cabinet.event(NOW.now, "vend", {}, NOW)
    cabinet.restart(NOW.now)
    cabinet.dial()
    cabinet.dial()
    outs = cabinet.up(NOW)
    birth = body(outs[0])
    assert outs[0].topic == "cabinets/SIM-00001/up/birth"
    assert (birth["boot"], birth["seq"], birth["conn"], birth["holds"]) == (8, 1, 2, [[7, 1, 2]])
    assert [(body(o)["boot"], body(o)["seq"]) for o in outs] == [(8, 1), (7, 1), (7, 2)]


def test_a_first_birth_holds_nothing_and_says_so() -> None:
    cabinet = client()
    will = cabinet.dial()
    assert (will.topic, body(will)) == ("cabinets/SIM-00001/up/will", {"boot": 7, "conn": 1})
    assert body(cabinet.up(NOW)[0])["holds"] == []


def test_samples_of_a_silent_link_travel_together() -> None:
    cabinet = client()
    for k in range(13):
        assert cabinet.sample(NOW.now + k, {"air_c": k}, NOW) == []
    cabinet.dial()
    _, first, rest = cabinet.up(NOW)
    assert [s["ts"] - NOW.now for s in body(first)["samples"]] == list(range(10))
    assert len(body(rest)["samples"]) == 3


def test_an_event_keeps_its_place_behind_earlier_samples() -> None:
    cabinet = client()
    cabinet.sample(NOW.now, {"air_c": 1}, NOW)
    cabinet.event(NOW.now + 1, "vend", {}, NOW)
    cabinet.dial()
    assert [body(o)["seq"] for o in cabinet.up(NOW)] == [3, 1, 2]
    assert isinstance(msgspec.json.decode(cabinet.ring.range(7, 1, 1)[0].payload, type=Telemetry), Telemetry)
    assert isinstance(msgspec.json.decode(cabinet.ring.range(7, 2, 2)[0].payload, type=Event), Event)


def test_what_nobody_acknowledges_is_sent_again_after_30_s_and_ever_later() -> None:
    cabinet = linked()
    sent = cabinet.sample(NOW.now, {"air_c": 4}, NOW)
    tries = [ms for ms in range(0, 220_000, 1000) if sent[0] in cabinet.due(later(ms))]
    assert tries == [RESEND_AFTER, 90_000, 210_000]


def test_what_is_acknowledged_is_never_sent_again() -> None:
    cabinet = linked()
    cabinet.sample(NOW.now, {"air_c": 4}, NOW)
    cabinet.receive("ack", encode(Ack(boot=7, seq=2)), NOW)
    assert len(cabinet.ring) == 0
    assert cabinet.due(later(400_000)) == []


def test_missing_is_sent_at_once_as_far_as_it_is_held() -> None:
    cabinet = linked()
    for _ in range(5):
        cabinet.sample(NOW.now, {"air_c": 4}, NOW)
    outs = cabinet.receive("ack", encode(Ack(boot=7, seq=2, missing=[(1, 4), (6, 10**15)])), NOW)
    assert [body(o)["seq"] for o in outs] == [3, 4, 6]


def test_a_window_bounds_what_flies_until_acknowledgements_come() -> None:
    cabinet = client()
    for _ in range(1000):
        cabinet.event(NOW.now, "vend", {}, NOW)
    cabinet.dial()
    assert len(cabinet.up(NOW)) == IN_FLIGHT + 1
    outs = cabinet.receive("ack", encode(Ack(boot=7, seq=100)), NOW)
    assert [body(o)["seq"] for o in outs] == list(range(IN_FLIGHT + 1, IN_FLIGHT + 101))


def test_a_full_ring_drops_the_oldest_and_says_what_is_left() -> None:
    cabinet = linked(3)
    outs = [o for _ in range(4) for o in cabinet.event(NOW.now, "vend", {}, NOW)]
    assert [body(o).get("oldest") for o in outs] == [None, None, 2, 3]
    assert cabinet.ring.held() == [(7, 3, 5)]
    cabinet.receive("ack", encode(Ack(boot=7, seq=4)), NOW)
    assert "oldest" not in body(cabinet.event(NOW.now, "vend", {}, NOW)[0])


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b'{"boot":"x","seq":1}', b"\xff", b'{"boot":1}'])
@pytest.mark.parametrize("leaf", ["ack", "command"])
def test_rubbish_from_above_is_counted_and_changes_nothing(leaf: str, payload: bytes) -> None:
    cabinet = linked()
    assert cabinet.receive(leaf, payload, NOW) == []
    assert cabinet.refused == 1
    assert len(cabinet.ring) == 1


def command(cabinet: CabinetClient, key: str, name: str = "open_door", expires: int = NOW.now + 1) -> dict[str, Any]:
    (out,) = cabinet.receive("command", encode(Command(id=key, name=name, args={"a": 1}, expires=expires)), NOW)
    assert out.topic.endswith("/up/reply")
    return body(out)


def test_a_command_is_carried_out_once_and_answered_each_time() -> None:
    done: list[tuple[str, Any]] = []

    def execute(name: str, args: dict[str, Any], moment: Moment) -> Outcome:
        done.append((name, args))
        return Outcome("failed", "stuck")

    cabinet = linked(execute=execute)
    first, again = command(cabinet, "c1"), command(cabinet, "c1")
    assert done == [("open_door", {"a": 1})]
    assert (first["status"], first["detail"], again["status"]) == ("failed", "stuck", "failed")
    assert again["seq"] == first["seq"] + 1


def test_an_expired_or_unknown_command_is_answered_and_not_carried_out() -> None:
    cabinet = linked(execute=lambda *_: pytest.fail("carried out"))
    assert command(cabinet, "c1", expires=NOW.now)["status"] == "expired"
    assert command(cabinet, "c2", name="self_destruct")["status"] == "rejected"


def test_samples_not_yet_packed_survive_a_restart_in_their_own_boot() -> None:
    cabinet = client()
    cabinet.sample(NOW.now, {"air_c": 1}, NOW)
    cabinet.restart(NOW.now)
    cabinet.dial()
    _, kept = cabinet.up(NOW)
    assert (body(kept)["boot"], body(kept)["samples"]) == (7, [{"ts": NOW.now, "m": {"air_c": 1}}])
