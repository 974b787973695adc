"""What crosses the edges of the service core: an action people ask for, its answer, and the effects to carry out."""

from typing import Any, Literal

import msgspec

from service.records.base import Change
from telemetry.errors import Conflict, Denied, Invalid, NotFound, VendwatchError

Status = Literal["ok", "created", "conflict", "not_found", "denied", "invalid", "stale"]


class Actor(msgspec.Struct, frozen=True):
    """Who asks: the id of a user, technician or token, and the role it acts in."""

    id: str
    role: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person or program asks for: a row of the inbox, then an entry of the journal, judged by the fold.

    `name` is `noun.verb` (`ticket.dispatch`, `visit.accept`, `cabinet.create`); `target` the object's id or "".
    `body` has passed the API's shape check (JSON types), nothing more. `version`: the If-Match of the caller, if any.
    """

    id: str
    actor: Actor
    name: str
    target: str
    body: dict[str, Any]
    version: int | None = None

    def expects(self, version: int) -> None:
        """Raises Conflict `stale` when the caller saw another version than this one."""
        if self.version not in (None, version):
            raise Conflict("stale")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the fold answers to an action: `body` is the object, or {"guard", "missing"} / {"fields"} on refusal."""

    status: Status
    body: dict[str, Any] = msgspec.field(default_factory=dict)


REFUSALS = (Invalid, NotFound, Denied, Conflict)


def refusal(action: Action, error: VendwatchError) -> Answer:
    """The answer to an action that raised one of REFUSALS."""
    match error:
        case Invalid():
            return Answer(status="invalid", body={"fields": error.fields})
        case NotFound():
            return Answer(status="not_found", body={"id": action.target})
        case Denied():
            return Answer(status="denied", body={"id": action.target})
        case Conflict():
            status: Status = "stale" if error.guard == "stale" else "conflict"
            return Answer(status=status, body={"guard": error.guard, "missing": error.missing})
    raise error


class Publish(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a cabinet, sent after the commit."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Effects(msgspec.Struct, kw_only=True):
    """What a step of the core wants done: rows to commit together, then messages to publish. `commands`: what the desk
    asks of cabinets (`command.create`), which the fold judges as it judges anybody's."""

    changes: list[Change] = msgspec.field(default_factory=list)
    publish: list[Publish] = msgspec.field(default_factory=list)
    commands: list[Action] = msgspec.field(default_factory=list)

    def extend(self, other: "Effects") -> None:
        self.changes.extend(other.changes)
        self.publish.extend(other.publish)
        self.commands.extend(other.commands)
