"""What a customer may tell of themselves, and may decline to tell (S1 4.3.1 beats 8.2: no more than is needed)."""

import re
from typing import Any

from service.bodies import known
from service.checks import Check, optional, text, truth
from service.tickets import Ticket
from telemetry.errors import Invalid

_SEPARATORS = re.compile(r"[\s()./-]+")


def told(value: Any) -> str | None:
    """A text, or `{"declined": reason}`."""
    if not isinstance(value, dict):
        return text(value)
    return None if set(value) == {"declined"} and text(value["declined"]) is None else 'or {"declined": reason}'


FIELDS: dict[str, Check] = {
    "name": optional(told), "address": optional(told), "phone": optional(told), "number": optional(text),
    "no_messages": optional(truth),
}  # fmt: skip


def check(customer: dict[str, Any]) -> None:
    """Raises Invalid, fields named as `customer.phone`."""
    try:
        known(customer, FIELDS)
    except Invalid as error:
        raise Invalid({f"customer.{field}": message for field, message in error.fields.items()}) from None


def phone_of(customer: dict[str, Any] | None) -> str | None:
    """The digits of a phone number, however it is written, without China's country code; None without one."""
    phone = (customer or {}).get("phone")
    if not isinstance(phone, str):
        return None
    plain = _SEPARATORS.sub("", phone)
    return re.sub(r"^(\+86|0086)", "", plain) or None


def completed(ticket: Ticket, given: dict[str, Any]) -> dict[str, Any] | None:
    """The ticket's customer, with what is given where nothing was known; None stays None."""
    known = {key: value for key, value in (ticket.customer or {}).items() if value is not None}
    return {**{key: value for key, value in given.items() if value is not None}, **known} or ticket.customer
