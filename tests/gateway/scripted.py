"""A broker that follows a script: what real ones do only on bad days."""

import asyncio
from collections import deque

from telemetry.mqtt import Broker

WELCOME = b"\x20\x02\x00\x00"


class Scripted:
    """A server that says these bytes, one after another, whenever it hears something; None: it hangs up."""

    def __init__(self, *answers):
        self.answers, self.heard = deque(answers), []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return Broker("127.0.0.1", self.server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    async def _serve(self, reader, writer):
        try:
            while data := await reader.read(65536):
                self.heard.append(data)
                answer = self.answers.popleft() if self.answers else b""
                if answer is None:
                    break
                writer.write(answer)
        finally:
            writer.close()
