"""The product under measurement: the real process on CPU 1, its embedded broker on CPU 0."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.outside import Product, wait_for
from tests.perf.machine import LOAD_CORE, PEER_CORE, pin, pinned


def start(product: Product) -> int:
    """Start it on its core and move its broker to the other; the broker's pid, 0 for an outside one."""
    with pinned(PEER_CORE):
        product.start()
    wait_for("the product to leave word for other commands", (product.folder / "var" / "run.json").exists)
    brokers = product.children("nats-server")
    for pid in brokers:
        pin(pid, LOAD_CORE)
    return brokers[0] if brokers else 0


@contextmanager
def running(folder: Path, *flags: str) -> Iterator[tuple[Product, int]]:
    """A started product and the pid of its broker; killed at the end (its data goes with the folder)."""
    product = Product(folder, "run", *flags)
    try:
        yield product, start(product)
    finally:
        if product.process and product.process.poll() is None:
            product.kill()


def pid_of(product: Product) -> int:
    assert product.process
    return product.process.pid


def totals(product: Product) -> dict[str, Any]:
    """`GET /ingest`."""
    found: dict[str, Any] = product.get("/ingest")
    return found


def await_stored(product: Product, count: int, seconds: float) -> None:
    """Wait until so many messages are stored."""
    wait_for(f"{count} messages to be stored", lambda: totals(product)["stored"] >= count, seconds)
