"""A disk without room, and a disk that fails."""

import asyncio
import errno
import time
from pathlib import Path

from tests.chaos.waiting import until
from tests.chaos.world import World

BACK_WITHIN = 60.0
BLOCKS = (2**20, 4096, 1)


class Broken(Exception):
    """A promise that the fault itself looks at was not kept; the first argument names the promise."""


async def full_disk(world: World) -> None:
    """Not a byte is left, for longer than the product takes to notice; then there is room again."""
    ballast = world.data / "ballast"
    _fill(ballast)
    await asyncio.sleep(7)
    reads = await world.reads()
    await asyncio.sleep(2)
    ballast.unlink()
    freed = time.monotonic()
    if not reads or not world.alive:
        raise Broken("P12", "the API did not answer while the disk was full" if world.alive else "the product died")
    if not await world.serving(BACK_WITHIN):
        raise Broken("P12", f"not ready {BACK_WITHIN:.0f} s after there was room again")
    world.starts.append(time.monotonic() - freed)


async def fsync_error(world: World) -> None:
    """One of the next fsyncs of the product fails with EIO, and then the next but a few."""
    order = world.folder / "eio"
    for _ in range(3):
        order.write_text(str(world.rng.randint(1, 25)))
        await until(lambda: not (order.exists() and world.alive), 8)
    order.unlink(missing_ok=True)
    if not world.alive:
        await world.start()


def _fill(ballast: Path) -> None:
    """Zeros until there is no room for one more."""
    with ballast.open("wb", buffering=0) as file:
        for size in BLOCKS:
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
