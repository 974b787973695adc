"""Results as tables on the screen, as JSON, and as a page with the notes people wrote (`notes.md`)."""

from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table as Grid

from tests.perf.figures import Figure, Part, Table

NOTES = Path(__file__).with_name("notes.md")
HEAD = ["figure", "value", "unit", "goal", "floor", "verdict", "runs"]


class Result(msgspec.Struct):
    """A part with when, where and how it was run."""

    part: Part
    date: str
    seconds: float
    quick: bool
    facts: dict[str, Any]


def text(value: str | float | None) -> str:
    """A number with as many digits as it deserves."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def figures_table(part: Part) -> Table:
    """The figures with goals and verdicts."""
    return Table(part.name, HEAD, [_row(f) for f in part.figures])


def _row(figure: Figure) -> list[str | float]:
    sign = "≥ " if figure.more_is_better else "≤ "
    bounds = [sign + text(b) if b is not None else "" for b in (figure.goal, figure.floor)]
    more = "; ".join(f"{name} {text(value)}" for name, value in figure.more.items())
    runs = " ".join(map(text, figure.runs)) if len(figure.runs) > 1 else ""
    return [figure.name, figure.value, figure.unit, *bounds, figure.verdict, "; ".join(filter(None, (runs, more)))]


def show(console: Console, result: Result) -> None:
    """Print a part."""
    for table in (figures_table(result.part), *result.part.tables):
        grid = Grid(title=table.title, title_justify="left")
        for name in table.head:
            grid.add_column(name, overflow="fold")
        for row in table.rows:
            grid.add_row(*map(text, row))
        console.print(grid)
    facts = result.facts
    console.print(f"{result.date}, commit {facts['commit']}, {facts['machine']}, {result.seconds:.0f} s")


def page(path: Path, results: list[Result], order: list[str]) -> None:
    """Write the page, its parts in `order`; results of parts not run now, kept beside it as JSON, stay."""
    kept = path.with_suffix(".json")
    known = msgspec.json.decode(kept.read_bytes(), type=list[Result]) if kept.exists() else []
    new = {r.part.name: r for r in results}
    known = sorted({**{r.part.name: r for r in known}, **new}.values(), key=lambda r: order.index(r.part.name))
    kept.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")
    path.write_text(_page(known))


def _page(results: list[Result]) -> str:
    """Markdown: the head of the notes, then every part with its own notes."""
    head, *sections = NOTES.read_text().split("\n## ")
    notes = {name: body.strip() for name, _, body in (s.partition("\n") for s in sections)}
    written = [head.strip(), _summary(results)]
    for result in results:
        written += [f"## {result.part.name}", result.part.how, _provenance(result)]
        written += [_markdown(t) for t in (figures_table(result.part), *result.part.tables)]
        written += [notes.get(result.part.name, "")]
    return "\n\n".join(filter(None, written)) + "\n"


def _summary(results: list[Result]) -> str:
    rows: list[list[str | float]] = [
        [r.part.name, *_row(f)[:6]] for r in results for f in r.part.figures if f.goal is not None
    ]
    return _markdown(Table("All goals", ["part", *HEAD[:6]], rows))


def _provenance(result: Result) -> str:
    facts = result.facts
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items() if version)
    rounds = "one run" if result.part.rounds == 1 else f"{result.part.rounds} interleaved runs, medians"
    form = f"the quick form, {rounds}" if result.quick else rounds
    return (
        f"Measured {result.date} at commit {facts['commit']} on {facts['machine']} ({facts['system']}; {versions}); "
        f"{form}, {result.seconds:.0f} s, load average before {facts['load_before']:.1f}."
    )


def _markdown(table: Table) -> str:
    lines = [f"**{table.title}**", "", "| " + " | ".join(table.head) + " |", "|" + "---|" * len(table.head)]
    lines += ["| " + " | ".join(map(text, row)) + " |" for row in table.rows]
    return "\n".join(lines)
