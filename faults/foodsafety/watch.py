"""The food-safety clock of every cabinet: how long its temperature was evidently beyond what its rule allows.

**Evidence.** Only the time between two readings beyond the limit, with no gap between them, counts. A gap (a pause of
more than three intervals, at least 180 s) counts neither as warm nor as cold: the clock stands still. A warm reading
after it goes on from what was evidenced before; a cold one ends the excursion. So a cabinet that was silent while warm
is locked later than it might deserve, but never on a guess, and what was evidenced is not forgotten (ThingsBoard
#14210: "above 6 °C for 90 minutes" fired across a data gap). A reading that no working sensor can give is no evidence.

Times are event times; a backlog is judged like the present, and what was over by then is found all the same.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from faults import context
from faults.columns import Columns
from faults.context import YES, View
from faults.foodsafety.buckets import Buckets
from faults.foodsafety.columns import BUCKETS, CLOCK, FIGURES, figures_of
from faults.foodsafety.rules import Profile, rule_of
from faults.observations import Observations, observe
from telemetry.batch import F64, I64, Judged
from telemetry.fleet import NEVER, Fleet

UNRULED = -1
Mask = NDArray[np.bool_]


class Finding(NamedTuple):
    """What one reading showed of one cabinet: `what` is `temperature gap building recovered breach`; `ts` event time
    (ms); `data` as the log keeps it (temperatures in °C, times in ms, lengths in s)."""

    row: int
    ts: int
    what: str
    data: dict[str, Any]


class WatchState(msgspec.Struct):
    """The shape of `Watch.dump()`."""

    size: int
    profiles: list[Profile]
    context: dict[str, bytes]
    clock: dict[str, bytes]
    buckets: dict[str, bytes]


class Watch:
    """Columns over all cabinets, row i is the fleet's row i. Cabinets without a profile cost and say nothing."""

    def __init__(self) -> None:
        self._context, self._clock = Columns(context.COLUMNS), Columns(CLOCK)
        self._buckets = Buckets(Columns(BUCKETS))
        self._profiles: list[Profile] = []
        self._figures: F64 = np.empty((0, len(FIGURES)))
        self._size = 0

    def assign(self, row: int, profile: Profile | None) -> None:
        """From now on the cabinet keeps this rule, or none. Its clock starts anew."""
        self._grow(row + 1)
        for specs, col in ((CLOCK, self._clock), (BUCKETS, self._buckets.col)):
            for spec in specs:
                col[spec.name][row] = spec.fill
        if profile is not None:
            if profile not in self._profiles:
                self._profiles.append(profile)
                self._figures = figures_of(self._profiles)
            self._clock["rule"][row] = self._profiles.index(profile)

    def release(self, row: int) -> None:
        """The goods were inspected: the clock starts anew."""
        for name in ("spent", "warm", "told", "done"):
            self._clock[name][row] = 0

    def hold(self, row: int) -> None:
        """The cabinet itself says that the rule is broken: not to be found again before a release."""
        self._clock["done"][row] = True

    def building(self, row: int) -> bool:
        """Half of the time allowed, or more, is gone."""
        return row < self._size and bool(self._clock["told"][row])

    def judge(self, judged: Judged, fleet: Fleet) -> Iterator[Finding]:
        """Everything a batch showed, each cabinet's in order. Consume it fully: it is the step."""
        if not self._profiles:
            return
        self._grow(len(fleet))
        for event in judged.events:
            if event.name == "restocked" and not event.late:
                self._clock["renew_at"][event.row] = event.ts
        seen = observe(judged, fleet)
        mine = self._clock["rule"][seen.row] != UNRULED
        if not mine.all():
            seen = Observations(seen.row[mine], seen.ts[mine], seen.values[mine], seen.event[mine])
        for at in seen.rounds():
            yield from self._round(context.settle(self._context, seen, at, fleet.interval_ms[seen.row[at]]))

    def dump(self) -> WatchState:
        n = self._size
        return WatchState(n, self._profiles, self._context.dump(n), self._clock.dump(n), self._buckets.col.dump(n))

    def load(self, state: WatchState) -> None:
        """Raises Invalid when a column has the wrong length; this watch is then unusable."""
        self._size, self._profiles = state.size, list(state.profiles)
        self._figures = figures_of(self._profiles)
        self._context.load(state.context, state.size)
        self._clock.load(state.clock, state.size)
        self._buckets.col.load(state.buckets, state.size)

    def _grow(self, n: int) -> None:
        self._size = max(self._size, n)
        for col in (self._context, self._clock, self._buckets.col):
            col.grow(self._size)

    def _round(self, view: View) -> Iterator[Finding]:
        """One observation per cabinet at most."""
        figures = dict(zip(FIGURES, self._figures[self._clock["rule"][view.row]].T, strict=True))
        value, food = self._value(view, figures)
        self._excuse(view, figures)
        known = np.flatnonzero(~np.isnan(value))
        if not known.size:
            return
        rule = {name: column[known] for name, column in figures.items()}
        yield from self._count(view.row[known], view.ts[known], value[known], food[known], view.limit[known], rule)

    def _value(self, view: View, rule: dict[str, F64]) -> tuple[F64, Mask]:
        """The temperature that counts [m], and whether it is the food's own. Air stands in for a food sensor the
        cabinet does not have, or that has been silent for longer than a gap."""
        c, row = self._clock, view.row
        food, air = view.of("product_c"), view.of("air_c")
        wanted = rule["food"] > 0
        given = wanted & ~np.isnan(food)
        c["food_at"][row[given]] = view.ts[given]
        absent = (c["food_at"][row] == NEVER) | (view.ts - c["food_at"][row] > view.limit)
        stands_in = (rule["air"] > 0) & (~wanted | absent)
        return np.where(given, food, np.where(stands_in, air, np.nan)), given

    def _excuse(self, view: View, rule: dict[str, F64]) -> None:
        """A door that moves, and a defrost, give the cabinet time to recover, and the clock starts anew."""
        c, row, ts = self._clock, view.row, view.ts
        opened = c["open_since"][row]
        lasted = np.where(opened == NEVER, 0, ts - opened)
        door = view.moved & (rule["after_door"] > 0) & (lasted <= rule["door_open"])
        c["open_since"][row] = np.where(view.door == YES, np.where(opened == NEVER, ts, opened), NEVER)
        flag, begun = view.of("defrost_on"), c["defrost_since"][row]
        begun = np.where(view.gap, NEVER, begun)
        on = flag > 0
        since = np.where(np.isnan(flag), begun, np.where(on, np.where(begun == NEVER, ts, begun), NEVER))
        defrost = on & (rule["after_defrost"] > 0) & (ts - since <= rule["defrost_on"])
        c["defrost_since"][row] = since
        window = np.maximum(np.where(door, rule["after_door"], 0), np.where(defrost, rule["after_defrost"], 0))
        hit = door | defrost
        c["excuse_at"][row[hit]] = c["from"][row[hit]] = ts[hit]
        c["excuse_for"][row[hit]] = window[hit].astype(np.int64)
        c["spent"][row[hit]] = 0

    def _count(
        self, row: NDArray[np.int32], ts: I64, value: F64, food: Mask, limit: I64, rule: dict[str, F64]
    ) -> Iterator[Finding]:
        """Readings of the temperature that counts, all of length m."""
        c = self._clock
        beyond = (value > rule["max"]) | (value < rule["min"])
        last, was = c["last"][row], c["warm"][row] > 0
        gap = (last != NEVER) & ((ts - last > limit) | (ts < last))
        starts = beyond & ~was
        c["since"][row] = np.where(starts, ts, c["since"][row])
        counted = c["from"][row] = np.where(starts, ts, c["from"][row])
        passed = np.where(beyond & was & ~gap, np.maximum(ts - np.maximum(last, counted), 0), 0)
        fresh = starts & (rule["once"] == 0)
        c["spent"][row] = np.where(fresh, 0, c["spent"][row]) + passed
        worse = np.where(np.isfinite(rule["min"]), np.minimum(c["peak"][row], value), np.maximum(c["peak"][row], value))
        c["peak"][row] = np.where(starts, value, np.where(beyond, worse, c["peak"][row]))
        c["last"][row], c["value"][row], c["food"][row], c["warm"][row] = ts, value, food, beyond
        fine = c["told"][row] | c["done"][row]
        for i, data in self._buckets.add(row, ts, value, passed, fine=fine):
            yield Finding(int(row[i]), int(ts[i]), "temperature", data)
        for i in np.flatnonzero(gap).tolist():
            yield Finding(int(row[i]), int(ts[i]), "gap", {"from": int(last[i]), "to": int(ts[i])})
        yield from self._conclude(row, ts, beyond, rule)

    def _conclude(self, row: NDArray[np.int32], ts: I64, beyond: Mask, rule: dict[str, F64]) -> Iterator[Finding]:
        """What the clock says now: half of the time is gone, all of it, or it is cold again."""
        c = self._clock
        spent = c["spent"][row]
        left = c["excuse_for"][row] - (c["from"][row] - c["excuse_at"][row])
        allow = np.maximum(rule["allow"], np.where(c["excuse_at"][row] == NEVER, 0, left))
        watched = beyond & ~c["done"][row] & (spent > 0)  # one reading alone proves no lapse of time
        broken = watched & (spent >= allow)
        building = watched & ~c["told"][row] & (2 * spent >= allow)
        over = ~beyond & c["told"][row]
        c["told"][row] = (c["told"][row] | building) & beyond
        c["done"][row] |= broken
        for what, which in (("building", building), ("breach", broken), ("recovered", over)):
            for i in np.flatnonzero(which).tolist():
                yield Finding(int(row[i]), int(ts[i]), what, self._why(int(row[i]), float(allow[i])))
        due = (c["renew_at"][row] != NEVER) & (ts >= c["renew_at"][row]) & ~beyond
        c["renew_at"][row[due]] = NEVER
        c["spent"][row[due | (~beyond & (rule["once"] == 0))]] = 0

    def _why(self, row: int, allow: float) -> dict[str, Any]:
        c = self._clock
        rule = rule_of(self._profiles[c["rule"][row]])
        return {
            "signal": "product_c" if c["food"][row] else "air_c", "value_c": round(float(c["value"][row]), 2),
            "peak_c": round(float(c["peak"][row]), 2), "limit_c": rule.limit_c, "since": int(c["since"][row]),
            "spent_s": int(c["spent"][row]) // 1000, "allowed_s": int(allow) // 1000,
        }  # fmt: skip
