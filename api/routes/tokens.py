"""Tokens of programs and users of people; for administrators."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api import views
from api.access import Ask, allowed
from api.actions import once, once_with_secret, respond
from api.auditing import note
from api.body import Body, shaped
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import TOKENS, USERS

router = APIRouter(tags=["identity"])


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """`name`: for role technician the technician's id."""

    name: str
    role: str


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    password: str
    role: str
    technician: str | None = None


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    password: str


@router.get("/tokens", responses=lists("Token"))
def tokens(ask: Annotated[Ask, allowed("token.read")], paging: Page) -> Response:
    rows, following, total = page(ask.records, TOKENS, paging)
    return respond(answer([views.plain(row) for row in rows], following, total))


@router.post("/tokens", responses=returns("TokenWithSecret", status=201), openapi_extra=takes(NewToken))
async def create_token(ask: Annotated[Ask, allowed("token.create")], body: Body) -> Response:
    """A token, shown this once; only its hash is kept."""
    asked, ctx = shaped(body, NewToken), ask.ctx

    async def run(_: str, secret: str) -> tuple[int, dict[str, Any]]:
        await note(ask, "token.create", f"token:{asked.name}", {"role": asked.role})
        row, _ = await run_in_threadpool(ctx.identity.create_token, asked.name, asked.role, ctx.real(), secret)
        return 201, views.plain(row)

    status, row, secret = await once_with_secret(ask, "token", run)
    return respond(row | {"token": "vw_" + secret}, status)


@router.delete("/tokens/{token}", status_code=204)
async def revoke_token(ask: Annotated[Ask, allowed("token.revoke")], token: str) -> Response:
    """From now on the token opens nothing; live connections end within a minute."""
    await run_in_threadpool(ask.ctx.identity.revoke_token, token, ask.ctx.real())
    await note(ask, "token.revoke", f"token:{token}", {})
    return Response(status_code=204)


@router.get("/users", responses=lists("User"))
def users(ask: Annotated[Ask, allowed("user.read")], paging: Page) -> Response:
    rows, following, total = page(ask.records, USERS, paging)
    return respond(answer([views.plain(row) for row in rows], following, total))


@router.post("/users", responses=returns("User", status=201), openapi_extra=takes(NewUser))
async def create_user(ask: Annotated[Ask, allowed("user.create")], body: Body) -> Response:
    """A person who signs in; role technician needs the id of the technician it acts for."""
    asked, ctx = shaped(body, NewUser), ask.ctx

    async def run(_: str) -> tuple[int, dict[str, Any]]:
        await note(ask, "user.create", f"user:{asked.name}", {"role": asked.role})
        arguments = (asked.name, asked.password, asked.role, asked.technician, ctx.real())
        return 201, views.plain(await run_in_threadpool(ctx.identity.create_user, *arguments))

    status, row, _ = await once(ask, run)
    return respond(row, status)


@router.post("/users/{name}/password", status_code=204, openapi_extra=takes(NewPassword))
async def set_password(ask: Annotated[Ask, allowed("user.password")], name: str, body: Body) -> Response:
    """A new password; the user's sessions end."""
    await run_in_threadpool(ask.ctx.identity.set_password, name, shaped(body, NewPassword).password)
    await note(ask, "user.password", f"user:{name}", {})
    return Response(status_code=204)
