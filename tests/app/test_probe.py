"""The channels to customers are tried for real: a server that stops answering is an outage, an alarm and a banner."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.probe import Probe, tried
from app.sections import Probing
from app.settings import load
from service.model import Action
from service.records.base import Put
from telemetry.errors import ConfigError
from telemetry.units import MINUTE
from tests.api.desk import Sitting
from tests.api.fake import Product


@asynccontextmanager
async def listener(greeting: bytes, port: int = 0) -> AsyncIterator[int]:
    """A server that greets, takes one line and hangs up; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.readline()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def product(tmp_path: Path) -> Product:
    product = Product(tmp_path)
    product.backend.cabinet("C-1")
    product.backend.records.write([Put("cabinets", {"id": "C-1", "site": None})])
    return product


def test_a_greeting_without_an_end_is_a_fault_of_the_channel_not_ours() -> None:
    async def life() -> str | None:
        async with listener(b"220" * 50_000) as port:
            return await tried(f"smtp://127.0.0.1:{port}", 5)

    assert (asyncio.run(life()) or "").startswith("smtp: ")


@pytest.mark.parametrize("target", ["smtp://a..b", f"tcp://{'a' * 70}.example:9", "http://a..b"])
def test_a_name_that_can_be_none_is_a_channel_that_does_not_answer(target: str) -> None:
    assert (asyncio.run(tried(target, 5)) or "").startswith(target.partition(":")[0])


def test_a_mail_server_that_breaks_is_an_alarm_and_a_banner_until_it_answers_again(product: Product) -> None:
    backend = product.backend
    desk = Sitting(backend, "channel.outage", "channel.restore")

    async def life() -> None:
        async with listener(b"220 mx ready\r\n") as port:
            probe = Probe(backend, Probing(targets={"email": f"smtp://127.0.0.1:{port}"}, failures=2, timeout_s=5))
            await probe.round()
            assert not backend.records.find("channel_outages")
        await probe.round()  # broken: once is nothing yet
        assert "Out of order" not in page(product)
        await probe.round()
        await probe.round()
        assert "Out of order at present: E-mail" in page(product)
        desk.tick(15 * MINUTE)
        (notice,) = backend.records.find("notices")
        assert (notice["kind"], notice["to"], notice["params"]["channel"]) == ("channel_down", "operators", "e-mail")
        async with listener(b"220 mx ready\r\n", port):
            await probe.round()
        assert "Out of order" not in page(product)

    asyncio.run(life())
    (outage,) = backend.records.find("channel_outages")
    assert (outage["by"], outage["ended_by"], outage["by_probe"]) == ("probe", "probe", True)
    assert outage["reason"].startswith("smtp: ")


def page(product: Product) -> str:
    return product.anyone().get("/c/C-1?lang=en").text


def test_what_people_said_of_a_channel_is_theirs(product: Product) -> None:
    backend = product.backend
    desk = Sitting(backend, "channel.outage", "channel.restore")
    product.as_role("dispatcher").post("/api/v1/channels/hotline/outage", json={"reason": "storm"})

    async def life() -> None:
        async with listener(b"") as port:
            await Probe(backend, Probing(targets={"hotline": f"tcp://127.0.0.1:{port}"})).round()

    asyncio.run(life())
    assert [a.name for a in backend.actions] == ["channel.outage"]
    assert desk.desk._books.outages["hotline"].reason == "storm"


@pytest.mark.parametrize(
    ("scheme", "greeting", "fine"),
    [("tcp", b"", True), ("smtp", b"220 ready\r\n", True), ("smtp", b"554 no\r\n", False), ("smtp", b"\r\n", False),
     ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
     ("http", b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", False), ("http", b"nonsense\r\n\r\n", False)],
)  # fmt: skip
def test_each_kind_of_address_is_asked_in_its_own_way(scheme: str, greeting: bytes, fine: bool) -> None:
    async def life() -> str | None:
        async with listener(greeting) as port:
            return await tried(f"{scheme}://127.0.0.1:{port}", 5)

    why = asyncio.run(life())
    assert (why is None) is fine
    assert fine or (why or "").startswith(f"{scheme}:")


def test_a_server_that_says_nothing_is_given_up() -> None:
    async def life() -> str | None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
            return await tried(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", 0.1)

    assert asyncio.run(life()) == "smtp: no answer within 0.1 s"


def test_nothing_is_tried_until_an_address_is_set(product: Product) -> None:
    asyncio.run(Probe(product.backend, Probing()).run())
    actions: list[Action] = product.backend.actions
    assert actions == []


@pytest.mark.parametrize(
    "target", ["mx.example", "ftp://mx.example", "tcp://mx.example", "smtp://", "smtp://mx:port", "http://a:b@host/"]
)
def test_an_address_that_cannot_be_tried_stops_the_start(target: str) -> None:
    with pytest.raises(ConfigError):
        load({}, None, {"VENDWATCH_PROBE__TARGETS": f'{{"email": "{target}"}}'})
    with pytest.raises(ConfigError):
        load({}, None, {"VENDWATCH_PROBE__TARGETS": '{"pigeon": "tcp://a:1"}'})


def test_the_addresses_come_from_the_settings() -> None:
    chosen = load({}, None, {"VENDWATCH_PROBE__TARGETS": '{"email": "smtp://mx"}', "VENDWATCH_PROBE__FAILURES": "5"})
    assert (chosen.probe.targets, chosen.probe.failures) == ({"email": "smtp://mx"}, 5)
