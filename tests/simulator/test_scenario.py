"""Scenario files are checked; the shipped demo keeps its promises."""

from pathlib import Path

import msgspec
import pytest

from simulator.scenario import SHIPPED, WEIGHTS, PlannedFault, Scenario, load_scenario
from simulator.schedule import planned
from simulator.world import World, cabinet_ids
from telemetry.errors import ConfigError
from telemetry.units import MINUTE
from tests.simulator.rig import MONDAY_9


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "s.toml"
    file.write_text(text)
    return file


def test_a_file_says_which_fault_strikes_when(tmp_path: Path) -> None:
    text = 'cabinets = 3\n[[fault]]\ncabinet = "SIM-00002"\nkind = "offline"\nat_s = 60\nduration_s = 600\n'
    scenario = load_scenario(written(tmp_path, text))
    (strike,) = planned(scenario, cabinet_ids(3), MONDAY_9)
    assert strike[:4] == (MONDAY_9 + MINUTE, 1, "offline", MONDAY_9 + 11 * MINUTE)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[[fault]]\ncabinet=1\nkind="gremlins"\nat_s=1', "kind"),
        ('[[fault]]\ncabinet=1\nkind="offline"\nat_s=-1', "at_s"),
        ('[[fault]]\ncabinet=1\nkind="offline"\nat_s=1\nduration_s=0', "duration_s"),
        ('[[fault]]\ncabinet=1\nkind="offline"', "at_s"),
        ("[chance]\nper_cabinet_yaer=1", "per_cabinet_yaer"),
        ("[chance]\nmost=2", "most"),
        ("[chance]\nweights={offline=-1}", "weights"),
        ("[chance]\nweights={gremlins=1}", "gremlins"),
        ("[disturbances]\nrestocks_per_day=0", "restocks_per_day"),
        ('[[outage]]\nkind="moon"\nat_s=1\nduration_s=1', "moon"),
        ("[recall]\nat_s=1\nwithin_s=1", "sku"),
        ('base = "nothing"', "nothing"),
        ("cabinets = 0", "cabinets"),
        ("cabinets = ", "Invalid value"),
    ],
)
def test_a_wrong_file_stops_the_start_and_names_the_place(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(ConfigError, match=names):
        load_scenario(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        load_scenario(tmp_path / "nowhere.toml")


def test_a_cabinet_outside_the_fleet_is_refused_by_name_and_wraps_by_row() -> None:
    fault = {"kind": "offline", "at_s": 1.0}
    by_row = Scenario(fault=[_fault(cabinet=12, **fault)])
    assert planned(by_row, cabinet_ids(5), 0)[0].row == 2
    with pytest.raises(ConfigError, match="SIM-00012"):
        planned(Scenario(fault=[_fault(cabinet="SIM-00012", **fault)]), cabinet_ids(5), 0)


def _fault(**fields: object) -> PlannedFault:
    return msgspec.convert(fields, PlannedFault)


def test_the_demo_shows_five_kinds_in_five_product_hours_and_leaves_the_fleet_healthy() -> None:
    demo = load_scenario(Path("demo"))
    strikes = sorted(planned(demo, cabinet_ids(demo.cabinets), 0))
    early = [s for s in strikes if s.at <= 300 * MINUTE]
    assert len({s.kind for s in early}) >= 5
    assert len({s.row for s in early}) == len(early) <= demo.cabinets * 0.1
    assert {s.kind for s in strikes if s.at <= 10 * MINUTE} >= {
        "door_left_open", "compressor_not_starting", "power_lost", "payment_down", "lock_fault",
    }  # fmt: skip
    assert len(strikes) + demo.chance.most * demo.cabinets <= 0.13 * demo.cabinets


def test_a_file_on_a_base_says_only_what_differs(tmp_path: Path) -> None:
    steady = load_scenario(Path("steady"))
    mine = load_scenario(written(tmp_path, 'base = "healthy"\n[disturbances]\nheat_wave_c = 4\n'))
    assert mine.chance == msgspec.structs.replace(steady.chance, per_cabinet_year=0, site_cuts_per_year=0)
    assert mine.disturbances == msgspec.structs.replace(steady.disturbances, heat_wave_c=4)


def test_what_the_demo_breaks_by_chance_is_what_the_product_detects() -> None:
    assert set(load_scenario(Path("demo")).chance.weights) == set(WEIGHTS)
    assert len(WEIGHTS) == 13


def test_every_shipped_scenario_starts() -> None:
    for file in SHIPPED.glob("*.toml"):
        scenario = load_scenario(file)
        World(cabinet_ids(scenario.cabinets), 1, MONDAY_9, scenario=scenario)
