"""One installation under attack: product, broker, proxies, cabinets and the record of what was said, in one folder."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx2

from telemetry.mqtt import Broker
from tests.chaos.brokers import OutsideBroker
from tests.chaos.fleet import Fleet
from tests.chaos.injector import Injector
from tests.chaos.proxy import Proxy
from tests.chaos.waiting import until
from tests.live.outside import Product
from tests.postgres import Postgres

READY_WITHIN = 180.0
DISK = 96 * 2**20


class World:
    """`broker`: nats, mosquitto or mosquitto-defaults. `setup`: plain, outside (NATS as somebody else's broker),
    small-disk (the data directory on a tmpfs of 96 MiB), faked-clock or postgresql (for the records). `front` is the
    proxy between cabinets and broker, `back` the one between gateway and an outside broker. `records`: the URL of the
    records' server, if any; `starts`: seconds from each start to ready; `point`: the fail point ordered last."""

    def __init__(
        self, broker: str, setup: str, folder: Path, rng: random.Random, cabinets: int, injector: Injector
    ) -> None:
        self.setup, self.folder, self.rng, self.injector = setup, folder, rng, injector
        embedded = broker == "nats" and setup != "outside"
        self.outside = None if embedded else OutsideBroker(broker, folder)
        self.back = Proxy(self.outside.port) if self.outside else None
        self.product = Product(folder, "run")
        self.front = Proxy(self.outside.port if self.outside else self.product.mqtt_port)
        self.fleet = Fleet(cabinets, folder, random.Random(rng.random()))  # of its own: it draws in no fixed order
        self.point = ""
        self.starts: list[float] = []
        self.postgres: Postgres | None = None
        self.patient = False
        self.records = ""
        self._token = ""
        self._traffic: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self.product.process
        return self.product.process.pid

    @property
    def data(self) -> Path:
        return self.folder / "var"

    @property
    def alive(self) -> bool:
        return bool(self.product.process and self.product.process.poll() is None)

    def broker_pid(self) -> int:
        return self.outside.pid if self.outside else self.product.children("nats-server")[0]

    def token(self) -> str:
        """An administrator's, for the checker; made once."""
        if not self._token:
            self._token = self.product.bearer = self.product.own_token()
        return self._token

    async def open(self) -> None:
        """Start everything; the births of all cabinets are acknowledged on return."""
        if self.setup == "small-disk":
            await asyncio.to_thread(mount, self.data)
        if self.setup == "postgresql":
            self.postgres = await asyncio.to_thread(Postgres, durable=True)
            await asyncio.to_thread(self.postgres.start)
            self.records = await asyncio.to_thread(self.postgres.make, "vendwatch")
        if self.outside and self.back:
            await asyncio.to_thread(self.outside.start)
            await self.back.open()
            self.product.use_broker(f"mqtt://127.0.0.1:{self.back.port}")
        await self.start()
        await asyncio.to_thread(self.token)  # later there may be no room on the disk for one
        await self.front.open()
        self._traffic = asyncio.create_task(self.fleet.run(Broker("127.0.0.1", self.front.port)))
        if not await self.fleet.settle(60):
            raise TimeoutError("the first births were not acknowledged")

    async def launch(self) -> None:
        """Start the product, and wait for nothing."""
        self.product.environment = self.injector.environment(self.folder, fake_clock=self.setup == "faked-clock")
        if self.records:
            self.product.environment |= {"VENDWATCH_RECORDS": "postgresql", "VENDWATCH_RECORDS_URL": self.records}
        self.product.environment["FAILPOINT"] = str(self._orders)
        await asyncio.to_thread(self.product.launch)

    async def start(self) -> None:
        """Start the product and wait until it serves."""
        began = time.monotonic()
        self._orders.unlink(missing_ok=True)
        await self.launch()
        if not await self.serving(READY_WITHIN):
            raise TimeoutError(f"not ready {READY_WITHIN:.0f} s after a start")
        self.starts.append(time.monotonic() - began)

    @property
    def _orders(self) -> Path:
        return self.folder / "failpoint"

    def die_at(self, step: str, passes: int) -> None:
        """Let the product die at a place of its data path, the N-th time it comes there."""
        self.point = f"{step}:{passes}"
        scratch = self.folder / "failpoint.new"
        scratch.write_text(self.point)
        scratch.replace(self._orders)

    def kill(self) -> None:
        """SIGKILL of the product; an embedded broker ends with it."""
        if self.alive:
            self.product.kill()

    async def stop(self) -> None:
        """A clean end: what was judged is stored."""
        await asyncio.to_thread(self.product.stop)

    async def death(self, seconds: float) -> bool:
        """Wait until the product has ended; whether it has."""
        return await until(lambda: not self.alive, seconds)

    async def serving(self, seconds: float) -> bool:
        """Wait until the product says that it is ready; whether it does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if await asyncio.to_thread(self.product.ready):
                return True
            await asyncio.sleep(0.1)
        return False

    async def reads(self) -> bool:
        """Does the API answer a question, whatever the disk is like?"""
        try:
            await asyncio.to_thread(self.product.get, "/ingest")
        except httpx2.HTTPError:
            return False
        return True

    def forget_broker(self) -> None:
        """The broker's store is gone; neither it nor an embedding product may run."""
        if self.outside:
            self.outside.forget()
        else:
            shutil.rmtree(self.data / "broker", ignore_errors=True)

    async def close(self) -> None:
        """End every process and connection of ours."""
        if self._traffic:
            self._traffic.cancel()
            await asyncio.gather(self._traffic, return_exceptions=True)
        self.fleet.recorder.close()
        if self.alive:
            os.kill(self.pid, signal.SIGCONT)
            self.kill()
        if self.outside:
            self.outside.kill()
        await self.front.close()
        if self.back:
            await self.back.close()
        if self.postgres:
            self.postgres.close()
        if self.setup == "small-disk":
            await asyncio.to_thread(unmount, self.data)


def mount(folder: Path) -> None:
    """A small disk of its own for a folder."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "vendwatch-chaos", str(folder)], check=True)


def unmount(folder: Path) -> None:
    if folder.is_mount():
        subprocess.run(["umount", str(folder)], check=True)
