"""What an injection is: how a fault gets into a cabinet, and how a repair takes it out again."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.doors import Said
from simulator.state import Rng, State
from telemetry.units import HOUR, MINUTE


class Injection(NamedTuple):
    """`begin` and `end` change one row of the state at device time ts (ms) and answer what the cabinet says of it.

    `heals`: the share of chance faults that pass by themselves, after `heal_after` (shortest, longest; product ms).
    """

    kind: str
    begin: Callable[[State, int, int, Rng], list[Said]]
    end: Callable[[State, int, int], list[Said]]
    heals: float = 0.0
    heal_after: tuple[int, int] = (30 * MINUTE, 3 * HOUR)
