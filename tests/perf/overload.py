"""Part `overload`: memory while far more is offered than the product can take."""

import time

import numpy as np

from tests.perf import product as products
from tests.perf.figures import Bench, Figure, Part, Table
from tests.perf.machine import LOAD_CORE, cpu_seconds, free_gb, rss_mb
from tests.perf.programs import StandIn

HOW = """The product's process on CPU 1 is connected to a stand-in for a broker (C, CPU 0) that sends telemetry of \
10,000 cabinets without limit of rate (it could send more than ten times what is taken), up to 60,000 messages in \
flight, so that socket and queues are full all the time. Resident memory is read every second; the slope is that of a \
straight line through the second half, and memory is called flat when it is no more than 5 MiB a minute."""
CABINETS = 10_000
IN_FLIGHT = 60_000
LEAST_DISK_GB = 3.0


def measure(bench: Bench) -> Part:
    seconds = bench.size(600, 60)
    folder = bench.room("overload")
    with (
        StandIn(folder, "flood", LOAD_CORE, cabinets=CABINETS, window=IN_FLIGHT) as flood,
        products.running(folder, "--broker", f"mqtt://127.0.0.1:{flood.port}") as (made, _),
    ):
        pid = products.pid_of(made)
        cpu = cpu_seconds(pid)
        told: list[tuple[dict[str, float], float]] = []
        ready = time.monotonic()
        while len(told) < seconds and free_gb(folder) > LEAST_DISK_GB:
            line = flood.told()
            if line["at"] < ready:
                continue  # said while the product was starting
            told.append(({**line, "at": line["at"] - ready}, rss_mb(pid)))
            if len(told) % 60 == 0:
                bench.say(f"{len(told)} s: {told[-1][1]:.0f} MiB, {told[-1][0]['pubacks']:,} messages taken")
        cpu = cpu_seconds(pid) - cpu
    return Part("overload", HOW, _figures(told, cpu), [_course(told)])


def _figures(told: list[tuple[dict[str, float], float]], cpu: float) -> list[Figure]:
    at = np.array([line["at"] for line, _ in told])
    mib = np.array([rss for _, rss in told])
    half = len(told) // 2
    slope = float(np.polyfit(at[half:], mib[half:], 1)[0] * 60)
    taken = told[-1][0]["pubacks"] - told[0][0]["pubacks"]
    more = {"MiB at half": float(mib[half]), "MiB at the end": float(mib[-1])}
    thirds = {f"highest of third {n}": float(part.max()) for n, part in enumerate(np.array_split(mib, 3), 1)}
    return [
        Figure("growth of memory", slope, "MiB per minute", goal=5, more={**more, **thirds, "seconds": len(told)}),
        Figure(
            "messages taken", float(taken / (at[-1] - at[0])), "msg/s", more={"CPU us per message": cpu / taken * 1e6}
        ),
    ]


def _course(told: list[tuple[dict[str, float], float]]) -> Table:
    """Ten points of the way."""
    picked = [told[i] for i in np.linspace(0, len(told) - 1, 10).astype(int)]
    rows: list[list[str | float]] = [[line["at"], rss, line["pubacks"], line["acks"]] for line, rss in picked]
    return Table("Course", ["second", "resident MiB", "messages taken", "down/ack sent"], rows)
