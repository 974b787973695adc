"""What is missing in the registers: kinds of work that no unit owns, fault kinds that no article explains. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.records.base import Row
from service.tickets import KINDS as WORK

Json = dict[str, Any]
UNIT, ARTICLE = "unit", "knowledge_article"


def current(documents: Iterable[Row], kind: str, now: int) -> list[Row]:
    """The entries of a kind that are in force at `now` (ms), by id; newer editions stand for older ones."""
    found = [d for d in documents if d["kind"] == kind and d["ended"] is None and d["superseded_by"] is None]
    return sorted((d for d in found if d["from"] <= now and _lasts(d, now)), key=lambda d: str(d["id"]))


def _lasts(document: Row, now: int) -> bool:
    return document["until"] is None or now < document["until"]


def named(document: Row, field: str) -> list[str]:
    """The texts in a list of the document's body."""
    value = (document["body"] or {}).get(field)
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def owners(units: Sequence[Row]) -> dict[str, list[Row]]:
    """Every kind of ticket → the units that own it (S1 4.1.1, 4.1.2)."""
    return {kind: [unit for unit in units if kind in named(unit, "kinds")] for kind in WORK}


def unowned(units: Sequence[Row]) -> list[str]:
    """The kinds of ticket without a unit: each is a finding."""
    return [kind for kind, found in owners(units).items() if not found]


def explained(articles: Sequence[Row]) -> dict[str, list[Row]]:
    """Fault kind → the articles that name it (S4 7.3)."""
    found: dict[str, list[Row]] = {}
    for article in articles:
        for kind in dict.fromkeys(named(article, "fault_kinds")):
            found.setdefault(kind, []).append(article)
    return found


def unexplained(counts: Mapping[str, int], articles: Sequence[Row]) -> list[str]:
    """The fault kinds that occurred and that no article names, the most frequent first."""
    known = explained(articles)
    return sorted((kind for kind, n in counts.items() if n and kind not in known), key=lambda k: (-counts[k], k))
