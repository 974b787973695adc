"""What judging costs at 100,000 cabinets: CPU time per value and memory per cabinet, `Faults.step` alone."""

import time
from collections.abc import Sequence

import msgspec
import numpy as np

from faults.faults import Faults
from simulator.record import Events, record
from simulator.world import cabinet_ids
from telemetry.batch import CabinetEvent, Frames, Judged
from telemetry.clock import Moment
from telemetry.fleet import ONLINE, Fleet
from telemetry.units import MINUTE
from tests.score.live import START
from tests.score.plan import Plan

SIGNALS = 8  # of a cabinet, as the goal counts them
SAMPLED = 500  # cabinets that are recorded, and then laid side by side


class Cost(msgspec.Struct):
    """`us_per_line`: one sample of one cabinet, with `carried` signals; `us_per_value`: that over the eight signals of
    the goal; `bytes_per_cabinet`: the whole snapshot of judging."""

    cabinets: int
    minutes: int
    carried: float
    us_per_line: float
    us_per_value: float
    bytes_per_cabinet: float


def measure(cabinets: int = 100_000, minutes: int = 60, warm: int = 3) -> Cost:
    """Judge `minutes` of a healthy fleet after `warm` ones that are not counted, with its doors and sales; every batch
    is a minute. An hour, since models learn by the hour."""
    plan = Plan(mode="healthy", seed=1001, cabinets=SAMPLED, days=1)
    until = START + (minutes + warm) * MINUTE
    copies = -(-cabinets // SAMPLED)
    fleet, faults = _fleet(copies * SAMPLED), Faults()
    spent = lines = values = 0.0
    chunks = record(cabinet_ids(SAMPLED), plan.seed, START, until, plan.scenario, chunk_ms=MINUTE)
    for nth, chunk in enumerate(chunks):
        said = _said(chunk.events, fleet.ids, copies)
        judged = Judged(_laid(chunk.samples.row, chunk.samples.ts, chunk.samples.values, copies), said)
        fleet.apply(judged.frames)
        begun = time.process_time()
        faults.step(judged, fleet, Moment(chunk.now, chunk.now))
        if nth >= warm:
            spent += time.process_time() - begun
            lines += len(judged.frames)
            values += int(np.count_nonzero(~np.isnan(judged.frames.values)))
    us = spent / lines * 1e6
    return Cost(len(fleet), minutes, values / lines, us, us / SIGNALS, len(faults.dump()) / len(fleet))


def _said(events: Events, ids: Sequence[str], copies: int) -> list[CabinetEvent]:
    """The same events of so many fleets."""
    columns = list(
        zip(events.row.tolist(), events.ts.tolist(), events.at.tolist(), events.name, events.data, strict=True)
    )
    return [
        CabinetEvent(row + first, ids[row + first], ts, at, name, data, 1, 1)
        for first in range(0, copies * SAMPLED, SAMPLED)
        for row, ts, at, name, data in columns
    ]


def _fleet(n: int) -> Fleet:
    fleet = Fleet(n)
    for cabinet in cabinet_ids(n):
        fleet.add(cabinet)
    fleet.boot[:n], fleet.status[:n] = 1, ONLINE
    fleet.last_seen[:n] = fleet.last_real[:n] = START + 10**9
    return fleet


def _laid(row: np.ndarray, ts: np.ndarray, values: np.ndarray, copies: int) -> Frames:
    """The same samples of so many fleets side by side."""
    rows = (row[None, :] + SAMPLED * np.arange(copies)[:, None]).astype(np.int32).ravel()
    return Frames(rows, np.tile(ts, copies), np.tile(values, (copies, 1)))
