"""From a request to its caller: bearer tokens for programs, a session cookie for people, and who may go on."""

from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.context import Context, Ctx
from api.identity import ABSOLUTE, Caller
from api.problems import HttpError
from api.roles import MAY, may
from service.records.base import RecordStore
from telemetry.errors import Denied

COOKIE = "vendwatch_session"
SAFE = ("GET", "HEAD", "OPTIONS")


def caller_of(conn: HTTPConnection, ctx: Ctx) -> Caller:
    """The caller. Raises HttpError 401; Denied when a write or a socket by cookie comes from a foreign page."""
    scheme, _, token = conn.headers.get("authorization", "").partition(" ")
    if scheme:
        caller = ctx.identity.of_token(token.strip(), ctx.real()) if scheme.lower() == "bearer" else None
    else:
        caller = ctx.identity.of_session(conn.cookies.get(COOKIE, ""), ctx.real())
        if caller and conn.scope.get("method", "WEBSOCKET") not in SAFE and foreign(conn):
            raise Denied("a write by cookie must come from our own pages: Origin or Sec-Fetch-Site is foreign")
    if caller is None:
        raise HttpError(401, "a bearer token or a session is needed", {"WWW-Authenticate": "Bearer"})
    return caller


def foreign(conn: HTTPConnection) -> bool:
    """Whether the request comes from a page of another host (OWASP ASVS 5.0 chapter 3).

    Every browser names the origin of a write or a socket; what names none is a program, which nobody can trick.
    """
    origin = conn.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc != conn.headers.get("host")
    return conn.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


Who = Annotated[Caller, Depends(caller_of)]


class Ask(NamedTuple):
    """An allowed request: what it is, whom it reaches, who asks."""

    request: Request
    ctx: Context
    caller: Caller

    @property
    def records(self) -> RecordStore:
        return self.ctx.backend.records


def allowed(permission: str) -> Any:
    """A dependency that answers the request as `Ask` if the caller's role has the permission. Raises Denied."""
    if permission not in MAY:
        raise KeyError(permission)

    async def check(request: Request, ctx: Ctx, who: Who) -> Ask:
        if not may(who.role, permission):
            raise Denied(f"role {who.role} may not {permission}")
        return Ask(request, ctx, who)

    check.permission = permission  # type: ignore[attr-defined]  # read by the test of roles x endpoints
    return Depends(check)


def set_cookie(response: Response, secret: str, *, secure: bool) -> None:
    """Hand a session to the browser: out of reach of scripts and of other sites' requests."""
    response.set_cookie(
        COOKIE, secret, max_age=ABSOLUTE // 1000, httponly=True, samesite="strict", secure=secure, path="/"
    )
