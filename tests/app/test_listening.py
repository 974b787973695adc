import asyncio
import socket

from app.address import Listener
from app.serve import listening


def test_an_answer_is_sent_at_once_and_not_held_until_its_first_part_is_acknowledged():
    """Nagle's algorithm and a client's delayed acknowledgement together cost 40 ms of every answer in two parts."""
    assert asyncio.run(_at_once())


async def _at_once() -> int:
    """TCP_NODELAY of a connection that an asyncio server took on our socket."""
    found = asyncio.get_running_loop().create_future()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listening(Listener(host="127.0.0.1", port=0)) as sock:
        async with await asyncio.start_server(serve, sock=sock):
            _, writer = await asyncio.open_connection(*sock.getsockname())
            try:
                return await found
            finally:
                writer.close()
