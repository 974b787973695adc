"""Remote diagnosis from a ticket, with simulated cabinets behind a real broker; and the rule the demo holds them to."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.outside import Product, product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]
CABINET = "SIM-00003"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product(tmp_path_factory.mktemp("diagnosis"), "demo", "--cabinets", "4", "--speed", "60") as running:
        wait_for("the cabinets", lambda: running.get("/cabinets", q="status:online")["total"] == 4, 60)
        yield running


def called(made: Product) -> str:
    answer = made.post("/tickets", {"kind": "repair", "summary": "it hums", "cabinet": CABINET})
    assert answer.status_code == 201
    return str(answer.json()["id"])


def ask(made: Product, ticket: str, name: str) -> dict[str, Any]:
    body = {"name": name, "reason": "hums", "ticket": ticket}
    answer = made.post(f"/cabinets/{CABINET}/commands", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(made: Product, ticket: str) -> list[str]:
    """What the timeline says about commands."""
    lines = made.get(f"/tickets/{ticket}")["timeline"]
    return [line["note"] for line in lines if line["type"] == "command"]


def said(made: Product, ticket: str, what: str, name: str) -> str:
    """The line of the timeline, once it is there."""

    def found() -> list[str]:
        return [note for note in told(made, ticket) if note.startswith(f"command_{what} ") and f"name={name}" in note]

    return str(wait_for(f"{what} {name}", found, 60)[0])


def test_a_ticket_asks_its_cabinet_and_is_told(made: Product) -> None:
    ticket = called(made)
    ask(made, ticket, "self_test")
    assert made.get(f"/tickets/{ticket}")["state"] == "remote"
    assert "detail=" in said(made, ticket, "done", "self_test")
    ask(made, ticket, "sample_fast")
    assert "300_s" in said(made, ticket, "done", "sample_fast")
    boot = made.get(f"/cabinets/{CABINET}/ingest")["boot"]
    command = ask(made, ticket, "reboot")
    said(made, ticket, "done", "reboot")
    assert f"boot={boot + 1}" in said(made, ticket, "observed", "reboot")
    kept = made.get(f"/cabinets/{CABINET}/commands/{command['id']}")
    assert (kept["state"], kept["observed"]["value"], kept["reason"]) == ("done", boot + 1, f"{ticket}: hums")


def test_another_cabinets_ticket_is_refused(made: Product) -> None:
    answer = made.post("/cabinets/SIM-00002/commands", {"name": "reboot", "reason": "x", "ticket": called(made)})
    assert answer.status_code == 422
    assert "ticket" in answer.json()["fields"]


def test_the_demo_holds_its_cabinets_to_8_degrees(made: Product) -> None:
    found = made.get(f"/cabinets/{CABINET}/food-safety")
    assert (found["profile"]["pack"], found["state"]) == ("uk-8c", "ok")
    assert found["rule"]["figures"]["max_c"] == 8.0
