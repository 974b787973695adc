"""`./vendwatch faults score`: simulated fleets through the product's own judging, against what was true.

  --seeds 4001..4004   fleets with faults of every kind: found, how soon, under which name, tickets per fault
  --years 1000         healthy fleets with every disturbance: false alarms per cabinet-year
  --load 3             steady fleets (four faults a year): three days of an operator of 100,000 cabinets
  --named              the named fleets (storm, restock, heat wave, outages): false tickets, tickets per outage
  --cost               CPU per value and bytes per cabinet at 100,000 cabinets
  --nab                the generic detector on the NAB files

Each is cut into chunks with a seed of its own. A finished chunk is a line in --data, a killed run goes on where it was,
and what is there already is not lived again (unless the code has changed). Cabinets, places and seeds are others than
those on which thresholds were chosen (seeds 1 to 9), unless --standard says so. `--write docs/faults.md` makes the page
of all results that --data holds.
"""

import argparse
import math
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from faults.kinds import KINDS
from simulator.injections import INJECTIONS
from tests.score.figures import healthy, injected
from tests.score.load import OPERATOR, load
from tests.score.page import write
from tests.score.plan import TAIL, Mode, Plan
from tests.score.report import Report, keep_cost, keep_nab, keep_named
from tests.score.results import fulfil
from tests.score.show import show

FIRST_SEED = {"healthy": 5001, "steady": 3001}
DEFAULTS: dict[Mode, tuple[int, float]] = {"healthy": (6100, 30), "injected": (3000, 26), "steady": (6250, 16)}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="vendwatch faults score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=_seeds, metavar="A..B", help="injected fleets, one chunk per seed")
    parser.add_argument("--seed", type=_seeds, dest="seeds", metavar="N", help="the same for one seed")
    parser.add_argument("--years", type=float, metavar="Y", help="healthy cabinet-years")
    parser.add_argument("--load", type=float, metavar="DAYS", help="days of an operator of 100,000 cabinets")
    parser.add_argument("--named", action="store_true", help="the named fleets: false tickets, tickets per outage")
    parser.add_argument("--cost", action="store_true", help="measure what judging costs")
    parser.add_argument(
        "--nab", action="store_true", help="the generic detector on the NAB files at hand, two-fold too"
    )
    parser.add_argument("--cabinets", type=_positive, help="of a chunk [injected 3000, healthy 6100, steady 6250]")
    parser.add_argument("--days", type=_above, help="of a chunk that count [injected 26, healthy 30, steady 16]")
    parser.add_argument("--rate", type=float, default=24, help="injected faults per cabinet and year [24]")
    parser.add_argument("--kinds", default="", help="injected: only these, separated by commas")
    parser.add_argument("--standard", action="store_true", help="cabinets and places as the detectors were tuned on")
    parser.add_argument("--data", type=Path, default=Path("var/score"), help="where results are kept [var/score]")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="make the page of all results in --data anew")
    given = parser.parse_args()
    given.kinds = tuple(given.kinds.split(",")) if given.kinds else ()
    if unknown := sorted(set(given.kinds) - set(INJECTIONS)):
        parser.error(f"no such kinds: {', '.join(unknown)}; there are {', '.join(sorted(INJECTIONS))}")
    if not any((given.seeds, given.years, given.load, given.named, given.cost, given.nab, given.write)):
        given.seeds = [4001]
    return given


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("..")
    seeds = list(range(int(first), int(last or first) + 1))
    if not seeds:
        raise argparse.ArgumentTypeError(f"{text} holds no seed")
    return seeds


def _positive(text: str) -> int:
    if int(text) <= 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return int(text)


def _above(text: str) -> float:
    if float(text) <= 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return float(text)


def plans(given: argparse.Namespace) -> dict[Mode, list[Plan]]:
    """The chunks that were asked for, by mode."""
    asked: dict[Mode, list[Plan]] = {}
    if given.seeds:
        asked["injected"] = [_plan(given, "injected", seed) for seed in given.seeds]
    if given.years:
        asked["healthy"] = _enough(given, "healthy", given.years * 365)
    if given.load:
        asked["steady"] = _enough(given, "steady", given.load * OPERATOR)
    return asked


def _enough(given: argparse.Namespace, mode: Mode, cabinet_days: float) -> list[Plan]:
    one = _plan(given, mode, FIRST_SEED[mode])
    chunks = math.ceil(cabinet_days / (one.years * 365) - 1e-9)
    return [msgspec.structs.replace(one, seed=one.seed + nth) for nth in range(chunks)]


def _plan(given: argparse.Namespace, mode: Mode, seed: int) -> Plan:
    cabinets, days = DEFAULTS[mode]
    more = {"rate": given.rate, "kinds": given.kinds} if mode == "injected" else {}
    lasts = given.days or days
    return Plan(
        mode=mode, seed=seed, cabinets=given.cabinets or cabinets, days=lasts, tail=min(TAIL, lasts / 2),
        held_out=not given.standard, **more,
    )  # fmt: skip


def live(data: Path, asked: dict[Mode, list[Plan]]) -> Report:
    """Live what is missing, with a bar; the figures."""
    everything = [plan for chunks in asked.values() for plan in chunks]
    columns = TextColumn("{task.completed:.1f} of {task.total:.0f} days"), BarColumn(), TimeRemainingColumn()
    with Progress(
        *columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), speed_estimate_period=300
    ) as bar:
        task = bar.add_task("days", total=sum(p.learning + p.days for p in everything))
        lived = fulfil(data, everything, lambda days: bar.update(task, completed=days))
    of = {mode: [chunk for chunk in lived if chunk.plan.mode == mode] for mode in asked}
    return Report(
        injected=injected(of["injected"]) if "injected" in of else None,
        healthy=healthy(of["healthy"]) if "healthy" in of else None,
        steady=load(of["steady"]) if "steady" in of else None,
    )


def main() -> None:
    given = arguments()
    report = live(given.data, plans(given))
    report.named = (
        keep_named(given.data, lambda name: print(f"{name}: lived", file=sys.stderr)) if given.named else None
    )
    report.cost = keep_cost(given.data) if given.cost else None
    report.nab = keep_nab(given.data) if given.nab else None
    if given.json:
        print(msgspec.json.encode(report).decode())
    else:
        show(Console(width=None if sys.stdout.isatty() else 150), report, KINDS)
    if given.write:
        write(given.write, given.data)


if __name__ == "__main__":
    main()
