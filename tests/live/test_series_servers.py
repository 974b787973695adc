"""The product with its readings on a real server that is away at the start, killed under load, and comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.contracts.series_servers import Running
from tests.live.device import Fleet
from tests.live.outside import Product, wait_for
from tests.live.test_truth import check, settle

pytestmark = [pytest.mark.live, pytest.mark.long, pytest.mark.timeout(600)]
START = 120  # seconds a busy machine may take to start the product
COUNT = 5


@pytest.fixture(params=["victoriametrics", "influxdb"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """Not started yet."""
    made = Running(request.param, tmp_path / "server")
    yield made
    made.kill()


@pytest.fixture
def product(server: Running, tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path)
    made.environment = {
        "VENDWATCH_SERIES": server.kind,
        "VENDWATCH_SERIES_URL": server.url,
        "VENDWATCH_SERIES_SERVER__SETTLE_S": "15",
    }
    yield made
    if made.process and made.process.poll() is None:
        made.stop()


def ready(product: Product) -> dict[str, Any]:
    """What /readyz says; nothing while it says nothing."""
    try:
        answer = httpx2.get(f"{product.url}/readyz", timeout=5)
    except httpx2.TransportError:
        return {}
    told: dict[str, Any] = answer.json()
    return told


def series(product: Product, cabinet: str) -> int:
    """The status of asking for a cabinet's readings."""
    return product.request("GET", f"/cabinets/{cabinet}/series", params={"signal": "n"}).status_code


def test_a_server_that_is_killed_stops_acknowledgement_and_nothing_else(server: Running, product: Product) -> None:
    server.start()
    product.start()
    fleet = Fleet(product.mqtt_port, COUNT)
    fleet.connect()
    wait_for("births", lambda: all(c.acked for c in fleet.cabinets.values()))
    fleet.send(300, 2)
    server.kill()
    fleet.send(300, 2)
    wait_for("the product to notice", lambda: "series_server" in product.log.read_text() or not product.ready())
    assert fleet.unacknowledged()
    cabinet = next(iter(fleet.cabinets))
    assert series(product, cabinet) == 503
    assert product.get(f"/cabinets/{cabinet}")["status"] == "online"
    [told] = [c for c in ready(product)["checks"] if c["check"] == "series"]
    assert (told["ok"], "refused" in told["reason"]) == (False, True)
    server.start()
    settle(fleet)
    wait_for("the product to be ready", product.ready, START)
    wait_for("the values", lambda: complete(product, fleet), START)
    check(product, fleet)
    fleet.close()


def test_the_product_waits_for_a_server_that_is_not_there(server: Running, product: Product) -> None:
    product.launch()
    wait_for("the API", lambda: ready(product), START)
    wait_for("the reason", lambda: "refused" in str(ready(product)), START)
    assert "store_unavailable" in product.log.read_text()
    server.start()
    wait_for("the product to be ready", product.ready, START)
    fleet = Fleet(product.mqtt_port, COUNT)
    fleet.connect()
    wait_for("births", lambda: all(c.acked for c in fleet.cabinets.values()))
    fleet.send(300, 2)
    product.kill()
    server.kill()  # both at once: what the server forgets stands in the journal
    product.launch()
    wait_for("the product to wait", lambda: "refused" in str(ready(product)), START)
    server.start()
    wait_for("the product to be ready", product.ready, START)
    settle(fleet)
    wait_for("the values", lambda: complete(product, fleet), START)
    check(product, fleet)
    fleet.close()


def complete(product: Product, fleet: Fleet) -> bool:
    """Whether as many values can be read as telemetry was sent: a server shows them a moment after it took them."""
    ranges = {"from": next(iter(fleet.cabinets.values())).base, "points": 100_000}
    return all(
        len(product.get(f"/cabinets/{c.id}/series", signal="n", **ranges)["points"]) == c.seq - c.conn
        for c in fleet.cabinets.values()
    )
