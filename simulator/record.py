"""A fleet's life as columns, without a broker: the evidence on which detectors are scored.

`record` gives the same telemetry, events and truth that a world would publish, and when each would have arrived:
a cabinet without a link keeps what it has, and sends it when the link is back. Exact by seed, whatever the chunks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.scenario import Scenario
from simulator.state import F64, I64
from simulator.truth import Label
from simulator.wires import Wires
from simulator.world import Tick, World
from telemetry.units import HOUR, SECOND

STEP_MS = 20 * SECOND  # a substep of records: what it costs in accuracy is shown in tests/simulator/test_record.py
I32 = NDArray[np.int32]


class Samples(NamedTuple):
    """Telemetry that arrived; columns of length n, `values` [n, WIDTH of telemetry.signals], NaN where none.

    `ts` is the true time of the sample, `raw_ts` what the cabinet's clock said, `at` when it arrived (product ms).
    """

    row: I32
    ts: I64
    raw_ts: I64
    at: I64
    values: F64


class Events(NamedTuple):
    """Events that arrived, columns of length n; times as in `Samples`, `data` as on the wire."""

    row: I32
    ts: I64
    raw_ts: I64
    at: I64
    name: list[str]
    data: list[dict[str, Any]]


class Births(NamedTuple):
    """Connections that began, columns of length n: boot and connection counters, and when the birth arrived."""

    row: I32
    at: I64
    boot: I64
    conn: I64


class Wills(NamedTuple):
    """Connections that ended without a word, columns of length n: when the broker published the will."""

    row: I32
    at: I64


@dataclass(frozen=True, slots=True)
class Chunk:
    """What arrived, and what truly began or ended, in (since, now] (product ms).

    Samples and events are in order of arrival, those of a cabinet in the order in which it took them. `labels`: an
    episode comes once with `end` None, when it is known to be one (its onset may lie before the chunk), and once more
    with its end and the severity it had reached.
    """

    since: int
    now: int
    samples: Samples
    events: Events
    births: Births
    wills: Wills
    labels: list[Label]


def record(
    ids: Sequence[str], seed: int, start: int, until: int, scenario: Scenario | None = None,
    interval_ms: int = 60 * SECOND, *, chunk_ms: int = HOUR, step_ms: int = STEP_MS,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Chunk]:  # fmt: skip
    """The life of these cabinets from `start` to `until` (product ms), a chunk of at most `chunk_ms` at a time.

    `progress(now)` is told how far it has come, after each chunk. What is still held by a cabinet at the end never
    arrives. The chunks' length changes nothing but where they are cut.
    """
    world = World(ids, seed, start, interval_ms=interval_ms, step_ms=step_ms, scenario=scenario, spread_ms=step_ms)
    yield from chunks(world, seed, until, chunk_ms, progress)


def wired(world: World, seed: int) -> Wires:
    """The way from this world to the platform."""
    return Wires(world, np.random.default_rng([seed, 17]))


def chunks(
    world: World, seed: int, until: int, chunk_ms: int = HOUR, progress: Callable[[int], None] | None = None,
    wires: Wires | None = None,
) -> Iterator[Chunk]:  # fmt: skip
    """The same for a world of one's own, or, with its `wires`, the rest of what was begun."""
    wires = wires or wired(world, seed)
    while world.now < until:
        since = world.now
        ticks = []
        for tick in world.step(min(since + chunk_ms, until)):
            wires.carry(tick)
            ticks.append(tick)
        if not ticks:
            return
        yield _chunk(since, world.now, wires, ticks)
        if progress:
            progress(world.now)


def _chunk(since: int, now: int, wires: Wires, ticks: list[Tick]) -> Chunk:
    samples, events, births, wills = wires.take()
    return Chunk(
        since,
        now,
        Samples(*samples),
        Events(*events),
        Births(*births),
        Wills(*wills),
        [label for tick in ticks for label in tick.labels],
    )
