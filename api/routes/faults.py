"""Faults: episodes, what they are, and what operators do about them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from msgspec import to_builtins
from starlette.concurrency import run_in_threadpool

from api import read
from api.access import Ask, allowed
from api.actions import Json, once, respond, submit
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.problems import problem
from api.tables import FAULTS
from faults.kinds import KINDS
from service.model import Action
from telemetry.errors import NotFound

router = APIRouter(tags=["faults"])
Read = Annotated[Ask, allowed("fault.read")]


@router.get("/faults", responses=lists("Fault"))
def faults(ask: Read, paging: Page) -> Response:
    rows, following, total = page(ask.records, FAULTS, paging)
    return respond(answer(read.faults(ask.records, rows), following, total))


@router.get("/faults/kinds", responses=lists("Kind"))
def fault_kinds(ask: Read) -> Response:
    """Every kind that is judged: severity, hold-down and hold-off (ms), names and advice in both languages."""
    kinds = [to_builtins(kind) for kind in KINDS.values()]
    return respond(answer(kinds, None, len(kinds)))


@router.get("/faults/{fault}", responses=returns("Fault"))
def fault_by_id(ask: Read, fault: str) -> Response:
    row = ask.records.get("episodes", fault)
    if row is None:
        raise NotFound(f"no fault {fault}")
    return respond(read.faults(ask.records, [row])[0])


def _act(verb: Literal["acknowledge", "snooze", "comment"], shape: str, summary: str) -> None:
    """One route per verb, since each needs its own permission."""

    async def act(ask: Annotated[Ask, allowed(f"fault.{verb}")], fault: str, body: Body) -> Response:
        def show(row: Json) -> Json:
            return read.faults(ask.records, [row])[0]

        async def run(action_id: str) -> tuple[int, Json]:
            action = Action(id=action_id, actor=ask.caller.actor(), name=f"fault.{verb}", target=fault, body=body)
            status, result = await submit(ask, action, show)
            if status == 404 and await run_in_threadpool(ask.records.get, "episodes", fault) is not None:
                return 409, problem(409, "the fault is over", guard="cleared", missing=[])
            return status, result

        status, result, _ = await once(ask, run)
        return respond(result, status)

    router.add_api_route(
        f"/faults/{{fault}}/{verb}", act, methods=["POST"], name=f"{verb}_fault", summary=summary,
        responses=returns("Fault"), openapi_extra=takes(shape),
    )  # fmt: skip


_act("acknowledge", "Note", "Say that somebody has seen it")
_act("snooze", "Snooze", "Be quiet about it until a time")
_act("comment", "Text", "Add a remark")
