"""The numbers for people: a table on the terminal, and the page `docs/promises.md`."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.faults import FAULTS, PROMISES
from tests.chaos.tally import Cell, Tally, promises

NOTES = Path(__file__).with_name("notes.md")
BROKERS = {
    "nats": "NATS (embedded, and as an outside broker)",
    "mosquitto": "Mosquitto as shipped",
    "mosquitto-defaults": "Mosquitto with its defaults",
}


def show(tally: Tally, console: Console) -> None:
    """Faults × promises of every broker."""
    for broker, cells in tally.cells.items():
        table = Table(title=f"{BROKERS[broker]}: faults and promises")
        columns = promises(list(cells))
        for heading in ("fault", "runs", *columns, "ready s", "settled s"):
            table.add_column(heading, justify="left" if heading == "fault" else "right")
        for name, cell in _ordered(cells):
            times = (f"{cell.ready_s:.1f}" if cell.ready_s else "", f"{cell.settled_s:.1f}")
            table.add_row(name, str(cell.runs), *(_mark(name, cell, p) for p in columns), *times)
        console.print(table)
    console.print(f"{tally.cycles} cycles, {tally.kills} with a kill, {tally.broken()} promises broken")


def page(tally: Tally) -> str:
    """The whole of docs/promises.md: the numbers, then the notes."""
    head = [
        "# What is promised, and how far it is proved",
        "",
        "Made by `./vendwatch chaos --add docs/promises.json --write docs/promises.md` from the runs below.",
        "A cycle does one fault to a running installation of real processes under traffic, waits until every message",
        "is acknowledged, and lets an independent program compare what cabinets said with what is stored.",
        "",
        f"**{tally.cycles} cycles, {tally.kills} of them with a SIGKILL: {tally.broken()} promises broken.** "
        + _meaning(tally),
        "",
        *(f"* **{name}** {text}." for name, text in PROMISES.items()),
        "",
    ]
    for broker, cells in tally.cells.items():
        head += _section(broker, cells)
    return "\n".join([*head, *_runs(tally), NOTES.read_text("utf-8").strip(), ""])


def _meaning(tally: Tally) -> str:
    """The rule of three: what no failure in N runs says (95 %)."""
    if tally.broken() or not tally.kills:
        return "The failures stand at the end."
    return (
        f"No failure in {tally.kills} kills says that fewer than {3 / tally.kills:.1%} of such kills break a promise "
        "(95 %, rule of three). It says nothing about faults that were not done."
    )


def _section(broker: str, cells: dict[str, Cell]) -> list[str]:
    columns = promises(list(cells))
    lines = [
        f"## {BROKERS[broker]}", "",
        "| fault | runs | " + " | ".join(columns) + " | worst time to ready | worst time until all was acknowledged |",
        "|---|" + "---|" * (len(columns) + 3),
    ]  # fmt: skip
    for name, cell in _ordered(cells):
        marks = " | ".join(_mark(name, cell, p) for p in columns)
        ready = f"{cell.ready_s:.1f} s" if cell.ready_s else ""
        lines.append(f"| {FAULTS[name].title} (`{name}`) | {cell.runs} | {marks} | {ready} | {cell.settled_s:.1f} s |")
    if never := [f"`{name}`" for name in FAULTS if name not in cells]:
        lines += ["", f"Never done with this broker: {', '.join(never)}."]
    return [*lines, ""]


def _runs(tally: Tally) -> list[str]:
    lines = ["## Runs", "", "| date | commit | command | cycles |", "|---|---|---|---|"]
    lines += [f"| {r['date']} | {r['commit']} | `{r['command']}` | {r['cycles']} |" for r in tally.runs]
    if tally.failures:
        lines += ["", "Failures:", ""]
        lines += [
            f"* {f['broker']}, {f['setup']}, seed {f['seed']}, `{f['fault']}` {f['point']}: "
            + "; ".join(f"{v['promise']} {v['what']} {v['detail']}" for v in f["violations"])
            for f in tally.failures
        ]
    return [*lines, ""]


def _ordered(cells: dict[str, Cell]) -> list[tuple[str, Cell]]:
    return [(name, cells[name]) for name in FAULTS if name in cells]


def _mark(name: str, cell: Cell, promise: str) -> str:
    if promise not in FAULTS[name].promises:
        return ""
    broken = cell.broken.get(promise, 0)
    return f"✗ {broken}" if broken else "✓"
