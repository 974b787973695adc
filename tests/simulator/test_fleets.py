"""The named fleets do what their names say, and label just that."""

from pathlib import Path

import numpy as np
import pytest

from simulator.outages import site_name
from simulator.record import Chunk, record
from simulator.scenario import load_scenario
from simulator.truth import Label
from simulator.world import cabinet_ids
from telemetry.signals import COLUMN
from telemetry.units import HOUR, MINUTE
from tests.simulator.rig import MONDAY_9

MIDNIGHT = MONDAY_9 - 9 * HOUR


def life(name: str, hours: float, n: int = 80) -> list[Chunk]:
    return list(record(cabinet_ids(n), 2, MIDNIGHT, MIDNIGHT + int(hours * HOUR), load_scenario(Path(name))))


def labels(chunks: list[Chunk]) -> list[Label]:
    return [label for c in chunks for label in c.labels]


def test_a_site_power_cut_hits_its_cabinets_and_is_labelled_once_for_the_site_and_once_for_each() -> None:
    told = labels(life("site_power_cut", 9))
    sites = 80 // 8
    mine = set(range(2, 80, sites))
    begun = [x for x in told if x.kind == "site_outage" and x.end is None]
    assert [x.site for x in begun if x.row < 0] == [site_name(2)]
    assert {x.row for x in begun if x.row >= 0} == mine
    assert {x.row for x in told if x.kind == "power_lost"} == mine
    assert {x.cause for x in told if x.kind in ("power_lost", "payment_down")} == {"site_outage"}
    assert {x.row for x in told} - {-1} == mine
    assert {x.end for x in told if x.kind == "site_outage" and x.end} == {MIDNIGHT + 8 * HOUR}


def test_a_carrier_outage_silences_its_cabinets_and_everything_comes_afterwards() -> None:
    chunks = life("carrier_outage", 6)
    told = labels(chunks)
    away = {x.row for x in told if x.kind == "carrier_outage"}
    assert 80 / 4 < len(away) < 80 / 2
    assert {x.row for x in told if x.kind == "offline"} == away
    row = np.concatenate([c.samples.row for c in chunks])
    assert np.bincount(row).min() >= 6 * 60 - 3


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("reconnect_storm", 4),
        pytest.param("recall", 36, marks=pytest.mark.long),
        pytest.param("restock_morning", 72, marks=pytest.mark.long),
    ],
)
def test_normal_trouble_is_not_labelled(name: str, hours: float) -> None:
    assert labels(life(name, hours)) == []


def test_a_reconnect_storm_brings_everybody_back_within_seconds() -> None:
    births = np.concatenate([c.births.at for c in life("reconnect_storm", 3)])
    after = births[(births > MIDNIGHT + 2 * HOUR) & (births <= MIDNIGHT + 2 * HOUR + 2 * MINUTE)]
    assert len(after) >= 78
    assert np.ptp(after) <= 40_000


def test_a_restock_morning_opens_every_door_between_six_and_eight() -> None:
    chunks = life("restock_morning", 12)
    at = [e.ts[i] for c in chunks for e in [c.events] for i, name in enumerate(e.name) if name == "restocked"]
    assert len(at) >= 78
    assert min(at) >= MIDNIGHT + 6 * HOUR
    assert max(at) <= MIDNIGHT + 8 * HOUR + 25 * MINUTE


@pytest.mark.long
def test_a_recall_takes_the_article_out_of_every_cabinet_that_has_it() -> None:
    chunks = life("recall", 14)
    visited = {
        int(e.row[i])
        for c in chunks for e in [c.events] for i, d in enumerate(e.data) if d.get("reason") == "recall"
    }  # fmt: skip
    assert len(visited) > 60


@pytest.mark.long
def test_thieves_are_labelled_and_goods_are_gone() -> None:
    told = labels(life("theft", 20, n=100))
    assert sorted(x.kind for x in told if x.end is None) == ["door_forced"] * 3 + ["shelf_tamper"] * 2


@pytest.mark.long
def test_a_heat_wave_warms_every_place_and_breaks_nothing() -> None:
    chunks = life("heat_wave", 72)
    assert labels(chunks) == []
    ts = np.concatenate([c.samples.ts for c in chunks])
    ambient = np.concatenate([c.samples.values for c in chunks])[:, COLUMN["ambient_c"]]
    noon = (ts - MIDNIGHT) // HOUR % 24 == 15
    assert ambient[noon & (ts > MIDNIGHT + 48 * HOUR)].mean() > ambient[noon & (ts < MIDNIGHT + 24 * HOUR)].mean() + 8


@pytest.mark.long
def test_a_slow_leak_is_hidden_by_the_thermostat_for_days() -> None:
    chunks = life("slow_leak", 5 * 24, n=200)
    row, ts = (np.concatenate([getattr(c.samples, name) for c in chunks]) for name in ("row", "ts"))
    v = np.concatenate([c.samples.values for c in chunks])
    leaking = (row == 57) & (v[:, COLUMN["door_open"]] == 0)
    day = (ts - MIDNIGHT) // (24 * HOUR)
    duty = [v[leaking & (day == d), COLUMN["comp_on"]].mean() for d in range(5)]
    air = [v[leaking & (day == d), COLUMN["air_c"]].mean() for d in range(3)]
    assert duty[4] > 2 * duty[0]
    assert abs(air[2] - air[0]) < 1
