"""Changes: from a request to an action for the fold, and from its answer to a response; the same key, the same answer.

`Idempotency-Key`: the first answer is kept 24 h of real time, per caller; the same key with another request is refused.
The action's id derives from the key, so that a request repeated after a lost answer is not judged twice.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.access import Ask
from api.problems import MEDIA, HttpError, problem, refused
from service.model import Action, Answer
from service.records.base import Put, RecordStore, Row, Where
from telemetry.errors import Invalid
from telemetry.units import DAY

Json = dict[str, Any]
Render = Callable[[Json], Json]
Run = Callable[[str], Awaitable[tuple[int, Json]]]
RunSecret = Callable[[str, str], Awaitable[tuple[int, Json]]]
STATUS = {"ok": 200, "created": 201, "conflict": 409, "not_found": 404, "denied": 403, "invalid": 422, "stale": 412}
KEPT = DAY


def respond(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON; an object with a version carries it as ETag; a refusal is a problem document."""
    sent = dict(headers or {})
    if isinstance(body, dict) and isinstance(body.get("version"), int):
        sent["ETag"] = f'"{body["version"]}"'
    media = "application/json" if status < 400 else MEDIA
    return Response(msgspec.json.encode(body), status, sent, media)


def version_of(request: Request) -> int | None:
    """The version in If-Match; None when there is none. Raises HttpError 412 for a tag that cannot be ours."""
    tag = request.headers.get("if-match", "*").strip()
    if tag == "*":
        return None
    text = tag.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise HttpError(412, "If-Match names no version of this object")
    return int(text)


async def perform(ask: Ask, name: str, target: str, body: Json, render: Render) -> Response:
    """Submit an action and answer with the rendered object. Raises Unavailable."""

    async def run(action_id: str) -> tuple[int, Json]:
        return await submit(
            ask, Action(id=action_id, actor=ask.caller.actor(), name=name, target=target, body=body), render
        )

    status, result, _ = await once(ask, run)
    return respond(result, status)


async def submit(ask: Ask, action: Action, render: Render) -> tuple[int, Json]:
    """(status, JSON) of an action, judged at the version of the request's If-Match. Raises Unavailable."""
    versioned = msgspec.structs.replace(action, version=version_of(ask.request))
    answer = await ask.ctx.backend.submit(versioned)
    return STATUS[answer.status], await run_in_threadpool(outcome, answer, render)


def outcome(answer: Answer, render: Render) -> Json:
    """The object as JSON, or the problem that the fold names."""
    body, status = answer.body, STATUS[answer.status]
    match answer.status:
        case "ok" | "created":
            return render(body)
        case "conflict":
            return refused(body.get("guard", "conflict"), body.get("missing", ()))
        case "invalid":
            fields = body.get("fields", {})
            return problem(status, "; ".join(f"{k}: {v}" for k, v in fields.items()), fields=fields)
        case "not_found":
            return problem(status, "no such object")
        case "denied":
            return problem(status, str(body.get("detail", "you may not do this")))
        case "stale":
            return problem(status, "the object has changed since you read it; read it again", guard="stale")


async def once(ask: Ask, run: Run, said: bytes | None = None) -> tuple[int, Json, str]:
    """(status, body, action id): run, or the answer kept under the request's Idempotency-Key. Raises Invalid.

    `said`: what tells this request from another, where its body does not: a form is consumed once it was read, and its
    boundary differs each time it is sent.
    """
    key = _key(ask)
    if key is None:
        action_id = secrets.token_hex(16)
        return *await run(action_id), action_id
    async with ask.ctx.locks.setdefault(key, asyncio.Lock()):
        asked = await _asked(ask, key, said)
        if not asked["status"]:
            await _answer(ask, asked, await run(key[:32]))
    return asked["status"], asked["body"], key[:32]


async def once_with_secret(ask: Ask, purpose: str, run: RunSecret) -> tuple[int, Json, str]:
    """(status, body, secret): like `once`, with a 192-bit secret for this request. `run` gets the action's id and it.

    A repeated request shows the same one although nobody keeps it, nor anything it could be made from: it derives from
    our key, the caller's Idempotency-Key, of which only a hash is stored, and the moment at which it was first used,
    which is noted before anything is done. So a key that is used again once it is forgotten brings no old secret back.
    """
    key = _key(ask)
    if key is None:
        secret = _secret(ask, purpose, secrets.token_hex(32))
        return *await run(secrets.token_hex(16), secret), secret
    async with ask.ctx.locks.setdefault(key, asyncio.Lock()):
        asked = await _asked(ask, key)
        secret = _secret(ask, purpose, f"{asked['at']}|{ask.request.headers['idempotency-key']}")
        if not asked["status"]:
            await run_in_threadpool(ask.records.write, [Put("idempotency", asked)])
            action_id = hashlib.sha256(f"{key}|{asked['at']}".encode()).hexdigest()[:32]
            await _answer(ask, asked, await run(action_id, secret))
    return asked["status"], asked["body"], secret


def _key(ask: Ask) -> str | None:
    """What the request's Idempotency-Key is kept under; None when there is none. Raises Invalid."""
    given = ask.request.headers.get("idempotency-key")
    if given is None:
        return None
    if not 1 <= len(given) <= 200:
        raise Invalid({"Idempotency-Key": "1 to 200 characters"})
    return hashlib.sha256(f"{ask.caller.how}|{ask.caller.id}|{given}".encode()).hexdigest()


async def _asked(ask: Ask, key: str, said: bytes | None = None) -> Row:
    """The row of a request as kept, or a new one, without an answer (status 0). Raises Invalid for another request
    under the same key."""
    request, real = ask.request, ask.ctx.real()
    body = await request.body() if said is None else said
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()
    kept = await run_in_threadpool(ask.records.get, "idempotency", key)
    if kept is None or kept["at"] <= real - KEPT:
        return {"key": key, "status": 0, "body": {}, "digest": digest, "at": real}
    if kept["digest"] != digest:
        raise Invalid({"Idempotency-Key": "was used with another request"})
    return kept


async def _answer(ask: Ask, asked: Row, answer: tuple[int, Json]) -> None:
    """Keep the answer; rows that are over go."""
    asked["status"], asked["body"] = answer
    await run_in_threadpool(_keep, ask.records, asked, ask.ctx.real())


def _keep(records: RecordStore, row: Row, real: int) -> None:
    records.write([Put("idempotency", row)])
    records.trim("idempotency", [Where("at", "<", real - KEPT)])


def _secret(ask: Ask, purpose: str, given: str) -> str:
    seed = f"{purpose}|{ask.caller.how}|{ask.caller.id}|{ask.request.url.path}|{given}"
    mac = hmac.new(ask.ctx.settings.secret, seed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:24]).decode()
