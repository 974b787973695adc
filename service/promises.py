"""The promises made to customers, from one source (S2 7.1-7.3): their text, its hash, and who else carries it. Pure.

An entry of kind `promise` has its words under `text`, or under `text_zh` and `text_en`. What advertisements, warranty
cards and agreements repeat, they name by `promise_sha256`: the SHA-256 of the words in UTF-8, where both languages are
given the Chinese ones, a line feed, the English ones.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from service.records.base import Row

KIND = "promise"
CARRIERS = ("advertisement", "warranty_card", "agreement")
"""Kinds of documents that repeat promises, if they say anything of them."""


class Promise(NamedTuple):
    """An edition. `since`: from when it holds (ms)."""

    id: str
    edition: int
    title: str
    since: int
    zh: str
    en: str
    sha256: str


def read(row: Row) -> Promise | None:
    """The promise of a document's row; None when it has no words yet."""
    body = row["body"] if isinstance(row["body"], dict) else {}
    both = _words(body.get("text"))
    zh, en = _words(body.get("text_zh")) or both, _words(body.get("text_en")) or both
    if not (zh or en):
        return None
    zh, en = zh or en, en or zh
    return Promise(row["id"], row["edition"] or 1, row["title"], row["from"], zh, en, digest(zh, en))


def _words(value: Any) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def digest(zh: str, en: str) -> str:
    """The hash by which documents name a text; of one language if both are the same."""
    return hashlib.sha256((zh if zh == en else f"{zh}\n{en}").encode()).hexdigest()


def holds(row: Row, at: int) -> bool:
    """Whether a document is in force at `at` (ms): begun, neither replaced nor ended, and no mistake."""
    over = any(end is not None and end <= at for end in (row["until"], row["ended"]))
    return row["from"] <= at and not over and not row["void"]


def in_force(rows: Sequence[Row], at: int) -> tuple[Promise, ...]:
    """The promises that hold at `at`, of the rows of documents."""
    held = (read(row) for row in rows if row["kind"] == KIND and holds(row, at))
    return tuple(promise for promise in held if promise is not None)


def consistency(rows: Sequence[Row], at: int) -> dict[str, Any]:
    """Which documents in force carry which text: `{promises, documents: [(row, sha256, state)], unmarked: [id]}`."""
    current = in_force(rows, at)
    ever = {p.sha256 for row in rows if row["kind"] == KIND and (p := read(row)) is not None}
    marked, unmarked = [], []
    for row in (row for row in rows if row["kind"] != KIND and holds(row, at)):
        sha256 = _words((row["body"] or {}).get("promise_sha256")) if isinstance(row["body"], dict) else ""
        if sha256:
            marked.append((row, sha256, _state(sha256.lower(), {p.sha256 for p in current}, ever)))
        elif row["kind"] in CARRIERS:
            unmarked.append(row["id"])
    return {"promises": current, "documents": marked, "unmarked": unmarked}


def _state(sha256: str, current: set[str], ever: set[str]) -> str:
    if sha256 in current:
        return "current"
    return "outdated" if sha256 in ever else "unknown"
