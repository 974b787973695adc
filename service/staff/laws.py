"""The watch on laws and standards: citations of an edition that another one has replaced (S2 4.1, 4.2)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec

from service.records.base import Row


class Replaced(NamedTuple):
    """What replaced an edition, and from when that is in force."""

    by: str
    since: date


REPLACED: dict[str, Replaced] = {
    "GB/T 18760-2002": Replaced("GB/T 18760-2025", date(2025, 5, 1)),
}
"""What we know of. The operator's own entries of kind `law` add to it: `{"replaces": ["GB/T …"]}` in their body."""

_STANDARD = re.compile(r"\b(GB(?:\s*/\s*[TZ])?|T/[A-Z]+)\s*(\d+(?:\.\d+)?)\s*[-–—]\s*(\d{4})\b")


def cited(text: str) -> list[str]:
    """The dated standards that a text cites, each written as in `GB/T 18760-2025`, once, in order."""
    found = (f"{''.join(m[1].split())} {m[2]}-{m[3]}" for m in _STANDARD.finditer(text))
    return list(dict.fromkeys(found))


def watched(laws: Iterable[Row], zone_date: Mapping[str, date]) -> dict[str, Replaced]:
    """What is replaced by what: the table, and rows of kind `law` whose body names what they replace.

    `zone_date`: id of a row → the day from which it is in force.
    """
    own = {
        name: Replaced(law["title"], zone_date[law["id"]])
        for law in laws
        for text in _texts((law["body"] or {}).get("replaces"))
        for name in cited(text)
    }
    return {**own, **REPLACED}


def _texts(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def flags(row: Row, known: Mapping[str, Replaced], today: date) -> list[dict[str, str]]:
    """The citations in a document's title and body that are out of date on that day. A law that replaces an edition
    names it, and does not rest on it."""
    body = {k: v for k, v in (row["body"] or {}).items() if k != "replaces"}
    text = f"{row['title']} {msgspec.json.encode(body).decode()}"
    old = [(name, known[name]) for name in cited(text) if name in known]
    return [{"cites": n, "replaced_by": r.by, "in_force": r.since.isoformat()} for n, r in old if r.since <= today]
