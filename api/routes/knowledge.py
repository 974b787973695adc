"""Compensations, quality checks of contacts, owning units and roles, gaps of knowledge, and problems that repeat."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api import csvtext, knowledge, read, views
from api.access import Ask, allowed
from api.actions import Json, perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import Responses, lists, returns, takes
from api.period import FOREVER, From, To, period, span
from api.roles import MAY, ROLES
from api.tables import COMPENSATIONS, PROBLEMS
from service.records.base import Row
from telemetry.errors import NotFound
from telemetry.units import DAY

router = APIRouter(tags=["knowledge"])
_CSV: Responses = {200: {"description": "A table", "content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.post("/tickets/{ticket}/compensate", responses=returns("Ticket"), openapi_extra=takes("NewCompensation"))
async def compensate_ticket(ask: Annotated[Ask, allowed("ticket.compensate")], ticket: str, body: Body) -> Response:
    """Pay a customer for what went wrong, beside any refund (S1 5.1.3); `fields.compensations` has all."""
    return await perform(ask, "ticket.compensate", ticket, body, read.ticket(ask))


@router.get("/compensations", responses=lists("Compensation"))
def compensations(ask: Annotated[Ask, allowed("compensation.read")], paging: Page) -> Response:
    """Every compensation, newest first."""
    rows, following, total = page(ask.records, COMPENSATIONS, paging)
    return respond(answer(knowledge.compensations(ask.records, rows, ask.caller), following, total))


@router.get("/compensations/ledger", responses=returns("CompensationLedger"))
def compensation_ledger(
    ask: Annotated[Ask, allowed("compensation.read")], start: From = None, end: To = None
) -> Response:
    """What was paid in a period (from the beginning, unless named), and out of which fund."""
    now = ask.ctx.now()
    first, last = period(start, end, until=now + 1, back=now + 1, longest=FOREVER)
    return respond(knowledge.compensated(ask.records, first, last))


@router.get("/contacts/sample", responses=returns("ContactSample"))
def contact_sample(
    ask: Annotated[Ask, allowed("contact.read")], month: Annotated[str, Query(max_length=10)]
) -> Response:
    """The contacts of a month drawn for a quality check, the same whenever they are drawn again (S1 5.2.3)."""
    return respond(knowledge.sample(ask.records, ask.ctx.backend.policy, ask.caller, month, ask.ctx.now()))


@router.post(
    "/contacts/{contact}/review", responses=returns("ContactReview", status=201),
    openapi_extra=takes("NewContactReview"),
)  # fmt: skip
async def review_contact(ask: Annotated[Ask, allowed("contact.review")], contact: str, body: Body) -> Response:
    """A verdict on a contact, drawn or not; each is kept. Guards: `second_person`, `review`."""
    row = await run_in_threadpool(_row, ask, "contacts", contact)
    sent = {**body, "ticket": row["ticket"], "by": row["actor"]}

    def shown(made: Json) -> Json:
        return knowledge.reviews(ask.records, [made], ask.caller)[0]

    return await perform(ask, "contact.review", contact, sent, shown)


@router.get("/units", responses=returns("OwnedKinds"))
def owning_units(ask: Annotated[Ask, allowed("document.read")]) -> Response:
    """Which unit owns which kind of work, by the entries of kind `unit`; a kind without one is a finding (S1 4.1.1)."""
    return respond(knowledge.units(ask.records, ask.ctx.now()))


@router.get("/roles", responses=returns("RoleMatrix"))
def role_matrix(ask: Annotated[Ask, allowed("staff.read")]) -> Response:
    """Which role may do what (S1 4.1.2)."""
    items = [{"permission": name, "roles": [r for r in ROLES if r in MAY[name]]} for name in sorted(MAY)]
    return respond({"roles": list(ROLES), "items": items})


@router.get("/roles.csv", responses=_CSV)
def role_matrix_csv(ask: Annotated[Ask, allowed("staff.read")]) -> Response:
    """The same as a table: one line for each permission, `x` where a role has it."""
    rows = ([name, *("x" if role in MAY[name] else "" for role in ROLES)] for name in sorted(MAY))
    headers = {"Content-Disposition": 'attachment; filename="roles.csv"'}
    content = csvtext.text([["permission", *ROLES], *rows])
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/knowledge/gaps", responses=returns("KnowledgeGaps"))
def knowledge_gaps(ask: Annotated[Ask, allowed("document.read")], start: From = None, end: To = None) -> Response:
    """Kinds of fault that occurred, by default in the last 90 days, and that no article explains (S4 7.3)."""
    now = ask.ctx.now()
    first, last = span(now, start, end, -90 * DAY)
    return respond(knowledge.missing(ask.records, first, last, now))


@router.get("/reports/suppliers", responses=returns("SupplierReport"))
def supplier_report(ask: Annotated[Ask, allowed("report.read")], start: From = None, end: To = None) -> Response:
    """Parts of each supplier built in by the repairs that were closed in a period (the last 90 days), and how many of
    these repairs came back (S4 5.7)."""
    now = ask.ctx.now()
    first, last = span(now, start, end, -90 * DAY)
    return respond(knowledge.suppliers(ask.records, first, last, now))


@router.get("/problems", responses=lists("ProblemRecord"))
def problems(ask: Annotated[Ask, allowed("problem.read")], paging: Page) -> Response:
    """Kinds of fault that came back again and again on one model (S2 6.1-6.4), newest first."""
    rows, following, total = page(ask.records, PROBLEMS, paging)
    return respond(answer([views.times(row) for row in rows], following, total))


@router.get("/problems/{problem}", responses=returns("ProblemView"))
def problem_by_id(ask: Annotated[Ask, allowed("problem.read")], problem: str) -> Response:
    """One of them, with its tickets."""
    return respond(knowledge.problem(ask.records, _row(ask, "problems", problem), ask.caller))


@router.patch("/problems/{problem}", responses=returns("ProblemRecord"), openapi_extra=takes("ProblemChange"))
async def change_problem(ask: Annotated[Ask, allowed("problem.patch")], problem: str, body: Body) -> Response:
    """Say who sees to it, and whom of the maker it was told."""
    return await perform(ask, "problem.patch", problem, body, views.times)


@router.post("/problems/{problem}/close", responses=returns("ProblemRecord"), openapi_extra=takes("ProblemDone"))
async def close_problem(ask: Annotated[Ask, allowed("problem.close")], problem: str, body: Body) -> Response:
    """The cause is dealt with: what came of it. Repeats are counted anew from here on."""
    return await perform(ask, "problem.close", problem, body, views.times)


def _row(ask: Ask, table: str, key: str) -> Row:
    row = ask.records.get(table, key)
    if row is None:
        raise NotFound(f"no entry {key}")
    return row
