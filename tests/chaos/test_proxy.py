"""The proxy does to connections what the faults say."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.chaos.proxy import Proxy
from tests.chaos.waiting import until

Heard = list[bytes]


async def _through(act: Callable[[Proxy, asyncio.StreamReader, asyncio.StreamWriter, Heard], Awaitable[None]]) -> None:
    """A connection through a proxy to a listener that keeps what it hears."""
    heard: Heard = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            heard.append(data)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    proxy = Proxy(server.sockets[0].getsockname()[1])
    await proxy.open()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        await act(proxy, reader, writer, heard)
    finally:
        writer.transport.abort()
        await proxy.close()
        server.close()
        await server.wait_closed()


async def _forwards(proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Heard) -> None:
    writer.write(b"one")
    assert await until(lambda: heard == [b"one"], 30)


async def _stalls(proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Heard) -> None:
    await _forwards(proxy, reader, writer, heard)
    proxy.stall(on=True)
    writer.write(b"two")
    assert not await until(lambda: len(heard) > 1, 0.2)
    assert not reader.at_eof(), "a half-open link is still open"
    proxy.heal()
    assert await until(lambda: heard == [b"one", b"two"], 30)


async def _cuts(proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Heard) -> None:
    await _forwards(proxy, reader, writer, heard)
    proxy.refusing = True
    proxy.cut()
    assert await _ended(reader)
    again, refused = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await _ended(again)
    refused.transport.abort()


async def _ended(reader: asyncio.StreamReader) -> bool:
    """An end of file is as good as a reset."""
    try:
        return await reader.read(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("act", [_forwards, _stalls, _cuts])
def test_the_proxy(act: Callable[[Proxy, asyncio.StreamReader, asyncio.StreamWriter, Heard], Awaitable[None]]) -> None:
    asyncio.run(_through(act))
