"""The commands one by one: what each needs, and what the cabinet's own telemetry should show once it is done."""

from collections.abc import Callable
from typing import Any

from faults.foodsafety.lock import CLOSED
from service.checks import Check, demand, within
from service.records.base import Row
from telemetry.errors import Invalid

COLDEST, WARMEST = -30, 70  # °C: from deep-frozen goods to cabinets that keep meals hot
# What must be there. What else a maker's cabinet understands goes along as it is: it refuses what it does not know.
_NEEDS: dict[str, dict[str, Check]] = {"set_setpoint": {"set_c": within(COLDEST, WARMEST)}}
# The other commands leave no trace in telemetry.
SHOWS = {
    "lock_sales": "lock_closed", "unlock_sales": "lock_closed", "open_door": "door_open", "set_setpoint": "set_c",
    "reboot": "boot",
}  # fmt: skip
# What the first reading afterwards need not show yet: a mean over the interval lies between old and new, and a door
# opens when somebody pulls it. A lock is judged by its first reading, since food safety waits for it.
SLOW = frozenset({"set_setpoint", "open_door"})
_STEP_C = 0.05  # controllers show a set point to a tenth


def check_args(name: str, args: dict[str, Any]) -> None:
    """Whether a command of this name can be meant so. Raises Invalid with `args.` before each field."""
    needs = _NEEDS.get(name, {})
    try:
        demand({key: args[key] for key in needs if key in args}, needs, tuple(needs))
    except Invalid as error:
        raise Invalid({f"args.{field}": message for field, message in error.fields.items()}) from None


def matches(row: Row) -> bool | None:
    """Whether what was observed after a command (a row of `commands`) is what was asked; None: it cannot be told."""
    observed, judge = row.get("observed"), _MATCHES.get(row["name"])
    if row["state"] != "done" or observed is None or judge is None:
        return None
    return judge(float(observed["value"]), row["args"] or {})


def _set_c(value: float, args: dict[str, Any]) -> bool | None:
    asked = args.get("set_c")
    return abs(value - asked) <= _STEP_C if isinstance(asked, int | float) else None


def _locked(value: float, _: dict[str, Any]) -> bool | None:
    """Half closed is the mean of an interval in which the bolt moved."""
    return True if value >= CLOSED else (False if value == 0 else None)


def _unlocked(value: float, _: dict[str, Any]) -> bool | None:
    """An open bolt proves it; a closed one proves nothing: the door of a cabinet that sells is locked between sales."""
    return True if value < CLOSED else None


def _opened(value: float, _: dict[str, Any]) -> bool | None:
    return value > 0


def _restarted(_: float, __: dict[str, Any]) -> bool | None:
    """Observed is a later boot, or nothing."""
    return True


_MATCHES: dict[str, Callable[[float, dict[str, Any]], bool | None]] = {
    "lock_sales": _locked, "unlock_sales": _unlocked, "open_door": _opened, "set_setpoint": _set_c,
    "reboot": _restarted,
}  # fmt: skip
