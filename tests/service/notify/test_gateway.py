"""The gateway for messages to customers, against a real server: what it is sent, and what its answers mean."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import service.notify.gateway as module
from service.notify.base import Addressee, Letter
from service.notify.gateway import FileGateway, HttpGateway, open_gateway
from telemetry.errors import ConfigError, Invalid, Unavailable
from tests.service.notify.fakes import Counter, counting

LETTER = Letter(
    "customer", "标题", "正文", "N-000001", "survey_invited", "T-000001", "https://help.example/s/ab",
    Addressee("13800001234", "王小丽"),
)  # fmt: skip
SENT = {
    "id": "N-000001", "to": {"phone": "13800001234", "name": "王小丽"}, "kind": "survey_invited",
    "text": "标题\n正文", "link": "https://help.example/s/ab", "ticket": "T-000001",
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Counter]:
    with counting() as running:
        yield running


def send(channel: HttpGateway | FileGateway, letter: Letter = LETTER) -> None:
    asyncio.run(channel.send(letter))


def test_a_message_is_posted_with_its_token(server: Counter) -> None:
    send(HttpGateway(server.url, "t0ken"))
    assert server.got == [SENT]
    assert (server.asked[0]["path"], server.asked[0]["authorization"]) == ("/messages?app=1", "Bearer t0ken")
    send(HttpGateway(server.url))
    assert "authorization" not in server.asked[1]


def test_a_message_without_a_page_has_no_link(server: Counter) -> None:
    send(HttpGateway(server.url), Letter("customer", "t", "b", "N-1", addressee=Addressee("138")))
    assert "link" not in server.got[0]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_taken(server: Counter, status: int) -> None:
    server.status = status
    send(HttpGateway(server.url))


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 410, 422, 451])
def test_a_refusal_is_final_and_tells_nothing_personal(server: Counter, status: int) -> None:
    server.status, server.headers = status, {"Location": "/other"}
    with pytest.raises(Invalid) as caught:
        send(HttpGateway(server.url, "t0ken"))
    assert str(caught.value) == f"customers.url: 127.0.0.1: HTTP {status}"
    assert len(server.got) == 1, "redirects are not followed: a message goes where the operator said"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize(("said", "wait"), [(None, 0), ("7", 7), ("999999", 3600), ("Wed, 21 Oct 2026", 0)])
def test_what_may_pass_is_tried_again(server: Counter, status: int, said: str | None, wait: float) -> None:
    server.status, server.headers = status, {} if said is None else {"Retry-After": said}
    with pytest.raises(Unavailable) as caught:
        send(HttpGateway(server.url))
    assert (str(caught.value), caught.value.retry_after) == (f"127.0.0.1: HTTP {status}", wait)


def test_no_answer_in_time_is_tried_again(server: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WITHIN", 0.05)
    server.status = 0
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1: \w+"):
        send(HttpGateway(server.url))


def test_nobody_there_is_tried_again() -> None:
    with counting() as gone:
        url = gone.url
    with pytest.raises(Unavailable) as caught:
        send(HttpGateway(url, "t0ken"))
    assert "13800001234" not in str(caught.value)


def test_no_more_than_a_few_are_under_way(server: Counter) -> None:
    gateway = HttpGateway(server.url)

    async def storm() -> None:
        await asyncio.gather(*(gateway.send(LETTER) for _ in range(5 * module.AT_ONCE)))

    asyncio.run(storm())
    assert len(server.got) == 5 * module.AT_ONCE
    assert server.most <= module.AT_ONCE


def test_a_file_gets_what_a_gateway_would(tmp_path: Path) -> None:
    (channel,) = open_gateway(f"file://{tmp_path}/a%20b.jsonl", None)
    assert isinstance(channel, FileGateway)
    send(channel)
    assert json.loads((tmp_path / "a b.jsonl").read_text("utf-8")) == SENT
    with pytest.raises(Unavailable):
        send(FileGateway(tmp_path / "a b.jsonl" / "c"))


def test_a_file_of_messages_is_ours_alone_to_read(tmp_path: Path) -> None:
    send(FileGateway(tmp_path / "a.jsonl"))
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600


def test_none_is_set_by_default() -> None:
    assert open_gateway(None, "t0ken") == []


@pytest.mark.parametrize("url", ["", "ftp://x/y", "https://u:hunter2@x/", "file://relative/n", "file:", "https://"])
def test_a_bad_url_stops_the_start_without_telling_secrets(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_gateway(url, None)
    assert caught.value.path == "customers.url"
    assert "hunter2" not in str(caught.value)
