"""`./vendwatch faults score`: simulated fleets with known faults through the product's own judging.

Prints per kind how many were found, how soon and under which name, and the false alarms per cabinet-year; `--json`
prints one object.
"""

import argparse
import sys

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from simulator.injections import INJECTIONS
from tests.score.match import show
from tests.score.run import Plan, run


def plan() -> tuple[Plan, bool]:
    """What the command line asks for, and whether as JSON."""
    parser = argparse.ArgumentParser(prog="vendwatch faults score", description=__doc__)
    parser.add_argument("--cabinets", type=int, default=200)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=24, help="faults per cabinet and year; 0: a healthy fleet")
    parser.add_argument("--kinds", default="", help="only these, separated by commas")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    kinds = given.kinds.split(",") if given.kinds else sorted(INJECTIONS)
    if unknown := sorted(set(kinds) - set(INJECTIONS)):
        parser.error(f"no such kinds: {', '.join(unknown)}; there are {', '.join(sorted(INJECTIONS))}")
    return Plan(given.cabinets, given.days, given.seed, given.rate, kinds), given.json


def main() -> None:
    asked, as_json = plan()
    columns = TextColumn("{task.completed:.1f} of {task.total:.0f} days"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("days", total=asked.days)
        score = run(asked, lambda days: bar.update(task, completed=days))
    if as_json:
        print(msgspec.json.encode(score).decode())
    else:
        show(Console(width=None if sys.stdout.isatty() else 150), score)


if __name__ == "__main__":
    main()
