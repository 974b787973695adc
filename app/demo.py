"""What the demo adds to the product: places for the cabinets, and a simulated fleet as a child on our product time."""

import asyncio
import contextlib
import os
import signal
import sys
from typing import Any

from app.product import Product
from gateway.broker import die_with_parent
from service.model import Action, Actor
from simulator.outages import site_name
from simulator.scenario import Scenario
from simulator.world import cabinet_ids
from telemetry.errors import Unavailable

CLOCK_EVERY = 0.2  # seconds between the lines that tell the simulator the time
PLACED_AT_MOST = 2000
FOOD_PACK = "uk-8c"
SYSTEM = Actor("demo", "administrator")
# Hangzhou, WGS-84, to about a kilometre.
PLACES: tuple[tuple[str, str, float, float], ...] = (
    ("武林广场 Wulin Square", "north", 30.273, 120.163),
    ("西湖文化广场 West Lake Culture Plaza", "north", 30.281, 120.163),
    ("城西银泰 Chengxi Intime", "west", 30.300, 120.106),
    ("黄龙体育中心 Huanglong Sports Centre", "west", 30.266, 120.129),
    ("浙大紫金港 Zijingang Campus", "west", 30.308, 120.082),
    ("未来科技城 Future Sci-Tech City", "west", 30.279, 119.999),
    ("杭州东站 Hangzhou East Station", "east", 30.291, 120.213),
    ("钱江新城 Qianjiang New City", "east", 30.246, 120.210),
    ("下沙大学城 Xiasha University Town", "east", 30.311, 120.352),
    ("滨江星光大道 Binjiang Star Avenue", "south", 30.208, 120.212),
    ("龙湖天街 Longfor Paradise Walk", "south", 30.187, 120.180),
    ("萧山机场 Xiaoshan Airport", "south", 30.235, 120.432),
)


async def place(product: Product) -> None:
    """Make the sites, register the first cabinets at them, and hold these to a rule; only in an empty directory."""
    if product.writer.fold.registry.sites:
        return
    ids = cabinet_ids(product.settings.cabinets)[:PLACED_AT_MOST]
    # The simulator's own sites: what it cuts off together must stand together.
    sites = [_site(n) for n in range(min(Scenario().sites(product.settings.cabinets), len(ids)))]
    await asyncio.gather(*(_create(product, "site", site) for site in sites))
    cabinets = [{"id": c, "model": "simulated", "site": sites[i % len(sites)]["id"]} for i, c in enumerate(ids)]
    await asyncio.gather(*(_create(product, "cabinet", cabinet) for cabinet in cabinets))
    await asyncio.gather(*(_hold(product, cabinet) for cabinet in ids))


def _site(n: int) -> dict[str, Any]:
    """The n-th site; where a place has several, half a kilometre apart."""
    again, at = divmod(n, len(PLACES))
    name, zone, lat, lon = PLACES[at]
    name = f"{name} {again + 1}" if again else name
    return {"id": site_name(n), "name": name, "zone": zone, "lat": lat + 0.005 * again, "lon": lon}


async def _create(product: Product, noun: str, body: dict[str, Any]) -> None:
    """Register something as a person would. Raises Unavailable when it is refused."""
    action = Action(id=f"demo-{noun}-{body['id']}", actor=SYSTEM, name=f"{noun}.create", target="", body=body)
    answer = await product.submit(action)
    if answer.status != "created":
        raise Unavailable(f"{noun} {body['id']} was refused: {answer.body}")


async def _hold(product: Product, cabinet: str) -> None:
    """Hold a cabinet to the demo's food-safety rule (contract: 8 °C). Raises Unavailable when it is refused."""
    body = {"pack": FOOD_PACK, "reason": "demo"}
    action = Action(id=f"demo-food-{cabinet}", actor=SYSTEM, name="food.profile", target=cabinet, body=body)
    answer = await product.submit(action)
    if answer.status != "ok":
        raise Unavailable(f"the rule of {cabinet} was refused: {answer.body}")


async def simulate(product: Product, url: str, token: str) -> None:
    """Run the simulated fleet until cancelled. Raises Unavailable when it ends by itself."""
    settings = product.settings
    command = [
        sys.executable, "-P", "-m", "app", "simulate", "--follow-clock", "--broker", f"mqtt://{settings.mqtt}",
        "--scenario", "demo", "--cabinets", str(settings.cabinets), "--seed", str(settings.seed),
        "--people", f"{url}/api/v1", *(["--labels", str(settings.labels)] if settings.labels else []),
    ]  # fmt: skip
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, preexec_fn=_born,
        env={**os.environ, "VENDWATCH_PEOPLE_TOKEN": token},
    )  # fmt: skip
    try:
        await _tell_time(product, child)
        raise Unavailable(f"the simulator ended by itself (exit code {await child.wait()})")
    finally:
        await _end(child)


def _born() -> None:
    """Between fork and exec: die with the product, but leave Ctrl-C to it."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def _tell_time(product: Product, child: asyncio.subprocess.Process) -> None:
    """Until the child is gone."""
    assert child.stdin  # noqa: S101 - it was asked for
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while child.returncode is None:
            child.stdin.write(f"{product.moment().now} {product.speed:g}\n".encode())
            await child.stdin.drain()
            await asyncio.sleep(CLOCK_EVERY)


async def _end(child: asyncio.subprocess.Process) -> None:
    """The end of its standard input tells the child to finish."""
    if child.returncode is not None:
        return
    assert child.stdin  # noqa: S101 - it was asked for
    child.stdin.close()
    try:
        async with asyncio.timeout(5):
            await child.wait()
    except TimeoutError:
        child.kill()
