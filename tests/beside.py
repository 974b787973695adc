"""What runs on an event loop of its own, on a thread beside the test."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def beside(life: Coroutine[Any, Any, None]) -> Iterator[None]:
    """`life` goes on until the end of the context, which cancels it."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(life)

    def supervise() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=supervise)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(30)
        loop.close()
