"""Secrets of cabinets: a new one in the place of the old, none any more, and what is kept of them all."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.access import Ask, allowed
from api.actions import Json, once_with_secret, perform, respond, submit
from api.lists import Page, answer, page
from api.openapi import lists, returns
from api.routes.cabinets import shown
from api.tables import CREDENTIALS
from service.credentials import hashed, usable
from service.model import Action
from service.records.base import Where

router = APIRouter(tags=["cabinets"])
KEPT = [Where("retired", "=", False), Where("credential", "notnull")]


@router.post("/cabinets/{cabinet}/credential", responses=returns("Credential", status=201))
async def rotate(ask: Annotated[Ask, allowed("cabinet.credential")], cabinet: str) -> Response:
    """A new secret, shown this once. The old one opens nothing from now on; who is in with it is thrown out within a
    minute."""

    async def run(action_id: str, secret: str) -> tuple[int, Json]:
        body = {"credential": {"hash": hashed(secret)}}
        action = Action(id=action_id, actor=ask.caller.actor(), name="cabinet.credential", target=cabinet, body=body)
        return await submit(ask, action, lambda row: {"username": row["id"]})

    status, result, secret = await once_with_secret(ask, "credential", run)
    return respond(result | ({"password": secret} if status == 201 else {}), status)


@router.delete("/cabinets/{cabinet}/credential", responses=returns("Cabinet"))
async def revoke(ask: Annotated[Ask, allowed("cabinet.revoke")], cabinet: str) -> Response:
    """The cabinet may not connect any more; it is thrown out within a minute. Its history stays."""
    return await perform(ask, "cabinet.revoke", cabinet, {}, lambda row: shown(ask, row))


@router.get("/credentials", responses=lists("KeptCredential"))
def credentials(ask: Annotated[Ask, allowed("credential.read")], paging: Page) -> Response:
    """The salted hashes of all secrets, for the password file of a broker of one's own."""
    rows, following, total = page(ask.records, CREDENTIALS, paging, KEPT)
    kept = [(row["id"], row["credential"]["hash"]) for row in rows]
    items = [{"username": name, "hash": value} for name, value in kept if usable(value)]
    return respond(answer(items, following, total))
