"""Writing into the audit chain what does not pass the fold otherwise, and asking for its newest row."""

import secrets
from typing import Any

from api.access import Ask
from faults.foodsafety.chain import Head
from service.model import Action
from telemetry.errors import Conflict, Invalid, NotFound

Json = dict[str, Any]


async def note(ask: Ask, action: str, subject: str, detail: Json) -> int:
    """Audit what the caller is about to do; its row's number. Raises Unavailable: then it is not done either."""
    return int((await told(ask, "audit.note", "", {"action": action, "subject": subject, "detail": detail}))["audit"])


async def told(ask: Ask, name: str, target: str, body: Json) -> Json:
    """The answer of an action that the caller's own request leads to. Raises Invalid, Conflict, Unavailable."""
    action = Action(id=secrets.token_hex(16), actor=ask.caller.actor(), name=name, target=target, body=body)
    answer = await ask.ctx.backend.submit(action)
    match answer.status:
        case "ok" | "created":
            return answer.body
        case "invalid":
            raise Invalid(answer.body.get("fields", {}))
        case "not_found":
            raise NotFound(target)
    raise Conflict(answer.body.get("guard", "refused"), answer.body.get("missing", []))


async def head(ask: Ask) -> Head:
    """The newest row as the fold knows it: kept in its snapshots and its journal, not in the database."""
    found = await told(ask, "audit.head", "", {})
    return Head(found["n"], found["hash"])
