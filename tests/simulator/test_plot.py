"""A cabinet's day is drawn as a valid picture of what the record says, in both languages."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from simulator.plot import plot_day
from simulator.scenario import Chance, PlannedFault, Scenario
from simulator.world import cabinet_ids
from telemetry.errors import ConfigError
from telemetry.units import DAY
from tests.simulator.rig import CALM

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_shows_the_day_the_doors_and_what_was_wrong(tmp_path: Path) -> None:
    fault = PlannedFault(cabinet="SIM-00002", kind="camera_down", at_s=3600, duration_s=7200)
    scenario = Scenario(fault=[fault], chance=Chance(per_cabinet_year=0))
    file = tmp_path / "day.svg"
    day = plot_day(file, cabinet_ids(3), 1, scenario, "SIM-00002", 1)
    assert len(day.ts) == DAY // 60_000
    root = ET.fromstring(file.read_text("utf-8"))  # noqa: S314 - our own
    said = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    for words in ("SIM-00002", "2026-01-05", "Air temperature", "柜内空气温度", "camera_down"):
        assert words in said
    assert len(list(root.iter(f"{SVG}path"))) >= 8
    assert len(day.doors) > 10


def test_a_cabinet_or_day_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SIM-00009"):
        plot_day(tmp_path / "x.svg", cabinet_ids(3), 1, CALM, "SIM-00009", 1)
    with pytest.raises(ConfigError, match="day"):
        plot_day(tmp_path / "x.svg", cabinet_ids(3), 1, CALM, "SIM-00001", 0)
    with pytest.raises(ConfigError, match="plot"):
        plot_day(tmp_path / "nowhere" / "x.svg", cabinet_ids(3), 1, CALM, "SIM-00001", 1)
