"""Checks of what the desk's actions carry, beyond those in `checks`; and reading a time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from service.checks import Check, demand, optional, text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_000  # 9999-12-31T23:59:59Z


def one_of(*values: str) -> Check:
    return lambda value: None if value in values else f"must be one of {', '.join(values)}"


def when(value: Any) -> str | None:
    """An instant: ISO 8601 with offset, or ms since 1970."""
    return None if _ms(value) is not None else "must be a time, ISO 8601 with offset"


def _ms(value: Any) -> int | None:
    ms = _parsed(value) if isinstance(value, str) else value
    return ms if isinstance(ms, int) and not isinstance(ms, bool) and 0 <= ms <= _LATEST else None


def _parsed(text: str) -> int | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (parsed - _EPOCH) // timedelta(milliseconds=1) if parsed.tzinfo is not None else None


def instant(value: Any) -> int:
    """The ms of a value that passed `when`."""
    ms = _ms(value)
    if ms is None:
        raise ValueError(value)
    return ms


def texts(value: Any) -> str | None:
    fine = isinstance(value, list) and all(text(v) is None for v in value)
    return None if fine else "must be a list of texts"


def parts(value: Any) -> str | None:
    """Parts used: texts, or objects that name part and quantity as the caller likes."""
    fine = isinstance(value, list) and all(isinstance(v, dict) or text(v) is None for v in value)
    return None if fine else "must be a list of texts or objects"


def known(body: Mapping[str, Any], fields: Mapping[str, Check], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a ticket's body that we know, checked; callers may send more. Raises Invalid as `demand` does."""
    mine = {key: value for key, value in body.items() if key in fields}
    demand(mine, fields, required)
    return mine


NOTE: dict[str, Check] = {"note": optional(text), "reason": optional(text), "text": optional(text)}


def said(body: Mapping[str, Any]) -> str | None:
    """The words a person added: `text` of a reply or comment, `reason` or `note` of anything else."""
    return body.get("text") or body.get("reason") or body.get("note")
