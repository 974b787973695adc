"""Part `feed`: the full path without a broker on one core, and what each of its stages costs."""

import shutil
import statistics

from tests.perf.feed import Fed, run
from tests.perf.figures import Bench, Figure, Part, Table, median
from tests.perf.machine import PEER_CORE

HOW = """PUBLISH packets go straight into the MQTT client of a gateway made of the product's own parts (SQLite journal \
with fsync, all detectors, DuckDB, SQLite records) and acknowledgements come out; one process on one core, 10,000 \
cabinets, 255-byte telemetry with 12 signals, births before the clock starts; until the last `down/ack` is out."""
CABINETS = 10_000


def measure(bench: Bench) -> Part:
    """Medians of interleaved runs with and without acknowledgements."""
    messages = bench.size(600_000, 60_000)
    on: list[Fed] = []
    off: list[Fed] = []
    for turn in range(bench.rounds):
        for acks, runs in ((True, on), (False, off)):
            folder = bench.room(f"feed-{turn}-{acks}")
            runs.append(run(folder, CABINETS, messages, core=PEER_CORE, acks=acks))
            shutil.rmtree(folder)
            bench.say(f"acknowledgements {'on' if acks else 'off'}: {runs[-1].rate:,.0f} msg/s")
    return Part("feed", HOW, _figures(on, off), [_stages(on)], bench.rounds)


def _figures(on: list[Fed], off: list[Fed]) -> list[Figure]:
    rates = [r.rate for r in on]
    more = {"down/ack per message": statistics.median(r.acks / r.messages for r in on)}
    return [
        median("acknowledgements on", "msg/s", rates, goal=100_000, floor=50_000, more_is_better=True, more=more),
        median("acknowledgements off", "msg/s", [r.rate for r in off], more_is_better=True),
        median("CPU per message, acknowledgements on", "us", [r.cpu_us for r in on]),
    ]


def _stages(runs: list[Fed]) -> Table:
    """The dearest first."""
    cost = {stage: statistics.median(r.stages.get(stage, 0.0) for r in runs) for r in runs for stage in r.stages}
    ordered = sorted(cost.items(), key=lambda item: -item[1])
    rows: list[list[str | float]] = [[stage, us] for stage, us in ordered]
    return Table("CPU per stage", ["stage", "us per message"], rows)
