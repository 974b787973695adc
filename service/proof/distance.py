"""How far technicians drove (S4 5.7): from place to place in the order of arrival. Pure; nobody's way is recorded.

A day (in the policy's zone) begins at the technician's own place. A way is the great circle times the policy's detour,
as dispatch plans it (`service/visiting/travel.py`); the way home is not counted.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from service.arrival import distance_m
from service.records.base import Row
from service.visiting.travel import Point

Places = Mapping[str, Point | None]


def point(*rows: Row | None) -> Point | None:
    """The coordinates (degrees WGS 84) of the first row that has them: a cabinet's own, else its site's."""
    found = (row for row in rows if row is not None and row["lat"] is not None and row["lon"] is not None)
    return next(((row["lat"], row["lon"]) for row in found), None)


def driven(
    visits: Sequence[Row], places: Places, starts: Places, day: Callable[[int], date], detour: float
) -> dict[str, float | None]:
    """The way to each visit that arrived (km), None where one of its ends is unknown. `places`: by visit; `starts`: by
    technician; `day`: of a time (ms)."""
    found: dict[str, float | None] = {}
    here: dict[str, tuple[date, Point | None]] = {}
    arrived = [visit for visit in visits if visit["arrived"] is not None]
    for visit in sorted(arrived, key=lambda visit: (visit["arrived"], visit["id"])):
        who, today, there = visit["technician"], day(visit["arrived"]), places.get(visit["id"])
        last, origin = here.get(who, (None, None))
        origin = origin if last == today else starts.get(who)
        found[visit["id"]] = None if origin is None or there is None else distance_m(*origin, *there) * detour / 1000
        here[who] = today, there
    return found
