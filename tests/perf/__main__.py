"""`./vendwatch bench ingest`: what the ingest path costs and how far it carries, measured on this machine.

Every part runs the real product; a table is printed, `--json` prints one object. `--write PAGE` also makes the page
(docs/performance.md) anew; parts that were not run this time stay on it as they were, each with its own date.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from rich.console import Console

from tests.perf import known, latency, overload, queries, storm, through, unbrokered
from tests.perf.figures import Bench, Part
from tests.perf.machine import facts, free_gb
from tests.perf.programs import MissingError
from tests.perf.report import Result, page, show

PARTS = {
    "feed": unbrokered.measure,
    "broker": through.measure,
    "latency": latency.measure,
    "known": known.measure,
    "overload": overload.measure,
    "storm": storm.measure,
    "queries": queries.measure,
}
DISK_GB = 8.0
WIDTH = 150  # columns of a table that is not shown on a terminal


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vendwatch bench", description=__doc__)
    parser.add_argument("what", choices=["ingest"])
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas: " + ", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs of which the median is taken")
    parser.add_argument("--quick", action="store_true", help="a small form: minutes instead of an hour")
    parser.add_argument("--values", type=int, default=500_000_000, help="size of the store that is queried")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="make the page of results anew")
    parser.add_argument("--folder", type=Path, help="where scratch files go (default: the system's)")
    given = parser.parse_args()
    given.only = given.only.split(",")
    if len(os.sched_getaffinity(0)) < 2:
        parser.error("two cores are needed: one for broker and load, one for the peer")
    if unknown := [name for name in given.only if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if given.write and facts()["commit"].endswith("+"):
        parser.error("the tree has changes: commit them first, since the page names the commit that was measured")
    return given


def measure(given: argparse.Namespace) -> list[Result]:
    """One part after the other; each in a folder that goes away with it."""
    results = []
    out = Console(stderr=True, highlight=False)
    for name in given.only:
        with tempfile.TemporaryDirectory(prefix="vendwatch-bench-", dir=given.folder) as folder:
            if free_gb(Path(folder)) < DISK_GB:
                sys.exit(f"{DISK_GB:g} GB of free disk are needed in {folder}: choose another --folder")
            bench = Bench(Path(folder), given.quick, given.rounds, given.values, lambda text: out.print(f"  {text}"))
            out.print(f"[bold]{name}[/bold]")
            began, where = time.monotonic(), facts()
            try:
                part: Part = PARTS[name](bench)
            except MissingError as error:
                out.print(f"  [red]not measured: {error}[/red]")
                continue
            took = time.monotonic() - began
        date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        results.append(Result(part, date, took, given.quick, where))
        if given.write:
            page(given.write, results[-1:], list(PARTS))  # at once: a later part may break off
        if not given.json:
            show(Console(width=None if sys.stdout.isatty() else WIDTH), results[-1])
    return results


def main() -> int:
    given = arguments()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with contextlib.redirect_stdout(sys.stderr if given.json else sys.stdout):
        results = measure(given)
    if given.json:
        print(msgspec.json.encode(results).decode())
    return 0 if len(results) == len(given.only) else 1


if __name__ == "__main__":
    sys.exit(main())
