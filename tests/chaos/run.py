"""Carry out stages: faults one after the other on one installation, checked after each and at its end."""

import asyncio
import random
import shutil
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.check import Api, Record, Verdict, Violation, ask, read_files
from tests.chaos.disk_faults import BACK_WITHIN, Broken
from tests.chaos.faults import FAULTS
from tests.chaos.injector import Injector
from tests.chaos.plan import Stage
from tests.chaos.world import World

CABINETS = 24
SETTLES_WITHIN = 150.0
WILL_WAITS = 65.0  # a will without a new birth calls a cabinet offline after 60 s


@dataclass
class Cycle:
    """What came of one fault. `ready_s`: the worst time from a start, or from room on the disk, to ready; `settled_s`:
    until everything was acknowledged."""

    fault: str
    broker: str
    setup: str
    seed: int
    violations: list[Violation] = field(default_factory=list)
    ready_s: float = 0.0
    settled_s: float = 0.0
    point: str = ""

    def fail(self, promise: str, what: str, detail: str) -> None:
        self.violations.append({"promise": promise, "what": what, "cabinet": "", "detail": detail})


Told = Callable[[str], None]


async def play(
    stage: Stage, folder: Path, injector: Injector, tell: Told, *, patient: bool = False, cabinets: int = CABINETS
) -> list[Cycle]:
    """Do a stage. The folder is left behind when anything was wrong."""
    world = World(stage.broker, stage.setup, folder, random.Random(f"{stage}"), cabinets, injector)
    world.patient = patient
    cycles: list[Cycle] = []
    try:
        await world.open()
        for name in stage.faults:
            cycles.append(Cycle(name, stage.broker, stage.setup, stage.seed))
            await _cycle(world, cycles[-1])
            tell(_line(cycles[-1]))
        await _finish(world, stage, cycles)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and counted, and the folder kept
        cycles = cycles or [Cycle(stage.faults[0], stage.broker, stage.setup, stage.seed)]
        cycles[-1].fail("P11", "it could not go on", repr(error))
        tell(f"{_line(cycles[-1])}\n{traceback.format_exc()}")
    finally:
        await world.close()
    if not any(c.violations for c in cycles):
        shutil.rmtree(folder)
    return cycles


async def _cycle(world: World, cycle: Cycle) -> None:
    """One fault under traffic, then silence, then the question what is stored."""
    fault, fleet = FAULTS[cycle.fault], world.fleet
    # one more than the fault explains: a busy machine may keep us from looking, and then we are blind
    fleet.recorder.note(fault=cycle.fault, outages=fault.outages + 1)
    fleet.talking = True
    await asyncio.sleep(world.rng.uniform(0.3, 1.0))
    starts, world.point = len(world.starts), ""
    try:
        await fault.act(world)
    except Broken as broken:
        cycle.fail(broken.args[0], broken.args[1], cycle.fault)
    if not world.alive:
        cycle.fail("P11", "the product died", cycle.fault)
        await world.start()
    began = time.monotonic()
    await asyncio.sleep(world.rng.uniform(0.1, 0.5))
    await fleet.settle(SETTLES_WITHIN)
    cycle.point, cycle.settled_s = world.point, time.monotonic() - began
    if "P12" in fault.promises and cycle.settled_s > BACK_WITHIN:
        cycle.fail(
            "P12", "nothing was acknowledged for too long after there was room again", f"{cycle.settled_s:.0f} s"
        )
    cycle.ready_s = max(world.starts[starts:], default=0.0)
    cycle.violations += await _ask(world, deep=False)


async def _finish(world: World, stage: Stage, cycles: list[Cycle]) -> None:
    """The thorough check, of the running product and of its records once it has stopped. What it finds is put down to
    the last fault, whichever it was: the stage is what can be repeated."""
    if "late_wills" in stage.faults:
        await asyncio.sleep(WILL_WAITS)
    cycles[-1].violations += await _ask(world, deep=True)
    await world.stop()
    record = Record(world.folder / "said.jsonl")
    verdict = await asyncio.to_thread(read_files, record, world.data, world.records)
    cycles[-1].violations += verdict.violations


async def _ask(world: World, *, deep: bool) -> list[Violation]:
    """Ask while nobody says anything: when a connection came back meanwhile, its birth is not in the record we read."""

    def check() -> Verdict:
        with closing(Api(world.product.url, world.token())) as api:
            return ask(Record(world.folder / "said.jsonl"), api, deep=deep)

    while True:
        said = world.fleet.recorder.said
        verdict = await asyncio.to_thread(check)
        if world.fleet.recorder.said == said:
            return verdict.violations
        await world.fleet.settle(SETTLES_WITHIN)


def _line(cycle: Cycle) -> str:
    wrong = "; ".join(f"{v['promise']} {v['what']} {v['cabinet']} {v['detail']}" for v in cycle.violations)
    at = f" at {cycle.point}" if cycle.point else ""
    times = f"ready {cycle.ready_s:.1f} s, settled {cycle.settled_s:.1f} s"
    return f"{cycle.broker:10} {cycle.setup:12} {cycle.fault}{at}: {times}  {wrong or 'ok'}"
