"""What commands take, and whether what was seen afterwards is what was asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.orders import COLDEST, SHOWS, SLOW, WARMEST, check_args, matches
from telemetry.errors import Invalid
from telemetry.wire import COMMANDS


def row(name: str, value: float | None, state: str = "done", **args: Any) -> dict[str, Any]:
    observed = None if value is None else {"signal": SHOWS[name], "value": value, "ts": 0}
    return {"name": name, "args": args, "state": state, "observed": observed}


@given(st.floats(COLDEST, WARMEST))
def test_a_set_point_is_taken_within_its_limits(wanted: float) -> None:
    check_args("set_setpoint", {"set_c": wanted})
    assert matches(row("set_setpoint", wanted, set_c=wanted)) is True
    assert matches(row("set_setpoint", wanted + 0.2, set_c=wanted)) is False


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({}, "args.set_c"), ({"set_c": 1e9}, "args.set_c"), ({"set_c": -31}, "args.set_c"),
        ({"set_c": "4"}, "args.set_c"), ({"set_c": None}, "args.set_c"), ({"set_c": float("nan")}, "args.set_c"),
    ],
)  # fmt: skip
def test_a_senseless_set_point_is_refused(args: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_args("set_setpoint", args)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_only_the_cabinet_understands_goes_along(name: str) -> None:
    check_args(name, {"set_c": 4, "for_s": 60, "of": {"its": "own"}})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("lock_sales", 1.0, True), ("lock_sales", 0.0, False), ("lock_sales", 0.5, None),
        ("unlock_sales", 0.0, True), ("unlock_sales", 0.4, True), ("unlock_sales", 1.0, None),
        ("open_door", 0.2, True), ("open_door", 0.0, False), ("reboot", 7.0, True),
    ],
)  # fmt: skip
def test_what_was_seen_is_compared_with_what_was_asked(name: str, value: float, said: bool | None) -> None:
    assert matches(row(name, value)) is said
    assert matches(row(name, value, "failed")) is None
    assert matches(row(name, None)) is None


def test_every_effect_is_of_a_command_and_compared() -> None:
    assert set(SHOWS) <= set(COMMANDS)
    assert set(SLOW) <= set(SHOWS)
    assert [name for name in SHOWS if matches(row(name, 1.0, set_c=1.0)) not in (True, None)] == []


def test_a_command_of_an_older_version_with_other_args_cannot_be_compared() -> None:
    assert matches(row("set_setpoint", 4.0, to=4)) is None
