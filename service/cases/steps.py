"""The steps of handling a complaint (GB/T 19012-2019 = ISO 10002:2018), read off the timeline: nobody ticks them."""

from collections.abc import Callable, Sequence

from service.records.base import Row
from service.step import SYSTEM

_WORK = frozenset({"remote", "on_site", "work_done"})
_HEARD = frozenset({"reply", "promise", "contact"})


def _by_person(line: Row) -> bool:
    return line["actor"] != SYSTEM and line["n"] > 1 and (line["to"] == "triaged" or line["type"] in _HEARD)


def _looked_into(line: Row) -> bool:
    noted = line["type"] == "record" and "case.root_cause" in (line["note"] or "")
    return noted or line["type"] == "decide" or line["to"] in _WORK


STEPS: dict[str, Callable[[Row], bool]] = {
    "communicated": lambda line: line["n"] == 1,
    "tracked": lambda line: line["to"] == "new",
    "acknowledged": _by_person,
    "assessed": lambda line: line["to"] == "triaged" or line["type"] == "severity",
    "investigated": _looked_into,
    "responded": lambda line: line["type"] == "reply" or line["to"] == "resolved",
    "decided": lambda line: line["type"] == "decide",
    "closed": lambda line: line["to"] == "closed",
}
"""Step → whether a line of the timeline shows it. A complaint is communicated with its first line and tracked by the
number it gets there."""


def steps(lines: Sequence[Row]) -> dict[str, int | None]:
    """Step → when it was reached first (ms); None: not yet. `lines`: a ticket's timeline, in order."""
    return {name: next((line["at"] for line in lines if shows(line)), None) for name, shows in STEPS.items()}
