"""What an injection is: how a fault gets into a cabinet, and how a repair takes it out again."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from simulator.said import Said
from simulator.state import FREE, WELL, Rng, State
from telemetry.units import DAY, HOUR, MINUTE

Begin = Callable[[State, int, int, Rng], list[Said]]
End = Callable[[State, int, int], list[Said]]
Reach = Callable[[State, int, float], None]
TINY = 1e-9
READS_LOW = 0.6


def nothing(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    """A beginning of which the cabinet says nothing; the fault itself is in `reach`."""
    del state, row, ts, rng
    return []


class Injection(NamedTuple):
    """`begin` and `end` change one row of the state at device time ts (ms) and answer what the cabinet says of it.

    `reach(state, row, severity)` sets a fault to a severity: at once when it is sudden, again and again while a slow
    one grows. `severity`: least and greatest, in `unit`; `slow`: share of the cases that grow, over `grows` (shortest,
    longest; ms). `heals`: share of chance faults that pass by themselves, after `heal_after` (ms); `lasts`: how long
    one stands before it is mended where nobody's repairs are simulated (ms). `needs`: signals without which the fault
    makes no sense. `warms`: it lets the air get warm sooner or later.
    """

    kind: str
    begin: Begin = nothing
    end: End = lambda state, row, ts: []
    reach: Reach | None = None
    severity: tuple[float, float] = (1.0, 1.0)
    unit: str = ""
    slow: float = 0.0
    grows: tuple[int, int] = (0, 0)
    heals: float = 0.0
    heal_after: tuple[int, int] = (30 * MINUTE, 3 * HOUR)
    lasts: tuple[int, int] = (6 * HOUR, 2 * DAY)
    needs: tuple[str, ...] = ()
    warms: bool = False


def switch(field: str, *, well: bool = False, thaws: bool = False) -> tuple[Begin, End]:
    """`begin` and `end` of a fault that is a yes or no in one field of the state, which is `well` in health. `thaws`:
    who mends it thaws the evaporator as well, since a coil full of ice is never freed by defrosts of 20 minutes."""

    def begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
        del ts, rng
        getattr(state, field)[row] = not well
        return []

    def end(state: State, row: int, ts: int) -> list[Said]:
        del ts
        getattr(state, field)[row] = well
        if thaws:
            state.ice[row] = FREE
        return []

    return begin, end


def level(field: str, of: Callable[[float], float]) -> tuple[Reach, End]:
    """`reach` and `end` of a fault that is a number in one field of the state: `of(severity)`."""

    def reach(state: State, row: int, severity: float) -> None:
        getattr(state, field)[row] = of(severity)

    def end(state: State, row: int, ts: int) -> list[Said]:
        del ts
        healthy: Any = WELL[field]
        getattr(state, field)[row] = healthy
        return []

    return reach, end


def signed(field: str, pick: Callable[[Rng], tuple[Any, float]]) -> tuple[Begin, Reach, End]:
    """`begin`, `reach` and `end` of a fault that is an offset in one field of the state, to one side or the other.
    `pick(rng)`: which part of the row (`...`: all of it), and the side (-1 or 1); kept as a tiny offset until it is
    reached."""

    def begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
        del ts
        part, side = pick(rng)
        getattr(state, field)[row, part] = side * TINY
        return []

    def reach(state: State, row: int, severity: float) -> None:
        here = getattr(state, field)[row, ...]
        here[...] = np.sign(here) * max(severity, TINY)

    def end(state: State, row: int, ts: int) -> list[Said]:
        del ts
        getattr(state, field)[row] = 0.0
        return []

    return begin, reach, end


def probe_reads_off() -> tuple[Begin, Reach, End]:
    """The air probe reads low or high; a wet NTC probe reads low more often than high."""
    return signed("bias", lambda rng: (..., -1 if rng.random() < READS_LOW else 1))


def scale_reads_off() -> tuple[Begin, Reach, End]:
    """One scale reads low or high; the models with the fewest scales have four."""
    return signed("offset_g", lambda rng: (int(rng.integers(4)), float(rng.choice([-1, 1]))))
