"""Waiting for what an outside program cannot be told."""

import asyncio
import time
from collections.abc import Callable


async def until(true: Callable[[], bool], seconds: float) -> bool:
    """Look again and again until it is true, or the time is over; whether it is."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:  # noqa: ASYNC110 - files, processes and counters set no event
        await asyncio.sleep(0.02)
    return true()
