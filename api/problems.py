"""Every error as an RFC 9457 problem document; the one place that turns our errors into HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.middleware import HEADERS
from service.guards import CLAUSES
from telemetry.errors import Conflict, Denied, Invalid, NotFound, Unavailable, VendwatchError

MEDIA = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Illegal move",
    412: "The object has changed",
    413: "Too large",
    415: "Unsupported type",
    422: "Invalid input",
    429: "Too many attempts",
    500: "Internal error",
    503: "Temporarily unavailable",
}
log = structlog.get_logger(__name__)


class HttpError(Exception):
    """A refusal that only HTTP knows (401, 412, 413, 415, 429); `headers` and a `guard`, if any, go with the answer."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, *, guard: str | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = {"guard": guard} if guard else {}


def problem(status: int, detail: str, **extra: Any) -> dict[str, Any]:
    """A problem document: `type title status detail`, and members of our own (`guard missing fields`)."""
    title = TITLES.get(status, "Error")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}


def refused(guard: str, missing: Sequence[str]) -> dict[str, Any]:
    """The problem document of an illegal move: the guard, what it misses, and the clause it carries out, if any."""
    clause = CLAUSES.get(guard)
    detail = f"refused by {guard} ({clause})" if clause else f"refused by {guard}"
    return problem(409, detail, guard=guard, missing=list(missing), **({"clause": clause} if clause else {}))


def of_error(error: VendwatchError) -> dict[str, Any]:
    """The problem document of one of our errors."""
    match error:
        case Invalid():
            return problem(422, str(error), fields=error.fields)
        case Conflict():
            return refused(error.guard, error.missing)
        case NotFound():
            return problem(404, str(error) or "no such object")
        case Denied():
            return problem(403, str(error) or "your role may not do this")
        case Unavailable():
            return problem(503, str(error), retry_after=error.retry_after)
        case _:
            return problem(500, "an unexpected error; see the log by its request id")


def of_validation(error: RequestValidationError) -> dict[str, Any]:
    """The problem document of a parameter that FastAPI refused."""
    fields = {".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]): e["msg"] for e in error.errors()}
    return problem(422, "; ".join(f"{k}: {v}" for k, v in fields.items()), fields=fields)


def respond(request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response; it carries the request id, by which the log is searched."""
    document = body | {"request_id": getattr(request.state, "request_id", None)}
    return Response(msgspec.json.encode(document), body["status"], dict(headers or {}), MEDIA)


def install(app: FastAPI) -> None:
    """Register the handlers of all errors."""

    @app.exception_handler(VendwatchError)
    async def ours(request: Request, error: VendwatchError) -> Response:
        retry = {"Retry-After": str(max(1, round(error.retry_after)))} if isinstance(error, Unavailable) else None
        return respond(request, of_error(error), retry)

    @app.exception_handler(HttpError)
    async def refusal(request: Request, error: HttpError) -> Response:
        return respond(request, problem(error.status, error.detail, **error.extra), error.headers)

    @app.exception_handler(RequestValidationError)
    async def parameter(request: Request, error: RequestValidationError) -> Response:
        return respond(request, of_validation(error))

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> Response:
        return respond(request, problem(error.status_code, str(error.detail)), error.headers)

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> Response:
        log.error("request_failed", path=request.url.path, request_id=request.state.request_id, exc_info=error)
        return respond(request, problem(500, "an unexpected error; see the log by its request id"), HEADERS)
