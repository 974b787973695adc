"""Part `queries`: how soon the API answers from a large store while telemetry comes in."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from telemetry.clock import real_ms
from telemetry.units import DAY
from tests.live.outside import Product
from tests.perf import product as products
from tests.perf import shape
from tests.perf.figures import Bench, Figure, Part
from tests.perf.fill import USED, fill
from tests.perf.machine import LOAD_CORE, pinned
from tests.perf.programs import Loader

HOW = """The store is filled in bulk with a year of readings, one a minute, of as many cabinets as the number of \
values asks for. Then the product runs on it with 5,000 messages per second from 10,000 cabinets, and one HTTP client \
with a kept connection asks for random cabinets, one question after the other. Medians; the 95th percentile stands \
beside them."""
INTERVAL_S = 60
CABINETS, CONNECTIONS, RATE = 10_000, 50, 5000
SIGNAL = "air_c"
Question = Callable[[random.Random], tuple[str, dict[str, Any]]]
"""chance → (path, parameters)"""


def measure(bench: Bench) -> Part:
    folder = bench.room("queries")
    (folder / "var").mkdir()
    began = time.monotonic()
    days = bench.size(366, 62)
    per_cabinet = days * 86_400 // INTERVAL_S * len(USED)
    cabinets = max(1, bench.size(bench.values, bench.values // 50) // per_cabinet)
    start = (real_ms() // DAY - days + 1) * DAY
    ids = [shape.cabinet(c) for c in range(cabinets)]
    values = fill(folder / "var" / "series.duckdb", ids, days, INTERVAL_S, start)
    bench.say(f"{values:,} values in {time.monotonic() - began:.0f} s")
    with products.running(folder) as (made, _), pinned(LOAD_CORE):
        return _ask(bench, made, folder, cabinets, values)


def _ask(bench: Bench, made: Product, folder: Path, cabinets: int, values: int) -> Part:
    times = bench.size(300, 40)
    with Loader(folder, made.mqtt_port, cabinets=CABINETS, connections=CONNECTIONS, acks=0) as loader:
        loader.do("connect")
        loader.do("births")
        products.await_stored(made, CABINETS, 120)
        loader.order(f"send {RATE * 3600} {RATE} -")
        figures = [_asked(made, *question, times) for question in _questions(cabinets)]
    size = sum(f.stat().st_size for f in (folder / "var").glob("series.duckdb*"))
    stored = Figure("values in the store", values, "", more={"bytes per value": size / values, "cabinets": cabinets})
    return Part("queries", HOW, [*figures, stored])


def _questions(cabinets: int) -> list[tuple[str, float, Question]]:
    """(name, goal in ms, the question)."""
    now = datetime.now(UTC)

    def series(days: int, points: int) -> Question:
        def ask(chance: random.Random) -> tuple[str, dict[str, Any]]:
            end = now - timedelta(days=chance.uniform(0, 60 if days < 60 else 0))
            span = {"from": (end - timedelta(days=days)).isoformat(), "to": end.isoformat()}
            cabinet = shape.cabinet(chance.randrange(cabinets))
            return f"/cabinets/{cabinet}/series", {"signal": SIGNAL, "points": points, **span}

        return ask

    def page(chance: random.Random) -> tuple[str, dict[str, Any]]:
        return "/cabinets", {"limit": 100, "q": chance.choice(["", "status:online", "air_c:>5", "status:offline"])}

    return [
        ("24 h of one signal", 20, series(1, 2000)),
        ("30 days to 500 points", 50, series(30, 500)),
        ("a year of one cabinet to 500 points", 100, series(365, 500)),
        ("a page of the fleet list", 30, page),
    ]


def _asked(made: Product, name: str, goal: float, question: Question, times: int) -> Figure:
    chance = random.Random(1)
    headers = {"Authorization": f"Bearer {made.token('viewer', name)}"}
    took: list[float] = []
    with httpx2.Client(base_url=f"{made.url}/api/v1", headers=headers, trust_env=False, timeout=60) as http:
        for _ in range(times):
            path, params = question(chance)
            began = time.perf_counter()
            http.get(path, params=params).raise_for_status()
            took.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(took, n=20)[-1]
    more = {"p95": p95, "longest": max(took), "first": took[0], "questions": times}
    return Figure(name, statistics.median(took), "ms", goal=goal, more=more)
