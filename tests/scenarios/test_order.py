"""Order through the real fold (contract, *Order*): whatever the network does, the same is stored and judged."""

import random
from operator import itemgetter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telemetry.units import HOUR, MINUTE, SECOND
from tests.gateway.rig import birth, event, telemetry
from tests.scenarios.bench import Bench
from tests.scenarios.life import NINE
from tests.scenarios.stories import Said, repeated, scattered, shuffled, story

CABINETS = tuple(f"HZ-{n:02d}" for n in range(24))  # in one fleet: as many lives for the price of one
FEW = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**32)


def lives(chance: random.Random, minutes: int) -> dict[str, list[Said]]:
    return {cabinet: story(chance, cabinet, minutes) for cabinet in CABINETS}


def straight(told: dict[str, list[Said]]) -> Bench:
    """Everything at its time and in its order."""
    return Bench().deliver([(said.at, said.message) for life in told.values() for said in life], MINUTE)


def same_faults_within_the_window(seed: int) -> None:
    chance = random.Random(seed)
    told = lives(chance, 25)
    sorted_run, mixed = straight(told), Bench()
    arrivals = [a for life in told.values() for a in repeated(chance, shuffled(chance, life), 5)]
    arrivals.sort(key=itemgetter(0))
    half = len(arrivals) // 2
    mixed.deliver(arrivals[:half], 5 * SECOND).restart()
    mixed.deliver(arrivals[half:], 5 * SECOND)
    end = max(sorted_run.at, mixed.at) + 3 * MINUTE  # what hangs in the balance when the story ends is decided in both
    for run in (sorted_run, mixed):
        run.pass_time(end - run.at)
    assert mixed.episodes() == sorted_run.episodes()
    assert mixed.series() == sorted_run.series()
    for cabinet, life in told.items():
        assert mixed.sums(cabinet)[1] == sorted_run.sums(cabinet)[1] == len(life)
        assert mixed.account(cabinet)["late"] == 0
        assert mixed.account(cabinet)["gaps"] == []
    assert sum(mixed.sums(cabinet)[0] for cabinet in told) == len(arrivals)


@FEW
@given(seeds)
def test_any_order_within_thirty_seconds_and_any_repeats_give_the_same_faults(seed: int) -> None:
    same_faults_within_the_window(seed)


@pytest.mark.long
@pytest.mark.timeout(3600)
@MANY
@given(seeds)
def test_any_order_within_thirty_seconds_gives_the_same_faults_many_times(seed: int) -> None:
    same_faults_within_the_window(seed)


def same_series_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    told = lives(chance, 20)
    sorted_run, mixed = straight(told), Bench()
    arrivals = [a for life in told.values() for a in repeated(chance, scattered(chance, life, 3), 2)]
    mixed.deliver(arrivals, 2 * MINUTE)
    assert mixed.series() == sorted_run.series()
    for cabinet, life in told.items():
        assert mixed.sums(cabinet)[1] == len(life)
        assert (mixed.account(cabinet)["gaps"], mixed.account(cabinet)["quarantined"]) == ([], 0)
    assert sum(mixed.sums(cabinet)[0] for cabinet in told) == len(arrivals)


@FEW
@given(seeds)
def test_any_order_at_all_gives_the_same_series_and_accounting(seed: int) -> None:
    same_series_in_any_order(seed)


@pytest.mark.long
@pytest.mark.timeout(3600)
@MANY
@given(seeds)
def test_any_order_at_all_gives_the_same_series_and_accounting_many_times(seed: int) -> None:
    same_series_in_any_order(seed)


def test_events_and_samples_are_judged_in_the_order_of_their_seqs_however_they_are_packed() -> None:
    """A clock is set back by an hour; then the door is shut. Packed together, the door was open to the end."""
    told = [birth(1, 1, 1, NINE + HOUR), event(1, 2, "door_opened", NINE + HOUR)]
    told += [telemetry(1, n, NINE + HOUR + n * MINUTE, air_c=4.0) for n in range(3, 6)]
    told += [event(1, 6, "door_closed", NINE + 6 * MINUTE)]
    told += [telemetry(1, n, NINE + n * MINUTE, air_c=4.0) for n in range(7, 30)]
    apart, together = Bench(), Bench()
    for at, message in enumerate(told):
        apart.take(HOUR + at * MINUTE, [message])
    together.take(HOUR, told[:1])
    together.take(HOUR + len(told) * MINUTE, told[1:])
    assert together.episodes() == apart.episodes()
