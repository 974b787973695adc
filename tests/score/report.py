"""Everything that was measured, from the results that a directory holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from tests.anomaly.nab import measured
from tests.score.cost import Cost, measure
from tests.score.figures import Healthy, Injected, healthy, injected
from tests.score.load import Load, load
from tests.score.named import NAMED, Told, told
from tests.score.results import newest, read


class Report(msgspec.Struct, omit_defaults=True):
    """A part is None when it was not measured, or not asked for. `nab`: as `python -m tests.anomaly.nab` gives it."""

    injected: Injected | None = None
    healthy: Healthy | None = None
    steady: Load | None = None
    cost: Cost | None = None
    nab: dict[str, Any] | None = None
    named: list[Told] | None = None


def kept(data: Path) -> Report:
    """What the directory holds; of each part the code that was measured last."""
    cost, nab, named = data / "cost.json", data / "nab.json", data / "named.json"
    faulty, well, steady = (newest(read(data, mode)) for mode in ("injected", "healthy", "steady"))
    return Report(
        injected=injected(faulty) if faulty else None,
        healthy=healthy(well) if well else None,
        steady=load(steady) if steady else None,
        cost=msgspec.json.decode(cost.read_bytes(), type=Cost) if cost.exists() else None,
        nab=msgspec.json.decode(nab.read_bytes()) if nab.exists() else None,
        named=msgspec.json.decode(named.read_bytes(), type=list[Told]) if named.exists() else None,
    )


def keep_cost(data: Path) -> Cost:
    """Measure what judging costs, and keep it."""
    cost = measure()
    data.mkdir(parents=True, exist_ok=True)
    (data / "cost.json").write_bytes(msgspec.json.encode(cost) + b"\n")
    return cost


def keep_nab(data: Path) -> dict[str, Any]:
    """Run the NAB files with their two-fold figure (minutes), and keep it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(measured(with_folds=True))))
    data.mkdir(parents=True, exist_ok=True)
    (data / "nab.json").write_bytes(msgspec.json.encode(found) + b"\n")
    return found


def keep_named(data: Path, progress: Callable[[str], None] = lambda _: None) -> list[Told]:
    """Live the named fleets (a quarter of an hour), and keep what came of them; `progress` hears of each that ends."""
    found = []
    for fleet in NAMED:
        found.append(told(fleet))
        progress(fleet.name)
    data.mkdir(parents=True, exist_ok=True)
    (data / "named.json").write_bytes(msgspec.json.encode(found) + b"\n")
    return found
