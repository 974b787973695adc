"""The audit chain: who saw, changed or deleted what, and whether the log is whole."""

from typing import Annotated

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api import auditing, read, views
from api.access import Ask, allowed
from api.actions import respond
from api.lists import Page, answer, page
from api.openapi import lists, returns
from api.tables import AUDIT
from service.privacy.audit import checked, newest

router = APIRouter(tags=["privacy"])
Read = Annotated[Ask, allowed("audit.read")]


@router.get("/audit", responses=lists("AuditRow"))
def audit_rows(ask: Read, paging: Page) -> Response:
    """The rows of the chain, newest first."""
    rows, following, total = page(ask.records, AUDIT, paging)
    full = read.personal(ask.caller)
    return respond(answer([views.logged("audit", row, personal=full) for row in rows], following, total))


@router.get("/audit/verify", responses=returns("AuditCheck"))
async def audit_verify(ask: Read) -> Response:
    """Compute the chain anew from the first row to the newest that the fold knows of."""
    last = await run_in_threadpool(newest, ask.records)
    head = await auditing.head(ask)
    return respond(await run_in_threadpool(checked, ask.records, head, last))
