"""The figures: how many mutants of each module the tests killed, kept with date and digest, for people and programs."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.mutation.equivalent import EQUAL, is_equal
from tests.mutation.targets import GROUPS, LEAST
from tests.mutation.workshop import Tried

HEAD = ("group", "module", "mutants", "killed", "survived", "equal", "killed %", "date", "code")


class Row(NamedTuple):
    """`equal`: survivors that do what the code does (`equivalent.py`); they count neither as killed nor as survived."""

    group: str
    module: str
    mutants: int
    killed: int
    survived: int
    equal: int
    percent: float
    date: str
    code: str


def rows(found: list[Tried], groups: Iterable[str], code: str) -> list[Row]:
    """One row per module, in the order of the groups."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return [
        _row(group, target.path, [t for t in found if t.module == target.path], today, code)
        for group in groups for target in GROUPS[group].targets
    ]  # fmt: skip


def _row(group: str, module: str, found: list[Tried], date: str, code: str) -> Row:
    killed = sum(t.killed for t in found)
    equal = sum(not t.killed and is_equal(t) for t in found)
    counted = len(found) - equal
    return Row(
        group, module, counted, killed, counted - killed, equal, percent(killed, counted), date, code
    )  # fmt: skip


def percent(killed: int, mutants: int) -> float:
    """Rounded down: 94.96 is not 95.0."""
    return killed * 1000 // mutants / 10 if mutants else 0.0


def of_groups(found: list[Row]) -> dict[str, float]:
    """Per cent killed of each group."""
    names = dict.fromkeys(row.group for row in found)
    return {
        name: percent(sum(r.killed for r in found if r.group == name), sum(r.mutants for r in found if r.group == name))
        for name in names
    }  # fmt: skip


def report(found: list[Row], survivors: list[Tried]) -> dict[str, Any]:
    return {
        "least": LEAST, "groups": of_groups(found), "modules": [row._asdict() for row in found],
        "survivors": [t._asdict() for t in survivors],
    }  # fmt: skip


def keep(data: Path, told: dict[str, Any]) -> None:
    """Keep what was measured; rows of other groups stay as they are."""
    path = data / "results.json"
    before = json.loads(path.read_text("utf-8"))["modules"] if path.exists() else []
    mine = {row["module"] for row in told["modules"]}
    kept = [row for row in before if row["module"] not in mine]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({**told, "modules": kept + told["modules"]}, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )


def show(console: Console, found: list[Row], survivors: list[Tried]) -> None:
    table = Table(title="Mutants that the tests kill", title_justify="left")
    for name in HEAD:
        table.add_column(name, justify="right" if name in HEAD[2:7] else "left")
    for row in found:
        table.add_row(*(str(value) for value in row))
    console.print(table)
    for tried in survivors:
        console.print(f"{tried.verdict}: {tried.place}\n{tried.change}\n", markup=False, soft_wrap=True)


def page(found: list[Row]) -> str:
    """docs/mutation.md."""
    lines = [
        "# Do the tests notice?",
        "",
        "Made by `.venv/bin/python -m tests.mutation --write docs/mutation.md`; `./vendwatch test --all` measures",
        "anew. A mutant is the code with one thing changed: a comparison, a figure, a word, an argument, a state left",
        "out of a table. Functions are changed by mutmut, literal tables, which it leaves alone, by ours.",
        f"The tests kill it when one of them fails. At least {LEAST:.0f} % of each group must die.",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|---|---|" + "---:|" * 5 + "---|---|",
        *("| " + " | ".join(str(value) for value in row) + " |" for row in found),
        "",
        "* " + "; ".join(f"**{name}** {share} %" for name, share in of_groups(found).items()),
        "",
        "## Mutants that do what the code does",
        "",
        "They are left out of the counts. Each stands here with its reason.",
        "",
        "| where | changed to | reason |",
        "|---|---|---|",
        *(f"| `{e.place}` | `{e.change.replace('|', chr(92) + '|')}` | {e.reason} |" for e in EQUAL),
        "",
    ]
    return "\n".join(lines)
