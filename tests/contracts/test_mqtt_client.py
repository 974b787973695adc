"""What the product needs of an MQTT client: ours and paho (the reference) pass the same, against real brokers."""

import asyncio
from itertools import cycle
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, MqttClient, Will
from tests.conftest import free_port
from tests.contracts.paho_client import PahoClient
from tests.gateway.scripted import WELCOME, Scripted

pytestmark = pytest.mark.live
PATIENCE = 30


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=[MqttClient, PahoClient], ids=["ours", "paho"])
def kind(request):
    return request.param


class Ear:
    """A client and what it hears, one by one; PUBACKs what it takes unless told otherwise."""

    def __init__(self, kind, broker, name=None, *, acks=True, **options):
        self.heard, self.confirmed = asyncio.Queue(), asyncio.Queue()
        self.acks = acks
        self.client = kind(
            broker,
            name or f"t{uuid4().hex[:10]}",
            on_messages=self._hear,
            on_puback=self.confirmed.put_nowait,
            **options,
        )

    def _hear(self, messages):
        for message in messages:
            self.heard.put_nowait(message)
        if self.acks:
            self.client.puback(m.packet for m in messages)

    async def next(self):
        return await asyncio.wait_for(self.heard.get(), PATIENCE)

    async def texts(self, count):
        return [(await self.next()).payload.decode() for _ in range(count)]

    async def say(self, topic, *payloads, **options):
        """Publish at QoS 1 and wait until all are confirmed."""
        sent = {self.client.publish(topic, p, 1, **options) for p in payloads}
        while sent:
            sent.discard(await asyncio.wait_for(self.confirmed.get(), PATIENCE))

    async def __aenter__(self):
        self.present = await self.client.connect()
        return self

    async def __aexit__(self, *_):
        await self.client.disconnect()


def root():
    return f"t/{uuid4().hex[:10]}"


def test_both_qualities_of_service_arrive(kind, broker):
    async def story():
        base = root()
        async with Ear(kind, broker) as ear, Ear(kind, broker) as mouth:
            await ear.client.subscribe([(f"{base}/#", 1)])
            assert mouth.client.publish(f"{base}/a", b"zero") == 0
            await mouth.say(f"{base}/b/c", b"one")
            first, second = await ear.next(), await ear.next()
            assert (first.topic, first.payload, first.packet, first.retain) == (f"{base}/a", b"zero", 0, False)
            assert (second.topic, second.payload) == (f"{base}/b/c", b"one")
            assert second.packet > 0

    asyncio.run(story())


def test_a_plus_is_one_level_and_a_hash_the_rest(kind, broker):
    async def story():
        base = root()
        async with Ear(kind, broker) as ear, Ear(kind, broker) as mouth:
            await ear.client.subscribe([(f"{base}/+/up/#", 1)])
            for leaf in ("A/up/birth", "A/up/x/y", "A/down/ack", "A/B/up/birth", "A/up"):
                await mouth.say(f"{base}/{leaf}", leaf.encode())
            await mouth.say(f"{base}/Z/up/end", b"end")
            # Order is promised within a topic (MQTT 3.1.1, 4.6); NATS sends the level of the hash itself another way.
            assert sorted(await ear.texts(4)) == ["A/up", "A/up/birth", "A/up/x/y", "end"]

    asyncio.run(story())


def test_a_retained_message_greets_who_comes_later(kind, broker):
    async def story():
        base = root()
        async with Ear(kind, broker) as mouth:
            await mouth.say(f"{base}/config", b"kept", retain=True)
            async with Ear(kind, broker) as ear:
                await ear.client.subscribe([(f"{base}/config", 1)])
                message = await ear.next()
                assert (message.payload, message.retain) == (b"kept", True)

    asyncio.run(story())


def test_the_will_comes_when_the_line_is_cut_and_not_after_a_goodbye(kind, broker):
    async def story():
        base = root()
        async with Ear(kind, broker) as ear:
            await ear.client.subscribe([(f"{base}/#", 1)])
            async with Ear(kind, broker, will=Will(f"{base}/will", b"polite")):
                pass
            cut = Ear(kind, broker, will=Will(f"{base}/will", b"dead"))
            await cut.client.connect()
            cut.client.abort()
            await asyncio.wait_for(cut.client.closed, PATIENCE)
            await cut.client.disconnect()
            assert await ear.texts(1) == ["dead"]

    asyncio.run(story())


