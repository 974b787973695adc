"""The food-safety rule as a cabinet keeps it by itself: its own clock, its own lock, whoever is listening.

The rule comes down with `down/config` (`profile.food_safety`); what it asks of a cabinet stands in
docs/food-safety.md, *What the cabinet does by itself*. It judges what its own sensors read, twelve times a minute.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from simulator.customers import Step
from simulator.models import MODELS
from simulator.said import Said
from simulator.state import F64, FAR, I64, Bools, State, Traits
from simulator.thermal import PROBE_AIR
from telemetry.units import MINUTE

SERVICE = frozenset({"restocked", "service_code_entered"})  # somebody is there, and says so
BROKEN = {"scheme": "eva-dts", "code": "EJH"}  # EVA-DTS: health-rule violation
NEARLY = 0.8  # told to lock so near the end of the time allowed, whoever told it only counted less finely


class _Told(msgspec.Struct, frozen=True):
    """`profile.food_safety` as the platform writes it: °C and minutes."""

    signals: tuple[str, ...]
    allow_min: float
    max_c: float | None = None
    min_c: float | None = None
    after_door_min: float = 0
    after_defrost_min: float = 0
    door_open_min: float = 0
    defrost_on_min: float = 0
    service_open_min: float = 0
    excused_min: float = 0
    once: bool = False


class _Profile(msgspec.Struct, frozen=True):
    food_safety: _Told | None = None


class Rule(NamedTuple):
    """The figures of a rule, °C and ms; `food`, `air`: the sensors it judges; `once`: times add up until a restock;
    `service_open`: so long a door is open for a service (0: every door is); `excused`: the most of an excursion that
    begins with excuses (0: no end)."""

    high: float
    low: float
    allow: float
    after_door: float
    after_defrost: float
    door_open: float
    defrost_on: float
    service_open: float
    excused: float
    once: bool
    food: bool
    air: bool


NO_RULE = Rule(np.inf, -np.inf, np.inf, 0, 0, 0, 0, 0, 0, once=False, food=False, air=False)


def rule_of(profile: dict[str, Any]) -> Rule | None:
    """The rule of a cabinet's profile, None without one. Raises msgspec.ValidationError for figures that are none."""
    told = msgspec.convert(profile, _Profile).food_safety
    if told is None:
        return None
    return Rule(
        high=np.inf if told.max_c is None else told.max_c, low=-np.inf if told.min_c is None else told.min_c,
        allow=told.allow_min * MINUTE, after_door=told.after_door_min * MINUTE,
        after_defrost=told.after_defrost_min * MINUTE, door_open=told.door_open_min * MINUTE,
        defrost_on=told.defrost_on_min * MINUTE, service_open=told.service_open_min * MINUTE,
        excused=told.excused_min * MINUTE, once=told.once, food="product_c" in told.signals,
        air="air_c" in told.signals,
    )  # fmt: skip


