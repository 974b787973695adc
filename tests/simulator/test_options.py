"""Options are checked before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from simulator.options import SimOptions, parse_broker, plan
from telemetry.errors import ConfigError
from telemetry.mqtt import Broker


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("mqtt://localhost", Broker("localhost", 1883)),
        ("mqtt://a%40b:p%3A@10.0.0.1:99", Broker("10.0.0.1", 99, "a@b", "p:")),
        ("mqtts://broker.example", Broker("broker.example", 8883, tls=True)),
    ],
)
def test_a_broker_is_read_from_its_url(url: str, broker: Broker) -> None:
    assert parse_broker(url) == broker


@pytest.mark.parametrize("url", ["localhost:1883", "http://x", "mqtt://", "mqtt://h:99999", ""])
def test_a_wrong_broker_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="broker"):
        parse_broker(url)


@pytest.mark.parametrize("bad", [{"cabinets": 0}, {"rate": -1}, {"interval_s": 0}, {"duration_s": 0}, {"speed": 0}])
def test_numbers_must_be_positive(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(bad))):
        plan(SimOptions(**bad))


def test_a_rate_of_the_fleet_becomes_the_interval_of_a_cabinet() -> None:
    assert plan(SimOptions(cabinets=200, rate=2000)).interval_ms == 100
    assert plan(SimOptions(cabinets=200, rate=200, speed=60)).interval_ms == 60_000


def test_a_fast_fleet_does_not_speak_in_bursts() -> None:
    assert plan(SimOptions()).step_ms == 1000
    assert plan(SimOptions(speed=60)).step_ms == 5000
    assert plan(SimOptions(rate=2000)).step_ms == 250


def test_big_fleets_share_connections() -> None:
    assert plan(SimOptions(cabinets=500)).connections is None
    assert plan(SimOptions(cabinets=1001)).connections == 5
    assert plan(SimOptions(cabinets=10, connections=2)).connections == 2


def test_credentials_name_the_fleet(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("id,username,password\nVM-01,VM-01,one\n\nVM-02,u2,two\n")
    both = plan(SimOptions(credentials=file))
    assert both.ids == ["VM-01", "VM-02"]
    assert both.logins["VM-02"] == ("u2", "two")
    assert plan(SimOptions(credentials=file, cabinets=1)).ids == ["VM-01"]
    with pytest.raises(ConfigError, match="only 2"):
        plan(SimOptions(credentials=file, cabinets=3))


@pytest.mark.parametrize("text", ["", "VM-01,u\n", "vm/01,u,p\n", "id,username,password\n"])
def test_wrong_credentials_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "c.csv"
    file.write_text(text)
    with pytest.raises(ConfigError, match="credentials"):
        plan(SimOptions(credentials=file))
