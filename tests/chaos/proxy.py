"""A TCP proxy that can be slow, late, half-open or cut: kernels without netem have no other way."""

import asyncio
from contextlib import suppress

CHUNK = 16 * 1024


class Proxy:
    """Forwards `port` to `target`. `delay`: seconds added; `rate`: bytes per second (0: no limit); `stalled`: both ends
    stay open and hear nothing; `refusing`: new connections are closed at once."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.delay, self.rate, self.refusing = 0.0, 0, False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._pipes: set[asyncio.Task[None]] = set()

    async def open(self) -> "Proxy":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def stall(self, *, on: bool) -> None:
        """A half-open link: nothing is forwarded, nothing is closed."""
        if on:
            self._flowing.clear()
        else:
            self._flowing.set()

    def cut(self) -> None:
        """Reset every connection; what was under way is gone."""
        for writer in list(self._writers):
            writer.transport.abort()

    def heal(self) -> None:
        self.delay, self.rate, self.refusing = 0.0, 0, False
        self._flowing.set()

    async def close(self) -> None:
        if self._server:
            self._server.close()
        self.cut()
        for pipe in list(self._pipes):
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, far_writer)
        self._writers.update(ends)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            pipe = asyncio.create_task(self._pump(source, sink, ends))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, ends: tuple[asyncio.StreamWriter, ...]
    ) -> None:
        """Carry one direction until an end closes; then both close."""
        with suppress(OSError):
            while data := await source.read(self.rate // 10 or CHUNK):
                await self._flowing.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.rate:
                    await asyncio.sleep(len(data) / self.rate)
                sink.write(data)
                await sink.drain()
        for writer in ends:
            self._writers.discard(writer)
            writer.transport.abort()