def test_what_was_not_acknowledged_comes_again_on_the_next_connection(kind, broker):
    async def story():
        base, name = root(), f"s{uuid4().hex[:10]}"
        first = Ear(kind, broker, name, clean=False, acks=False)
        assert await first.client.connect() is False
        await first.client.subscribe([(f"{base}/#", 1)])
        async with Ear(kind, broker) as mouth:
            await mouth.say(f"{base}/m", b"1", b"2", b"3", b"4")
            messages = [await first.next() for _ in range(4)]
            first.client.puback(m.packet for m in messages if m.payload in b"13")
            await first.client.disconnect()
            await mouth.say(f"{base}/m", b"5")
            async with Ear(kind, broker, name, clean=False) as again:
                assert again.present is True
                await again.client.subscribe([(f"{base}/#", 1)])
                assert sorted(await again.texts(3)) == ["2", "4", "5"]

    asyncio.run(story())


def test_a_mebibyte_passes_both_ways(kind, broker):
    async def story():
        base, load = root(), bytes(range(256)) * 4096
        async with Ear(kind, broker) as ear, Ear(kind, broker) as mouth:
            await ear.client.subscribe([(f"{base}/big", 1)])
            await mouth.say(f"{base}/big", load)
            assert (await ear.next()).payload == load

    asyncio.run(story())


def test_a_thousand_messages_arrive_in_order(kind, broker):
    async def story():
        base = root()
        async with Ear(kind, broker) as ear, Ear(kind, broker) as mouth:
            await ear.client.subscribe([(f"{base}/n", 1)])
            for start in range(0, 1000, 100):
                await mouth.say(f"{base}/n", *[b"%d" % n for n in range(start, start + 100)])
            assert await ear.texts(1000) == [str(n) for n in range(1000)]

    asyncio.run(story())


def test_nobody_listening_is_unavailable(kind):
    async def story():
        with pytest.raises(Unavailable):
            await kind(Broker("127.0.0.1", free_port()), "x").connect()

    asyncio.run(story())


def test_a_refusal_says_why(kind):
    async def story():
        async with Scripted(b"\x20\x02\x00\x05") as broker:
            with pytest.raises(Unavailable, match=r"(?i)not.authori[sz]ed|not allowed"):
                await kind(broker, "x").connect()

    asyncio.run(story())


def test_a_broker_that_hangs_up_during_the_subscription_is_unavailable():
    async def story():
        async with Scripted(WELCOME, None) as broker:
            client = MqttClient(broker, "x")
            await client.connect()
            with pytest.raises(Unavailable):
                await client.subscribe([("a", 1)])
            assert await client.closed == "closed by the broker"

    asyncio.run(story())


def test_a_refused_subscription_is_unavailable():
    async def story():
        async with Scripted(WELCOME, b"\x90\x04\x00\x01\x01\x80") as broker:
            client = MqttClient(broker, "x")
            await client.connect()
            with pytest.raises(Unavailable, match="refused"):
                await client.subscribe([("a", 1), ("b", 1)])
            client.abort()
            await client.closed

    asyncio.run(story())


def test_a_broker_that_falls_silent_is_left_within_the_keep_alive():
    async def story():
        async with Scripted(WELCOME) as broker:
            client = MqttClient(broker, "x", keepalive=1)
            await client.connect()
            async with asyncio.timeout(3):
                assert "silent" in await client.closed

    asyncio.run(story())


def test_a_broker_that_answers_pings_is_kept():
    async def story():
        script = Scripted(WELCOME, *[b"\xd0\x00"] * 20)
        async with script as broker:
            client = MqttClient(broker, "x", keepalive=1)
            await client.connect()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2.5):
                    await asyncio.shield(client.closed)
            assert script.heard[1:3] == [b"\xc0\x00"] * 2
            await client.disconnect()

    asyncio.run(story())


