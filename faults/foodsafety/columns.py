"""The columns of the food-safety clock, and the figures of the rules in use as one array."""

from collections.abc import Sequence

import numpy as np

from faults.columns import Column
from faults.foodsafety.rules import Profile, Rule, rule_of
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.units import MINUTE

CLOCK = (
    Column("rule", "i2", -1),  # index of the profile in use; -1: none
    Column("last", "i8", NEVER),  # newest reading of the temperature that counts
    Column("value", "f8", float("nan")),
    Column("food", "?", False),  # it came from the food's own sensor
    Column("food_at", "i8", NEVER),  # newest reading of that sensor
    Column("warm", "?", False),  # that reading was beyond the limit (below it for hot food)
    Column("since", "i8", NEVER),  # first reading of the excursion
    Column("from", "i8", NEVER),  # since when time counts: the excursion's start, or the last excuse
    Column("spent", "i8", 0),  # evidenced time beyond the limit (ms)
    Column("lasted", "i8", 0),  # evidenced time of this excursion, excused or not (ms)
    Column("peak", "f8", float("nan")),
    Column("mild", "f8", float("nan")),  # nearest to the limit that was read while that time was spent
    Column("excuse_at", "i8", NEVER),  # the last observation of a service or a defrost
    Column("excuse_for", "i8", 0),  # how long it may recover from that (ms)
    Column("open_since", "i8", NEVER),
    Column("defrost_since", "i8", NEVER),
    Column("told", "?", False),  # half of the time is gone, and the log says so
    Column("done", "?", False),  # found broken, and not released since
    Column("renew_at", "i8", NEVER),  # restocked then: from the first cold reading on, times add up from nothing
)
BUCKETS = (
    Column("start", "i8", NEVER),
    Column("size", "i8", 0),
    Column("n", "i4", 0),
    Column("low", "f8", 0),
    Column("high", "f8", 0),
    Column("sum", "f8", 0),
    Column("warm", "i8", 0),
)
FIGURES = (
    "max", "min", "allow", "after_door", "after_defrost", "door_open", "defrost_on", "service_open", "excused", "once",
    "food", "air",
)  # fmt: skip


def figures_of(profiles: Sequence[Profile]) -> F64:
    """The figures of these profiles' rules, shape [n, len(FIGURES)]: °C, ms, and 0 or 1."""
    return np.array([_figures(rule_of(profile)) for profile in profiles], np.float64).reshape(-1, len(FIGURES))


def _figures(rule: Rule) -> list[float]:
    minutes = (
        rule.allow_min, rule.after_door_min, rule.after_defrost_min, rule.door_open_min, rule.defrost_on_min,
        rule.service_open_min, rule.excused_min,
    )  # fmt: skip
    high = np.inf if rule.max_c is None else rule.max_c
    low = -np.inf if rule.min_c is None else rule.min_c
    flags = rule.once, "product_c" in rule.signals, "air_c" in rule.signals
    return [high, low, *(m * MINUTE for m in minutes), *map(float, flags)]
