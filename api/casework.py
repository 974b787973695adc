"""Contacts and cases for their readers: rows of the register with who called, a case's record and steps, the digest."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from api import offered, read, views
from api.identity import Caller
from api.whole import whole
from service.cases import kinds
from service.cases.steps import steps
from service.notify.customertexts import TEXTS, WHY
from service.records.base import RecordStore, Row, Where
from service.telling.kinds import CUSTOMER

Json = dict[str, Any]
MOST = 100_000
SHOWN = 100
GROUPS = ("direction", "channel", "kind", "flag")
CALL = ("phone", "in")


def contacts(records: RecordStore, rows: Sequence[Row], caller: Caller) -> list[Json]:
    """Contacts; whoever called is the ticket's customer, unless the row names somebody else."""
    tickets = read.grouped(records, "tickets", "id", list({row["ticket"] for row in rows}))
    people = {key: found[0]["customer"] for key, found in tickets.items()}
    full = read.personal(caller)
    return [_contact(row, people.get(row["ticket"]), full) for row in rows]


def _contact(row: Row, customer: Json | None, full: bool) -> Json:
    person = row["customer"] or customer
    shown = views.times(views.seen("contacts", {**row, "customer": person}, personal=full, person=person))
    return {**{key: value for key, value in shown.items() if key not in ("n", "actor")}, "by": row["actor"]}


def case(records: RecordStore, row: Row, caller: Caller) -> Json:
    """A ticket's record, what it still lacks, and how far it has come."""
    shown = read.tickets(records, [row], caller, timeline=False)[0]
    own, fields = row["fields"] or {}, shown["fields"] or {}
    lines = records.find("timeline", [Where("ticket", "=", row["id"])], ["n"], MOST)
    record = {**(own.get("record") or {}), "customer": row["customer"] or {}}
    record["case"] = {**record.get("case", {}), "question": row["summary"]}
    by_person = row["channel"] != "telemetry"
    about = record["case"].get("about")
    return {
        "ticket": row["id"], "kind": row["kind"], "clauses": list(kinds.KINDS[row["kind"]].clauses),
        "required": list(kinds.required(row["kind"], by_person=by_person, about=about)),
        "missing": kinds.lacking(row["kind"], record, by_person=by_person),
        "record": {**(fields.get("record") or {}), "customer": shown["customer"]},
        "steps": [{"step": name, "at": views.iso(at)} for name, at in steps(lines).items()],
        **{name: fields.get(name) for name in ("decision", "dispute", "refund", "escalation")},
        "prices": offered.prices_of(records, shown),
        "messages": messages(records, row["id"]),
    }  # fmt: skip


def messages(records: RecordStore, ticket: str) -> list[Json]:
    """What the customer was told by itself, oldest first; nothing of it is personal."""
    mine = [Where("ticket", "=", ticket), Where("to", "=", CUSTOMER)]
    return [_message(row) for row in records.find("notices", mine, ["at", "id"], MOST)]


def _message(row: Row) -> Json:
    """`error`: why it was not delivered; of one that was dropped a word, spelt out in `why`."""
    told = {key: row[key] for key in ("id", "kind", "at", "state", "attempts", "delivered", "error")}
    title = TEXTS.get(row["kind"], {})
    why = WHY.get(row["error"] or "", {})
    words = {"title": title["en"].title, "title_zh": title["zh"].title} if title else {}
    return {
        "title": row["kind"], "title_zh": row["kind"], **views.times(told), **words,
        "why": why.get("en"), "why_zh": why.get("zh"),
    }  # fmt: skip


def digest(records: RecordStore, caller: Caller, start: int, end: int) -> Json:
    """What customers said and complained of in start <= time < end (ms), for those who lead (S1 7.1.3, 7.2.3)."""
    span = [Where("at", ">=", start), Where("at", "<", end)]
    rows = whole(records, "contacts", span, ["n"])
    flagged = [row for row in reversed(rows) if row["flag"] is not None]
    received = [Where("kind", "=", "complaint"), Where("opened", ">=", start), Where("opened", "<", end)]
    complaints = records.find("tickets", received, ["-opened"], SHOWN + 1)
    return {
        "from": views.iso(start), "to": views.iso(end), "total": len(rows),
        "counts": {g: dict(Counter(row[g] for row in rows if row[g] is not None)) for g in GROUPS},
        "unsolved": sum(row["solved"] is not True and row["promised_at"] is not None for row in rows),
        "unverified": sum(row["unverified"] is True for row in rows),
        "not_read_back": sum(not row["read_back"] for row in rows if (row["channel"], row["direction"]) == CALL),
        "flagged": contacts(records, flagged[:SHOWN], caller),
        "complaints": [_complaint(row) for row in read.tickets(records, complaints[:SHOWN], caller, timeline=False)],
        "truncated": len(flagged) > SHOWN or len(complaints) > SHOWN,
    }  # fmt: skip


def _complaint(shown: Json) -> Json:
    decision = (shown["fields"] or {}).get("decision") or {}
    told = {key: shown[key] for key in ("id", "state", "cabinet", "summary", "opened")}
    return {**told, "root_cause": decision.get("root_cause"), "conduct": decision.get("conduct")}
