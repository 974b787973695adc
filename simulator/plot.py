"""One day of one cabinet as a picture (SVG, nothing needed to draw it): temperatures, loads, people, truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from simulator.record import record
from simulator.scenario import Scenario
from simulator.state import F64, I64
from simulator.truth import Label
from telemetry.errors import ConfigError
from telemetry.signals import COLUMN, SIGNAL
from telemetry.units import DAY, HOUR

START = 1_767_542_400_000  # Monday 2026-01-05 00:00 in Shanghai
LEFT, WIDTH, GAP, TOP = 64, 1000, 34, 60
PANELS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("°C", 240, ("air_c", "product_c", "evap_c", "ambient_c", "set_c")),
    ("A", 110, ("comp_a",)),
    ("0…1", 90, ("comp_on", "door_open", "defrost_on", "payment_ok")),
    ("dBm", 80, ("rsrp_dbm",)),
    ("g", 110, ("shelf_g_1", "shelf_g_2", "shelf_g_3")),
)
COLOURS = ("#0b6bcb", "#b35900", "#00796b", "#8a8a8a", "#7b1fa2")


@dataclass(slots=True)
class Day:
    """What a cabinet measured in a day, when its door was opened (ms), and what was truly wrong with it."""

    cabinet: str
    begin: int
    ts: I64
    values: F64
    doors: list[int] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def plot_day(path: Path, ids: Sequence[str], seed: int, scenario: Scenario, cabinet: str, day: int) -> Day:
    """Write the picture of one cabinet's `day` (1: the first, a Monday); what it shows. Raises ConfigError."""
    if cabinet not in ids:
        raise ConfigError("cabinet", f"no cabinet {cabinet!r} among {len(ids)}: {ids[0]} … {ids[-1]}")
    if day < 1:
        raise ConfigError("day", "counts from 1")
    lived = live(ids, seed, scenario, cabinet, day)
    try:
        path.write_text(svg(lived), encoding="utf-8")
    except OSError as error:
        raise ConfigError("plot", f"cannot write {path}: {error.strerror}") from error
    return lived


def live(ids: Sequence[str], seed: int, scenario: Scenario, cabinet: str, day: int) -> Day:
    """Run the whole fleet up to the end of that day, and keep what concerns the cabinet."""
    row, begin = list(ids).index(cabinet), START + (day - 1) * DAY
    parts, doors = list[tuple[I64, F64]](), list[int]()
    labels = dict[tuple[str, int], Label]()
    for chunk in record(ids, seed, START, begin + DAY, scenario):
        labels |= {(label.kind, label.onset): label for label in chunk.labels if label.row == row}
        mine = (chunk.samples.row == row) & (chunk.samples.ts > begin)
        parts.append((chunk.samples.ts[mine], chunk.samples.values[mine]))
        told = zip(chunk.events.row.tolist(), chunk.events.ts.tolist(), chunk.events.name, strict=True)
        doors += [ts for who, ts, name in told if who == row and name == "door_opened" and ts > begin]
    ts, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(ts, kind="stable")
    shown = [label for label in labels.values() if label.end is None or label.end > begin]
    return Day(cabinet, begin, ts[order], values[order], doors, shown)


def svg(day: Day) -> str:
    """The picture; lines break where nothing was measured for more than three minutes."""
    y, parts = TOP, list[str]()
    bands = [_band(day, label, i) for i, label in enumerate(day.labels)]
    for unit, height, signals in PANELS:
        told = [name for name in signals if not np.isnan(day.values[:, COLUMN[name]]).all()]
        if told:
            parts += _panel(day, unit, y, height, told)
            y += height + GAP
    parts += [_line(_x(day, ts), TOP - 6, _x(day, ts), TOP, "#444") for ts in day.doors]
    title = f"{day.cabinet} · {np.datetime64(day.begin + 8 * HOUR, 'ms').astype('datetime64[D]')} (Asia/Shanghai)"
    box = f'viewBox="0 0 {LEFT + WIDTH + 20} {y + 10}" font-family="sans-serif" font-size="11"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}><rect width="100%" height="100%" fill="#fff"/>'
    head += _text(4, 16, title, size=14)
    bands = [band.replace("@", str(y - GAP - TOP)) for band in bands]
    return "\n".join([head, *bands, *parts, "</svg>", ""])


def _panel(day: Day, unit: str, y: int, height: int, signals: Sequence[str]) -> list[str]:
    columns = [day.values[:, COLUMN[name]] for name in signals]
    low, high = float(np.nanmin(columns)), float(np.nanmax(columns))
    low, high = (low, high) if high > low else (low - 1, high + 1)
    parts = [f'<rect x="{LEFT}" y="{y}" width="{WIDTH}" height="{height}" fill="none" stroke="#bbb"/>']
    parts += [_text(4, y + 10, f"{high:.5g} {unit}"), _text(4, y + height, f"{low:.5g} {unit}")]
    for hour in range(0, 25, 3):
        x = LEFT + WIDTH * hour / 24
        parts += [_line(x, y, x, y + height, "#eee"), _text(x - 8, y + height + 12, f"{hour:02d}:00")]
    for i, (name, column) in enumerate(zip(signals, columns, strict=True)):
        path = _path(day, column, lambda v: y + height - (v - low) / (high - low) * height)
        parts.append(f'<path d="{path}" fill="none" stroke="{COLOURS[i]}" stroke-width="1.2"/>')
        signal = SIGNAL[name]
        parts.append(_text(LEFT + 6 + 200 * i, y - 3, f"{signal.en} {signal.zh}", COLOURS[i]))
    return parts


def _path(day: Day, column: F64, to_y: Callable[[F64], F64]) -> str:
    known = ~np.isnan(column)
    ts, ys = day.ts[known], to_y(column[known])
    starts = np.r_[True, np.diff(ts) > HOUR // 20]
    xs = LEFT + (ts - day.begin) / DAY * WIDTH
    return " ".join(f"{'M' if s else 'L'}{x:.1f} {y:.1f}" for s, x, y in zip(starts, xs, ys, strict=True))


def _band(day: Day, label: Label, nth: int) -> str:
    """The time in which something was truly wrong; its height stands for `@`."""
    x = max(LEFT, _x(day, label.onset))
    end = min(LEFT + WIDTH, _x(day, label.end)) if label.end else LEFT + WIDTH
    name = _text(x + 3, TOP - 16 - 11 * (nth % 2), label.kind, "#c62828")
    return f'<rect x="{x:.1f}" y="{TOP}" width="{max(end - x, 1):.1f}" height="@" fill="#c62828" opacity="0.08"/>{name}'


def _x(day: Day, ts: int) -> float:
    return LEFT + (ts - day.begin) / DAY * WIDTH


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, colour: str = "#333", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}">{escape(text)}</text>'
