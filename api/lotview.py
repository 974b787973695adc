"""One lot as people see it: its checks, where it lies and lay, how warm it was there. Bounded."""

from typing import Any

from api import views
from service.lots.model import STAGES, key_of
from service.records.base import RecordStore, Row, Where
from telemetry.errors import NotFound
from telemetry.series.base import SeriesStore

CHECKS = 100
STAYS = 50
POINTS = 500  # of one stay; where there are more readings, buckets that keep the extremes
AIR = "air_c"
Json = dict[str, Any]


def check(row: Row) -> Json:
    """A row of `lot_checks`."""
    return {key: value for key, value in views.times(row).items() if key != "lot_key"}


def lot(records: RecordStore, series: SeriesStore, sku: str, name: str, now: int) -> Json:
    """What `LotFile` says. Raises NotFound for a lot that was never checked nor told of by a cabinet."""
    mine = [Where("lot_key", "=", key_of(sku, name))]
    checks = records.find("lot_checks", mine, ["-at", "-id"], CHECKS)
    stays = records.find("lot_stays", mine, ["-from", "-id"], STAYS)
    if not checks and not stays:
        raise NotFound(f"no lot {name} of {sku}")
    counts = {row["stage"]: row["ok"] for row in records.find("lot_checks", [*mine, Where("counts", "=", True)])}
    first = (checks or stays)[0]
    return {
        "sku": first["sku"], "lot": first["lot"],
        "missing": [stage for stage in STAGES if not counts.get(stage)],
        "failed": [stage for stage in STAGES if counts.get(stage) is False],
        "checks": [check(row) for row in checks], "checks_total": records.count("lot_checks", mine),
        "stays": [_stay(series, row, now) for row in stays], "stays_total": records.count("lot_stays", mine),
        "cabinets": sorted({row["cabinet"] for row in stays if row["to"] is None}),
    }  # fmt: skip


def _stay(series: SeriesStore, row: Row, now: int) -> Json:
    shown = views.times({key: row[key] for key in ("id", "cabinet", "lane", "from", "to")})
    until = now if row["to"] is None else row["to"]
    return {**shown, "air": _air(series, row["cabinet"], row["from"], until)}


def _air(series: SeriesStore, cabinet: str, start: int, end: int) -> Json | None:
    """Lowest, mean and highest air temperature (S1 7.5.2): the storage of this lot."""
    found = series.read(cabinet, AIR, start, end + 1, POINTS)
    if not found:
        return None
    mean = sum(point.mean for point in found) / len(found)
    figures = {"min": min(p.low for p in found), "mean": mean, "max": max(p.high for p in found)}
    return {name: round(value, 2) for name, value in figures.items()}
