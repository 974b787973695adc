"""Where a setting comes from, what is refused and how it is told, and that no secret is shown."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from app.address import Listener, parse_listener
from app.masked import HIDDEN, masked
from app.serve import run
from app.settings import DEMO, Settings, check_admission, load, policy
from service.policy import Policy
from service.telling.figures import Messages
from telemetry.errors import ConfigError
from telemetry.units import HOUR, MINUTE


def toml(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "vendwatch.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_defaults_are_those_of_the_contract() -> None:
    s = load({}, None, {})
    assert (str(s.data), str(s.http), str(s.mqtt), s.broker) == ("var", "127.0.0.1:8080", "127.0.0.1:1883", None)
    assert (s.enrolment, s.speed, s.cabinets, s.series, s.records) == ("registered", 1, 200, "duckdb", "sqlite")
    assert (s.retention.raw_days, s.disk.warn, s.disk.refuse) == (90, 0.85, 0.95)
    assert (s.limits.rate, s.limits.burst, s.batch.max_messages, s.batch.max_ms) == (100, 3000, 4000, 30)
    demo = load({}, None, {}, DEMO)
    assert (demo.enrolment, demo.speed, demo.cabinets) == ("open", 60, 200)


def test_flags_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    config = toml(tmp_path, "seed = 1\ncabinets = 1\nspeed = 1\n[limits]\nrate = 1\nburst = 7")
    environ = {"VENDWATCH_SEED": "2", "VENDWATCH_CABINETS": "2", "VENDWATCH_LIMITS__RATE": "2", "HOME": "/"}
    flags = {"seed": 3, "speed": None, "enrolment": None}
    s = load(flags, config, environ, DEMO)
    assert (s.seed, s.cabinets, s.limits.rate, s.limits.burst, s.speed) == (3, 2, 2, 7, 1)
    assert s.enrolment == "open"


def test_the_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDWATCH_SEED", "9")
    assert load({}, None, {}).seed == 1


def test_lists_in_the_environment_are_json() -> None:
    environ = {
        "VENDWATCH_NOTIFY__URLS": '["console:", "file:///tmp/n"]',
        "VENDWATCH_POLICY__ARRIVAL_HOURS__MAJOR": "[1, 3]",
    }
    s = load({}, None, environ)
    assert [url.get_secret_value() for url in s.notify.urls] == ["console:", "file:///tmp/n"]
    assert s.policy.arrival_hours.major == (1, 3)


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"VENDWATCH_SPED": "2"}, "VENDWATCH_SPED"),
        ({"VENDWATCH_LIMITS__RATES": "2"}, "VENDWATCH_LIMITS__RATES"),
        ({"VENDWATCH_SPEED__X": "2"}, "VENDWATCH_SPEED__X"),
        ({"VENDWATCH_": "2"}, "VENDWATCH_"),
        ({"VENDWATCH_SPEED": "fast"}, "speed"),
        ({"VENDWATCH_SPEED": "nan"}, "speed"),
        ({"VENDWATCH_SPEED": "0"}, "speed"),
        ({"VENDWATCH_LIMITS": "5"}, "limits"),
        ({"VENDWATCH_LIMITS__RATE": "-1"}, "limits.rate"),
        ({"VENDWATCH_NOTIFY__URLS": "console:"}, "notify.urls"),
        ({"VENDWATCH_LANGUAGE": "de"}, "language"),
        ({"VENDWATCH_ADMIN_PASSWORD": ""}, "admin_password"),
        ({"VENDWATCH_BROKER": "nats://127.0.0.1:4222"}, "broker"),
        ({"VENDWATCH_BROKER": "127.0.0.1:1883"}, "broker"),
        ({"VENDWATCH_DISK__WARN": "0.99"}, "disk.warn"),
        ({"VENDWATCH_POLICY__ARRIVAL_HOURS__MAJOR": "[0, 1]"}, "policy.arrival_hours.major.0"),
    ],
)
def test_a_bad_environment_is_refused_by_name(environ: dict[str, str], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load({}, None, environ)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("text", "path"),
    [("sped = 2", "sped"), ("[limits]\nrates = 2", "limits.rates"), ("speed =", "config"), ("http = 8080", "http")],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str, path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load({}, toml(tmp_path, text), {})
    assert caught.value.path == path


def test_a_file_that_is_not_there_and_an_unknown_flag_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load({}, tmp_path / "none.toml", {})
    with pytest.raises(ConfigError, match="colour: unknown setting"):
        load({"colour": "red"}, None, {})


def test_no_refusal_tells_a_secret() -> None:
    for environ in ({"VENDWATCH_BROKER": "nats://u:hunter2@h"}, {"VENDWATCH_NOTIFY__URLS": "json://u:hunter2@h"}):
        with pytest.raises(ConfigError) as caught:
            load({}, None, environ)
        assert "hunter2" not in str(caught.value)


def test_open_enrolment_needs_loopback_unless_the_broker_is_somebody_elses() -> None:
    with pytest.raises(ConfigError, match="enrolment"):
        load({"enrolment": "open", "mqtt": "0.0.0.0:1883"}, None, {})
    for mqtt in ("127.0.0.9:1883", "[::1]:1883", "localhost:1883"):
        check_admission(load({"enrolment": "open", "mqtt": mqtt}, None, {}))
    load({"enrolment": "open", "mqtt": "0.0.0.0:1883", "broker": "mqtts://u:p@h:8883"}, None, {})


def test_cabinets_must_know_the_port_of_our_broker() -> None:
    with pytest.raises(ConfigError, match="mqtt: port 0"):
        load({"mqtt": "127.0.0.1:0"}, None, {})
    load({"mqtt": "127.0.0.1:0", "broker": "mqtt://h:1883"}, None, {})


def test_a_certificate_has_its_key_and_is_our_own_listeners() -> None:
    pair = {"mqtt_tls_cert": "/etc/a.crt", "mqtt_tls_key": "/etc/a.key"}
    assert load(pair, None, {}).mqtt_tls_key == Path("/etc/a.key")
    for half in pair.items():
        with pytest.raises(ConfigError, match="mqtt_tls_key: goes with mqtt_tls_cert"):
            load(dict([half]), None, {})
    with pytest.raises(ConfigError, match="mqtt_tls_cert: is the embedded broker's"):
        load({**pair, "broker": "mqtts://h"}, None, {})
    with pytest.raises(ConfigError, match="mqtt_tls_cert: the demo"):
        check_admission(load(pair, None, {}, DEMO))


def test_a_certificate_that_is_not_there_stops_the_start_and_leaves_nothing_behind(tmp_path: Path) -> None:
    pair = {"mqtt_tls_cert": str(tmp_path / "absent.crt"), "mqtt_tls_key": str(tmp_path / "absent.key")}
    with pytest.raises(ConfigError, match="mqtt_tls_cert: cannot read"):
        run(load({**pair, "data": tmp_path / "var"}, None, {}), demo=False)
    assert not (tmp_path / "var").exists()


def test_the_demo_has_no_secrets_for_registered_enrolment_and_says_so() -> None:
    with pytest.raises(ConfigError, match="leave it open, or use run"):
        check_admission(load({"enrolment": "registered"}, None, {}, DEMO))
    check_admission(load({}, None, {}, DEMO))


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("127.0.0.1:0", Listener("127.0.0.1", 0)),
        ("[::1]:8080", Listener("::1", 8080)),
        ("[::]:1883", Listener("::", 1883)),
        ("example.org:65535", Listener("example.org", 65535)),
    ],
)
def test_an_address_reads_and_prints_the_same(text: str, listener: Listener) -> None:
    assert parse_listener(text) == listener
    assert str(listener) == text


@pytest.mark.parametrize(
    "text",
    ["", ":80", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80", "u@h:1", "h:1/x", "h:1\n", 80],
)
def test_an_address_of_another_shape_is_refused(text: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        load({"http": text}, None, {})
    assert caught.value.path == "http"


@tries(deadline=None)
@given(st.text(max_size=30))
def test_no_address_breaks_the_parser(text: str) -> None:
    try:
        listener = parse_listener(text)
    except ValueError:
        return
    assert listener.host
    assert 0 <= listener.port <= 65535


def test_the_policy_takes_the_figures_that_are_set() -> None:
    assert policy(load({}, None, {}), Policy()) == Policy()
    chosen = {"policy": {"arrival_hours": {"major": [1, 2.5]}, "restore_hours": {"minor": 10}, "offer_minutes": 3}}
    made = policy(load(chosen, None, {}), Policy.demo())
    assert made.arrival_ms["major"] == (HOUR, int(2.5 * HOUR))
    assert made.arrival_ms["critical"] == Policy().arrival_ms["critical"]
    assert (made.restore_ms["minor"], made.offer_ms) == (10 * HOUR, 3 * MINUTE)
    assert made.offer_real_ms == Policy.demo().offer_real_ms


def test_messages_to_customers_need_a_gateway() -> None:
    asked = {"policy": {"messages": ["survey", "recall"], "messages_name_technician": True}}
    assert not policy(load(asked, None, {}), Policy()).messages.groups
    made = policy(load({"customers": {"url": "https://gate.example/"}, **asked}, None, {}), Policy()).messages
    assert made == Messages(groups=frozenset({"survey", "recall"}), name_technician=True)
    usual = policy(load({"customers": {"url": "file:///n"}}, None, {}), Policy()).messages
    assert usual.groups == {"survey", "appointment", "promise", "result"}
    with pytest.raises(ConfigError) as caught:
        load({"policy": {"messages": ["jokes"]}}, None, {})
    assert caught.value.path == "policy.messages.0"


def test_what_is_printed_hides_every_secret_and_can_be_read_again(tmp_path: Path) -> None:
    flags = {
        "broker": "mqtt://gate:hunter2@h:1883", "admin_password": "hunter2", "http": "[::1]:0",
        "customers": {"url": "https://h/hunter2", "token": "hunter2"},
        "notify": {"urls": ["json://u:hunter2@h/hunter2", "file:///var/n", "console:"]},
    }  # fmt: skip
    settings = load(flags, None, {})
    text = masked(settings)
    assert "hunter2" not in text
    assert "hunter2" not in repr(settings)
    assert f'broker = "mqtt://gate:{HIDDEN}@h:1883"' in text
    assert f'urls = ["json://{HIDDEN}", "file:///var/n", "console:"]' in text
    assert "# labels =" in text
    again = load({}, toml(tmp_path, text), {})
    assert again.http == settings.http
    assert again.policy == settings.policy


def test_printing_the_defaults_loses_nothing(tmp_path: Path) -> None:
    settings = load({}, None, {})
    text = masked(settings)
    assert load({}, toml(tmp_path, text), {}) == settings
    assert set(tomllib.loads(text)) | {
        "broker", "labels", "admin_password", "records_url", "series_url", "backup_dir",
        "mqtt_tls_cert", "mqtt_tls_key",
    } == set(Settings.model_fields)  # fmt: skip


@pytest.mark.parametrize("kind", ["victoriametrics", "influxdb"])
def test_readings_on_a_server_need_its_address(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="series_url: goes with series"):
        load({"series": kind}, None, {})
    for bad in ("127.0.0.1:8428", "ftp://h:1", "http://", "http://h:0", "http://h:1/?db=x", "http://h:99999"):
        with pytest.raises(ConfigError, match="series_url"):
            load({"series": kind, "series_url": bad}, None, {})
    environ = {"VENDWATCH_SERIES": kind, "VENDWATCH_SERIES_URL": "https://me:hunter2@h:8428/path",
               "VENDWATCH_SERIES_SERVER__DATABASE": "cold"}  # fmt: skip
    settings = load({}, None, environ)
    assert settings.series_server.database == "cold"
    text = masked(settings)
    assert "hunter2" not in text + repr(settings)
    assert load({}, toml(tmp_path, text), {}).series == kind


def test_an_address_of_a_server_without_its_kind_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="series_url"):
        load({"series_url": "http://h:8428"}, None, {})


@pytest.mark.parametrize("name", ["", "1st", 'a"b', "a b", "x" * 65])
def test_the_database_of_a_server_has_a_plain_name(name: str) -> None:
    with pytest.raises(ConfigError, match=r"series_server\.database"):
        load({}, None, {"VENDWATCH_SERIES_SERVER__DATABASE": name})


def test_a_server_that_refuses_times_ahead_needs_real_time() -> None:
    flags = {"series": "victoriametrics", "series_url": "http://h:8428", "speed": 60}
    with pytest.raises(ConfigError, match="it needs speed 1"):
        load(flags, None, {})
