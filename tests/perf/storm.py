"""Part `storm`: 5,000 real connections are cut at once and come back at once, each with what it held."""

import threading
import time

from tests.live.outside import Product
from tests.perf import product as products
from tests.perf.figures import Bench, Figure, Part, medians
from tests.perf.machine import rss_mb
from tests.perf.programs import Loader

HOW = """Every cabinet has a connection, a will and a subscription of its own. All connections are reset in the same \
moment and all come back without waiting (worse than real cabinets, which spread it), each with a birth and the \
messages it held; until the last is acknowledged on `down/ack`; then again. Memory is the highest resident memory of \
the product meanwhile, tickets are counted after the wills' 60 s are over."""
HELD = 20
PATIENCE = 600
AFTER_WILLS = 75.0  # seconds


class Peak:
    """The highest resident memory of a process, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._stop, self.mib = pid, threading.Event(), rss_mb(pid)
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            self.mib = max(self.mib, rss_mb(self._pid))


def measure(bench: Bench) -> Part:
    cabinets = bench.size(5000, 500)
    with products.running(bench.room("storm")) as (made, broker):
        pid = products.pid_of(made)
        with Loader(
            bench.folder, made.mqtt_port, cabinets=cabinets, connections=cabinets, wills=1, patience=PATIENCE
        ) as loader:  # fmt: skip
            first = loader.do("connect").seconds
            loader.do("births")
            before = rss_mb(pid)
            bench.say(f"{cabinets:,} connections in {first:.1f} s")
            with Peak(pid) as peak, Peak(broker) as broker_peak:
                storms = [_storm(bench, loader) for _ in range(bench.rounds)]
            time.sleep(bench.size(int(AFTER_WILLS), 5))
            tickets = _tickets(made)
    memory = {"MiB before": before, "broker's MiB": broker_peak.mib}
    figures = [
        *medians(storms),
        Figure("highest memory of the product", peak.mib, "MiB", more=memory),
        Figure("tickets opened", tickets, "", goal=0),
    ]
    return Part("storm", HOW, figures, rounds=bench.rounds)


def _storm(bench: Bench, loader: Loader) -> list[Figure]:
    storm = loader.do(f"storm {HELD}")
    bench.say(f"all served again in {storm.last_ack:.1f} s")
    return [
        Figure("until all are served", storm.last_ack, "s", more={"messages": storm.sent}),
        Figure("messages served meanwhile", storm.sent / storm.last_ack, "msg/s"),
    ]


def _tickets(made: Product) -> int:
    total: int = made.get("/tickets", limit=1)["total"]
    return total
