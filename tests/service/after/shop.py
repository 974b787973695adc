"""Tickets of people, brought to where the time after the repair begins."""

from typing import Any

from service.model import Actor, Answer
from tests.service.desk.world import World

CLERK = Actor(id="agnes", role="agent")
PERSON = {"name": "王小丽", "phone": "13800001234", "address": "杭州市天城路 1 号"}


def asked(world: World, **body: Any) -> str:
    """A ticket that a person opened."""
    sent = {"kind": "consultation", "summary": "How long is it open?", "customer": PERSON, **body}
    answer = world.act("ticket.create", "", CLERK, **sent)
    assert answer.status == "created", answer
    key: str = answer.body["id"]
    return key


def resolved(world: World, **body: Any) -> str:
    """A person's ticket, answered and resolved."""
    key = asked(world, **body)
    did(world.act("ticket.triage", key))
    did(world.act("ticket.reply", key, text="Until ten at night"))
    did(world.act("ticket.resolve", key))
    return key


def did(answer: Answer) -> Answer:
    assert answer.status == "ok", answer
    return answer


def token(world: World, ticket: str) -> str:
    found: str = world.tables["surveys"][ticket]["token"]
    return found


def give(world: World, ticket: str, **scores: Any) -> Answer:
    """The customer answers the survey."""
    body = {"token": token(world, ticket), **(scores or {"attitude": 5, "quality": 4})}
    return world.act("survey.answer", ticket, Actor(id="customer", role="customer"), **body)
