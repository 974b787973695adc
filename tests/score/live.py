"""A chunk lived through and judged, and taken up again where a killed run left it."""

import pickle
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from simulator.outages import carrier_name, site_name
from simulator.record import STEP_MS, chunks, wired
from simulator.truth import Label
from simulator.wires import Wires
from simulator.world import World, cabinet_ids
from telemetry.units import DAY, HOUR, MINUTE
from tests.score.judge import Alarm, Life
from tests.score.plan import Plan, code

START = 20_700 * DAY  # 2026-09-04
BATCH = MINUTE  # judged together, as in production: less than makes a reading old
LEG = 12 * HOUR  # lived between two looks at the clock
SAVED_EVERY_S = 60


class Lived(msgspec.Struct, kw_only=True):
    """What came of a plan: what was told and what was true, with what it took. `lines`: samples judged; `sites`: row r
    stood at site r modulo it."""

    plan: Plan
    code: str
    date: str
    cpu_s: float
    lines: int
    sites: int
    told: list[Alarm]
    truth: list[Label]


class Begun(NamedTuple):
    """A chunk under way; the wires hold what has not arrived yet."""

    plan: Plan
    code: str
    world: World
    wires: Wires
    life: Life
    cpu_s: float


def live(
    plan: Plan, progress: Callable[[float], None] = lambda _: None, checkpoint: Path | None = None, *,
    legs: int = 0, leg: int = LEG,
) -> Lived | None:  # fmt: skip
    """Live the plan and judge it; `progress` hears of the days lived. With a `checkpoint` it goes on from what that
    file says, if it is of this plan and this code. `legs` (0: all): stop after so many, and answer None.

    Raises RuntimeError when a detector died: a score without it would flatter.
    """
    begun, until = _taken_up(plan, checkpoint) or _begin(plan), START + plan.lasts
    saved = time.monotonic()
    while begun.world.now < until:
        cpu, to = time.process_time(), min(begun.world.now + leg, until)
        begun.life.take(chunks(begun.world, plan.seed, to, BATCH, wires=begun.wires))
        begun = begun._replace(cpu_s=begun.cpu_s + time.process_time() - cpu)
        progress((begun.world.now - START) / DAY)
        legs -= 1
        if checkpoint and (legs == 0 or time.monotonic() - saved > SAVED_EVERY_S):
            _save(begun, checkpoint)
            saved = time.monotonic()
        if legs == 0:
            return None
    if begun.life.faults.errors:
        raise RuntimeError(f"detectors died: {begun.life.faults.errors}")
    return _over(begun)


def _begin(plan: Plan) -> Begun:
    ids = cabinet_ids(plan.cabinets)
    world = World(ids, plan.seed, START, scenario=plan.scenario, step_ms=STEP_MS, spread_ms=STEP_MS)
    sites = [site_name(int(site)) for site in world.traits.site]
    life = Life(ids, sites, [carrier_name(int(carrier)) for carrier in world.traits.carrier], START)
    return Begun(plan, code(), world, wired(world, plan.seed), life, 0.0)


def _over(begun: Begun) -> Lived:
    life = begun.life
    return Lived(
        plan=begun.plan, code=begun.code, date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        cpu_s=round(begun.cpu_s, 1), lines=life.lines, sites=int(begun.world.traits.site.max()) + 1,
        told=life.alarms(), truth=list(life.truth.values()),
    )  # fmt: skip


def _save(begun: Begun, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(begun))
    part.replace(path)


def _taken_up(plan: Plan, path: Path | None) -> Begun | None:
    """What a killed run left of this very plan; what another left is of no use."""
    if path is None or not path.exists():
        return None
    begun: Begun = pickle.loads(path.read_bytes())  # noqa: S301  a file of our own, beside our own results
    return begun if (begun.plan, begun.code) == (plan, code()) else None
