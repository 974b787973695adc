"""A customer who wants no messages any more: `customer.no_messages`, or the word STOP (退订) sent back."""

from typing import Any

from service.cases import customers
from service.step import Step
from service.tickets import Ticket

WORDS = frozenset({"stop", "unsubscribe", "td", "t", "退订", "退訂", "停止"})
_MARKS = " \t\r\n.。!！,，\"'“”"


def stops(given: dict[str, Any]) -> bool:
    """Whether what came in is nothing but the word."""
    return given["direction"] == "in" and given["text"].strip(_MARKS).casefold() in WORDS


def stop(step: Step, ticket: Ticket, given: dict[str, Any]) -> None:
    """No further messages in this case, nor in the other open ones of the same phone."""
    phone = customers.phone_of(given.get("customer")) or customers.phone_of(ticket.customer)
    live = (step.books.tickets[key] for key in step.books.live)
    same = [t for t in live if t is not ticket and phone is not None and customers.phone_of(t.customer) == phone]
    for each in (ticket, *same):
        each.customer = {**(each.customer or {}), "no_messages": True}
        step.touch(each)
