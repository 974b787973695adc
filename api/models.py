"""What the registers publish of models and promises: pages before the purchase (S0 4.2.1), one text of each promise."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from api.publicpage import model_path
from api.publicwords import Language
from api.staffing import MANY
from api.views import iso
from service import promises
from service.promises import Promise
from service.records.base import RecordStore, Row, Where

Json = dict[str, Any]
KIND = "model_documents"
PARTS = ("specification", "price", "service", "papers")
"""What the page of a model is complete with (S0 4.2.1)."""


class Published(NamedTuple):
    """What is published of a model: its document, None when there is none, with the words in both languages.

    `specification`: (name, value) lines. `price_cents` of one cabinet. `papers`: names of what comes with it.
    """

    model: str
    document: Row | None
    body: Json

    def words(self, part: str, language: Language) -> Any:
        """The part in this language, else in whichever there is."""
        order = (language, "en" if language == "zh" else "zh")
        return next((v for key in (*(f"{part}_{one}" for one in order), part) if (v := self.body.get(key))), None)

    def specification(self, language: Language) -> list[tuple[str, str]]:
        """An object as lines of name and value, a text as one line without a name."""
        told = self.words("specification", language)
        if isinstance(told, dict):
            return [(str(name), str(value)) for name, value in told.items()]
        return [("", told)] if isinstance(told, str) else []

    def price_cents(self) -> int | None:
        cents = self.body.get("price_cents")
        return cents if isinstance(cents, int) and not isinstance(cents, bool) and cents >= 0 else None

    def service(self, language: Language) -> str:
        told = self.words("service", language)
        return told if isinstance(told, str) else ""

    def papers(self, language: Language) -> list[str]:
        told = self.words("documents", language)
        return [name for name in told if isinstance(name, str) and name] if isinstance(told, list) else []

    def missing(self) -> list[str]:
        """The parts that are not published."""
        there: dict[str, Any] = {
            "specification": self.specification("zh"), "price": self.price_cents() is not None,
            "service": self.service("zh"), "papers": self.papers("zh"),
        }  # fmt: skip
        return [part for part in PARTS if not there[part]]


def published(records: RecordStore, model: str, now: int) -> Published | None:
    """What the page of a model shows; None for one that neither a cabinet nor a document names."""
    document = _documents(records, now).get(model)
    if document is None and not records.count("cabinets", [Where("model", "=", model)]):
        return None
    return _published(model, document)


def _published(model: str, document: Row | None) -> Published:
    body = document["body"] if document is not None and isinstance(document["body"], dict) else {}
    return Published(model, document, body)


def _documents(records: RecordStore, now: int) -> dict[str, Row]:
    """Model → its newest document in force; the body names the `model`, else the title does."""
    rows = records.find("documents", [Where("kind", "=", KIND)], ["from", "id"], MANY)
    return {_model(row): row for row in rows if promises.holds(row, now)}


def _model(row: Row) -> str:
    named = row["body"].get("model") if isinstance(row["body"], dict) else None
    return named if isinstance(named, str) and named else str(row["title"])


def pages(records: RecordStore, now: int) -> list[Json]:
    """Every model that a cabinet in service or a document names, and what its page lacks."""
    cabinets = records.find("cabinets", [Where("retired", "=", False)], limit=MANY)
    known = Counter(row["model"] for row in cabinets if row["model"])
    documents = _documents(records, now)
    return [_page(_published(model, documents.get(model)), known[model]) for model in sorted({*known, *documents})]


def _page(found: Published, cabinets: int) -> Json:
    document = found.document["id"] if found.document is not None else None
    same = {"model": found.model, "cabinets": cabinets, "document": document}
    return {**same, "missing": found.missing(), "url_path": model_path(found.model)}


def promises_now(records: RecordStore, now: int) -> tuple[Promise, ...]:
    """The promises in force, as every public page shows them."""
    return promises.in_force(records.find("documents", [Where("kind", "=", promises.KIND)], ["from", "id"], MANY), now)


def consistency(records: RecordStore, now: int) -> Json:
    """Which advertisements, warranty cards, agreements carry the promise in force, and which do not (S2 7.1-7.3)."""
    found = promises.consistency(records.find("documents", order=["id"], limit=MANY), now)
    carriers = [_carrier(row, sha256, state) for row, sha256, state in found["documents"]]
    return {
        "consistent": not found["unmarked"] and all(c["state"] == "current" for c in carriers),
        "promises": _promises(found["promises"]), "documents": carriers, "unmarked": found["unmarked"],
    }  # fmt: skip


def _carrier(row: Row, sha256: str, state: str) -> Json:
    return {**{k: row[k] for k in ("id", "kind", "title")}, "promise_sha256": sha256, "state": state}


def _promises(found: Sequence[Promise]) -> list[Json]:
    return [
        {"id": p.id, "edition": p.edition, "title": p.title, "from": iso(p.since), "sha256": p.sha256} for p in found
    ]
