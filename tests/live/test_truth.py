"""Nothing acknowledged is lost, nothing is stored twice, the accounts add up, under load. Kills: `tests/chaos`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.device import Fleet
from tests.live.outside import Product, product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Product]:
    with product(tmp_path) as made:
        yield made


def settle(fleet: Fleet) -> None:
    """Wait until everything is acknowledged; what is not after a while is sent again, as cabinets do."""
    try:
        wait_for("all acknowledgements", lambda: fleet.unacknowledged() == 0, 40)
    except TimeoutError:
        fleet.resend()
        wait_for(f"all acknowledgements after sending again ({fleet.state()})", lambda: not fleet.unacknowledged(), 40)


def check(made: Product, fleet: Fleet) -> None:
    """Every message of every cabinet is stored exactly once, and the accounts say so."""
    for cabinet in fleet.cabinets.values():
        account = made.get(f"/cabinets/{cabinet.id}/ingest")
        assert account["received"] == account["stored"] + account["duplicate"] + account["quarantined"]
        assert account["stored"] == cabinet.seq, (cabinet.id, account)
        assert (account["seq"], account["gaps"]) == (cabinet.seq, [])
    total = made.get("/ingest")
    assert total["received"] == total["stored"] + total["duplicate"] + total["quarantined"]
    sample = list(fleet.cabinets.values())[:: max(1, len(fleet.cabinets) // 20)]
    for cabinet in sample:
        answer = made.get(
            f"/cabinets/{cabinet.id}/series",
            **{"signal": "n", "from": cabinet.base, "to": cabinet.base + 10**9, "points": 100_000},
        )
        stored = [int(mean) for _, _, mean, _ in answer["points"]]
        assert len(stored) == len(set(stored)), f"{cabinet.id}: stored twice"
        births = cabinet.conn
        assert len(stored) == cabinet.seq - births, f"{cabinet.id}: lost"


def test_every_message_is_stored_once_under_load(running: Product) -> None:
    fleet = Fleet(running.mqtt_port, 200)
    fleet.connect()
    wait_for("births", lambda: all(c.acked for c in fleet.cabinets.values()))
    fleet.send(2000, float(os.environ.get("LOAD_SECONDS", "6")))
    settle(fleet)
    check(running, fleet)
    fleet.close()
