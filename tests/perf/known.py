"""Part `known`: what 100,000 known cabinets cost in memory, and how soon the product is back with them."""

import time

from tests.live.outside import Product
from tests.perf import product as products
from tests.perf.figures import Bench, Figure, Part
from tests.perf.machine import rss_mb
from tests.perf.programs import Loader

HOW = """Every cabinet is born and then speaks often enough to fill what is remembered of it; memory is the resident \
memory of the product's process (without the broker) less that of an empty one. Then 60 s of 1,700 msg/s, SIGKILL \
in the middle of it, and a start on the same directory, broker included, until `/readyz` says yes."""
CONNECTIONS = 50
PATIENCE = 3600
SETTLE = 10.0  # seconds after which memory is read
TAIL_RATE = 1700


def measure(bench: Bench) -> Part:
    cabinets = bench.size(100_000, 10_000)
    laps = bench.size(66, 4)  # 64 hashes are remembered of a cabinet
    with products.running(bench.room("known")) as (made, _):
        empty = _settled(made)
        bench.say(f"empty: {empty:.0f} MiB")
        with _loader(bench, made, cabinets) as loader:
            took = _speak(loader, made, cabinets, laps)
            full = _settled(made)
            bench.say(f"{cabinets:,} cabinets, {laps} messages each: {full:.0f} MiB, {took:.0f} s")
            _kill(loader, made, bench.size(60, 10))
        began = time.monotonic()
        products.start(made)
        ready = time.monotonic() - began
        back = _settled(made)
    return Part("known", HOW, _figures(cabinets, (empty, full, back), ready))


def _figures(cabinets: int, mib: tuple[float, float, float], ready: float) -> list[Figure]:
    empty, full, back = mib
    per = {when: (size - empty) * 1024 / cabinets for when, size in (("running", full), ("restarted", back))}
    more = {"MiB": full, "MiB empty": empty, "MiB after restart": back, "cabinets": cabinets}
    return [
        Figure("memory per cabinet", per["running"], "KiB", goal=4, more=more),
        Figure("memory per cabinet after a restart", per["restarted"], "KiB", goal=4),
        Figure("ready again after SIGKILL", ready, "s", goal=10, more={"cabinets": cabinets}),
    ]


def _settled(made: Product) -> float:
    time.sleep(SETTLE)
    return rss_mb(products.pid_of(made))


def _loader(bench: Bench, made: Product, cabinets: int) -> Loader:
    return Loader(
        bench.folder, made.mqtt_port, cabinets=cabinets, connections=CONNECTIONS, acks=0, patience=PATIENCE
    )  # fmt: skip


def _speak(loader: Loader, made: Product, cabinets: int, laps: int) -> float:
    """Births and `laps` messages of every cabinet; how many seconds it took."""
    began = time.monotonic()
    loader.do("connect")
    loader.do("births")
    products.await_stored(made, cabinets, PATIENCE)
    loader.do(f"send {cabinets * laps} 0 -")
    products.await_stored(made, cabinets * (laps + 1), PATIENCE)
    return time.monotonic() - began


def _kill(loader: Loader, made: Product, seconds: int) -> None:
    """SIGKILL in the middle of traffic, with a journal behind the newest snapshot."""
    loader.order(f"send {TAIL_RATE * seconds * 2} {TAIL_RATE} -")
    time.sleep(seconds)
    made.kill()
