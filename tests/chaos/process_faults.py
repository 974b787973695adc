"""Death and suspension of processes."""

import asyncio
import os
import signal

from gateway.failpoint import STEPS
from tests.chaos.world import World

AT_THE_END = ("before_snapshot", "inside_snapshot", "before_trim", "after_trim")
CATCHING_UP = ("after_fold", "before_records", "after_records", "before_series")
ONCE_A_SECOND = ("before_series", "after_series")


async def kill_gateway(world: World) -> None:
    """SIGKILL of the product (with an embedded broker: of both), away for a moment."""
    await _pause(world, 1.5)
    world.kill()
    await _pause(world, 1.5)
    await world.start()


async def kill_between(world: World) -> None:
    """SIGKILL of the product at a fail point of the data path; those of the snapshot are come to at the end. Now and
    then it dies again while it catches up."""
    step = world.rng.choice(STEPS)
    world.die_at(step, 1 if step in AT_THE_END else world.rng.randint(1, 3 if step in ONCE_A_SECOND else 40))
    await _pause(world, 1.0)
    if step in AT_THE_END and world.alive:
        os.kill(world.pid, signal.SIGINT)
    if not await world.death(20):
        world.kill()
    if world.rng.random() < 0.3:
        world.die_at(world.rng.choice(CATCHING_UP), world.rng.randint(1, 5))
        await world.launch()
        await world.death(20)
        world.kill()
    await world.start()


async def kill_broker(world: World) -> None:
    """SIGKILL of the broker; the product starts its own again, an outside one is away for a moment."""
    os.kill(world.broker_pid(), signal.SIGKILL)
    if world.outside:
        world.outside.kill()
        await _pause(world, 1.0)
        await asyncio.to_thread(world.outside.start)


async def kill_both(world: World) -> None:
    """SIGKILL of broker and product, in either order."""
    first = world.rng.random() < 0.5
    if first:
        world.kill()
        await _pause(world, 0.3)
    if world.outside:
        world.outside.kill()
    elif not first:
        os.kill(world.broker_pid(), signal.SIGKILL)
    await _pause(world, 0.3)
    world.kill()
    if world.outside:
        await asyncio.to_thread(world.outside.start)
    await world.start()


async def pause_gateway(world: World) -> None:
    """SIGSTOP of the product."""
    await _suspend(world, world.pid)


async def pause_broker(world: World) -> None:
    """SIGSTOP of the broker. A product that misses its own broker for long ends it and starts another."""
    await _suspend(world, world.broker_pid())


async def broker_forgets(world: World) -> None:
    """The broker dies and loses its store: sessions, queues, retained messages."""
    if world.outside:
        world.outside.kill()
        world.forget_broker()
        await _pause(world, 1.0)
        await asyncio.to_thread(world.outside.start)
    else:
        world.kill()
        world.forget_broker()
        await world.start()


async def kill_records(world: World) -> None:
    """SIGKILL of the records' server, which is away for a moment."""
    assert world.postgres
    world.postgres.kill()
    await _pause(world, 3.0)
    await asyncio.to_thread(world.postgres.start)


async def pause_records(world: World) -> None:
    """SIGSTOP of the records' server."""
    assert world.postgres
    world.postgres.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(5)
    finally:
        world.postgres.signal(signal.SIGCONT)


async def queue_overflow(world: World) -> None:
    """The product stands still while everybody talks: more than a broker's default queue (1,000) holds."""
    rate, world.fleet.rate = world.fleet.rate, 40
    await _suspend(world, world.pid)
    world.fleet.rate = rate


async def _suspend(world: World, pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(world.rng.choice((5, 5, 6, 8, 20) if world.patient else (5,)))
    finally:
        os.kill(pid, signal.SIGCONT)


async def _pause(world: World, most: float) -> None:
    await asyncio.sleep(world.rng.uniform(0, most))
