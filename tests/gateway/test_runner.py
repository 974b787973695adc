"""The loops of the gateway without a broker: what stops, waits, is refused or asked twice loses nothing."""

import asyncio
import socket
import time
from contextlib import asynccontextmanager, suppress

import pytest

from gateway.inbox import Inbox
from gateway.room import Room
from gateway.runner import Gateway, Limits
from service.live import Feed
from service.model import Action, Answer
from telemetry.clock import ProductClock, real_ms
from telemetry.disk import DiskUse
from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, Message
from tests.gateway.lab import CLERK, Lab
from tests.gateway.rig import birth, telemetry


class Post:
    """What a connection brought: remembers whether it was acknowledged."""

    def __init__(self, *messages):
        self.messages = [Message(topic, payload, 1, False) for topic, payload in messages]
        self.size = sum(len(m.payload) for m in self.messages)
        self.acknowledged = False

    def acknowledge(self):
        self.acknowledged = True


def site(key="a1", name="X"):
    return Action(id=key, actor=CLERK, name="site.create", target="", body={"name": name})


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def running(lab, **limits):
    clock = ProductClock(real_ms(), 1)
    gateway = Gateway(lab.writer, clock, Feed(), Broker("127.0.0.1", closed_port()), "t", Limits(**limits))
    started = asyncio.Event()
    life = asyncio.create_task(gateway.run(started.set))
    await asyncio.wait_for(started.wait(), 10)
    try:
        yield gateway
    finally:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life


async def until(met, seconds=10):
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


def test_what_arrives_is_journaled_then_acknowledged_then_stored(tmp_path):
    async def live():
        lab = Lab(tmp_path)
        async with running(lab) as gateway:
            post = Post(birth(1, 1, 1), telemetry(1, 2))
            gateway._arrive(post)
            assert not post.acknowledged
            await until(lambda: lab.stored() == 2)
            assert post.acknowledged

    asyncio.run(live())


def test_nothing_is_acknowledged_while_the_journal_is_away(tmp_path, monkeypatch):
    async def live():
        lab = Lab(tmp_path)
        append, tries = lab.writer.journal.append, []

        def fails_twice(entry):
            tries.append(entry.number)
            if len(tries) < 3:
                raise Unavailable("I/O error", retry_after=0.05)
            append(entry)

        monkeypatch.setattr(lab.writer.journal, "append", fails_twice)
        async with running(lab) as gateway:
            post = Post(birth(1, 1, 1))
            gateway._arrive(post)
            await until(lambda: len(tries) == 2)
            assert not post.acknowledged
            await until(lambda: lab.stored() == 1)
            assert tries[:3] == [1, 1, 1]
            assert post.acknowledged

    asyncio.run(live())


@pytest.mark.parametrize("moment", range(6))
def test_a_stop_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path, moment):
    async def live():
        lab = Lab(tmp_path)
        posts = [Post(birth(1, 1, 1)), *(Post(telemetry(1, n)) for n in range(2, 60))]
        async with running(lab, batch_ms=0) as gateway:
            for post in posts:
                gateway._arrive(post)
                await asyncio.sleep(0.001 * (moment % 3))
            await asyncio.sleep(0.02 * moment)
            began = time.monotonic()
        assert time.monotonic() - began < 5
        lab.crash()
        lab.start()
        assert lab.stored() >= sum(post.acknowledged for post in posts)
        assert lab.records.count("events") <= 1
        row = lab.records.get("accounting", "HZ-01")
        assert row is None or (row["duplicate"], row["gaps"]) == (0, [])

    asyncio.run(live())


def test_an_action_is_answered_after_its_commit_and_the_same_id_gets_the_same_answer(tmp_path):
    async def live():
        lab = Lab(tmp_path)
        async with running(lab) as gateway:
            first, second = await asyncio.gather(gateway.submit(site()), gateway.submit(site()))
            assert first.status == "created"
            assert first == second == await gateway.submit(site())
        assert lab.records.count("sites") == 1

    asyncio.run(live())


def test_a_caller_who_goes_away_does_not_strand_the_action(tmp_path, monkeypatch):
    async def live():
        lab = Lab(tmp_path)
        write = lab.records.write

        def slow(changes):
            time.sleep(0.1)
            write(changes)

        monkeypatch.setattr(lab.records, "write", slow)
        async with running(lab) as gateway:
            gone = asyncio.create_task(gateway.submit(site()))
            await asyncio.sleep(0.03)
            gone.cancel()
            await until(lambda: lab.records.count("sites") == 1)
            assert (await gateway.submit(site())).status == "created"

    asyncio.run(live())


