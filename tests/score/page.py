"""docs/faults.md: every figure of the goals as measured, from the results, with the notes people wrote (`notes.md`)."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from faults.kinds import KINDS
from tests.score import charts
from tests.score.figures import class_of
from tests.score.goals import goals
from tests.score.match import match
from tests.score.report import Report, kept
from tests.score.results import newest, read
from tests.score.show import told_healthy, told_injected, told_load
from tests.score.tables import Grid, alarms, of_cost, of_healthy, of_injected, of_nab, of_named

NOTES = Path(__file__).with_name("notes.md")
COMMANDS = {
    "Injected faults": "./vendwatch faults score --seeds A..B",
    "Healthy fleets": "./vendwatch faults score --years 1000",
    "Named fleets": "./vendwatch faults score --named",
    "Alarm load": "./vendwatch faults score --load 1",
    "Cost": "./vendwatch faults score --cost",
    "Any numeric signal": "./vendwatch faults score --nab",
}


def write(page: Path, data: Path, examples: Callable[[], list[charts.Seen]] = charts.examples) -> None:
    """The page, its figures as JSON beside it, and the pictures in a folder of its name; `examples` are lived anew."""
    report, folder = kept(data), page.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    pictures = _pictures(data, folder, examples)
    page.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    page.write_text(text(report, pictures), "utf-8")


def text(report: Report, pictures: Mapping[str, str]) -> str:
    """Markdown: the head of the notes, all goals, then every part with its figures and its own notes."""
    head, *sections = NOTES.read_text("utf-8").split("\n## ")
    notes = {name: body.strip() for name, _, body in (s.partition("\n") for s in sections)}
    out = [head.strip(), markdown(goals(report)), notes.pop("All goals", "")]
    for name, (sentence, grids) in _parts(report).items():
        out += [f"## {name}", f"`{COMMANDS[name]}`", sentence, *map(markdown, grids)]
        out += [f"![{what}]({file})" for what, file in pictures.items() if what.startswith(name)]
        out.append(notes.pop(name, ""))
    out += [f"## {name}\n\n{body}" for name, body in notes.items()]
    return "\n\n".join(filter(None, out)) + "\n"


def _parts(report: Report) -> dict[str, tuple[str, list[Grid]]]:
    parts: dict[str, tuple[str, list[Grid]]] = {}
    if found := report.injected:
        parts["Injected faults"] = told_injected(found) + _when(found.date, found.code), of_injected(found, KINDS)
    if well := report.healthy:
        parts["Healthy fleets"] = told_healthy(well) + _when(well.date, well.code), of_healthy(well)
    if steady := report.steady:
        parts["Alarm load"] = told_load(steady) + _when(steady.date, steady.code), [alarms(steady)]
    if report.named:
        parts["Named fleets"] = f"Code {report.named[0].code}.", [of_named(report.named)]
    if report.cost:
        parts["Cost"] = "", [of_cost(report.cost)]
    if report.nab:
        parts["Any numeric signal"] = "", [of_nab(report.nab)]
    return parts


def _when(date: str, code: str) -> str:
    return f" Measured {date}, code {code}."


def markdown(grid: Grid) -> str:
    if not grid.rows:
        return ""
    rows = [[*row, *[""] * (len(grid.head) - len(row))] for row in grid.rows]
    lines = [f"**{grid.title}**", "", "| " + " | ".join(grid.head) + " |", "|" + "---|" * len(grid.head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _pictures(data: Path, folder: Path, examples: Callable[[], list[charts.Seen]]) -> dict[str, str]:
    """Draw them; caption → path from the page. A caption begins with the part that it stands in."""
    drawn: dict[str, str] = {}
    faults = [f for chunk in newest(read(data, "injected")) for f in match(chunk).faults if f.counts]
    if not faults:
        return drawn
    for name in ("hard", "sudden", "degrading"):
        file = folder / f"delays-{name}.svg"
        file.write_text(charts.delays([f for f in faults if class_of(f) == name]), "utf-8")
        drawn[f"Injected faults: delays, {name} (bar: 10 % to 90 %, dot: median)"] = f"{folder.name}/{file.name}"
    for seen in examples():
        file = folder / f"{seen.example.kind}.svg"
        file.write_text(charts.picture(seen), "utf-8")
        drawn[f"Injected faults: {seen.example.family}"] = f"{folder.name}/{file.name}"
    return drawn
