"""One series server of each kind for all tests of this folder; each store gets a database of its own."""

from collections.abc import Iterator

import pytest

from tests.contracts.series_servers import Running, running


@pytest.fixture(scope="session")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("victoriametrics", tmp_path_factory.mktemp("victoria")) as server:
        yield server


@pytest.fixture(scope="session")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("influxdb", tmp_path_factory.mktemp("influx")) as server:
        yield server


@pytest.fixture(params=["influxdb", "victoriametrics"])
def server(request: pytest.FixtureRequest) -> Running:
    """Each of them."""
    found: Running = request.getfixturevalue({"influxdb": "influx", "victoriametrics": "victoria"}[request.param])
    return found
