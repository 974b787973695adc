"""The registers: staff, certificates, trainings, rosters, and documents with their editions and read receipts."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Response

from api import knowledge, staffing
from api.access import Ask, allowed
from api.actions import Json, Render, perform, respond
from api.body import Body
from api.lists import Listing, Page, answer, page
from api.openapi import lists, returns, takes
from api.query import Searchable, at, exact, lower, upper, whole
from api.views import iso
from service.knowledge.gaps import UNIT
from service.records.base import Row, Where
from service.staff.kinds import KINDS
from telemetry.errors import NotFound

router = APIRouter(tags=["registers"])


class Register(NamedTuple):
    """A register over HTTP: its noun in actions, who reads it, its shapes, and what its list may be searched for."""

    noun: str
    reads: str
    shape: str
    new: str
    change: str
    keys: tuple[str, ...]


REGISTERS = {
    "staff": Register("staff", "staff.read", "StaffMember", "NewStaffMember", "StaffChange",
                      ("name", "role", "technician", "account")),
    "certificates": Register("certificate", "staff.read", "Certificate", "NewCertificate", "CertificateChange",
                             ("person", "skill", "issuer")),
    "trainings": Register("training", "staff.read", "Training", "NewTraining", "TrainingChange", ("person", "course")),
    "rosters": Register("roster", "staff.read", "Roster", "NewRoster", "RosterChange", ("channel", "person")),
    "documents": Register("document", "document.read", "Document", "NewDocument", "DocumentChange",
                          ("kind", "title", "owner", "first")),
}  # fmt: skip
_TIMES = {"certificates": ("issued", "expires"), "trainings": ("planned", "done", "until"), "documents": ("until",)}


def _listing(table: str, keys: tuple[str, ...]) -> Listing:
    times = (*_TIMES.get(table, ()), "created", "ended")
    search = {"id": ("id", upper), **{k: (k, exact) for k in keys}, **{k: (k, at) for k in times}}
    if table == "documents":
        search |= {"kind": ("kind", lower), "edition": ("edition", whole)}
    sorts = {"created": "created", "id": "id", **{k: k for k in (*keys, *_TIMES.get(table, ()))}}
    return Listing(Searchable(table, search, ("id", *keys)), sorts)


def _shower(ask: Ask, table: str) -> Render:
    if table == "documents":
        return staffing.Papers(ask.records, ask.ctx.backend.policy, ask.ctx.now()).show
    return staffing.entry


def _row(ask: Ask, table: str, key: str) -> Row:
    row = ask.records.get(table, key)
    if row is None:
        raise NotFound(f"no entry {key}")
    return row


def _whole(ask: Ask, table: str) -> Render:
    """Show an entry as the records have it: an answer may leave out what did not change."""

    def show(row: Json) -> Json:
        return _shower(ask, table)(ask.records.get(table, row["id"]) or row)

    return show


def _register(table: str, r: Register) -> None:
    noun, listing, one = r.noun, _listing(table, r.keys), f"/{table}/{{entry}}"

    def listed(ask: Annotated[Ask, allowed(r.reads)], paging: Page) -> Response:
        rows, following, total = page(ask.records, listing, paging)
        show = _shower(ask, table)
        return respond(answer([show(row) for row in rows], following, total))

    def shown(ask: Annotated[Ask, allowed(r.reads)], entry: str) -> Response:
        return respond(_shower(ask, table)(_row(ask, table, entry)))

    async def created(ask: Annotated[Ask, allowed(f"{noun}.create")], body: Body) -> Response:
        return await perform(ask, f"{noun}.create", "", body, _whole(ask, table))

    async def patched(ask: Annotated[Ask, allowed(f"{noun}.patch")], entry: str, body: Body) -> Response:
        return await perform(ask, f"{noun}.patch", entry, body, _whole(ask, table))

    async def ended(ask: Annotated[Ask, allowed(f"{noun}.end")], entry: str, body: Body) -> Response:
        return await perform(ask, f"{noun}.end", entry, body, _whole(ask, table))

    add, seen = router.add_api_route, returns(r.shape)
    add(f"/{table}", listed, methods=["GET"], name=f"list_{table}", summary=f"Entries of the register: {table}, newest "
        "first, those that ended too", responses=lists(r.shape))  # fmt: skip
    add(one, shown, methods=["GET"], name=f"{noun}_by_id", summary=f"One entry: {noun}", responses=seen)
    add(f"/{table}", created, methods=["POST"], name=f"create_{noun}", summary=f"A new entry: {noun}",
        responses=returns(r.shape, status=201), openapi_extra=takes(r.new))  # fmt: skip
    add(one, patched, methods=["PATCH"], name=f"patch_{noun}", summary=f"Change an entry: {noun}", responses=seen,
        openapi_extra=takes(r.change))  # fmt: skip
    add(f"{one}/end", ended, methods=["POST"], name=f"end_{noun}", responses=seen, openapi_extra=takes("EntryEnd"),
        summary=f"An entry counts no more: {noun}; `void`: it never did")  # fmt: skip


@router.get("/documents/kinds", responses=returns("DocumentKinds"))
def document_kinds(ask: Annotated[Ask, allowed("document.read")]) -> Response:
    """Every kind of evidence with its clause, and how many current entries there are of it; `findings`: the kinds of
    ticket that no unit owns (S1 4.1.1)."""
    items, findings = [], {UNIT: knowledge.units(ask.records, ask.ctx.now())["findings"]}
    for kind, evidence in KINDS.items():
        where = [Where("kind", "=", kind), Where("ended", "null"), Where("superseded_by", "null")]
        newest = ask.records.find("documents", where, ["-from"], 1)
        items.append({
            "kind": kind, "en": evidence.en, "zh": evidence.zh, "clauses": evidence.clauses,
            "needs": list(evidence.needs), "entries": ask.records.count("documents", where),
            "newest": iso(newest[0]["from"]) if newest else None, "findings": findings.get(kind, []),
        })  # fmt: skip
    return respond({"items": items})


for _table, _r in REGISTERS.items():
    _register(_table, _r)


@router.post(
    "/documents/{entry}/supersede", responses=returns("Document", status=201), openapi_extra=takes("NewEdition")
)
async def supersede_document(ask: Annotated[Ask, allowed("document.supersede")], entry: str, body: Body) -> Response:
    """A new edition from `from` on; the old one stays. Guards: `superseded ended edition_order`."""
    return await perform(ask, "document.supersede", entry, body, _whole(ask, "documents"))


@router.post("/documents/{entry}/receipt", responses=returns("ReadReceipt"))
async def read_document(ask: Annotated[Ask, allowed("document.receipt")], entry: str) -> Response:
    """Whoever asks has read this edition (S1 4.2); the first time counts."""
    return await perform(ask, "document.receipt", entry, {}, staffing.entry)


@router.get("/documents/{entry}/receipts", responses=returns("ReadReceipts"))
def document_receipts(ask: Annotated[Ask, allowed("staff.read")], entry: str) -> Response:
    """Who has read this edition, and who of the staff has not."""
    staff = ask.records.find("staff", [Where("ended", "null")], ["id"], staffing.MANY)
    return respond(staffing.receipts(ask.records, _row(ask, "documents", entry), staff))
