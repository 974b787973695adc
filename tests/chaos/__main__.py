"""`./vendwatch chaos`: break real installations in every way we know, and count what is lost, doubled or unsaid.

Exit code 1 when a promise was broken; the folder of such a stage is kept, and the command that repeats it is printed.
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from tests.chaos.faults import FAULTS
from tests.chaos.injector import Injector
from tests.chaos.plan import SETUPS, Stage, impossible, stages
from tests.chaos.report import page, show
from tests.chaos.run import CABINETS, Cycle, play
from tests.chaos.tally import Tally, load, save

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 160


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vendwatch chaos", description=__doc__)
    parser.add_argument("--cycles", type=int, default=24, help="faults to do, per broker")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broker", choices=[*SETUPS, "both"], default="nats", help="both: nats and mosquitto")
    parser.add_argument("--faults", default=",".join(FAULTS), help="by name, separated by commas: " + ", ".join(FAULTS))
    parser.add_argument("--setup", choices=sorted({s for all_of in SETUPS.values() for s in all_of}))
    parser.add_argument("--patient", action="store_true", help="suspensions and half-open links of up to 20 s")
    parser.add_argument("--cabinets", type=int, default=CABINETS)
    parser.add_argument("--json", action="store_true", help="print one JSON object in the place of the table")
    parser.add_argument("--add", type=Path, metavar="FILE", help="add to the numbers of earlier runs in this file")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="make docs/promises.md from the numbers")
    given = parser.parse_args()
    given.names = [n for n in given.faults.split(",") if n]
    if unknown := [n for n in given.names if n not in FAULTS]:
        parser.error(f"unknown fault {unknown[0]}; known: {', '.join(FAULTS)}")
    return given


def commit() -> str:
    """The commit that is tried, with a mark when the tree differs from it."""
    asked = ["git", "describe", "--always", "--dirty=+"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def plan(given: argparse.Namespace, injector: Injector, err: Console) -> list[Stage]:
    """What is to be done; says what this machine does not allow."""
    brokers = ["nats", "mosquitto"] if given.broker == "both" else [given.broker]
    for name, why in impossible(given.names, brokers, injector).items():
        err.print(f"left out: {name}: {why}")
        given.names = [n for n in given.names if n != name]
        brokers = [b for b in brokers if not b.startswith(name)]
    chosen = [s for b in brokers for s in stages(b, given.names, given.cycles, given.seed, given.setup)]
    return sorted(chosen, key=lambda s: s.seed)  # the brokers take turns


def command(given: argparse.Namespace, broker: str, seed: int, cycles: int, setup: str | None) -> str:
    """What does this again."""
    words = ["./vendwatch chaos", f"--broker {broker}", f"--cycles {cycles}", f"--seed {seed}"]
    words += [f"--setup {setup}"] if setup else []
    words += [] if given.names == list(FAULTS) else [f"--faults {','.join(given.names)}"]
    return " ".join([*words, *(["--patient"] if given.patient else [])])


async def run(given: argparse.Namespace, tally: Tally, err: Console) -> bool:
    """All stages; whether every promise was kept."""
    folder = Path(tempfile.mkdtemp(prefix="vendwatch-chaos-"))
    injector = Injector(folder)
    chosen, kept = plan(given, injector, err), True
    todo, done = sum(len(s.faults) for s in chosen), 0
    whole = command(given, given.broker, given.seed, given.cycles, given.setup)
    facts = tally.begin(date=f"{datetime.now(UTC):%Y-%m-%d}", commit=commit(), command=whole)
    err.print(f"{todo} cycles, seed {given.seed}, commit {facts['commit']}, in {folder}")

    def tell(line: str) -> None:
        nonlocal done
        done += 1
        err.print(f"[{done}/{todo}] {line}", markup=False, soft_wrap=True)

    for stage in chosen:
        home = folder / f"{stage.broker}-{stage.setup}-{stage.seed}"
        home.mkdir()
        cycles: list[Cycle] = await play(stage, home, injector, tell, patient=given.patient, cabinets=given.cabinets)
        for cycle in cycles:
            tally.add(cycle)
        facts["cycles"] += len(cycles)
        save(tally, given.add)
        if any(c.violations for c in cycles):
            kept = False
            again = command(given, stage.broker, stage.seed, len(stage.faults), stage.setup)
            err.print(f"kept {home}; again: {again}", markup=False, soft_wrap=True)
    return kept


def main() -> int:
    given, err = arguments(), Console(stderr=True, highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end the processes we started, however we are ended
    tally = load(given.add)
    kept = asyncio.run(run(given, tally, err)) if given.cycles else True
    if given.json:
        print(json.dumps(tally.as_dict()))
    else:
        out = Console(highlight=False)
        show(tally, out if out.is_terminal else Console(highlight=False, width=WIDTH))
    if given.write:
        given.write.write_text(page(tally), "utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
