"""An operator changes the figures of deadlines and starts again: open tickets are owed what is in force now."""

from pathlib import Path

import pytest

from tests.live.outside import Product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


def test_a_new_policy_counts_the_clocks_of_open_tickets_anew(tmp_path: Path) -> None:
    made = Product(tmp_path)
    made.start()
    try:
        ticket = made.post("/tickets", {"kind": "repair", "summary": "the lamp is dark", "severity": "minor"}).json()
        made.stop()
        made.environment["VENDWATCH_POLICY__RESTORE_HOURS__MINOR"] = "5"
        made.start()
        first = made.get("/time")["now"]

        def renewed() -> dict[str, str] | None:
            clocks = {clock["name"]: clock for clock in made.get(f"/tickets/{ticket['id']}")["clocks"]}
            assert clocks["REPLY"]["due"] == due(ticket, "REPLY")
            return clocks["RESTORE"] if clocks["RESTORE"]["due"] != due(ticket, "RESTORE") else None

        restore = wait_for("the new policy", renewed)
        assert "5 h from" in restore["why"]
        assert restore["started"] <= first
        notes = [line["note"] for line in made.get(f"/tickets/{ticket['id']}")["timeline"]]
        assert sum("clock_renewed name=RESTORE" in (note or "") for note in notes) == 1
    finally:
        made.stop()


def due(ticket: dict[str, list[dict[str, str]]], name: str) -> str:
    return next(clock["due"] for clock in ticket["clocks"] if clock["name"] == name)
