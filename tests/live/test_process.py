"""The process: who owns a directory, what stops a start, what dies with it, what other commands do meanwhile."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.live.line import Voice, line
from tests.live.outside import PASSWORD, ROOT, Product, alive, free_port, product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


def vendwatch(*words: str, feed: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a clean environment but for `env`."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VENDWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False, input=feed, env={**clean, **(env or {})},
    )  # fmt: skip


def ports() -> tuple[str, ...]:
    return ("--http", f"127.0.0.1:{free_port()}", "--mqtt", f"127.0.0.1:{free_port()}")


def sign_in(made: Product, username: str, password: str) -> int:
    body = {"username": username, "password": password}
    return httpx2.post(f"{made.url}/api/v1/session", json=body, timeout=30).status_code


@pytest.mark.parametrize(
    ("flags", "env", "toml", "key"),
    [
        (["--http", "nonsense"], {}, "", "http"),
        (["--broker", "http://x"], {}, "", "broker"),
        ([], {"VENDWATCH_ZORK": "1"}, "", "ZORK"),
        ([], {"VENDWATCH_LIMITS__ZORK": "1"}, "", "LIMITS__ZORK"),
        ([], {}, "[limits]\nrate = -5", "limits.rate"),
        ([], {}, "[limits]\nzork = 5", "limits.zork"),
        ([], {}, "not toml at all", "config"),
        (["--zork", "1"], {}, "", "--zork"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    tmp_path: Path, flags: list[str], env: dict[str, str], toml: str, key: str
) -> None:
    if toml:
        (tmp_path / "c.toml").write_text(toml)
        flags = [*flags, "--config", str(tmp_path / "c.toml")]
    done = vendwatch("run", "--data", str(tmp_path / "var"), *flags, env=env)
    said = done.stdout + done.stderr
    assert (done.returncode, key in said) == (2, True), said
    assert "Traceback" not in said
    assert not (tmp_path / "var").exists(), "a refused start left something behind"


def test_config_shows_what_holds_and_hides_secrets(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('speed = 2\nseed = 5\nhttp = "127.0.0.1:9001"\n[limits]\nrate = 50\n')
    done = vendwatch(
        "config", "--config", str(tmp_path / "c.toml"), "--http", "127.0.0.1:9003",
        env={
            "VENDWATCH_HTTP": "127.0.0.1:9002", "VENDWATCH_SEED": "6", "VENDWATCH_ADMIN_PASSWORD": "hush-1",
            "VENDWATCH_BROKER": "mqtt://me:hush-2@broker.example:1883", "VENDWATCH_NOTIFY__URLS": '["mailto://u:hush-3@x.example"]',
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "hush" not in done.stdout + done.stderr
    for shown in ("127.0.0.1:9003", "seed = 6", "rate = 50", "broker.example"):
        assert shown in done.stdout


def test_open_enrolment_is_for_loopback_only(tmp_path: Path) -> None:
    done = vendwatch("run", "--data", str(tmp_path / "var"), "--mqtt", "0.0.0.0:18830", "--enrolment", "open")
    assert (done.returncode, "loopback" in done.stderr) == (2, True)


@pytest.mark.parametrize("which", ["http", "mqtt"])
def test_a_port_in_use_is_named(tmp_path: Path, which: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        flags = {"http": f"127.0.0.1:{free_port()}", "mqtt": f"127.0.0.1:{free_port()}", which: f"127.0.0.1:{port}"}
        done = vendwatch(
            "run", "--data", str(tmp_path / "var"), "--http", flags["http"], "--mqtt", flags["mqtt"],
            "--enrolment", "open",
        )  # fmt: skip
    assert done.returncode in (1, 2)
    assert str(port) in done.stderr
    assert f"--{which}" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_product_owns_a_directory_and_other_commands_talk_to_it(tmp_path: Path) -> None:
    with product(tmp_path) as made:
        assert made.process
        second = vendwatch("run", "--data", str(tmp_path / "var"), *ports(), "--enrolment", "open")
        assert (second.returncode, str(made.process.pid) in second.stderr) == (3, True), second.stderr
        shown = vendwatch("token", "create", "--name", "t1", "--role", "viewer", "--data", str(tmp_path / "var"))
        token = shown.stdout.strip().splitlines()[-1]
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx2.get(f"{made.url}/api/v1/me", headers=headers).json()["role"] == "viewer"
        assert httpx2.post(f"{made.url}/api/v1/sites", headers=headers, json={"name": "x"}).status_code == 403
        bad = vendwatch("token", "create", "--name", "t1", "--role", "king", "--data", str(tmp_path / "var"))
        assert bad.returncode == 2
        assert "administrator" in bad.stdout + bad.stderr
        assert sign_in(made, "admin", PASSWORD) in (200, 201)
        changed = vendwatch(
            "user", "password", "admin", "--data", str(tmp_path / "var"), feed="another-long-password\n"
        )
        assert changed.returncode == 0, changed.stderr
        assert sign_in(made, "admin", PASSWORD) == 401
        assert sign_in(made, "admin", "another-long-password") in (200, 201)
        brokers = made.children("nats-server")
        assert made.stop() == 0
        wait_for("the broker to end", lambda: not any(alive(p) for p in brokers), 10)
    off = vendwatch("token", "create", "--name", "t2", "--role", "auditor", "--data", str(tmp_path / "var"))
    later = off.stdout.strip().splitlines()[-1]
    made.start()
    try:
        for word, role in ((token, "viewer"), (later, "auditor")):
            answer = httpx2.get(f"{made.url}/api/v1/me", headers={"Authorization": f"Bearer {word}"})
            assert answer.json()["role"] == role
        assert sign_in(made, "admin", "another-long-password") in (200, 201)
    finally:
        made.stop()
    assert "Traceback" not in made.log.read_text()


def test_sigkill_of_the_product_ends_broker_and_simulator(tmp_path: Path) -> None:
    made = Product(tmp_path, "demo", "--cabinets", "5")
    with started(made):
        assert made.process
        found = both_children(made)
        for pid in found:
            assert os.getpgid(pid) == os.getpgid(made.process.pid)
        assert made.children("nats-server")
        before = iso_ms(made.get("/time")["now"])
        made.kill()
        wait_for("all children to end", lambda: not any(alive(p) for p in found), 10)
        made.start()
        assert iso_ms(made.get("/time")["now"]) >= before
        assert made.get("/time")["speed"] == 60
        found = both_children(made)
        assert made.stop() == 0
        wait_for("all children to end", lambda: not any(alive(p) for p in found), 10)
    refused = vendwatch("run", "--data", str(tmp_path / "var"), *ports(), "--enrolment", "open")
    assert (refused.returncode, "speed" in refused.stderr) == (2, True), refused.stderr


def test_a_broker_left_over_from_a_crash_is_found_and_ended(tmp_path: Path) -> None:
    """SIGKILL while the broker is stopped is the nearest an outsider comes to a broker that outlives its parent."""
    with product(tmp_path) as made:
        left = made.children("nats-server")[0]
        with line(made.mqtt_port, "before") as spoken:
            voice = Voice(spoken, "LEFT-1")
            voice.birth()
            voice.settle()
        os.kill(left, signal.SIGSTOP)
        made.kill()
        made.start()
        wait_for("the old broker to end", lambda: not alive(left), 10)
        assert len(made.children("nats-server")) == 1
        with line(made.mqtt_port, "after") as spoken:
            voice = Voice(spoken, "LEFT-1", boot=2)
            voice.birth()
            voice.settle()
        assert made.get("/cabinets/LEFT-1/ingest")["stored"] == 2


@pytest.mark.long
def test_product_time_never_goes_back_over_restarts(tmp_path: Path) -> None:
    with product(tmp_path) as made:
        seen = [iso_ms(made.get("/time")["now"])]
        made.kill()
        for _ in range(2):
            made.start()
            seen.append(iso_ms(made.get("/time")["now"]))
            made.stop()
    assert seen == sorted(seen)
    assert abs(seen[-1] / 1000 - time.time()) < 120


@pytest.mark.parametrize("kind", [pytest.param("nats", marks=pytest.mark.long), "mosquitto"])
def test_an_outside_broker(tmp_path: Path, kind: str) -> None:
    with outside_broker(kind, tmp_path) as (port, _), outside_product(tmp_path, port) as made:
        assert made.children("nats-server") == []
        with line(port, "outside-cabinet") as spoken:
            stranger = Voice(spoken, "OUTER-0")
            stranger.birth()
            made.post("/cabinets", {"id": "OUTER-1", "model": "T1"}).raise_for_status()
            voice = Voice(spoken, "OUTER-1")
            voice.birth()
            for step in range(200):
                voice.up("telemetry", m={"air_c": 4.0, "n": step})
            voice.settle()
        found = made.get("/cabinets/OUTER-1/ingest")
        assert (found["stored"], found["duplicate"], found["quarantined"], found["gaps"]) == (201, 0, 0, [])
        assert stranger.acks() == [], "registered: a stranger is not taken in by its birth"


@pytest.mark.parametrize("kind", [pytest.param("nats", marks=pytest.mark.long), "mosquitto"])
def test_an_outside_broker_that_goes_away_comes_back(tmp_path: Path, kind: str) -> None:
    with outside_broker(kind, tmp_path) as (port, first), outside_product(tmp_path, port, open_=True) as made:
        with line(port, "c1") as spoken:
            voice = Voice(spoken, "AWAY-1")
            voice.birth()
            voice.settle()
        first.kill()
        first.wait()
        wait_for("not ready, with the reason", lambda: ready(made)[0] == 503, 20)
        assert "broker" in json.dumps(ready(made)[1])
        with outside_broker(kind, tmp_path, port):
            wait_for("ready again", lambda: ready(made)[0] == 200, 30)
            with line(port, "c2") as spoken:
                again = Voice(spoken, "AWAY-1", boot=2)
                again.birth()
                again.settle()
        assert made.get("/cabinets/AWAY-1/ingest")["stored"] == 2
        assert made.get("/faults", q="cabinet:AWAY-1")["items"] == []


def ready(made: Product) -> tuple[int, Any]:
    answer = httpx2.get(f"{made.url}/readyz", timeout=10)
    return answer.status_code, answer.json()


def both_children(made: Product) -> list[int]:
    """Broker and simulator, once both are there."""
    assert made.process
    pid = made.process.pid
    found: list[int] = wait_for("broker and simulator", lambda: children(pid) if len(children(pid)) > 1 else [])
    return found


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(row.split()[0]) for row in listed.stdout.splitlines() if "Z" not in row.split()[1]]


def iso_ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


@contextlib.contextmanager
def started(made: Product) -> Iterator[Product]:
    try:
        yield made.start()
    finally:
        if made.process and made.process.poll() is None:
            made.stop()


@contextlib.contextmanager
def outside_product(folder: Path, port: int, *, open_: bool = False) -> Iterator[Product]:
    """`run --broker`: with the default enrolment unless told otherwise."""
    made = Product(folder, "run", "--broker", f"mqtt://127.0.0.1:{port}").without("--mqtt")
    made = made if open_ else made.without("--enrolment")
    with started(made):
        yield made


@contextlib.contextmanager
def outside_broker(kind: str, folder: Path, port: int = 0) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A broker of somebody else's, with settings that lose nothing while it runs."""
    port = port or free_port()
    conf = folder / f"{kind}.conf"
    if kind == "nats":
        conf.write_text(
            f"server_name: outer\nhost: 127.0.0.1\nport: {free_port()}\n"
            f'jetstream: {{store_dir: "{folder}/nats"}}\n'
            f"mqtt: {{host: 127.0.0.1, port: {port}, max_ack_pending: 8000}}\n"
        )
        command = [str(Path(sys.executable).parent / "nats-server"), "-c", str(conf)]
    else:
        found = shutil.which("mosquitto")
        if not found:
            pytest.skip("mosquitto is not installed")
        conf.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"
        )
        command = [found, "-c", str(conf)]
    with (folder / f"{kind}.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for("the outside broker", lambda: listens(port), 20)
        yield port, process
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