class Keeper:
    """Every cabinet's rule and its clock, arrays over the fleet; one per world. Without rules it costs nothing.

    `spent`: evidenced time beyond the limit (ms); `began`: since when it counts; `lasted`: the same of the whole
    excursion, excused or not; `last`: when it was last read, so that time without a controller counts neither as warm
    nor as cold.
    """

    def __init__(self, traits: Traits) -> None:
        n = len(traits.model)
        self._has_food = np.array(["product_c" not in model.without for model in MODELS])[traits.model]
        self._rules: list[Rule | None] = [None] * n
        self._figures: F64 = np.tile(np.array(NO_RULE, np.float64), (n, 1))
        self._rows: NDArray[np.intp] = np.empty(0, np.intp)
        self._spent, self._lasted = np.zeros(n), np.zeros(n)
        self._warm = np.zeros(n, bool)
        self._last, self._began = np.full(n, -FAR), np.full(n, -FAR)
        self._excuse_at, self._excuse_for = np.full(n, -FAR), np.zeros(n)
        self._restocked = np.zeros(n, bool)

    def assign(self, row: int, rule: Rule | None) -> None:
        """Keep this rule from now on; the one it keeps already goes on as it is."""
        if rule == self._rules[row]:
            return
        self._rules[row], self._figures[row] = rule, NO_RULE if rule is None else rule
        self._rows = np.array([i for i, each in enumerate(self._rules) if each is not None], np.intp)
        self._began[row] = self._excuse_at[row] = self._last[row] = -FAR
        self.release(row)

    def release(self, row: int) -> None:
        """The goods were inspected: the clock starts anew."""
        self._spent[row], self._lasted[row], self._warm[row], self._restocked[row] = 0, 0, False, False

    def nearly(self, row: int) -> bool:
        """Is the time allowed as good as used up?"""
        return bool(self._warm[row] and self._spent[row] >= NEARLY * self._figures[row, Rule._fields.index("allow")])

    def run(self, state: State, step: Step, said: Iterable[Said]) -> list[Said]:
        """Let the clocks of a substep run; whose time is used up locks itself, and says so. `said`: by the fleet."""
        if not len(self._rows):
            return []
        serviced = np.zeros(len(self._warm), bool)
        for each in said:
            self._restocked[each.row] |= each.name == "restocked"
            serviced[each.row] |= each.name in SERVICE
        rows = self._rows[state.alive(step.now)[self._rows]]
        rule = dict(zip(Rule._fields, self._figures[rows].T, strict=True))
        value = self._read(state, rows, rule)
        self._excuse(state, rows, rule, serviced[rows], step.now)
        known = ~np.isnan(value)
        rows, value = rows[known], value[known]
        return self._count(state, rows, value, {name: column[known] for name, column in rule.items()}, step)

    def _read(self, state: State, rows: NDArray[np.intp], rule: dict[str, F64]) -> F64:
        """What counts: the food's own sensor, or the air's where there is none. NaN while that is torn off."""
        air = np.where(state.probe_open[rows] == PROBE_AIR, np.nan, state.seen[rows])
        food = (rule["food"] > 0) & self._has_food[rows]
        return np.where(food, state.stock[rows], np.where(rule["air"] > 0, air, np.nan))

    def _excuse(self, state: State, rows: NDArray[np.intp], rule: dict[str, F64], serviced: Bools, now: int) -> None:
        """A service and a defrost give time to recover, and the clock starts anew; what lasts excuses nothing, and
        nothing does for ever. A door that is open for seconds is a buyer's."""
        opened = now - state.door_since[rows]
        door = state.door[rows] & (opened >= rule["service_open"]) & (opened <= rule["door_open"])
        door = (door | (serviced & (rule["service_open"] > 0))) & (rule["after_door"] > 0)
        defrost = state.defrost[rows] & (rule["after_defrost"] > 0)
        defrost &= now - state.defrost_since[rows] <= rule["defrost_on"]
        left = (rule["excused"] == 0) | (self._lasted[rows] < rule["excused"])
        door, defrost = door & left, defrost & left
        hit = door | defrost
        window = np.maximum(np.where(door, rule["after_door"], 0), np.where(defrost, rule["after_defrost"], 0))
        self._excuse_at[rows[hit]] = self._began[rows[hit]] = now
        self._excuse_for[rows[hit]] = window[hit]
        self._spent[rows[hit]] = 0

    def _count(self, state: State, rows: NDArray[np.intp], value: F64, rule: dict[str, F64], step: Step) -> list[Said]:
        beyond = (value > rule["high"]) | (value < rule["low"])
        was, last = self._warm[rows], self._last[rows]
        starts = beyond & ~was
        self._began[rows[starts]] = step.now
        goes_on = beyond & was & (last == step.since)
        passed = np.where(goes_on, step.now - np.maximum(last, self._began[rows]), 0)
        self._lasted[rows] = np.where(starts | ~beyond, 0, self._lasted[rows] + goes_on * (step.now - step.since))
        once = rule["once"] > 0
        self._spent[rows] = np.where(starts & ~once, 0, self._spent[rows]) + passed
        self._warm[rows], self._last[rows] = beyond, step.now
        broken = beyond & (self._spent[rows] >= self._allowed(rows, rule)) & ~state.breached[rows]
        over = ~beyond & (~once | self._restocked[rows])
        self._spent[rows[over]], self._restocked[rows[over]] = 0, False
        state.sales_locked[rows[broken]] = state.breached[rows[broken]] = True
        return [Said(row, step.now, "device_fault", dict(BROKEN)) for row in rows[broken].tolist()]

    def _allowed(self, rows: NDArray[np.intp], rule: dict[str, F64]) -> F64:
        """The time of the rule, or what is left of an excuse where that is longer (ms)."""
        since: I64 = self._began[rows] - self._excuse_at[rows]
        return np.maximum(rule["allow"], self._excuse_for[rows] - since)
