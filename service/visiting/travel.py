"""How long a way takes: the great circle times a detour at a speed, figures of the policy. Pure; no map is asked."""

from collections.abc import Sequence
from typing import NamedTuple

from service.arrival import distance_m
from service.visiting.figures import Figures

Point = tuple[float, float]


class Place(NamedTuple):
    """Where work is: the dispatch zone, and the coordinates (degrees WGS 84) if they are known."""

    zone: str | None
    lat: float | None
    lon: float | None

    @property
    def point(self) -> Point | None:
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


def way_ms(figures: Figures, here: Point | None, there: Point | None) -> int | None:
    """The time for a way (ms); None when one of its ends is unknown."""
    if here is None or there is None:
        return None
    metres = distance_m(*here, *there) * figures.detour
    return round(metres * 3600 / figures.speed_kmh)


def matrix_s(figures: Figures, points: Sequence[Point | None]) -> list[list[int]]:
    """The times (whole seconds, rounded up) from each point to each; `unknown_ms` where a place is unknown."""

    def seconds(i: int, j: int) -> int:
        if i == j:
            return 0
        way = way_ms(figures, points[i], points[j])
        return -(-(figures.unknown_ms if way is None else way) // 1000)

    n = range(len(points))
    return [[seconds(i, j) for j in n] for i in n]
