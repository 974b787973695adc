"""Load of each head, the share of service managers, which cabinets nobody is near. Pure, over rows of the records."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from service.arrival import distance_m
from service.records.base import Row

Json = dict[str, Any]


class Point(NamedTuple):
    """A place from which service starts: a technician's, or a service point's. Degrees, WGS 84."""

    id: str
    lat: float
    lon: float


def heads(staff: Sequence[Row], technicians: Sequence[Row]) -> list[Json]:
    """Who serves: the active staff, and active technicians whom nobody put on the staff."""
    on_staff = [{"person": p["id"], "name": p["name"], "role": p["role"], "ids": _ids(p)} for p in staff]
    known = {key for head in on_staff for key in head["ids"]}
    rest = [t for t in technicians if t["active"] and t["id"] not in known]
    return on_staff + [{"person": t["id"], "name": t["name"], "role": "field", "ids": {t["id"]}} for t in rest]


def _ids(person: Row) -> set[str]:
    return {key for key in (person["id"], person["technician"], person["account"]) if key}


def load(people: Sequence[Json], tickets: Sequence[Row], visits: Sequence[Row]) -> list[Json]:
    """Each head with the tickets in its charge and its visits, in the order given (S1 5.2.1)."""
    owned = Counter(t["assignee"] for t in tickets if t["assignee"])
    driven = Counter(v["technician"] for v in visits if v["technician"])
    return [
        {
            "person": h["person"], "name": h["name"], "role": h["role"],
            "tickets": sum(owned[key] for key in h["ids"]), "visits": sum(driven[key] for key in h["ids"]),
        }
        for h in people
    ]  # fmt: skip


def managers(roles: Sequence[str], share: float) -> Json:
    """Whether enough of the staff are service managers (S2 2.2: one in ten; one of 11 is a finding)."""
    found, needed = roles.count("service_manager"), math.ceil(round(share * len(roles), 9))
    return {
        "staff": len(roles), "managers": found, "managers_needed": needed,
        "managers_share": found / len(roles) if roles else None, "finding": found < needed,
    }  # fmt: skip


def points(technicians: Sequence[Row], service_points: Sequence[Row]) -> list[Point]:
    """Where service starts from. A document of kind `service_point` says where it is in its body: `lat`, `lon`."""
    placed = [(t["id"], t["lat"], t["lon"]) for t in technicians if t["active"]]
    placed += [(d["id"], (d["body"] or {}).get("lat"), (d["body"] or {}).get("lon")) for d in service_points]
    return [Point(key, float(lat), float(lon)) for key, lat, lon in placed if _number(lat) and _number(lon)]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def nearest(lat: float, lon: float, starts: Sequence[Point]) -> tuple[Point | None, float | None]:
    """The nearest starting point and how far it is (km, as the crow flies); None for none."""
    found = [(distance_m(lat, lon, p.lat, p.lon) / 1000, p) for p in starts]
    if not found:
        return None, None
    km, point = min(found)
    return point, km


def uncovered(cabinets: Sequence[Row], sites: Sequence[Row], starts: Sequence[Point], limit_km: float) -> Json:
    """Cabinets in use farther than `limit_km` from every starting point (S2 1.3), and those without a place."""
    place = {s["id"]: (s["lat"], s["lon"]) for s in sites}
    far, nowhere, using = [], [], [c for c in cabinets if not c["retired"]]
    for c in using:
        lat, lon = (c["lat"], c["lon"]) if c["lat"] is not None else place.get(c["site"], (None, None))
        if lat is None or lon is None:
            nowhere.append(c["id"])
            continue
        point, km = nearest(lat, lon, starts)
        if km is None or km > limit_km:
            far.append({
                "cabinet": c["id"], "site": c["site"], "nearest": point.id if point else None,
                "km": None if km is None else round(km, 3),
            })  # fmt: skip
    return {"limit_km": limit_km, "points": len(starts), "cabinets": len(using), "uncovered": far, "nowhere": nowhere}
