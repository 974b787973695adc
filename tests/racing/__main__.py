"""`python -m tests.racing`: thousands of writers at once against a running product of its own; a table of who won."""

import argparse
import asyncio
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.live.line import line
from tests.live.outside import ROOT, Product, product
from tests.racing.crowd import Crowd
from tests.racing.races import RACES, Race, Stage, after

KEPT = ROOT / "var/racing"
Sizes = dict[str, tuple[int, int]]
# race → (contests, writers of each): a few hundred for every change, ten thousand in `./vendwatch test --all`
FEW: Sizes = {"accept": (3, 40), "key": (2, 25), "version": (2, 20), "acknowledge": (2, 15), "episode": (2, 60)}
MANY: Sizes = {
    "accept": (100, 100), "key": (100, 100), "version": (100, 20), "acknowledge": (50, 40), "episode": (50, 200),
}  # fmt: skip


def run(made: Product, sizes: Sizes) -> tuple[list[Race], list[str]]:
    """All races on one product; what came of them, and what the lists say is broken afterwards."""

    async def all_of() -> tuple[list[Race], list[str]]:
        async with Crowd(made) as crowd:
            worker = await crowd.make("/technicians", {"id": "tech-1", "name": "Li Na", "zones": []})
            with line(made.mqtt_port, "race-a") as one, line(made.mqtt_port, "race-b") as other:
                stage = Stage(crowd, (one, other), worker["id"])
                return [await RACES[name](stage, *size) for name, size in sizes.items()], await after(stage)

    return asyncio.run(all_of())


def report(races: list[Race], wrong: list[str]) -> dict[str, Any]:
    """`broken`: what the lists said afterwards."""
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "races": [one._asdict() for one in races], "broken": wrong}


def keep(told: dict[str, Any], folder: Path = KEPT) -> None:
    """The newest measurement, for whoever asks later."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def show(races: list[Race], wrong: list[str]) -> Table:
    found = Table(title=f"Racing writers, {datetime.now(UTC):%Y-%m-%d}: {len(wrong)} promises broken afterwards")
    for name in ("race", "writers", "prizes", "answers", "wrong", "seconds"):
        found.add_column(name, overflow="fold")
    for one in races:
        answers = ", ".join(f"{n} × {said}" for said, n in one.said.items())
        found.add_row(one.name, str(one.writers), str(one.prizes), answers, str(len(one.wrong)), f"{one.seconds}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.racing", description=__doc__)
    parser.add_argument("--few", action="store_true", help="a few hundred writers in the place of ten thousand")
    parser.add_argument("--json", action="store_true", help="print one JSON object in the place of the table")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vendwatch-racing-") as folder, product(Path(folder)) as made:
        races, wrong = run(made, FEW if given.few else MANY)
    keep(report(races, wrong))
    if given.json:
        print(json.dumps(report(races, wrong)))
    else:
        Console(highlight=False, width=150).print(show(races, wrong))
    return int(bool(wrong) or any(one.wrong for one in races))


if __name__ == "__main__":
    sys.exit(main())
