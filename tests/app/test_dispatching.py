"""The figures of dispatch that an operator sets reach the policy; those that nobody sets are the policy's own."""

from pathlib import Path

import pytest

from app.settings import load, policy
from service.policy import Policy
from telemetry.errors import ConfigError
from telemetry.units import MINUTE


def test_what_is_set_is_in_force_and_the_rest_stays(tmp_path: Path) -> None:
    given = {"data": str(tmp_path)}
    assert policy(load(given, None, {}), Policy()).dispatch == Policy().dispatch
    environ = {
        "VENDWATCH_POLICY__DISPATCH__ESCALATE_MINUTES": "45",
        "VENDWATCH_POLICY__DISPATCH__SKILLS": '{"offline": ["radio"]}',
    }
    figures = policy(load(given, None, environ), Policy()).dispatch
    assert figures.escalate_ms == 45 * MINUTE
    assert figures.skills_for("repair", "offline") == ("radio",)
    assert figures.skills_for("repair", "refrigerant_leak") == (), "a table that is set replaces the built-in one"


def test_a_figure_that_makes_no_sense_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load({"data": str(tmp_path)}, None, {"VENDWATCH_POLICY__DISPATCH__DETOUR": "0.5"})
