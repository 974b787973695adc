"""What every channel promises, tried on each of them."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog

from service.notify.base import Channel, Letter
from service.notify.channels import CHANNELS, AppriseChannel, ConsoleChannel, FileChannel, open_channels
from service.notify.gateway import FileGateway, HttpGateway
from telemetry.errors import ConfigError, Unavailable
from tests.service.notify.fakes import FakeChannel, counting

# Apprise loads a module of the standard library that Python 3.13 drops; it brings its own for later versions.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Sink(ThreadingHTTPServer):
    """A webhook that keeps what it is sent, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.status, self.got = 200, list[str]()


class _Hook(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append(f"{body['title']} | {body['message']}")
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Made = tuple[Channel, Callable[[], list[str]]]


@pytest.fixture(params=["fake", *CHANNELS, "http_gateway", "file_gateway"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    """Each channel, with a way to read what arrived."""
    if request.param == "file":
        path = tmp_path / "new" / "notices.jsonl"
        yield FileChannel(path), lambda: path.read_text("utf-8").splitlines()
    elif request.param == "console":
        with structlog.testing.capture_logs() as logs:
            yield ConsoleChannel(), lambda: [str(entry) for entry in logs]
    elif request.param == "apprise":
        sink: Sink = request.getfixturevalue("sink")
        yield AppriseChannel(f"json://127.0.0.1:{sink.server_port}"), lambda: sink.got
    elif request.param == "http_gateway":
        with counting() as server:
            yield HttpGateway(server.url, "t0ken"), lambda: [str(message) for message in server.got]
    elif request.param == "file_gateway":
        path = tmp_path / "new" / "customers.jsonl"
        yield FileGateway(path), lambda: path.read_text("utf-8").splitlines()
    else:
        fake = FakeChannel()
        yield fake, lambda: [" ".join(message) for message in fake.got]


def test_every_message_arrives_once_whole_and_in_order(made: Made) -> None:
    channel, read = made

    async def send() -> None:
        for n in range(3):
            await channel.send(Letter("TECH-1", f"标题 {n}", f'body {n} "quoted" 正文'))

    asyncio.run(send())
    got = read()
    assert len(got) == 3
    for n, message in enumerate(got):
        assert "TECH-1" in message
        assert f"标题 {n}" in message
        assert f"body {n}" in message
        assert "正文" in message


def test_a_file_line_is_one_json_object(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "n.jsonl")
    asyncio.run(channel.send(Letter("operators", "t", "two\nlines")))
    assert json.loads(channel.path.read_text("utf-8")) == {"to": "operators", "title": "t", "body": "two\nlines"}


def test_a_file_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        asyncio.run(FileChannel(tmp_path / "file" / "n.jsonl").send(Letter("a", "b", "c")))


def test_a_service_that_refuses_may_be_tried_again_and_no_secret_is_told(sink: Sink) -> None:
    sink.status = 500
    channel = AppriseChannel(f"json://user:hunter2@127.0.0.1:{sink.server_port}")
    with pytest.raises(Unavailable) as caught:
        asyncio.run(channel.send(Letter("a", "b", "c")))
    assert "hunter2" not in str(caught.value)


def test_urls_open_their_channels(tmp_path: Path) -> None:
    urls = [f"file://{tmp_path}/a%20b", "console:", "json://127.0.0.1:9"]
    file, console, service = open_channels(urls)
    assert isinstance(file, FileChannel)
    assert file.path == tmp_path / "a b"
    assert isinstance(console, ConsoleChannel)
    assert isinstance(service, AppriseChannel)


@pytest.mark.parametrize("url", ["nonsense", "foo://user:hunter2@x", "file://relative/n", "file:", ""])
def test_a_bad_url_stops_the_start_without_telling_secrets(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_channels([url])
    assert caught.value.path == "notify.urls"
    assert "hunter2" not in str(caught.value)


def test_no_channel_at_all_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"notify\.urls"):
        open_channels([])
