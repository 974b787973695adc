"""Kilometres: each way once, from where the technician was, and what is not known is counted as such."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arrival import distance_m
from service.proof.distance import driven, point
from service.proof.punctuality import report
from service.records.base import Row
from telemetry.units import DAY, HOUR
from tests.service.proof.test_punctuality import visit

HOME, EAST, WEST = (30.25, 120.15), (30.29, 120.21), (30.30, 120.10)


def day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).date()


def stop(n: int, hour: float, **more: Any) -> Row:
    return visit(n, arrived=int(hour * HOUR), **more)


def km(a: tuple[float, float], b: tuple[float, float]) -> Any:
    return pytest.approx(distance_m(*a, *b) * 1.5 / 1000)


def test_a_day_goes_from_home_from_place_to_place_in_the_order_of_arrival() -> None:
    places = {"V-1": WEST, "V-2": EAST, "V-3": EAST, "V-4": WEST}
    visits = [stop(1, 12), stop(2, 9), stop(3, 10), stop(4, 24 + 9)]
    found = driven(visits, places, {"ann": HOME}, day, 1.5)
    assert found == {"V-2": km(HOME, EAST), "V-3": 0, "V-1": km(EAST, WEST), "V-4": km(HOME, WEST)}


def test_an_unknown_end_makes_no_number_and_a_visit_without_arrival_none_at_all() -> None:
    places = {"V-1": EAST, "V-2": None, "V-3": WEST}
    visits = [stop(1, 9), stop(2, 10), stop(3, 11), visit(4, arrived=None)]
    assert driven(visits, places, {"ann": None}, day, 1.5) == {"V-1": None, "V-2": None, "V-3": None}
    assert driven(visits, places, {"ann": HOME}, day, 1.5) == {"V-1": km(HOME, EAST), "V-2": None, "V-3": None}


def test_a_cabinets_own_place_comes_before_its_sites() -> None:
    site, bare = {"lat": 1.0, "lon": 2.0}, {"lat": None, "lon": None}
    assert point({"lat": 3.0, "lon": 4.0}, site) == (3.0, 4.0)
    assert point(bare, site) == point(None, site) == (1.0, 2.0)
    assert point(bare, None) is None


def test_the_report_sums_what_is_known_and_counts_what_is_not() -> None:
    visits = [
        stop(1, 9),
        stop(2, 10, technician="bob"),
        stop(3, 11, technician="bob"),
        visit(4, arrived=None, level=None),
    ]
    found = report(visits, {}, DAY, {"V-1": 3.25, "V-2": None, "V-3": 1.5})
    assert found["whole"]["km"] == {"visits": 2, "sum": 4.75, "unknown": 1}
    assert {t["technician"]: t["km"]["sum"] for t in found["technicians"]} == {"ann": 3.25, "bob": 1.5}


spots = st.one_of(st.none(), st.sampled_from([HOME, EAST, WEST]))


@given(st.lists(st.tuples(st.sampled_from(["ann", "bob"]), st.integers(0, 3 * DAY), spots)), st.randoms())
def test_whatever_the_order_of_the_rows_every_arrival_has_one_way(
    made: list[tuple[str, int, Any]], chance: Any
) -> None:
    visits = [visit(n, technician=who, arrived=at) for n, (who, at, _) in enumerate(made)]
    places = {f"V-{n}": there for n, (_, _, there) in enumerate(made)}
    found = driven(visits, places, {"ann": HOME}, day, 1.5)
    assert set(found) == set(places)
    assert all(way is None or way >= 0 for way in found.values())
    chance.shuffle(visits)
    assert driven(visits, places, {"ann": HOME}, day, 1.5) == found
