"""Everybody loses the connection at once and comes back with births and backlog: all are served, no ticket opens."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.live.outside import Product, product
from tests.live.storm import Storm

pytestmark = pytest.mark.live
PATIENCE = 240
GROWTH = 100 * 2**20  # bytes that the gateway may grow by: its queues are bounded


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def weather(made: Product, count: int, speaking_every: float, away: float) -> None:
    """Connect everybody; cut the network for `away` seconds; kill the broker. After each, all are served."""
    assert made.process
    async with Storm(made.mqtt_port, count, speaking_every=speaking_every) as storm:
        await storm.until(storm.served, PATIENCE)
        before = memory(made.process.pid)
        storm.network(up=False)
        await asyncio.sleep(away)  # the length of the outage, not a wait for anything
        assert storm.held() > 0
        storm.network(up=True)
        await storm.until(storm.served, PATIENCE)
        (broker,) = made.children("nats-server")
        os.kill(broker, signal.SIGKILL)
        await storm.until(lambda: storm.connected() < count, PATIENCE)
        await storm.until(storm.served, PATIENCE)
        assert memory(made.process.pid) - before < GROWTH
        storm.hush()
        await storm.until(lambda: storm.held() == 0, PATIENCE)
        await asyncio.to_thread(check, made, storm)


def check(made: Product, storm: Storm) -> None:
    """Everything said is stored once, and nothing is told of anybody."""
    counts = made.get("/ingest")
    assert counts["stored"] == storm.said()
    assert counts["quarantined"] == 0
    assert made.get("/tickets")["items"] == []
    kinds = {fault["kind"] for fault in made.get("/faults", limit=1000)["items"]}
    assert kinds <= {"platform_blind"}
    assert made.get("/cabinets", q="status:online", limit=1)["total"] == storm.count


@pytest.mark.long
def test_three_hundred_cabinets_come_back_at_once(tmp_path: Path) -> None:
    with product(tmp_path) as made:
        asyncio.run(weather(made, 300, speaking_every=2, away=1))


@pytest.mark.long
def test_five_thousand_cabinets_come_back_at_once(tmp_path: Path) -> None:
    with product(tmp_path) as made:
        asyncio.run(weather(made, 5000, speaking_every=20, away=30))
