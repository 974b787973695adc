"""Request bodies: strict JSON (no NaN, UTF-8, bounded depth). What the words in it mean is for the fold to judge."""

from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, Request

from telemetry.errors import Invalid

S = TypeVar("S", bound=msgspec.Struct)
DEEPEST = 16
LARGEST = 2**53


async def _json_object(request: Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object. Raises Invalid."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid({"body": str(error) or "nested too deep"}) from None
    if not isinstance(body, dict):
        raise Invalid({"body": "a JSON object is needed"})
    _check(body, DEEPEST)
    return body


def _check(value: Any, depth: int) -> None:
    """What the journal and the stores can hold: bounded depth, integers that a double holds exactly."""
    if depth == 0:
        raise Invalid({"body": f"nested deeper than {DEEPEST}"})
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth - 1)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise Invalid({"body": f"holds an integer beyond ±{LARGEST}"})


Body = Annotated[dict[str, Any], Depends(_json_object)]


def shaped(body: dict[str, Any], shape: type[S]) -> S:
    """The body as a typed struct; raises Invalid naming the field."""
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        raise Invalid({path.strip("`.") or "body": message}) from None
