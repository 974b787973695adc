"""`python -m tests.simulator.speed`: how long a fleet takes to live its days without a broker, on one core."""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from simulator.record import record
from simulator.scenario import load_scenario
from simulator.world import cabinet_ids
from telemetry.units import DAY

START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.speed", description=__doc__)
    parser.add_argument("--cabinets", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--scenario", type=Path, default=Path("steady"))
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    samples = events = labels = 0
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    began, cpu = time.perf_counter(), time.process_time()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{asked.cabinets} cabinets", total=asked.days * DAY)
        life = record(
            cabinet_ids(asked.cabinets), asked.seed, START, START + asked.days * DAY, load_scenario(asked.scenario),
            progress=lambda now: bar.update(task, completed=now - START),
        )  # fmt: skip
        for chunk in life:
            samples, events = samples + len(chunk.samples.ts), events + len(chunk.events.ts)
            labels += sum(label.end is None for label in chunk.labels)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{asked.cabinets} cabinets x {asked.days} days ({asked.scenario}, seed {asked.seed}): {samples:,} samples,")
    print(f"{events:,} events, {labels:,} labelled faults in {took:.0f} s ({cpu:.0f} s of CPU)")


if __name__ == "__main__":
    main()
