"""How customers reach the desk, and when people serve: settings of the policy."""

import pytest

from app.settings import load, policy
from service.hours import hours
from service.policy import Policy
from telemetry.errors import ConfigError
from telemetry.units import MINUTE

SET = {
    "VENDWATCH_POLICY__HOTLINE": "400-800", "VENDWATCH_POLICY__UNIT": "Lake Vending",
    "VENDWATCH_POLICY__HOTLINE_HOURS": '{"work": ["09:00-12:00"]}', "VENDWATCH_POLICY__ESCALATION_MINUTES": "5",
    "VENDWATCH_POLICY__PUBLIC_URL": "https://help.example:8443",
}  # fmt: skip


def test_what_is_set_is_in_the_policy_and_the_rest_is_the_standards() -> None:
    chosen = policy(load({}, None, SET), Policy())
    assert (chosen.front.hotline, chosen.front.unit, chosen.front.email) == ("400-800", "Lake Vending", "")
    assert chosen.front.escalation_ms == 5 * MINUTE
    assert chosen.coverage["hotline"] == hours({"work": ["09:00-12:00"]})
    assert chosen.coverage["on_site"] == Policy().coverage["on_site"]


def test_without_settings_the_policy_is_as_it_comes() -> None:
    assert policy(load({}, None, {}), Policy()) == Policy()


@pytest.mark.parametrize("url", ["help.example", "https://help.example/path", "ftp://help.example", "https://a b"])
def test_the_public_address_is_that_of_a_server(url: str) -> None:
    with pytest.raises(ConfigError):
        load({}, None, {"VENDWATCH_POLICY__PUBLIC_URL": url})
