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
from simulator.record import STEP_MS, chunks
from simulator.scenario import Chance, Scenario
from simulator.world import World, cabinet_ids
from telemetry.units import DAY, MINUTE
from tests.score import match
from tests.score.judge import Life

START = 20_700 * DAY  # 2026-09-04
LEARNING = 8  # days before the first fault: a model that has seen nothing says nothing
CHUNK = 2 * MINUTE  # judged together: less than makes a reading old
ILL_AT_ONCE = 0.5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vendwatch faults score", description=__doc__)
    parser.add_argument("--cabinets", type=int, default=200)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=24, help="faults per cabinet and year; 0: a healthy fleet")
    parser.add_argument("--kinds", default="", help="only these, separated by commas")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    given.kinds = given.kinds.split(",") if given.kinds else sorted(INJECTIONS)
    if unknown := sorted(set(given.kinds) - set(INJECTIONS)):
        parser.error(f"no such kinds: {', '.join(unknown)}; there are {', '.join(sorted(INJECTIONS))}")
    return given


def lived(given: argparse.Namespace) -> tuple[Life, int]:
    """A fleet's life, judged, and its end (ms)."""
    chance = Chance(
        per_cabinet_year=given.rate, most=ILL_AT_ONCE, mended=True, after_s=LEARNING * 86_400,
        weights=dict.fromkeys(given.kinds, 1.0),
    )  # fmt: skip
    ids, until = cabinet_ids(given.cabinets), START + given.days * DAY
    world = World(ids, given.seed, START, scenario=Scenario(chance=chance), step_ms=STEP_MS)
    life = Life(ids, [str(site) for site in world.traits.site], START)
    bar = Progress(
        TextColumn("{task.completed:.1f} of {task.total:.0f} days"), BarColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        task = bar.add_task("days", total=given.days)
        life.take(chunks(world, given.seed, until, CHUNK, lambda now: bar.update(task, completed=(now - START) / DAY)))
    return life, until


def main() -> int:
    given = arguments()
    life, until = lived(given)
    index = {cabinet: row for row, cabinet in enumerate(life.fleet.ids)}
    truth = list(life.truth.values())
    score = match.score(truth, life.told, index, until, given.cabinets * given.days / 365)
    if given.json:
        print(msgspec.json.encode(score).decode())
    else:
        match.show(Console(width=None if sys.stdout.isatty() else 150), score)
    return 1 if life.faults.errors else 0


if __name__ == "__main__":
    sys.exit(main())
