"""Runs a simulated fleet against a broker, and, in the demo, the people who look after it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any, TextIO

import structlog

from simulator.clock import first_line, follow, own_clock, stdin_lines
from simulator.fleet import Fleet
from simulator.labels import LabelFile, open_labels
from simulator.options import Plan, SimOptions, plan
from simulator.people import People
from simulator.world import World
from telemetry import openfiles
from telemetry.clock import Clock
from telemetry.errors import ConfigError, Unavailable

log = structlog.get_logger()
BEAT = 0.05  # real seconds between two looks at the clock
FILES = 256  # open beside the connections
DRAIN = 10.0  # real seconds to wait for the last acknowledgements after --duration


async def simulate(options: SimOptions, lines: asyncio.StreamReader | None = None) -> None:
    """Run until the duration is over, the parent's clock ends (`follow_clock`), or the task is cancelled.

    `lines` are the parent's clock lines (default: standard input). Raises ConfigError before anything starts, and
    Unavailable when the duration is over and the broker is not there.
    """
    ready = plan(options)
    _allow(ready)
    with contextlib.ExitStack() as files:
        sink = files.enter_context(open_labels(options.labels)) if options.labels else None
        if not options.follow_clock:
            await _run(options, ready, own_clock(options.speed), asyncio.sleep(options.duration_s or 1e9), sink)
            return
        source = lines or await stdin_lines()
        clock = await first_line(source)
        if clock:
            ready = plan(replace(options, speed=clock.speed))  # the parent knows the speed
            await _run(options, ready, clock, follow(clock, source), sink)


def _allow(ready: Plan) -> None:
    """Have room for all connections at once. Raises ConfigError."""
    wanted = (ready.connections or len(ready.ids)) + FILES
    if (allowed := openfiles.allow(wanted)) < wanted:
        raise ConfigError(
            "connections", f"{wanted} open files are needed, this process may have {allowed}: raise `ulimit -n`"
        )


async def _run(
    options: SimOptions, ready: Plan, clock: Clock, until: Coroutine[Any, Any, None], sink: TextIO | None
) -> None:
    """Everything at work until `until` returns."""
    start = clock.moment().now
    world = World(
        ready.ids, options.seed, start, interval_ms=ready.interval_ms, step_ms=ready.step_ms, scenario=ready.scenario
    )  # fmt: skip
    labels = LabelFile(sink, ready.ids) if sink else None
    fleet = Fleet(ready, world, clock, options.seed, labels)
    async with _background([link.keep() for link in fleet.links]):
        work = [_beat(fleet)]
        if options.api and options.token:
            work.append(People(options.api, options.token, world, clock, options.seed).work())
        async with _background(work):
            await until
        if options.duration_s:
            await _drain(fleet)
        said, held = fleet.said()
        log.info("simulation_ended", messages=said, unacknowledged=held)
        unheard = fleet.away() if options.duration_s else []
        await asyncio.gather(*(link.close() for link in fleet.links))
    if unheard and len(unheard) == len(fleet.links):
        raise Unavailable(f"no cabinet is connected, so what they say is lost: {unheard[-1]}")


async def _beat(fleet: Fleet) -> None:
    while True:
        fleet.advance()
        await asyncio.sleep(BEAT)


async def _drain(fleet: Fleet) -> None:
    """The world stands still; what was said is still delivered."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN):
            while fleet.held():  # noqa: ASYNC110 - hundreds of rings, looked at a few hundred times at most
                await asyncio.sleep(BEAT)


@contextlib.asynccontextmanager
async def _background(jobs: list[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run jobs that never end beside the body; a job that fails ends the body, the body's end cancels the jobs."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job) for job in jobs]
        yield
        for task in tasks:
            task.cancel()
