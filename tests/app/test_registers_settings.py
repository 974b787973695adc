"""What an operator sets of the registers reaches the policy."""

import pytest

from app.settings import load, policy
from service.policy import Policy
from telemetry.errors import ConfigError


def test_what_duty_demands_is_set_by_the_environment() -> None:
    given = {
        "VENDWATCH_POLICY__DUTY_COURSES": '{"field": ["safety"]}', "VENDWATCH_POLICY__CERTIFIED_SKILLS": '["cooling"]',
        "VENDWATCH_POLICY__DEPOT_KM": "12.5", "VENDWATCH_POLICY__STALE_DAYS": "90",
    }  # fmt: skip
    found = policy(load({}, None, given), Policy())
    assert (found.duty_courses, found.certified_skills) == ({"field": ("safety",)}, frozenset({"cooling"}))
    assert (found.depot_km, found.stale_days, found.surge_factor) == (12.5, 90, 1.5)


def test_a_role_there_is_none_of_is_refused() -> None:
    with pytest.raises(ConfigError):
        load({}, None, {"VENDWATCH_POLICY__DUTY_COURSES": '{"king": ["safety"]}'})
