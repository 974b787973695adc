"""A simulated fleet with known faults, lived through and judged."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from simulator.record import STEP_MS, chunks
from simulator.scenario import Chance, Scenario
from simulator.world import World, cabinet_ids
from telemetry.units import DAY, MINUTE, SECOND
from tests.score.judge import Life
from tests.score.match import Score, score

START = 20_700 * DAY  # 2026-09-04
CHUNK = 2 * MINUTE  # judged together: less than makes a reading old
ILL_AT_ONCE = 0.5


class Plan(NamedTuple):
    """`rate`: faults per cabinet and year; `learning`: days before the first (a model that has seen nothing says
    nothing)."""

    cabinets: int
    days: int
    seed: int
    rate: float
    kinds: Sequence[str]
    learning: float = 8.0


def run(plan: Plan, progress: Callable[[float], None] = lambda _: None) -> Score:
    """Live the plan and score what was told; `progress` hears of the days lived. Raises RuntimeError when a detector
    died: a score without it would flatter."""
    chance = Chance(
        per_cabinet_year=plan.rate, most=ILL_AT_ONCE, mended=True, after_s=plan.learning * DAY / SECOND,
        weights=dict.fromkeys(plan.kinds, 1.0),
    )  # fmt: skip
    ids, until = cabinet_ids(plan.cabinets), START + plan.days * DAY
    world = World(ids, plan.seed, START, scenario=Scenario(chance=chance), step_ms=STEP_MS)
    life = Life(ids, [str(site) for site in world.traits.site], START)
    life.take(chunks(world, plan.seed, until, CHUNK, lambda now: progress((now - START) / DAY)))
    if life.faults.errors:
        raise RuntimeError(f"detectors died: {life.faults.errors}")
    index = {cabinet: row for row, cabinet in enumerate(ids)}
    return score(list(life.truth.values()), life.told, index, until, plan.cabinets * plan.days / 365)