def test_while_we_do_not_read_the_brokers_silence_is_ours():
    async def story():
        async with Scripted(WELCOME, *[b"\xd0\x00"] * 20) as broker:
            client = MqttClient(broker, "x", keepalive=1)
            await client.connect()
            client.pause_reading()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2.5):
                    await asyncio.shield(client.closed)
            client.resume_reading()
            await client.disconnect()

    asyncio.run(story())


def publish_packet(topic, payload, pid):
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + pid.to_bytes(2, "big") + payload
    head, length = b"\x32", len(body)
    while True:
        length, digit = divmod(length, 128)
        head += bytes([digit | (0x80 if length else 0)])
        if not length:
            return head + body


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
def test_packets_may_come_in_any_pieces(size):
    async def story():
        heard, confirmed = [], []
        client = MqttClient(Broker("x", 1), "x", on_messages=heard.extend, on_puback=confirmed.append)
        stream = WELCOME + publish_packet("a/b", b"x" * 300, 7) + b"\x40\x02\x00\x09" + publish_packet("c", b"", 65535)
        for i in range(0, len(stream), size):
            client.data_received(stream[i : i + size])
        assert [(m.topic, m.payload, m.packet) for m in heard] == [("a/b", b"x" * 300, 7), ("c", b"", 65535)]
        assert confirmed == [9]

    asyncio.run(story())


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=300), st.binary(max_size=400), st.integers(0, 2)), max_size=12),
    st.lists(st.integers(1, 500), min_size=1, max_size=20),
)
def test_whatever_comes_is_taken_apart_as_it_was_put_together(said, sizes):
    async def story():
        heard = []
        client = MqttClient(Broker("x", 1), "x", on_messages=heard.extend)
        stream = b"".join(publish_packet(t, p, 9) if kind else b"\xd0\x00" for t, p, kind in said)
        at = 0
        for size in cycle(sizes):
            if at >= len(stream):
                break
            client.data_received(stream[at : at + size])
            at += size
        assert [(m.topic, m.payload, m.packet) for m in heard] == [(t, p, 9) for t, p, kind in said if kind]

    asyncio.run(story())


def test_a_large_packet_in_many_reads_is_looked_at_once():
    async def story():
        heard, looked = [], []
        client = MqttClient(Broker("x", 1), "x", on_messages=heard.extend)
        look = client._packets
        client._packets = lambda data: looked.append(len(data)) or look(data)
        stream = publish_packet("a", b"x" * 1_000_000, 1)
        for i in range(0, len(stream), 1000):
            client.data_received(stream[i : i + 1000])
        assert len(heard[0].payload) == 1_000_000
        assert looked == [1000, len(stream)]

    asyncio.run(story())


@pytest.mark.parametrize("body", [b"", b"\x00", b"\x00\x05ab", b"\x00\x02ab", b"\x00\x02ab\x01"])
def test_a_message_longer_than_its_packet_closes_the_connection(body):
    async def story():
        async with Scripted(WELCOME + bytes([0x32, len(body)]) + body + b"\xd0\x00") as broker:
            client = MqttClient(broker, "x")
            await client.connect()
            assert await client.closed == "a message longer than its packet"

    asyncio.run(story())


def test_what_is_said_in_one_turn_goes_out_in_one_write():
    async def story():
        async with Scripted(WELCOME) as broker:
            client = MqttClient(broker, "x")
            await client.connect()
            wrote = []
            client._transport.write = wrote.append
            client.puback([1, 0, 300])
            client.publish("a", b"b")
            assert wrote == []
            await asyncio.sleep(0)
            assert wrote == [b"\x40\x02\x00\x01\x40\x02\x01\x2c" + b"\x30\x04\x00\x01ab"]
            client.abort()

    asyncio.run(story())


def test_packet_ids_never_are_zero():
    async def story():
        client = MqttClient(Broker("x", 1), "x")
        ids = [client.publish("a", b"", 1) for _ in range(65_600)]
        assert min(ids) == 1
        assert max(ids) == 65_535

    asyncio.run(story())


def test_a_packet_whose_length_never_ends_closes_the_connection():
    async def story():
        async with Scripted(WELCOME + b"\x30\xff\xff\xff\xff\xff") as broker:
            client = MqttClient(broker, "x")
            await client.connect()
            assert await client.closed == "a packet without a length"

    asyncio.run(story())
