"""Around every request: an id, the security headers, a limit on the body."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB = 1 << 20
ATTACHMENTS = "/api/v1/attachments"
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Envelope:
    """Request id (the caller's if it is plain), security headers, `no-store` on the API, HSTS over TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _seal(scope, MutableHeaders(scope=message), request_id)
            await send(message)

        await self._app(scope, receive, sealed)


def _seal(scope: Scope, headers: MutableHeaders, request_id: str) -> None:
    headers["X-Request-Id"] = request_id
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["path"].startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"


class BodyLimit:
    """Refuses bodies above 1 MiB (attachments 10 MiB) with 413, by their declared length or once that many came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # multipart adds its own lines around an attachment
        limit = 10 * MIB + 4096 if scope["path"].rstrip("/") == ATTACHMENTS else MIB
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = HTTPException(413, f"the body is larger than {limit} bytes")
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit or (declared.isdigit() and int(declared) > limit):
                raise too_large
            return message

        await self._app(scope, bounded, send)
