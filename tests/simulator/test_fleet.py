"""Cabinets on the wire: connections, wills, drops with replay, shared links, duration and the parent's clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.fleet import Fleet
from simulator.link import BACK_OFF_TO, back_off
from simulator.options import SimOptions, plan
from simulator.run import simulate
from simulator.world import World
from telemetry.clock import ManualClock
from telemetry.errors import ConfigError, Unavailable
from telemetry.units import MINUTE, SECOND
from telemetry.wire import Birth, Command, Reply, decode, encode
from tests.conftest import free_port
from tests.simulator.broker import TestBroker
from tests.simulator.rig import CALM, MONDAY_9

Scene = Callable[[TestBroker, "Stage"], Awaitable[None]]


class Stage:
    """A fleet on a manual clock; `until` lets the loop work until something is so."""

    def __init__(self, broker: TestBroker, **more: object) -> None:
        self.clock = ManualClock(MONDAY_9, speed=60)
        options = SimOptions(broker=f"mqtt://127.0.0.1:{broker.port}", speed=60, **{"cabinets": 3, **more})  # type: ignore[arg-type]  # mixed keywords of a test
        ready = plan(options)
        self.world = World(ready.ids, 1, MONDAY_9, scenario=CALM)
        self.fleet = Fleet(ready, self.world, self.clock, 1, None)
        self.ids = ready.ids

    def go_on(self, ms: int) -> None:
        self.clock.advance(ms)
        self.fleet.advance()

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not so():  # noqa: ASYNC110 - the product has no event for what tests wait for
                await asyncio.sleep(0.005)

    async def connected(self) -> None:
        await self.until(lambda: all(c.connected for c in self.fleet.clients))


def play(scene: Scene, **more: object) -> None:
    """Run a scene with its links; every message must have come once, and been acknowledged in the end."""

    async def whole() -> None:
        async with TestBroker() as broker:
            stage = Stage(broker, **more)
            tasks = [asyncio.create_task(link.keep()) for link in stage.fleet.links]
            try:
                await scene(broker, stage)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(whole())


@pytest.mark.parametrize("connections", [None, 2])
def test_every_message_arrives_and_is_acknowledged(connections: int | None) -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        await stage.connected()
        for _ in range(10):
            stage.go_on(MINUTE)
            await asyncio.sleep(0)
        await stage.until(lambda: stage.fleet.held() == 0)
        for cabinet, client in zip(stage.ids, stage.fleet.clients, strict=True):
            gateway = broker.gateways[cabinet]
            assert gateway.decided(client.boot) == len(gateway.got[client.boot]) >= 11
            assert gateway.leaves[0] == "birth"

    play(scene, connections=connections)


def test_a_cabinet_connects_as_itself_with_its_own_login_and_will(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("VM-01,user-1,secret\n")

    async def scene(broker: TestBroker, stage: Stage) -> None:
        await stage.connected()
        (session,) = broker.sessions
        assert (session.client_id, session.username) == ("VM-01", "user-1")
        assert session.will
        assert session.will[0] == "cabinets/VM-01/up/will"
        assert session.filters == {f"cabinets/VM-01/down/{leaf}": 0 for leaf in ("ack", "command", "config")}

    play(scene, credentials=file, cabinets=None)


@pytest.mark.parametrize("connections", [None, 1])
def test_a_dropped_link_comes_back_and_replays_what_was_kept(connections: int | None) -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        await stage.connected()
        stage.world.state.link_back[1] = stage.world.now + 30 * MINUTE
        stage.go_on(5 * SECOND)
        client, gateway = stage.fleet.clients[1], broker.gateways[stage.ids[1]]
        assert not client.connected
        for _ in range(20):
            stage.go_on(MINUTE)
        await stage.until(lambda: stage.fleet.held() == 0)
        assert gateway.leaves.count("telemetry") <= 1
        assert len(broker.wills) == (0 if connections else 1)
        for _ in range(12):
            stage.go_on(MINUTE)
        await stage.until(lambda: client.connected and len(client.ring) == 0)
        birth = decode("birth", next(p for p in gateway.got[client.boot].values() if b'"conn":2' in p))
        assert isinstance(birth, Birth)
        assert birth.holds
        assert gateway.leaves.count("telemetry") >= 3
        assert gateway.decided(client.boot) == max(gateway.got[client.boot])

    play(scene, connections=connections)


def test_a_broker_that_goes_away_is_found_again() -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        await stage.connected()
        broker.cut()
        await stage.until(lambda: not any(c.connected for c in stage.fleet.clients))
        stage.go_on(5 * MINUTE)
        await stage.connected()
        await stage.until(lambda: stage.fleet.held() == 0)
        assert all(g.leaves.count("birth") == 2 for g in broker.gateways.values())

    play(scene)


@pytest.mark.parametrize("connections", [None, 1])
def test_a_retained_rule_reaches_its_cabinet_at_every_connection(connections: int | None) -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        figures = {"signals": ["air_c"], "max_c": -5.0, "allow_min": 10}
        profile = {"version": 3, "profile": {"food_safety": figures}}
        broker.retained[f"cabinets/{stage.ids[0]}/down/config"] = json.dumps(profile).encode()
        await stage.connected()
        stage.go_on(5 * MINUTE)
        broker.cut()
        await stage.until(lambda: not any(c.connected for c in stage.fleet.clients))
        await stage.connected()
        stage.go_on(6 * MINUTE)
        assert stage.world.state.sales_locked.tolist()[:2] == [True, False], "a rule that came again began anew"

    play(scene, connections=connections)


def test_an_expired_command_is_answered_and_never_carried_out() -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        await stage.connected()
        cabinet, client = stage.ids[0], stage.fleet.clients[0]
        boot, gateway = client.boot, broker.gateways[cabinet]
        for name in ("reboot", "lock_sales"):
            order = Command(id=name, name=name, expires=stage.clock.moment().now - 1)
            broker.send(f"cabinets/{cabinet}/down/command", encode(order))
        await stage.until(lambda: gateway.leaves.count("reply") == 2)
        replies = [decode("reply", p) for p in gateway.got[boot].values() if b'"status"' in p]
        assert [r.status for r in replies if isinstance(r, Reply)] == ["expired", "expired"]
        stage.go_on(2 * MINUTE)
        assert client.boot == boot
        assert not stage.world.state.sales_locked[0]

    play(scene)


@pytest.mark.parametrize("connections", [None, 1])
def test_a_command_reboots_the_cabinet_after_its_answer(connections: int | None) -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        await stage.connected()
        cabinet, client = stage.ids[0], stage.fleet.clients[0]
        boot, gateway = client.boot, broker.gateways[cabinet]
        order = Command(id="c1", name="reboot", expires=stage.clock.moment().now + MINUTE)
        broker.send(f"cabinets/{cabinet}/down/command", encode(order))
        await stage.until(lambda: "reply" in gateway.leaves)
        replies = [decode("reply", p) for p in gateway.got[boot].values() if b'"c1"' in p]
        assert isinstance(replies[0], Reply)
        assert replies[0].status == "done"
        stage.go_on(50 * SECOND)
        assert client.boot == boot + 1
        stage.go_on(10 * SECOND)
        await stage.until(lambda: client.connected and len(client.ring) == 0)
        assert gateway.leaves.count("birth") == 2
        births = [p for p in gateway.got[boot + 1].values() if b'"conn":1' in p]
        assert len(births) == 1
        assert gateway.decided(boot + 1) == max(gateway.got[boot + 1])

    play(scene, connections=connections)


def test_without_acknowledgements_everything_is_sent_again() -> None:
    async def scene(broker: TestBroker, stage: Stage) -> None:
        broker.replying = False
        await stage.connected()
        stage.go_on(5 * MINUTE)
        await stage.until(lambda: len(broker.gateways[stage.ids[0]].leaves) >= 6)
        before = len(broker.seen)
        stage.go_on(31 * 60 * SECOND)  # 31 s of real time
        await stage.until(lambda: len(broker.seen) > before + 15)
        assert stage.fleet.held() > 0

    play(scene)


@given(attempt=st.integers(1, 10_000), seed=st.integers(0, 99))
def test_back_off_is_jittered_and_bounded(attempt: int, seed: int) -> None:
    wait = back_off(attempt, np.random.default_rng(seed))
    assert 0 <= wait <= min(BACK_OFF_TO, 2 ** min(attempt - 1, 7))


def test_a_simulation_ends_after_its_duration_with_nothing_left(tmp_path: Path) -> None:
    async def scene() -> None:
        async with TestBroker() as broker:
            url = f"mqtt://127.0.0.1:{broker.port}"
            await simulate(SimOptions(broker=url, cabinets=5, rate=200, duration_s=1.5, labels=tmp_path / "l.jsonl"))
            assert len(broker.gateways) == 5
            for gateway in broker.gateways.values():
                (boot,) = gateway.got
                assert gateway.decided(boot) == len(gateway.got[boot]) > 10
            await asyncio.sleep(0.05)
            assert broker.wills == []

    asyncio.run(scene())
    assert (tmp_path / "l.jsonl").exists()


def test_a_simulation_that_reached_no_broker_says_so() -> None:
    options = SimOptions(broker=f"mqtt://127.0.0.1:{free_port()}", cabinets=3, duration_s=0.5)
    with pytest.raises(Unavailable, match="no cabinet is connected"):
        asyncio.run(simulate(options))


def test_a_simulation_follows_its_parent_and_ends_with_it() -> None:
    async def scene() -> None:
        lines = asyncio.StreamReader()
        async with TestBroker() as broker, asyncio.timeout(10):
            options = SimOptions(broker=f"mqtt://127.0.0.1:{broker.port}", cabinets=2, speed=60, follow_clock=True)
            task = asyncio.create_task(simulate(options, lines))
            for minute in range(12):
                lines.feed_data(f"{MONDAY_9 + minute * MINUTE} 60\n".encode())
                await asyncio.sleep(0.05)
            lines.feed_eof()
            await task
            telemetry = [t for t in broker.seen if t.endswith("telemetry")]
            assert len(telemetry) >= 10

    asyncio.run(scene())


def test_labels_that_cannot_be_written_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="labels"):
        asyncio.run(simulate(SimOptions(labels=tmp_path / "nowhere" / "l.jsonl")))
