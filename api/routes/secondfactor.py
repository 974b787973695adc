"""The second factor: people set up and end their own; an administrator ends that of somebody who lost it."""

from typing import Annotated

import msgspec
import segno
from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.access import Ask, Who, allowed
from api.actions import respond
from api.auditing import note
from api.body import Body, shaped
from api.context import Ctx
from api.openapi import returns, takes
from telemetry.errors import Denied

router = APIRouter(tags=["session"])


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """An empty object."""


class FactorCode(msgspec.Struct, forbid_unknown_fields=True):
    """`code`: six digits of the authenticator; to end the second factor, a recovery code will do too."""

    code: str


async def _person(request: Request, ctx: Ctx, who: Who) -> Ask:
    """A person by session. Raises Denied: a token has no second factor, and must not touch that of a namesake."""
    if who.how != "session":
        raise Denied("a second factor is for people who signed in, not for tokens")
    return Ask(request, ctx, who)


Own = Annotated[Ask, Depends(_person)]


@router.post("/me/second-factor", responses=returns("SecondFactorBegun", status=201), openapi_extra=takes(Nothing))
async def begin_second_factor(ask: Own, body: Body) -> Response:
    """The secret for an authenticator, shown this once. It counts only when a code confirmed it."""
    shaped(body, Nothing)
    secret, uri = await run_in_threadpool(ask.ctx.identity.factors.begin, ask.caller.id)
    image = segno.make(uri, error="m", micro=False).svg_data_uri(scale=4)
    return respond({"uri": uri, "secret": secret, "qr": image}, 201)


@router.post("/me/second-factor/confirm", responses=returns("SecondFactorOn"), openapi_extra=takes(FactorCode))
async def confirm_second_factor(ask: Own, body: Body) -> Response:
    """From now on signing in asks for a code; the answer has the recovery codes, shown this once."""
    await _prove(ask, body, on=False)
    await note(ask, "user.second-factor-on", f"user:{ask.caller.id}", {})
    codes = await run_in_threadpool(ask.ctx.identity.factors.confirm, ask.caller.id, ask.ctx.real())
    return respond({"recovery": codes})


@router.delete("/me/second-factor", status_code=204, openapi_extra=takes(FactorCode))
async def end_second_factor(ask: Own, body: Body) -> Response:
    """From now on the password alone signs in."""
    await _prove(ask, body, on=True)
    await note(ask, "user.second-factor-off", f"user:{ask.caller.id}", {})
    await run_in_threadpool(ask.ctx.identity.factors.end, ask.caller.id)
    return Response(status_code=204)


async def _prove(ask: Ask, body: Body, *, on: bool) -> None:
    code, real = shaped(body, FactorCode).code, ask.ctx.real()
    await run_in_threadpool(ask.ctx.identity.factors.prove, ask.caller.id, code, on=on, real=real)


@router.delete("/users/{name}/second-factor", status_code=204)
async def end_users_second_factor(ask: Annotated[Ask, allowed("user.second-factor")], name: str) -> Response:
    """End the second factor of somebody who lost it; refused when there is none."""
    await run_in_threadpool(ask.ctx.identity.end_factor, name)
    await note(ask, "user.second-factor-off", f"user:{name}", {})
    return Response(status_code=204)