def test_an_action_filed_before_a_crash_is_carried_out_once_after_it(tmp_path):
    async def live():
        lab = Lab(tmp_path)
        inbox = Inbox(lab.records, real_ms, lambda: None)
        waiting = asyncio.create_task(inbox.submit(site()))
        await until(lambda: bool(inbox))
        inbox.close()
        with pytest.raises(Unavailable, match="next start"):
            await waiting
        async with running(lab) as gateway:
            assert (await gateway.submit(site())).status == "created"
        lab.crash()
        lab.start()
        async with running(lab) as gateway:
            assert (await gateway.submit(site())).status == "created"
        assert lab.records.count("sites") == 1

    asyncio.run(live())


def test_an_action_that_cannot_be_filed_tells_the_caller_and_can_be_asked_again(tmp_path, monkeypatch):
    async def live():
        lab = Lab(tmp_path)

        def away(_):
            raise Unavailable("locked")

        async with running(lab) as gateway:
            with monkeypatch.context() as patch:
                patch.setattr(lab.records, "write", away)
                with pytest.raises(Unavailable, match="locked"):
                    await gateway.submit(site())
            assert (await gateway.submit(site())).status == "created"

    asyncio.run(live())


def test_who_waits_is_told_when_the_product_stops(tmp_path):
    async def live():
        lab = Lab(tmp_path)
        async with running(lab) as gateway:
            gateway.room.look(DiskUse(100, 50, 50, 0.5))
            gateway.room._free.clear()  # nothing is taken in any more
            waiting = asyncio.create_task(gateway.submit(site()))
            await until(lambda: lab.records.count("inbox") == 1)
        with pytest.raises(Unavailable, match="next start"):
            await waiting

    asyncio.run(live())


def test_a_full_disk_refuses_and_room_lets_go_on(tmp_path, monkeypatch):
    async def live():
        monkeypatch.setattr("gateway.room.LOOK_EVERY", 60)
        lab = Lab(tmp_path)
        async with running(lab) as gateway:
            await until(lambda: lab.number is not None and gateway.room.samples)
            gateway.room.look(DiskUse(100, 96, 4, 0.96))
            await asyncio.sleep(0.6)
            post = Post(birth(1, 1, 1))
            gateway._arrive(post)
            with pytest.raises(Unavailable, match="96% full"):
                await gateway.submit(site())
            await asyncio.sleep(0.6)
            assert not post.acknowledged
            assert gateway.lag > 0.5
            gateway.room.look(DiskUse(100, 90, 10, 0.90))
            await until(lambda: post.acknowledged)
            assert gateway.room.state == "warn"

    asyncio.run(live())


def test_large_messages_are_bounded_by_bytes_not_only_by_number(tmp_path):
    async def live():
        lab = Lab(tmp_path)
        async with running(lab, batch_bytes=100_000, pending_bytes=400_000, batch_ms=1) as gateway:
            paused = []
            gateway.session.pause = lambda: paused.append(len(gateway._arrivals))
            for n in range(1, 21):
                gateway._arrive(Post(("cabinets/HZ-01/up/event", b'{"boot":1,"seq":%d,"x":"' % n + b"x" * 70_000)))
            assert paused
            await until(lambda: not gateway._arrivals)
            sizes = [sum(len(p) for _, p in e.messages) for e in lab.writer.journal.read(0)]
            assert max(sizes) < 200_000
            assert gateway._pending == gateway._pending_bytes == 0

    asyncio.run(live())


def test_the_forecast_keeps_a_week_of_samples(tmp_path):
    async def live():
        hours = iter(range(1000))
        room = Room(tmp_path, 0.85, 0.95, lambda: next(hours) * 3_600_000)
        for n in range(500):
            room.look(DiskUse(1000, n, 1000 - n, 0.1))
        assert len(room.samples) == 168
        assert room.samples[-1][1] == 499

    asyncio.run(live())


def test_an_answer_that_nobody_waits_for_is_no_error(tmp_path):
    async def live():
        inbox = Inbox(Lab(tmp_path).records, real_ms, lambda: None)
        inbox.answer({"nobody": Answer(status="ok")})

    asyncio.run(live())
