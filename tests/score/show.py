"""The tables on the screen, and the sentence under each part."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from faults.model import Kind
from tests.score.figures import Healthy, Injected
from tests.score.load import Load
from tests.score.tables import Grid, alarms, of_cost, of_healthy, of_injected, of_nab, of_named

WIDEST = 12  # columns


def show(console: Console, report: Any, catalogue: Mapping[str, Kind]) -> None:
    """Print what the report holds."""
    grids: list[Grid] = []
    said: list[str] = []
    if report.injected:
        grids += of_injected(report.injected, catalogue)
        said.append(told_injected(report.injected))
    if report.healthy:
        grids += of_healthy(report.healthy)
        said.append(told_healthy(report.healthy))
    if report.steady:
        grids.append(alarms(report.steady))
        said.append(told_load(report.steady))
    if report.named:
        grids.append(of_named(report.named))
    if report.cost:
        grids.append(of_cost(report.cost))
    if report.nab:
        grids.append(of_nab(report.nab))
    for grid in grids:
        _print(console, grid)
    for sentence in said:
        console.print(sentence)


def told_injected(found: Injected) -> str:
    total, false = found.total, sum(found.false.values())
    return (
        f"{total.true} true faults, seeds {_span(found.seeds)}: {total.found:.1%} found, {total.right_first:.1%} told "
        f"first under their own name, {found.tickets_per_fault:.2f} tickets per fault that was found; {false} false "
        f"alarms in {found.years:.0f} cabinet-years."
    )


def told_healthy(found: Healthy) -> str:
    return (
        f"{sum(found.false.values())} false alarms in {found.years:.1f} healthy cabinet-years, seeds "
        f"{_span(found.seeds)}: {found.per_year:.4f} each, at most {found.at_most:.4f} (95 %). New cabinets: "
        f"{sum(found.early.values())} in {found.cabinets:,} while they were learned. {found.cpu_h:.2f} h of CPU."
    )


def told_load(load: Load) -> str:
    return (
        f"{load.alarms} alarms in {load.operator_days:.2f} days of {load.cabinets:,} cabinets, seeds "
        f"{_span(load.seeds)}; at 144 alarms a day one operator can have {load.per_target:,.0f} cabinets."
    )


def _span(seeds: list[int]) -> str:
    whole = len(seeds) > 1 and seeds == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]} to {seeds[-1]}" if whole else ", ".join(map(str, seeds))


def _print(console: Console, grid: Grid) -> None:
    """No screen is wide enough for the matrix: its rows stand under *told first* too, the whole on the page."""
    if not grid.rows or len(grid.head) > WIDEST:
        return
    table = Table(title=grid.title, title_justify="left")
    for name in grid.head:
        table.add_column(name, overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    console.print(table)
