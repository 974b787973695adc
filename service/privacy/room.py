"""Privacy: looking at personal data with a reason, holds, purging, erasure, and what the API has audited."""

from collections.abc import Callable
from typing import Any

from service import actions
from service.bodies import texts
from service.checks import Check, demand, json_object, like, optional, text, within
from service.model import Action, Answer
from service.privacy import holds, purge
from service.privacy.audit import BY_ITSELF, audit
from service.step import Step
from service.tickets import AT_REST
from telemetry.units import HOUR

_LOOK: dict[str, Check] = {"reason": text, "fields": optional(texts), "cases": within(0, 1e9)}
_NOTE: dict[str, Check] = {"action": like(r"[a-z-]+\.[a-z-]+"), "subject": text, "detail": json_object}


def _look(what: str) -> Callable[[Step, Action], Answer]:
    """Somebody gets personal values, or a list of a person's cases: the row comes before the values leave."""

    def run(step: Step, action: Action) -> Answer:
        demand(action.body, _LOOK, ("reason",))
        cases = max(1, int(action.body.get("cases", 1)))
        detail = {"reason": action.body["reason"], "fields": action.body.get("fields"), "cases": cases}
        number = audit(step, action.actor, what, action.target, detail)
        _watch(step, action, cases)
        return Answer(status="ok", body={"audit": number})

    return run


def _watch(step: Step, action: Action, cases: int) -> None:
    """More than `reveals_per_hour` by one person, one by one or in one export, is an incident (S1 4.4)."""
    mine = step.books.privacy.looks
    for actor in list(mine):
        mine[actor] = [at for at in mine[actor] if at > step.now - HOUR]
        if not mine[actor]:
            del mine[actor]
    most = step.policy.reveals_per_hour
    looks = [*mine.get(action.actor.id, []), *[step.now] * min(cases, most + 1)][-most - 1 :]
    mine[action.actor.id] = looks
    if len(looks) > most:
        _alarm(step, action)


def _alarm(step: Step, action: Action) -> None:
    """One incident for each person who looks at too much, while it is open."""
    about = action.actor.id
    known = step.books.tickets.get(step.books.privacy.incidents.get(about, ""))
    if known is not None and known.state not in AT_REST:
        return
    body: dict[str, Any] = {
        "kind": "incident", "severity": "critical", "channel": "online",
        "summary": f"Possible leak of personal data: {about} looked at more than {step.policy.reveals_per_hour} "
        "records in an hour",
        "summary_zh": f"疑似个人信息泄露：{about} 一小时内查看超过 {step.policy.reveals_per_hour} 条记录",
    }  # fmt: skip
    chinese = body.pop("summary_zh")
    ticket = actions.create(step, BY_ITSELF, body)
    ticket.extra["summary_zh"] = chinese
    step.books.privacy.incidents[about] = ticket.id
    params = {"actor": about, "most": step.policy.reveals_per_hour, "summary": ticket.summary}
    step.notice("operators", "privacy_incident", params, ticket=ticket.id)
    audit(step, BY_ITSELF, "incident.opened", f"ticket:{ticket.id}", {"actor": about})


def _note(step: Step, action: Action) -> Answer:
    """What does not pass the fold and still belongs into the chain: users, tokens, sign-in."""
    demand(action.body, _NOTE, ("action", "subject", "detail"))
    number = audit(step, action.actor, action.body["action"], action.body["subject"], action.body["detail"])
    return Answer(status="ok", body={"audit": number})


def _head(step: Step, action: Action) -> Answer:
    """The newest row of the chain as the fold knows it, which nobody who can write to the database can change."""
    demand(action.body, {})
    return Answer(status="ok", body={"n": step.books.audit.n, "hash": step.books.audit.hash})


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "privacy.reveal": _look("pii.revealed"),
    "privacy.find": _look("person.found"),
    "privacy.export": _look("person.exported"),
    "privacy.erase": purge.run,
    "privacy.purge": purge.run,
    "hold.place": holds.place,
    "hold.end": holds.end,
    "audit.note": _note,
    "audit.head": _head,
}
