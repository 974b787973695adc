"""Small pictures for the page (SVG, nothing needed to draw them): delays by kind, and a fault as it is seen."""

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from simulator.record import I32, STEP_MS, chunks
from simulator.scenario import PlannedFault
from simulator.state import F64, I64
from simulator.world import World, cabinet_ids
from telemetry.signals import COLUMN, SIGNAL
from telemetry.units import DAY, HOUR, MINUTE, SECOND
from tests.score.judge import Life
from tests.score.live import START
from tests.score.match import Fault
from tests.score.plan import Plan

LEFT, WIDTH, ROW, HEIGHT = 210, 560, 18, 150
SCALE = (1 / 60, 240.0)  # hours, logarithmic
TICKS = ((1 / 60, "1 min"), (0.25, "15 min"), (1, "1 h"), (3, "3 h"), (18, "18 h"), (72, "3 d"), (240, "10 d"))
STRIKES = 5 * DAY  # of an example, when the model knows its cabinet
SHOWN = (12 * HOUR, 3 * DAY)  # before the onset, and at most behind it


class Example(NamedTuple):
    """One fault of a family, the signal that shows it, and how long it is shown before and after (ms)."""

    family: str
    kind: str
    signal: str
    severity: float | None = None
    grows_s: float | None = None


EXAMPLES = (
    Example("cooling, sudden", "compressor_not_starting", "air_c"),
    Example("cooling, slow", "refrigerant_leak", "evap_c", 0.85, 259_200),
    Example("sensors", "sensor_stuck", "air_c"),
    Example("power", "mains_low", "mains_v", 60, 0),
    Example("doors and locks", "lock_fault", "lock_closed"),
    Example("payment", "payment_down", "payment_ok"),
    Example("radio", "weak_link", "rsrp_dbm", 18, 0),
)


class Seen(NamedTuple):
    """The signal around a fault; onset and detection in ms (None: never told)."""

    example: Example
    ts: I64
    values: F64
    onset: int
    told: int | None
    as_kind: str


def delays(faults: Sequence[Fault]) -> str:
    """Of each kind a bar from the 10 % to the 90 % quickest, and its median, on a logarithmic axis."""
    kinds = sorted({f.label.kind for f in faults if f.alarms})
    hours = {
        kind: [d / HOUR for f in faults if f.label.kind == kind and (d := f.delay()) is not None] for kind in kinds
    }
    parts = [
        _line(_at(h), 20, _at(h), 24 + ROW * len(kinds), "#ddd") + _text(_at(h) - 12, 14, name) for h, name in TICKS
    ]
    for i, kind in enumerate(sorted(kinds, key=lambda k: float(np.median(hours[k])))):
        y = 36 + ROW * i
        low, middle, high = (_at(float(p)) for p in np.percentile(hours[kind], [10, 50, 90]))
        parts.append(_text(4, y + 4, f"{kind} ({len(hours[kind])})"))
        parts.append(f'<rect x="{low:.1f}" y="{y - 4}" width="{max(high - low, 2):.1f}" height="8" fill="#90c2f0"/>')
        parts.append(f'<circle cx="{middle:.1f}" cy="{y}" r="4" fill="#0b6bcb"/>')
    return _svg(40 + ROW * len(kinds), parts)


def _at(hours: float) -> float:
    low, high = (math.log(h) for h in SCALE)
    return LEFT + WIDTH * (math.log(min(max(hours, SCALE[0]), SCALE[1])) - low) / (high - low)


def examples() -> list[Seen]:
    """A fleet of a few, one fault each on the fifth day, lived through and judged."""
    faults = [
        PlannedFault(
            cabinet=row, kind=e.kind, at_s=(STRIKES + row * 7 * MINUTE) / SECOND, severity=e.severity, grows_s=e.grows_s
        )
        for row, e in enumerate(EXAMPLES)
    ]
    scenario = Plan(mode="healthy", seed=1001, cabinets=1, days=1).scenario
    ids = cabinet_ids(len(EXAMPLES))
    world = World(
        ids, 1001, START, step_ms=STEP_MS, spread_ms=STEP_MS,
        scenario=type(scenario)(fault=faults, chance=scenario.chance, disturbances=scenario.disturbances),
    )  # fmt: skip
    life, kept = Life(ids, ["HZ-01"] * len(ids), ["CMCC"] * len(ids), START), list[tuple[I32, I64, F64]]()
    for chunk in chunks(world, 1001, START + STRIKES + SHOWN[1], MINUTE):
        life.take([chunk])
        if chunk.now > START + STRIKES - SHOWN[0]:
            kept.append((chunk.samples.row, chunk.samples.ts, chunk.samples.values))
    row, ts, values = (np.concatenate(column) for column in zip(*kept, strict=True))
    mine = [row == r for r in range(len(ids))]
    return [_seen(e, life, r, ts[mine[r]], values[mine[r], COLUMN[e.signal]]) for r, e in enumerate(EXAMPLES)]


def _seen(example: Example, life: Life, row: int, ts: I64, values: F64) -> Seen:
    onset = START + STRIKES + row * 7 * MINUTE
    told = sorted((a.at, a.kind) for a in life.told.values() if a.row == row and a.at is not None and a.at >= onset)
    at, kind = told[0] if told else (None, "")
    until = (onset if at is None else at) + SHOWN[0]
    keep = ts <= max(until, onset + 2 * SHOWN[0])
    return Seen(example, ts[keep], values[keep], onset, at, kind)


def picture(seen: Seen) -> str:
    """The signal, when it truly began (red) and when it was told (blue)."""
    begin, end = int(seen.ts[0]), int(seen.ts[-1])
    known = ~np.isnan(seen.values)
    low, high = float(np.nanmin(seen.values)), float(np.nanmax(seen.values))
    high = high if high > low else low + 1
    xs = LEFT / 3 + (seen.ts[known] - begin) / (end - begin) * (WIDTH + LEFT / 2)
    ys = 30 + HEIGHT * (1 - (seen.values[known] - low) / (high - low))
    path = " ".join(f"{'L' if i else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(zip(xs, ys, strict=True)))
    signal, name = SIGNAL[seen.example.signal], seen.example.kind
    parts = [f'<path d="{path}" fill="none" stroke="#555" stroke-width="0.8"/>']
    parts += [_text(2, 40, f"{high:.4g} {signal.unit}"), _text(2, 30 + HEIGHT, f"{low:.4g} {signal.unit}")]
    for at, colour, what in ((seen.onset, "#c62828", "onset"), (seen.told, "#0b6bcb", f"told: {seen.as_kind}")):
        if at is not None:
            x = LEFT / 3 + (at - begin) / (end - begin) * (WIDTH + LEFT / 2)
            parts.append(
                _line(x, 26, x, 34 + HEIGHT, colour) + _text(x + 3, 24 if what == "onset" else 44, what, colour)
            )
    parts.append(_text(2, 12, f"{seen.example.family}: {name}, {signal.en} / {signal.zh}"))
    return _svg(HEIGHT + 45, parts)


def _svg(height: int, parts: Sequence[str]) -> str:
    box = f'viewBox="0 0 {LEFT + WIDTH + 60} {height}" font-family="sans-serif" font-size="11"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}><rect width="100%" height="100%" fill="#fff"/>'
    return "\n".join([head, *parts, "</svg>", ""])


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(text)}</text>'
