"""Room on the disk: a full one refuses, never corrupts. Nothing is taken from the broker beyond the limit."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from telemetry.disk import DiskUse, judge, usage
from telemetry.errors import Unavailable
from telemetry.units import HOUR

log = structlog.get_logger()
LOOK_EVERY = 5.0
A_WEEK = 168


class Room:
    """`refusing`: why nothing is taken in, or None; `state`: ok, warn or refuse; `samples`: (real ms, bytes used), once
    an hour for a week, for the forecast."""

    def __init__(self, folder: Path, warn: float, refuse: float, real: Callable[[], int]) -> None:
        self._folder, self._warn, self._refuse, self._real = folder, warn, refuse, real
        self._free = asyncio.Event()
        self._free.set()
        self.refusing: str | None = None
        self.state = "ok"
        self.samples: list[tuple[int, int]] = []

    async def wait(self) -> None:
        """Until there is room."""
        await self._free.wait()

    async def watch(self) -> None:
        """Look now and then, for ever."""
        while True:
            try:
                self.look(usage(self._folder))
            except Unavailable as error:
                log.error("disk_unknown", reason=str(error))
            await asyncio.sleep(LOOK_EVERY)

    def look(self, use: DiskUse) -> None:
        """Judge how full the disk is."""
        real = self._real()
        if not self.samples or real - self.samples[-1][0] >= HOUR:
            self.samples = [*self.samples[1 - A_WEEK :], (real, use.used)]
        before, self.state = self.state, judge(use.share, self._warn, self._refuse)
        if self.state == "refuse":
            self.refusing = f"the disk is {use.share:.0%} full: free some space"
            self._free.clear()
        else:
            self.refusing = None
            self._free.set()
        if self.state != before:
            log.log(_LEVEL[self.state], "disk", state=self.state, share=round(use.share, 3))


_LEVEL = {"ok": 20, "warn": 30, "refuse": 40}
