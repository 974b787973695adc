"""The restore drill: a backup beside the product under load, its end, and a second life from the backup."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.live.device import Fleet
from tests.live.outside import ROOT, Product, product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def vendwatch(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)


def ticket(made: Product, n: int) -> str:
    answer = made.post(
        "/tickets", {"kind": "complaint", "summary": f"complaint {n}", "customer": {"phone": "13800000000"}}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@contextmanager
def load(made: Product, fleet: Fleet) -> Iterator[None]:
    """Cabinets and people who go on while something else is done."""
    stop = threading.Event()

    def people() -> None:
        n = 1000
        while not stop.is_set():
            ticket(made, n := n + 1)

    def cabinets() -> None:
        while not stop.is_set():
            fleet.send(500, 0.2)

    threads = [threading.Thread(target=work) for work in (people, cabinets)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def stored(made: Product, cabinet: str) -> set[int]:
    """The numbers that a cabinet's stored messages carried."""
    answer = made.request("GET", f"/cabinets/{cabinet}/readings", params={"signal": "n", "from": "0"})
    return {int(point[2]) for line in answer.text.splitlines() for point in json.loads(line)}


def facts(made: Product, key: str) -> Any:
    found = made.get(f"/tickets/{key}")
    return {name: found[name] for name in ("id", "state", "summary", "received")} | {
        "due": {clock["name"]: clock["due"] for clock in found["clocks"]}
    }


def test_all_of_the_time_of_a_backup_is_there_again_and_goes_on(tmp_path: Path) -> None:
    kept, again = tmp_path / "kept.tar.gz", tmp_path / "again"
    (tmp_path / "first").mkdir()
    again.mkdir()
    with product(tmp_path / "first") as made:
        fleet = Fleet(made.mqtt_port, 5, "BAK")
        fleet.connect()
        wait_for("births, as the first message of each", lambda: all(c.conn for c in fleet.cabinets.values()))
        fleet.send(500, 2)
        wait_for("acknowledgements", lambda: not fleet.unacknowledged(), 60)
        acked = {name: cabinet.acked for name, cabinet in fleet.cabinets.items()}
        before = {key: facts(made, key) for key in (ticket(made, n) for n in range(3))}
        photo = made.request(
            "POST", "/attachments", files={"file": ("p.png", PNG)}, data={"ticket": min(before)}
        ).json()
        with load(made, fleet):
            done = vendwatch("backup", str(kept), "--data", str(tmp_path / "first" / "var"))
        assert done.returncode == 0, done.stderr
        assert str(kept) in done.stdout
        last = ticket(made, 99)  # after the backup
        fleet.close()
        made.kill()
    done = vendwatch("restore", str(kept), "--data", str(again / "var"))
    assert done.returncode == 0, done.stderr
    second = Product(again)
    second.bearer = made.bearer  # what let somebody in lets in again
    try:
        second.start()
        _is_all_there(second, before, acked, photo["id"])
        assert second.request("GET", f"/tickets/{last}").status_code == 404
        _goes_on(second, min(before))
    finally:
        second.stop()


def _is_all_there(made: Product, before: dict[str, Any], acked: dict[str, int], photo: str) -> None:
    assert {key: facts(made, key) for key in before} == before
    for cabinet, seq in acked.items():
        lacking = set(range(2, seq + 1)) - stored(made, cabinet)
        assert not lacking, (cabinet, sorted(lacking)[:10])  # 1 is the birth
    assert made.request("GET", f"/attachments/{photo}").content == PNG
    assert made.get("/audit/verify")["ok"] is True


def _goes_on(made: Product, key: str) -> None:
    """Numbers are given out further, clocks run and are met, cabinets are heard."""
    new = ticket(made, 100)
    assert new > key
    triaged = made.post(f"/tickets/{key}/triage", {"severity": "minor"})
    assert triaged.status_code == 200, triaged.text
    replied = made.post(f"/tickets/{key}/reply", {"text": "we are on it", "channel": "phone"})
    assert replied.status_code == 200, replied.text
    reply = next(c for c in made.get(f"/tickets/{key}")["clocks"] if c["name"] == "REPLY")
    assert reply["state"] in ("met", "stopped"), reply
    fleet = Fleet(made.mqtt_port, 1, "NEW")
    fleet.connect()
    fleet.send(50, 0.5)
    wait_for("acknowledgements after the restore", lambda: not fleet.unacknowledged(), 60)
    fleet.close()


def test_who_may_read_the_directory_names_the_place_and_the_schedule_keeps_the_newest(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    made = Product(tmp_path)
    made.environment = {"VENDWATCH_BACKUP_DIR": str(kept), "VENDWATCH_BACKUP_EVERY": "24", "VENDWATCH_BACKUP_KEEP": "2"}
    made.start()
    try:
        first = wait_for("the first backup by itself", lambda: made.get("/backups")["newest"], 60)
        assert (kept / first["name"] / "backup.json").is_file()
        assert made.get("/ingest")["platform"]["backup"]["overdue"] is False
        refused = made.post("/backups", {"to": str(tmp_path / "elsewhere")})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["to"])
        for n in (2, 3):
            wait_for("another second", lambda: made.post("/backups", {}).status_code == 202, 30)
            wait_for(
                "it to be made",
                lambda: not (state := made.get("/backups"))["running"] and not state["last"]["error"],
                60,
            )
            names = sorted(p.name for p in kept.iterdir())
            assert len(names) == min(n, 2)
            assert (first["name"] in names) == (n == 2)
    finally:
        made.stop()
