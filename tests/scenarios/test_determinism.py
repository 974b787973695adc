"""The fold depends on its journal alone: not on how a process happens to order what it hashes."""

import os
import subprocess
import sys
from pathlib import Path

from simulator.scenario import Chance, Scenario
from telemetry.journal import SqliteJournal
from tests.scenarios.life import HOUR, MINUTE, NINE, Life

ROOT = Path(__file__).parents[2]


def lively(folder: Path) -> Path:
    """Five hours with faults, people, commands, maintenance and a blindness, as a journal on disk."""
    life = Life(12, Scenario(chance=Chance(per_cabinet_year=500)), seed=4).advance(HOUR)
    for cabinet in life.world.ids[:4]:
        life.act("command.create", cabinet, {"name": "self_test", "reason": "x"})
    life.act("site.create", "", {"name": "S"})
    window = {"cabinet": life.world.ids[5], "from": NINE + HOUR, "to": NINE + 2 * HOUR, "reason": "x"}
    life.act("maintenance.create", "", window)
    life.act("ticket.create", "", {"kind": "complaint", "summary": "x", "cabinet": life.world.ids[2]})
    life.act("cabinet.retire", life.world.ids[7], {})
    life.blind(40 * MINUTE).advance(3 * HOUR)
    path = folder / "journal.db"
    journal = SqliteJournal(path)
    for entry in life.journal.read(0):
        journal.append(entry)
    journal.close()
    return path


def folded(path: Path, seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.refold", str(path)],
        capture_output=True, text=True, check=True, cwd=ROOT, timeout=60, env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    return done.stdout.splitlines()


def test_two_processes_that_hash_differently_fold_a_journal_to_the_same_bytes(tmp_path: Path) -> None:
    path = lively(tmp_path)
    first, second = folded(path, "1"), folded(path, "4242")
    assert len(first) > 300
    assert [(a, b) for a, b in zip(first, second, strict=True) if a != b] == []
