"""A channel for tests, which passes the same contract as the real ones; and a server that channels post to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from service.notify.base import Letter
from telemetry.errors import VendwatchError


class FakeChannel:
    """Keeps what it takes; raises what `errors` holds for the next messages instead of taking them."""

    def __init__(self, *errors: VendwatchError) -> None:
        self.errors = list(errors)
        self.letters: list[Letter] = []

    @property
    def got(self) -> list[tuple[str, str, str]]:
        return [(letter.to, letter.title, letter.body) for letter in self.letters]

    async def send(self, letter: Letter) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.letters.append(letter)


class Counter(ThreadingHTTPServer):
    """A gateway that keeps what it is sent, and answers with `status` and `headers`; with status 0 not until `pause` is
    set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.status, self.headers, self.pause = 200, dict[str, str](), threading.Event()
        self.got, self.asked = list[dict[str, Any]](), list[dict[str, str]]()
        self.lock, self.busy, self.most = threading.Lock(), 0, 0

    def enter(self, by: int) -> None:
        """Count the requests under way, and the most there were."""
        with self.lock:
            self.busy += by
            self.most = max(self.most, self.busy)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/messages?app=1"


class _Taker(BaseHTTPRequestHandler):
    server: Counter

    def do_POST(self) -> None:
        self.server.enter(1)
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.asked.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
        if self.server.status == 0:
            self.server.pause.wait(5)
            return
        self.server.enter(-1)  # before the answer, with which the next request may come
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def counting() -> Iterator[Counter]:
    """The server, running."""
    with Counter() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.pause.set()
        server.shutdown()
        thread.join()
