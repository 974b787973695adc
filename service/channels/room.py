"""The register of outages of the channels to customers (S3 3.2(1), S4 4.1.3): reported, told, ended."""

from collections.abc import Callable

from service.channels.model import CHANNELS, PROBE, Outage
from service.checks import Check, demand, optional, text
from service.model import Action, Answer
from service.privacy.audit import audit
from service.records.base import Put
from service.step import Step, name
from telemetry.errors import Conflict, NotFound
from telemetry.units import MINUTE

_OUTAGE: dict[str, Check] = {"reason": text}
_RESTORE: dict[str, Check] = {"note": optional(text)}


def outage(step: Step, action: Action) -> Answer:
    """`channel.outage` {"reason"}: the channel is out of order from now on.

    Raises NotFound, Conflict `channel_down` with the outage that is open already, Invalid.
    """
    channel = _channel(action)
    found = step.books.outages.get(channel)
    if found is not None:
        raise Conflict("channel_down", [found.id])
    demand(action.body, _OUTAGE, ("reason",))
    made = Outage(
        id=name("CO", step.books.number("CO")), channel=channel, reason=action.body["reason"], by=action.actor.id,
        by_probe=action.actor == PROBE, since=step.now,
    )  # fmt: skip
    step.books.outages[channel] = made
    audit(step, action.actor, "channel.outage", f"channel:{channel}", {"outage": made.id})
    return Answer(status="created", body=_kept(step, made).row())


def restore(step: Step, action: Action) -> Answer:
    """`channel.restore` {"note"?}: the channel works again.

    Raises NotFound, Conflict `channel_up` when nothing is out of order, `channel_held` for a probe that would take back
    what a person said, Invalid.
    """
    channel = _channel(action)
    found = step.books.outages.get(channel)
    if found is None:
        raise Conflict("channel_up")
    if action.actor == PROBE and not found.by_probe:
        raise Conflict("channel_held", [found.id])
    demand(action.body, _RESTORE)
    found.ended, found.ended_by, found.note = step.now, action.actor.id, action.body.get("note")
    del step.books.outages[channel]
    audit(step, action.actor, "channel.restored", f"channel:{channel}", {"outage": found.id})
    return Answer(status="ok", body=_kept(step, found).row())


def _channel(action: Action) -> str:
    if action.target not in CHANNELS:
        raise NotFound(action.target)
    return action.target


def _kept(step: Step, found: Outage) -> Outage:
    step.changes.append(Put("channel_outages", found.row()))
    return found


def watch(step: Step) -> None:
    """At every tick: operators are alarmed, once, of what has been out of order too long."""
    for found in step.books.outages.values():
        if found.alarmed is None and step.now - found.since >= step.policy.front.outage_ms:
            found.alarmed = step.now
            _kept(step, found)
            en, zh = CHANNELS[found.channel]
            params = {
                "channel": en, "channel_zh": zh, "since": found.since, "why": found.reason,
                "minutes": (step.now - found.since) // MINUTE,
            }  # fmt: skip
            step.notice("operators", "channel_down", params)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"channel.outage": outage, "channel.restore": restore}
TICKS: tuple[Callable[[Step], None], ...] = (watch,)
