"""Commands to cabinets."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Response

from api import read, views
from api.access import Ask, allowed
from api.actions import Render, perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import COMMANDS
from service.records.base import Where
from telemetry.errors import NotFound

router = APIRouter(tags=["commands"])


def _shown(ask: Ask) -> Render:
    return partial(views.command, personal=read.personal(ask.caller))


@router.post(
    "/cabinets/{cabinet}/commands", responses=returns("Command", status=201), openapi_extra=takes("NewCommand")
)
async def create_command(ask: Annotated[Ask, allowed("command.create")], cabinet: str, body: Body) -> Response:
    """Send a command, now or at the cabinet's next birth before it expires."""
    return await perform(ask, "command.create", cabinet, body, _shown(ask))


@router.get("/cabinets/{cabinet}/commands", responses=lists("Command"))
def commands(ask: Annotated[Ask, allowed("fleet.read")], cabinet: str, paging: Page) -> Response:
    if ask.ctx.view.row(cabinet) is None:
        raise NotFound(f"no cabinet {cabinet}")
    rows, following, total = page(ask.records, COMMANDS, paging, [Where("cabinet", "=", cabinet)])
    return respond(answer(list(map(_shown(ask), rows)), following, total))


@router.get("/cabinets/{cabinet}/commands/{command}", responses=returns("Command"))
def command_by_id(ask: Annotated[Ask, allowed("fleet.read")], cabinet: str, command: str) -> Response:
    row = ask.records.get("commands", command)
    if row is None or row["cabinet"] != cabinet:
        raise NotFound(f"no command {command} of {cabinet}")
    return respond(_shown(ask)(row))
