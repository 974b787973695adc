"""What the console repeats of the product's tables says the same as the product, and its lock file names no host."""

import json
from pathlib import Path
from typing import Any

from api.roles import MAY
from service.moves import MOVES
from telemetry.signals import SIGNALS

CONSOLE = Path(__file__).parents[2] / "console"


def read(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((CONSOLE / "src" / "core" / name).read_text())
    return table


def test_signals_are_those_of_the_wire() -> None:
    wire = {s.name: {"unit": s.unit, "low": s.low, "high": s.high, "en": s.en, "zh": s.zh} for s in SIGNALS}
    assert read("signals.json") == wire


def test_roles_may_what_the_api_lets_them() -> None:
    for permission, roles in read("roles.json").items():
        assert set(roles) == MAY[permission], permission


def test_a_ticket_offers_the_moves_that_are_legal() -> None:
    for state, actions in read("moves.json").items():
        legal = {name for name, move in MOVES.items() if not move.desk and state in move.sources}
        assert set(actions) == legal, state


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((CONSOLE / "package-lock.json").read_text())["packages"]
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_typescript_stays_below_7() -> None:
    """TypeScript 7 has no compiler API, and svelte-check crashes on it."""
    packages = json.loads((CONSOLE / "package-lock.json").read_text())["packages"]
    assert packages["node_modules/typescript"]["version"].startswith("6.")
