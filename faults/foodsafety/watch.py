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
from faults.context import View
from faults.foodsafety.buckets import Buckets
from faults.foodsafety.columns import BUCKETS, CLOCK, FIGURES, figures_of
from faults.foodsafety.excuses import excuse
from faults.foodsafety.rules import Profile, Rule, rule_of
from faults.observations import SERVICED, Observations, observe
from telemetry.batch import F64, I64, Judged
from telemetry.fleet import NEVER, Fleet

UNRULED = -1
_OF_THE_CABINET = frozenset({"food_at", "open_since", "defrost_since"})  # however it is judged
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

    def assign(self, row: int, profile: Profile | None) -> list[Finding]:
        """From now on the cabinet keeps this rule, or none; what that shows at once. The rule that it keeps already
        changes nothing. Under another one its excursion goes on, if all that was spent is beyond that one's limit too;
        else, and without a rule, the clock starts anew."""
        self._grow(row + 1)
        if profile == self._profile(row):
            return []
        found, carried = self._closed(row), profile is not None and self._carries(row, rule_of(profile))
        for spec in CLOCK:
            if not carried and spec.name not in _OF_THE_CABINET:
                self._clock[spec.name][row] = spec.fill
        self._clock["rule"][row] = UNRULED
        if profile is not None:
            if profile not in self._profiles:
                self._profiles.append(profile)
                self._figures = figures_of(self._profiles)
            self._clock["rule"][row] = self._profiles.index(profile)
        return found + (self._goes_on(row) if carried else [])

    def release(self, row: int) -> None:
        """The goods were inspected: the clock starts anew."""
        self._grow(row + 1)
        for name in ("spent", "lasted", "warm", "told", "done"):
            self._clock[name][row] = 0

    def hold(self, row: int) -> None:
        """The cabinet itself says that the rule is broken: not to be found again before a release."""
        self._grow(row + 1)
        self._clock["done"][row] = True

    def building(self, row: int) -> bool:
        """Half of the time allowed, or more, is gone."""
        return row < self._size and bool(self._clock["told"][row])

    def judge(self, judged: Judged, fleet: Fleet) -> Iterator[Finding]:
        """Everything a batch showed, each cabinet's in order. Consume it fully: it is the step."""
        if not self._profiles:
            return
        self._grow(len(fleet))
        told = [e._replace(name="service_code_entered") if e.name == "restocked" else e for e in judged.events]
        seen = observe(Judged(judged.frames, told), fleet)
        restocked = {(e.row, e.ts) for e in judged.events if e.name == "restocked" and not e.late}
        mine = self._clock["rule"][seen.row] != UNRULED
        if not mine.all():
            seen = Observations(seen.row[mine], seen.ts[mine], seen.values[mine], seen.event[mine])
        for at in seen.rounds():
            view = context.settle(self._context, seen, at, fleet.interval_ms[seen.row[at]])
            for i in np.flatnonzero(view.event == SERVICED).tolist() if restocked else ():
                if (int(view.row[i]), int(view.ts[i])) in restocked:
                    self._clock["renew_at"][view.row[i]] = view.ts[i]
            yield from self._round(view)

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

    def _profile(self, row: int) -> Profile | None:
        rule = int(self._clock["rule"][row])
        return None if rule == UNRULED else self._profiles[rule]

    def _carries(self, row: int, rule: Rule) -> bool:
        """Is all the time spent so far evidence under this rule too: the same sensor, always beyond its limit?"""
        c, before = self._clock, self._profile(row)
        if before is None or not c["spent"][row] or (rule_of(before).max_c is None) != (rule.max_c is None):
            return False
        own = "product_c" in rule.signals and c["food_at"][row] != NEVER
        mild = float(c["mild"][row])
        beyond = mild > rule.max_c if rule.max_c is not None else mild < rule.limit_c
        return bool(beyond and c["food"][row] == own)

    def _goes_on(self, row: int) -> list[Finding]:
        """An excursion under a new rule: its excuse is no longer than that rule's, and half of the time may be gone."""
        c, rule = self._clock, dict(zip(FIGURES, self._figures[self._clock["rule"][row]], strict=True))
        c["excuse_for"][row] = min(int(c["excuse_for"][row]), int(max(rule["after_door"], rule["after_defrost"])))
        c["told"][row] = c["warm"][row] and not c["done"][row] and 2 * c["spent"][row] >= rule["allow"]
        if not c["told"][row]:
            return []
        return [Finding(row, int(c["last"][row]), "building", self._why(row, float(rule["allow"])))]

    def _closed(self, row: int) -> list[Finding]:
        """What the open bucket of the temperature log holds so far; it is closed by that."""
        last = int(self._clock["last"][row])
        data = self._buckets.close(row, last + 1)
        return [] if data is None else [Finding(row, last, "temperature", data)]

    def _round(self, view: View) -> Iterator[Finding]:
        """One observation per cabinet at most."""
        figures = dict(zip(FIGURES, self._figures[self._clock["rule"][view.row]].T, strict=True))
        value, food = self._value(view, figures)
        excuse(self._clock, view, figures)
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
        has = ~np.isnan(food)
        given = wanted & has
        c["food_at"][row[has]] = view.ts[has]
        absent = (c["food_at"][row] == NEVER) | (view.ts - c["food_at"][row] > view.limit)
        stands_in = (rule["air"] > 0) & (~wanted | absent)
        return np.where(given, food, np.where(stands_in, air, np.nan)), given

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
        goes_on = beyond & was & ~gap
        passed = np.where(goes_on, np.maximum(ts - np.maximum(last, counted), 0), 0)
        c["lasted"][row] = np.where(
            starts | ~beyond, 0, c["lasted"][row] + np.where(goes_on, np.maximum(ts - last, 0), 0)
        )
        fresh = starts & (rule["once"] == 0)
        c["spent"][row] = np.where(fresh, 0, c["spent"][row]) + passed
        below = np.isfinite(rule["min"])
        milder = np.where(below, np.fmax(c["mild"][row], value), np.fmin(c["mild"][row], value))
        c["mild"][row] = np.where(beyond, np.where(c["spent"][row] == 0, value, milder), c["mild"][row])
        worse = np.where(below, np.minimum(c["peak"][row], value), np.maximum(c["peak"][row], value))
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
