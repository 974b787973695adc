"""What happens to TCP connections between cabinets and broker, and between gateway and broker."""

import asyncio

from tests.chaos.proxy import Proxy
from tests.chaos.world import World


async def cut_cabinets(world: World) -> None:
    """The cabinets' connections are reset, three times, and refused in between."""
    await _cut(world, world.front)


async def half_open_cabinets(world: World) -> None:
    """The cabinets' connections stay open and carry nothing, then are reset."""
    await _half_open(world, world.front)


async def slow_cabinets(world: World) -> None:
    """The cabinets' connections are slow and late."""
    await _slow(world, world.front, 4_000)


async def cut_gateway(world: World) -> None:
    """The gateway's connection to an outside broker is reset and refused."""
    assert world.back
    await _cut(world, world.back)


async def half_open_gateway(world: World) -> None:
    """The gateway's connection stays open and carries nothing: keep-alive finds it, or it comes back."""
    assert world.back
    await _half_open(world, world.back)


async def slow_gateway(world: World) -> None:
    """The gateway's connection is slower than the traffic."""
    assert world.back
    await _slow(world, world.back, 40_000)


async def _cut(world: World, proxy: Proxy) -> None:
    for _ in range(3):
        proxy.cut()
        proxy.refusing = world.rng.random() < 0.5
        await asyncio.sleep(world.rng.uniform(0.1, 0.8))
        proxy.heal()
        await asyncio.sleep(world.rng.uniform(0.1, 0.8))


async def _half_open(world: World, proxy: Proxy) -> None:
    proxy.stall(on=True)
    await asyncio.sleep(world.rng.choice((2, 5, 16) if world.patient else (2,)))
    if world.rng.random() < 0.5:
        proxy.cut()
    proxy.heal()


async def _slow(world: World, proxy: Proxy, rate: int) -> None:
    proxy.delay, proxy.rate = world.rng.uniform(0.02, 0.3), rate
    await asyncio.sleep(4)
    proxy.heal()
