"""Signing in and out, and who am I."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from api.access import COOKIE, Who, foreign, set_cookie
from api.actions import respond
from api.body import Body, shaped
from api.context import Ctx
from api.identity import Caller
from api.openapi import returns, takes
from telemetry.errors import Denied

router = APIRouter(tags=["session"])
link = APIRouter(include_in_schema=False)


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """`code`: of the second factor, for people who have one."""

    username: str
    password: str
    code: str | None = None


def _me(caller: Caller) -> dict[str, Any]:
    return {"id": caller.id, "name": caller.id, "role": caller.role, "technician": caller.technician}


@router.post("/session", responses=returns("Me", status=201), openapi_extra=takes(SignIn))
async def sign_in(request: Request, ctx: Ctx, body: Body) -> Response:
    """Sign in; the answer sets the session cookie (30 min idle, 12 h in all, real time).

    Whoever has a second factor and sends no code, or a wrong one, is refused with 401 and guard `second_factor`.
    """
    if foreign(request):
        raise Denied("signing in must come from our own pages")
    asked, address = shaped(body, SignIn), request.client.host if request.client else ""
    arguments = (asked.username, asked.password, address, ctx.real(), asked.code)
    secret, caller = await run_in_threadpool(ctx.identity.sign_in, *arguments)
    response = respond(_me(caller), 201)
    set_cookie(response, secret, secure=request.url.scheme == "https")
    return response


@router.delete("/session", status_code=204)
def sign_out(ctx: Ctx, who: Who) -> Response:
    """End the session of the cookie."""
    ctx.identity.sign_out(who)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/me", responses=returns("Me"))
def me(ctx: Ctx, who: Who) -> Response:
    """Who is asking, and whether signing in asks for a second factor (never of a token)."""
    return respond(_me(who) | {"second_factor": who.how == "session" and ctx.identity.factors.on(who.id)})


@link.get("/sign-in/{code}")
def follow_link(request: Request, ctx: Ctx, code: str) -> Response:
    """A one-time sign-in link: a session, then the console; a spent link leads to the sign-in form."""
    secret = ctx.identity.redeem(code, ctx.real())
    response = RedirectResponse("/" if secret else "/?link=spent", 303, {"Cache-Control": "no-store"})
    if secret:
        set_cookie(response, secret, secure=request.url.scheme == "https")
    return response
