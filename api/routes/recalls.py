"""Recalls: which cabinets hold the goods, which sales were it, how far each cabinet is, who knows of it."""

import secrets
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api import read, recallviews
from api.access import Ask, allowed
from api.actions import Json, Render, once, perform, respond, submit
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import RECALL_SALES, RECALL_TASKS, RECALLS
from service.model import Action
from service.recalls import notice
from service.records.base import Row, Where
from telemetry.errors import NotFound

router = APIRouter(tags=["recalls"])
Read = Annotated[Ask, allowed("recall.read")]
CHUNK = 2000  # sales in one action


def _shower(ask: Ask) -> Render:
    return lambda row: recallviews.recall(ask.records, row)


def _row(ask: Ask, recall: str) -> Row:
    row = ask.records.get("recalls", recall)
    if row is None:
        raise NotFound(f"no recall {recall}")
    return row


@router.get("/recalls", responses=lists("Recall"))
def recalls(ask: Read, paging: Page) -> Response:
    rows, following, total = page(ask.records, RECALLS, paging)
    return respond(answer([recallviews.recall(ask.records, row) for row in rows], following, total))


@router.post("/recalls", responses=returns("Recall", status=201), openapi_extra=takes("NewRecall"))
async def create_recall(ask: Annotated[Ask, allowed("recall.create")], body: Body) -> Response:
    """Start a recall: cabinets are listed and stopped, pull tickets opened, all units told, sales found."""

    async def run(action_id: str) -> tuple[int, Json]:
        found = await run_in_threadpool(recallviews.sold, ask.records, body.get("sku"), body.get("lots"))
        given = {**body, "sales": found[:CHUNK]}
        action = Action(id=action_id, actor=ask.caller.actor(), name="recall.create", target="", body=given)
        status, shown = await submit(ask, action, _shower(ask))
        if status == 201:
            await _look_again(ask, shown["id"])
            shown = await run_in_threadpool(lambda: recallviews.recall(ask.records, _row(ask, shown["id"])))
        return status, shown

    status, result, _ = await once(ask, run)
    return respond(result, status)


@router.post("/recalls/preview", responses=returns("RecallPreview"), openapi_extra=takes("RecallMeant"))
async def preview_recall(ask: Annotated[Ask, allowed("recall.preview")], body: Body) -> Response:
    """How many cabinets and sales a recall of these lots would reach. Nothing is stopped, listed or told."""
    sku, lots = body.get("sku"), body.get("lots")
    return await perform(
        ask, "recall.preview", "", body,
        lambda found: {**found, "sold": recallviews.would_be_sold(ask.records, sku, lots)},
    )  # fmt: skip


async def _look_again(ask: Ask, recall: str) -> None:
    """Sales that were committed between the first look and the recall: from then on the fold adds them itself."""
    missing = await run_in_threadpool(recallviews.missing, ask.records, _row(ask, recall))
    for at in range(0, len(missing), CHUNK):
        await _add(ask, recall, missing[at : at + CHUNK])


async def _add(ask: Ask, recall: str, rows: Sequence[Row]) -> None:
    body = {"sales": list(rows)}
    actor, key = ask.caller.actor(), secrets.token_hex(16)
    await ask.ctx.backend.submit(Action(id=key, actor=actor, name="recall.sales", target=recall, body=body))


@router.get("/recalls/{recall}", responses=returns("Recall"))
def recall_by_id(ask: Read, recall: str) -> Response:
    return respond(recallviews.recall(ask.records, _row(ask, recall)))


@router.get("/recalls/{recall}/tasks", responses=lists("RecallTask"))
def recall_tasks(ask: Read, recall: str, paging: Page) -> Response:
    """One per cabinet that holds the goods, or may."""
    _row(ask, recall)
    rows, following, total = page(ask.records, RECALL_TASKS, paging, [Where("recall", "=", recall)])
    return respond(answer([recallviews.task(row) for row in rows], following, total))


@router.get("/recalls/{recall}/sales", responses=lists("RecallSale"))
def recall_sales(ask: Read, recall: str, paging: Page) -> Response:
    """The sales of the recalled lots, with the customer of a claim where one is known."""
    _row(ask, recall)
    rows, following, total = page(ask.records, RECALL_SALES, paging, [Where("recall", "=", recall)])
    claimed = read.grouped(ask.records, "tickets", "id", [row["ticket"] for row in rows if row["ticket"]])
    whole = [found[0] for found in claimed.values()]
    shown = {t["id"]: t["customer"] for t in read.tickets(ask.records, whole, ask.caller, timeline=False)}
    return respond(answer([recallviews.sale(row, shown.get(row["ticket"])) for row in rows], following, total))


@router.post("/recalls/{recall}/sales", responses=returns("Recall"))
async def find_recall_sales(ask: Annotated[Ask, allowed("recall.sales")], recall: str) -> Response:
    """Look through the records once more for sales of the recalled lots; those that are listed stay as they are."""
    await run_in_threadpool(_row, ask, recall)
    await _look_again(ask, recall)
    return respond(await run_in_threadpool(lambda: recallviews.recall(ask.records, _row(ask, recall))))


@router.get("/recalls/{recall}/notice", responses=returns("RecallNotice"))
def recall_notice(ask: Read, recall: str) -> Response:
    """The public notice: as people wrote it, else drafted from the recall's fields."""
    return respond(notice.draft(_row(ask, recall), ask.ctx.backend.zone))


@router.post("/recalls/{recall}/acknowledge", responses=returns("Recall"), openapi_extra=takes("RecallAcknowledge"))
async def acknowledge_recall(ask: Annotated[Ask, allowed("recall.acknowledge")], recall: str, body: Body) -> Response:
    """A unit has taken note."""
    return await perform(ask, "recall.acknowledge", recall, body, _shower(ask))


@router.post("/recalls/{recall}/confirm", responses=returns("Recall"), openapi_extra=takes("RecallConfirm"))
async def confirm_recall_task(ask: Annotated[Ask, allowed("recall.confirm")], recall: str, body: Body) -> Response:
    """A person answers for one cabinet: looked, and nothing is left."""
    return await perform(ask, "recall.confirm", recall, body, _shower(ask))


@router.post("/recalls/{recall}/close", responses=returns("Recall"), openapi_extra=takes("RecallClose"))
async def close_recall(ask: Annotated[Ask, allowed("recall.close")], recall: str, body: Body) -> Response:
    """End it; cabinets that nothing else stops sell again."""
    return await perform(ask, "recall.close", recall, body, _shower(ask))
