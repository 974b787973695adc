"""The demo with its defaults for five minutes, judged against its own labels by a newcomer who knows the contract."""

import contextlib
import time
from pathlib import Path
from typing import Any

import pytest

from tests.live.outside import Product, labels, product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.long, pytest.mark.timeout(480)]

WHOLE_LIFE = {"new", "triaged", "dispatching", "en_route", "on_site", "work_done", "verifying", "resolved", "follow_up"}


def tickets(made: Product) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = made.get("/tickets", limit=1000, **({"cursor": cursor} if cursor else {}))
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return found


def of_faults(made: Product) -> list[dict[str, Any]]:
    """The tickets that faults opened, each with its `fault_kind`."""
    opened = [t for t in tickets(made) if t["fault"]]  # first: a fault is there before its ticket
    kinds = {f["id"]: f["kind"] for f in made.get("/faults", limit=1000)["items"]}
    return [{**t, "fault_kind": kinds[t["fault"]]} for t in opened]


def whole(ticket: dict[str, Any]) -> bool:
    """Did it go all the way, with proof of arrival and of repair?"""
    states = {line["to"] for line in ticket["timeline"] if line["type"] == "state"}
    arrived = [line["evidence"] for line in ticket["timeline"] if line["to"] == "on_site" and line["evidence"]]
    return (
        ticket["state"] in ("closed", "archived")
        and states >= WHOLE_LIFE
        and any(e["level"] and e["at"] for e in arrived)
    )


def test_five_minutes_of_the_demo(tmp_path: Path) -> None:
    truth = tmp_path / "labels.jsonl"
    begun = time.monotonic()
    with product(tmp_path, "demo", "--labels", str(truth)) as made:
        assert time.monotonic() - begun < 10, "a second start takes ten seconds at most"
        with contextlib.suppress(TimeoutError):
            wait_for(
                "the promised tickets",
                lambda: len({t["fault_kind"] for t in of_faults(made)}) >= 3 and any(map(whole, tickets(made))),
                300,
            )
        time.sleep(max(0, 300 - (time.monotonic() - begun)))
        found, all_tickets = of_faults(made), tickets(made)
        told = labels(truth)
        total = made.get("/ingest")
        online = made.get("/cabinets", q="status:online", limit=1)["total"]
    labelled = {(row.get("cabinet"), row["kind"]) for row in told}
    stray = [
        (t["cabinet"], t["fault_kind"], t["opened"]) for t in found if (t["cabinet"], t["fault_kind"]) not in labelled
    ]
    assert len({t["fault_kind"] for t in found}) >= 3, [t["fault_kind"] for t in found]
    assert any(map(whole, all_tickets)), [(t["id"], t["state"], [x["to"] for x in t["timeline"]]) for t in all_tickets]
    assert stray == [], f"tickets nobody labelled, of {len(found)}"
    assert total["received"] == total["stored"] + total["duplicate"] + total["quarantined"]
    assert (total["quarantined"], total["refused_by_broker"]) == (0, 0)
    assert online > 180
    assert "Traceback" not in made.log.read_text()
