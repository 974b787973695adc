"""A cabinet cannot speak for another, throw another out or listen to it: both brokers, asked from outside by paho."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.live.gates import Gate, NatsGate, mosquitto_gate, nats_gate
from tests.live.outside import wait_for

pytestmark = pytest.mark.live
A, B = "CAB-A", "CAB-B"
LIMIT = 60.0  # s: a broker on a busy machine
LEAVES = ("birth", "telemetry", "event", "reply", "will")
GATES = {
    "nats": nats_gate,
    "mosquitto": mosquitto_gate,
    "mosquitto by MQTT 5": partial(mosquitto_gate, version=paho.MQTTv5),
}


@pytest.fixture(scope="module", params=GATES)
def gate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    with GATES[request.param](tmp_path_factory.mktemp(request.param), {A: "secret a", B: "secret b"}) as made:
        yield made


class Party:
    """Somebody on the wire. `code`: what the broker said to the connection; `heard`: (topic, payload)."""

    def __init__(
        self, gate: Gate, user: str | None, secret: str | None, client_id: str, will: tuple[str, bool] | None
    ) -> None:
        self.code: queue.Queue[Any] = queue.Queue()
        self.gone: queue.Queue[Any] = queue.Queue()
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.granted: queue.Queue[bool] = queue.Queue()
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=gate.version, reconnect_on_failure=False
        )
        if user is not None:
            self.client.username_pw_set(user, secret)
        if will:
            self.client.will_set(will[0], b"last words", qos=1, retain=will[1])
        self.client.on_connect = lambda _c, _d, _f, code, _p: self.code.put(code)
        self.client.on_disconnect = lambda _c, _d, _f, code, _p: self.gone.put(code)
        self.client.on_message = lambda _c, _d, m: self.heard.put((m.topic, m.payload))
        self.client.on_subscribe = lambda _c, _d, _m, codes, _p: self.granted.put(not any(c.is_failure for c in codes))
        self.client.connect("127.0.0.1", gate.port, keepalive=30)
        self.client.loop_start()
        self.inside = not self.code.get(timeout=LIMIT).is_failure

    def subscribe(self, topic: str, qos: int = 1) -> bool:
        self.client.subscribe(topic, qos)
        return self.granted.get(timeout=LIMIT)

    def say(self, topic: str, payload: bytes = b"x", qos: int = 1, *, retain: bool = False) -> None:
        """Publish, and see it confirmed at QoS 1: then the broker is done with it."""
        info = self.client.publish(topic, payload, qos, retain)
        if qos:
            info.wait_for_publish(LIMIT)

    def drop(self) -> None:
        """Lose the connection without a word: the broker publishes the will."""
        sock = self.client.socket()
        assert sock
        sock.shutdown(2)


@contextmanager
def party(
    gate: Gate,
    user: str | None,
    secret: str | None = None,
    client_id: str | None = None,
    *,
    will: str | None = None,
    retain: bool = False,
) -> Iterator[Party]:
    """Somebody who tries to connect; a cabinet with its secret and id unless said otherwise."""
    secret = gate.secrets.get(user or "") if secret is None else secret
    made = Party(gate, user, secret, user or "x" if client_id is None else client_id, (will, retain) if will else None)
    try:
        yield made
    finally:
        made.client.disconnect()
        made.client.loop_stop()


@contextmanager
def ears(gate: Gate) -> Iterator[Party]:
    """The gateway, that hears every cabinet."""
    with party(gate, gate.gateway.username, gate.gateway.password, gate.ours) as made:
        assert made.inside
        assert made.subscribe("cabinets/+/up/#")
        assert made.subscribe("cabinets/+/+/up/#")
        yield made


def until(heard: Party, last: bytes) -> list[str]:
    """The topics heard before the payload `last`, which comes after them on the same way."""
    topics = []
    while (message := heard.heard.get(timeout=LIMIT))[1] != last:
        topics.append(message[0])
    return topics


def test_a_cabinet_speaks_and_hears_on_its_own_topics(gate: Gate) -> None:
    with ears(gate) as gateway, party(gate, A) as cabinet:
        assert cabinet.inside
        assert cabinet.subscribe(f"cabinets/{A}/down/#")
        for leaf in LEAVES:
            cabinet.say(f"cabinets/{A}/up/{leaf}", leaf.encode())
        assert [gateway.heard.get(timeout=LIMIT) for _ in LEAVES] == [
            (f"cabinets/{A}/up/{n}", n.encode()) for n in LEAVES
        ]
        gateway.say(f"cabinets/{A}/down/ack", b"ack", 0)
        gateway.say(f"cabinets/{A}/down/command", b"command")
        assert {cabinet.heard.get(timeout=LIMIT) for _ in range(2)} == {
            (f"cabinets/{A}/down/ack", b"ack"), (f"cabinets/{A}/down/command", b"command"),
        }  # fmt: skip


@pytest.mark.parametrize("qos", [0, 1])
def test_a_cabinet_cannot_speak_for_another_nor_outside_its_topics(gate: Gate, qos: int) -> None:
    foreign = [f"cabinets/{B}/up/{leaf}" for leaf in LEAVES]
    odd = [
        f"cabinets/{A}/up/other",
        f"cabinets/{A}/up",
        f"cabinets/{A}/up/birth/deeper",
        f"cabinets/{A}/x/up/birth",
        f"cabinets/{A}/down/ack",
        f"cabinets/{B}/down/command",
    ]
    for topic in ("$SYS/broker/x", "$JS/API/STREAM/LIST", "$SYS/REQ/USER/AUTH"):
        with party(gate, A) as rude:
            rude.client.publish(topic, b"forged", qos)  # some brokers close the connection at once
    with ears(gate) as gateway, party(gate, B) as owner, party(gate, A) as cabinet:
        assert owner.subscribe(f"cabinets/{B}/down/#")
        for topic in [*foreign, *odd]:
            cabinet.say(topic, b"forged", qos)
        cabinet.say(f"cabinets/{A}/up/birth", b"honest")
        assert until(gateway, b"honest") == []
        gateway.say(f"cabinets/{B}/down/command", b"real")
        assert until(owner, b"real") == []


@pytest.mark.parametrize("topic", [f"cabinets/{B}/up/will", f"cabinets/{B}/up/birth", f"cabinets/{B}/down/command"])
def test_a_forged_will_is_not_published(gate: Gate, topic: str) -> None:
    with ears(gate) as gateway, party(gate, B) as owner, party(gate, A, will=topic) as cabinet:
        assert owner.subscribe(f"cabinets/{B}/down/#")
        if cabinet.inside:
            cabinet.drop()
        with party(gate, A, will=f"cabinets/{A}/up/will") as honest:
            honest.drop()
            assert gateway.heard.get(timeout=LIMIT) == (f"cabinets/{A}/up/will", b"last words")
        gateway.say(f"cabinets/{B}/down/command", b"real")
        assert until(owner, b"real") == []


def test_a_cabinet_can_leave_nothing_for_another_and_take_nothing_away(gate: Gate) -> None:
    """What is retained is kept by other means than what is passed on, and an empty message removes it."""
    topic = f"cabinets/{B}/down/config"
    with ears(gate) as gateway:
        gateway.say(topic, b"the real one", retain=True)
        for payload in (b"forged", b""):
            for qos in (0, 1):
                with party(gate, A) as cabinet:
                    cabinet.say(topic, payload, qos, retain=True)
                    cabinet.say(f"cabinets/{A}/up/event", b"done")
        with party(gate, A, will=topic, retain=True) as cabinet:
            if cabinet.inside:
                cabinet.drop()
        with party(gate, A, will=f"cabinets/{A}/up/will") as honest:
            honest.drop()
            while gateway.heard.get(timeout=LIMIT)[1] != b"last words":
                pass
        with party(gate, B) as owner:
            assert owner.subscribe(f"cabinets/{B}/down/#")
            assert owner.heard.get(timeout=LIMIT) == (topic, b"the real one")


@pytest.mark.parametrize("qos", [0, 1])
def test_a_cabinet_cannot_listen_to_another(gate: Gate, qos: int) -> None:
    wanted = [
        f"cabinets/{B}/down/#",
        f"cabinets/{B}/down/config",
        f"cabinets/{B}/up/#",
        "#",
        "+/#",
        "cabinets/+/down/#",
        "cabinets/#",
        "$SYS/#",
        f"$share/g/cabinets/{B}/down/#",
        "$share/g/#",
        "$MQTT/#",
        "$JS/#",
    ]
    with ears(gate) as gateway, party(gate, B) as owner, party(gate, A) as spy:
        gateway.say(f"cabinets/{B}/down/config", b"retained", retain=True)
        for topic in wanted:
            spy.subscribe(topic, qos)
        assert spy.subscribe(f"cabinets/{A}/down/#", qos)
        gateway.say(f"cabinets/{B}/down/ack", b"not for you", 0)
        gateway.say(f"cabinets/{B}/down/command", b"not for you")
        owner.say(f"cabinets/{B}/up/event", b"not for you")
        gateway.say(f"cabinets/{A}/down/command", b"for you")
        assert until(spy, b"for you") == []


@pytest.mark.parametrize(
    ("user", "secret", "client_id"),
    [
        (A, "wrong", A), (A, "", A), (A, "secret b", A), ("CAB-Z", "secret a", "CAB-Z"), ("", "", A), (None, None, A),
        ("gateway", "wrong", "x"), ("admission", "", "x"), ("system", "", "x"), ("+", "secret a", "+"),
        ("#", "secret a", "#"), (f"{A}/up", "secret a", A),
    ],
)  # fmt: skip
def test_a_stranger_or_a_wrong_secret_is_refused_and_the_owner_undisturbed(
    gate: Gate, user: str | None, secret: str | None, client_id: str
) -> None:
    with party(gate, A) as owner:
        with party(gate, user, secret, client_id) as stranger:
            assert not stranger.inside
        owner.say(f"cabinets/{A}/up/event")
        assert owner.gone.empty()


def test_what_is_begun_at_qos_2_and_never_finished_fills_no_disk_and_no_memory(gate: Gate) -> None:
    """Brokers keep it for ever, up to 64 GiB of one cabinet; the contract knows QoS 1 alone."""
    before = gate.broker.refused if isinstance(gate, NatsGate) else 0
    for topic in (f"cabinets/{A}/up/telemetry", f"cabinets/{B}/up/telemetry"):
        with party(gate, A) as rude:
            rude.client.publish(topic, b"x" * 100_000, 2)
            assert rude.gone.get(timeout=LIMIT)
    if isinstance(gate, NatsGate):
        broker = gate.broker
        wait_for("both to be counted", lambda: broker.refused == before + 2)
        assert sum(path.stat().st_size for path in broker.folder.rglob("$MQTT_qos2in/msgs/*.blk")) == 0


def test_a_cabinet_cannot_throw_another_out_by_its_client_id(gate: Gate) -> None:
    with party(gate, A) as owner, ears(gate) as gateway:
        for client_id in (A, gate.ours):
            with party(gate, B, client_id=client_id) as rival:
                if rival.inside:
                    rival.say(f"cabinets/{B}/up/event", b"as itself")
                    assert gateway.heard.get(timeout=LIMIT) == (f"cabinets/{B}/up/event", b"as itself")
        owner.say(f"cabinets/{A}/up/event", b"still here")
        assert gateway.heard.get(timeout=LIMIT) == (f"cabinets/{A}/up/event", b"still here")
        assert (owner.gone.empty(), gateway.gone.empty()) == (True, True)


def test_a_rotated_or_revoked_secret_opens_nothing_and_its_connection_is_cut(gate: Gate) -> None:
    old = dict(gate.secrets)
    try:
        with party(gate, A) as rotated, party(gate, B) as stays:
            gate.secrets[A] = "a new one"
            gate.reload()
            assert rotated.gone.get(timeout=60)
            with party(gate, A, old[A]) as late:
                assert not late.inside
            with party(gate, A) as again:
                assert again.inside
                del gate.secrets[A]
                gate.reload()
                assert again.gone.get(timeout=60)
            with party(gate, A, "a new one") as revoked:
                assert not revoked.inside
            stays.say(f"cabinets/{B}/up/event")
            assert stays.gone.empty()
    finally:
        gate.secrets.update(old)
        gate.reload()
