"""Checks of the fields of an action's body: a check gives what is wrong with a value, or None."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from telemetry.errors import Invalid

Check = Callable[[Any], str | None]

_LONGEST_TEXT = 500
_LARGEST_OBJECT = 16_384


def text(value: Any) -> str | None:
    """A text that says something, of a length people can read."""
    if not isinstance(value, str) or not value.strip():
        return "must be a non-empty text"
    if "\x00" in value:  # no database but SQLite keeps it
        return "must not hold U+0000"
    return None if len(value) <= _LONGEST_TEXT else f"must have at most {_LONGEST_TEXT} characters"


def day(value: Any) -> str | None:
    """A calendar day, as in 2027-05-31."""
    try:
        fine = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        fine = False
    return None if fine else "must be a day, YYYY-MM-DD"


def truth(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def json_object(value: Any) -> str | None:
    """An object small enough to travel to a cabinet beside its envelope (64 KiB)."""
    if not isinstance(value, dict):
        return "must be an object"
    size = len(msgspec.json.encode(value))
    return None if size <= _LARGEST_OBJECT else f"must have at most {_LARGEST_OBJECT} bytes"


def within(low: float, high: float) -> Check:
    """A number between two finite limits, both allowed; never a boolean or NaN."""

    def check(value: Any) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if number and low <= value <= high else f"must be a number from {low:g} to {high:g}"

    return check


def like(pattern: str) -> Check:
    """A text that matches the whole pattern."""
    whole = re.compile(pattern)
    return lambda value: None if isinstance(value, str) and whole.fullmatch(value) else f"must match {pattern}"


def optional(check: Check) -> Check:
    """What `check` accepts, or null."""
    return lambda value: None if value is None else check(value)


def demand(body: Mapping[str, Any], fields: Mapping[str, Check], required: tuple[str, ...] = ()) -> None:
    """Every field known and well-formed, every required one there; raises Invalid with one message per field."""
    wrong = {key: "is required" for key in required if key not in body}
    for key, value in body.items():
        message = fields[key](value) if key in fields else "unknown field"
        if message is not None:
            wrong[key] = message
    if wrong:
        raise Invalid(wrong)
