"""`./vendwatch clocks`: the deadlines' conformance vectors, run and shown."""

from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from rich.console import Console
from rich.markup import escape

from service.calendars import Calendar
from service.vectors import Checked, check, load
from telemetry.errors import ConfigError


def run(path: Path | None, zone: str) -> bool:
    """Check the vectors of a file (the shipped ones without) and print what came out; whether all are right.

    Raises ConfigError for a file that holds none, or a zone that is none.
    """
    found = list(check(load(path), _calendar(zone)))
    console = Console(highlight=False, soft_wrap=True)
    for each in found:
        console.print(_line(each))
    wrong = sum(not each.right for each in found)
    console.print(f"{len(found) - wrong} of {len(found)} right" + (f", [red]{wrong} wrong[/red]" if wrong else ""))
    return not wrong


def _calendar(zone: str) -> Calendar:
    try:
        return Calendar.china(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError("zone", f"no such time zone: {zone}") from error


def _line(each: Checked) -> str:
    mark = "[green]right[/green]" if each.right else "[red]WRONG[/red]"
    told = each.got or "none" if each.right else f"{each.got or 'none'}, not {each.wanted or 'none'}"
    case = escape(f"{each.vector.name} ({each.vector.source})")
    return f"{mark}  {case}\n       {each.vector.start.isoformat()} → {told}"
