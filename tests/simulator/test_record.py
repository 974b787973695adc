"""Records: exact by seed, nothing lost on the way, as accurate as the fine steps, and honest about when things came."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from simulator.record import Chunk, record
from simulator.scenario import Chance, Disturbances, PlannedFault, Scenario, load_scenario
from simulator.world import cabinet_ids
from telemetry.signals import COLUMN, WIDTH
from telemetry.units import DAY, HOUR, MINUTE
from tests.simulator.rig import CALM, MONDAY_9, one


def recorded(n: int, hours: float, scenario: Scenario, seed: int = 1, chunk_ms: int = HOUR) -> list[Chunk]:
    return list(record(cabinet_ids(n), seed, MONDAY_9, MONDAY_9 + int(hours * HOUR), scenario, chunk_ms=chunk_ms))


def column(chunks: list[Chunk], name: str) -> np.ndarray:
    return np.concatenate([getattr(c.samples, name) for c in chunks])


def test_the_same_seed_gives_the_same_record_however_it_is_cut() -> None:
    rough = msgspec.structs.replace(load_scenario(Path("steady")), chance=Chance(per_cabinet_year=3000, mended=True))
    whole, cut = recorded(20, 4, rough), recorded(20, 4, rough, chunk_ms=7 * MINUTE)
    for name in ("row", "ts", "raw_ts", "at", "values"):
        assert np.array_equal(column(whole, name), column(cut, name), equal_nan=name == "values")
    assert [x for c in whole for x in c.events.data] == [x for c in cut for x in c.events.data]
    assert [x for c in whole for x in c.labels] == [x for c in cut for x in c.labels] != []
    assert not np.array_equal(column(whole, "values"), column(recorded(20, 4, rough, seed=2), "values"), equal_nan=True)


def test_every_cabinet_is_heard_once_a_minute_in_the_columns_of_telemetry() -> None:
    chunks = recorded(30, 2, CALM)
    assert [(c.since, c.now) for c in chunks] == [(MONDAY_9 + h * HOUR, MONDAY_9 + (h + 1) * HOUR) for h in range(2)]
    row, ts, values = column(chunks, "row"), column(chunks, "ts"), column(chunks, "values")
    assert values.shape == (len(row), WIDTH)
    for r in range(30):
        assert (np.diff(np.sort(ts[row == r])) == MINUTE).all()
    assert (values[:, COLUMN["set_c"]] > 3).all()


def test_what_was_held_without_a_link_comes_afterwards_with_its_own_time() -> None:
    chunks = recorded(5, 3, one("offline", at_s=3600, duration_s=3600))
    row, ts, at = column(chunks, "row"), column(chunks, "ts"), column(chunks, "at")
    assert (np.diff(ts[row == 0]) == MINUTE).all(), "nothing is missing, and each cabinet's samples are in order"
    assert sum(at[row == 0] - ts[row == 0] > MINUTE) >= 58
    assert at[row == 0].max() <= MONDAY_9 + 3 * HOUR
    assert (np.diff(at) >= 0).all()
    assert all(((c.samples.at > c.since) & (c.samples.at <= c.now)).all() for c in chunks)
    wills = [int(x) for c in chunks for x in c.wills.at[c.wills.row == 0]]
    births = [(int(x), int(n)) for c in chunks for x, n in zip(c.births.at, c.births.conn, strict=True) if x > MONDAY_9]
    assert wills == [MONDAY_9 + HOUR]
    assert (MONDAY_9 + 2 * HOUR, 2) in births


def test_events_of_a_silent_cabinet_come_with_its_link() -> None:
    chunks = recorded(3, 6, one("offline", at_s=3600, duration_s=4 * 3600))
    late = [(e.at[i] - e.ts[i]) for c in chunks for e in [c.events] for i in np.flatnonzero(e.row == 0)]
    assert max(late) > HOUR
    assert len(late) > 10


def test_a_wrong_clock_shows_in_the_raw_times_alone() -> None:
    fault = PlannedFault(cabinet=0, kind="clock_wrong", at_s=1800, severity=30, grows_s=0)
    chunks = recorded(2, 1, Scenario(fault=[fault], chance=Chance(per_cabinet_year=0)))
    row, ahead = column(chunks, "row"), column(chunks, "raw_ts") - column(chunks, "ts")
    assert set(np.abs(ahead[row == 0])) == {0, 30 * MINUTE}
    assert set(ahead[row == 1]) == {0}


def test_reboots_are_seen_as_births_of_new_boots() -> None:
    fault = PlannedFault(cabinet=0, kind="reboot_loop", at_s=600, severity=10)
    chunks = recorded(2, 2, Scenario(fault=[fault], chance=Chance(per_cabinet_year=0)))
    boots = [int(b) for c in chunks for b in c.births.boot[c.births.row == 0]]
    assert len(set(boots)) >= 12
    assert boots == sorted(boots)


def test_progress_is_told_after_each_chunk() -> None:
    told: list[int] = []
    list(record(cabinet_ids(2), 1, MONDAY_9, MONDAY_9 + 2 * HOUR, CALM, progress=told.append))
    assert told == [MONDAY_9 + HOUR, MONDAY_9 + 2 * HOUR]


def figures(step_ms: int, hours: int) -> dict[str, float]:
    until = MONDAY_9 + hours * HOUR
    values = [c.samples.values for c in record(cabinet_ids(40), 3, MONDAY_9, until, CALM, step_ms=step_ms)]
    v = np.concatenate(values)
    full = v[:, COLUMN["comp_on"]] > 0.99
    cold = v[:, COLUMN["air_c"]] - v[:, COLUMN["evap_c"]]
    return {
        "duty": v[:, COLUMN["comp_on"]].mean(), "air": v[:, COLUMN["air_c"]].mean(),
        "spread": v[:, COLUMN["air_c"]].std(), "amps": v[full, COLUMN["comp_a"]].mean(), "cold": cold[full].mean(),
        "door": v[:, COLUMN["door_open"]].mean(), "watts": v[:, COLUMN["power_w"]].mean(),
    }  # fmt: skip


def test_substeps_of_twenty_seconds_are_as_good_as_those_of_five() -> None:
    fine, coarse = figures(5_000, 6), figures(20_000, 6)
    off = {name: abs(coarse[name] / fine[name] - 1) for name in fine}
    assert max(off[name] for name in ("duty", "air", "amps", "watts")) < 0.015
    assert max(off.values()) < 0.05


@pytest.mark.parametrize("hours", [20, pytest.param(24 * 10, marks=pytest.mark.long)])
def test_all_disturbances_together_are_no_fault(hours: float) -> None:
    chunks = recorded(80, hours, load_scenario(Path("healthy")))
    assert [label for c in chunks for label in c.labels] == []
    values = column(chunks, "values")
    said = {name for c in chunks for name in c.events.name}
    assert said >= {"door_opened", "vend", "restocked", "lot_loaded", "power_lost", "power_restored"}
    assert {0.0, 1.0} <= set(values[:, COLUMN["light_on"]])
    assert len(set(values[:, COLUMN["set_c"]])) >= 4
    assert (values[:, COLUMN["payment_ok"]] == 0).any()
    assert sum(len(c.wills.at) for c in chunks) > 100
    assert (column(chunks, "at") - column(chunks, "ts") > MINUTE).any()


@pytest.mark.long
def test_the_cabinets_of_a_site_share_their_weather() -> None:
    chunks = recorded(48, 24, load_scenario(Path("healthy")))
    row, ambient = column(chunks, "row"), column(chunks, "values")[:, COLUMN["ambient_c"]]
    series = np.array([ambient[row == r][:1300] for r in range(48)])
    series -= series.mean(axis=1, keepdims=True)
    alike = np.corrcoef(series - series.mean(axis=0))
    same = (np.arange(48)[:, None] % 6 == np.arange(48) % 6) & ~np.eye(48, dtype=bool)
    assert np.median(alike[same]) > np.median(alike[~same & ~np.eye(48, dtype=bool)]) + 0.2


@pytest.mark.long
def test_the_evidence_has_every_kind_with_severity_and_an_end() -> None:
    evidence = load_scenario(Path("evidence"))
    quick = msgspec.structs.replace(evidence.chance, per_cabinet_year=300, after_s=0, rest_s=0)
    chunks = list(
        record(cabinet_ids(300), 4, MONDAY_9, MONDAY_9 + 14 * DAY, msgspec.structs.replace(evidence, chance=quick))
    )
    labels = [label for c in chunks for label in c.labels]
    begun = {(x.row, x.kind, x.onset) for x in labels if x.end is None}
    ended = [x for x in labels if x.end is not None]
    assert {(x.row, x.kind, x.onset) for x in ended} <= begun
    assert set(evidence.chance.weights) <= {kind for _, kind, _ in begun}
    assert len(evidence.chance.weights) >= 24
    assert {x.slow for x in ended} == {True, False}
    assert len({x.kind for x in ended if x.cause is None}) >= 30


def test_a_scenario_without_disturbances_is_that_of_the_demo() -> None:
    demo = load_scenario(Path("demo")).disturbances
    assert demo == Disturbances()


def test_drops_stalls_and_updates_however_frequent_are_never_silence() -> None:
    """The contract's *Presence*: 180 s without a word, or 60 s after a will without a new birth."""
    often = Disturbances(link_drops_per_day=200, stalls_per_day=200, updates_per_month=600)
    chunks = recorded(25, 5, Scenario(disturbances=often))
    assert not [x for c in chunks for x in c.labels if x.kind == "offline"]
    row = np.concatenate([np.concatenate((c.samples.row, c.events.row, c.births.row)) for c in chunks])
    at = np.concatenate([np.concatenate((c.samples.at, c.events.at, c.births.at)) for c in chunks])
    assert max(np.diff(np.sort(at[row == r])).max() for r in range(25)) <= 3 * MINUTE
    for r in range(25):
        born = np.concatenate([c.births.at[c.births.row == r] for c in chunks])
        for will in np.concatenate([c.wills.at[c.wills.row == r] for c in chunks]).tolist():
            assert will > chunks[-1].now - MINUTE or (born[born > will] - will).min() <= MINUTE
