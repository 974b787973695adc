"""Admission without a broker: who is refused and why, what an answer permits, who is thrown out."""

import asyncio
import base64
import json
import threading
from typing import Any

import nkeys
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.admission import Admission, on_own_thread
from gateway.claims import Asked, admit, key_pair, read, refusal, refuse
from gateway.configuration import configuration
from gateway.keys import Keys
from service.credentials import hashed
from telemetry.errors import Invalid

KEYS = Keys.new()
AT = 1_800_000_000
HASH = hashed("secret")
FINE = Asked("NSERVER", 7, "UKEY", "mqtt", "CAB-1", "CAB-1", "secret", AT)


def claims(token: bytes) -> dict[str, Any]:
    """The body of a token whose signature is the issuer's."""
    head, body, signature = (part + b"=" * (-len(part) % 4) for part in token.split(b"."))
    assert json.loads(base64.urlsafe_b64decode(head)) == {"typ": "JWT", "alg": "ed25519-nkey"}
    pair: nkeys.KeyPair = key_pair(KEYS.issuer)
    assert pair.verify(token.rpartition(b".")[0], base64.urlsafe_b64decode(signature))
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body))
    return found


def question(**changes: Any) -> bytes:
    nats: dict[str, Any] = {
        "server_id": {"id": "NSERVER", "name": "v"},
        "user_nkey": "UKEY",
        "client_info": {"id": 7, "type": "mqtt", "mqtt_id": "CAB-1", "host": "127.0.0.1"},
        "connect_opts": {"user": "CAB-1", "pass": "secret", "protocol": 0},
    }
    body = base64.urlsafe_b64encode(json.dumps({"exp": AT, "nats": {**nats, **changes}}).encode()).rstrip(b"=")
    return b"head." + body + b".signature"


def test_a_question_of_the_broker_is_read() -> None:
    assert read(question()) == FINE
    assert read(question(connect_opts={})).password == ""


@given(st.binary(max_size=200))
def test_what_is_no_question_is_an_error_of_ours_alone(token: bytes) -> None:
    for raw in (token, b"x." + token, b"x." + base64.urlsafe_b64encode(token)):
        with pytest.raises(Invalid):
            read(raw)


def test_the_cabinet_with_its_secret_under_its_own_name_comes_in() -> None:
    assert refusal(FINE, HASH) is None


ODD = ("", "+", "#", "CAB/1", "cab-1", "CAB-1\x00", "C", "САВ-1", "C" * 33, "CAB-1 ", "gateway")


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"password": "Secret"}, HASH), ({"password": ""}, HASH),
        ({"client_id": "CAB-2"}, HASH), ({"client_id": ""}, HASH),
        ({"kind": "nats"}, HASH), ({"kind": "websocket"}, HASH),
        ({}, None), ({}, ""), ({}, "a" * 64),
        *(({"username": odd, "client_id": odd}, HASH) for odd in ODD),
    ],
)  # fmt: skip
def test_everybody_else_is_refused(change: dict[str, str], kept: str | None) -> None:
    assert refusal(FINE._replace(**change), kept) is not None


@given(st.from_regex(r"[A-Z0-9][A-Z0-9-]{1,31}", fullmatch=True))
def test_an_admission_permits_the_cabinets_own_topics_and_nothing_else(cabinet: str) -> None:
    answer = claims(admit(key_pair(KEYS.issuer), FINE._replace(username=cabinet), AT))
    assert (answer["sub"], answer["aud"], answer["iss"]) == ("UKEY", "NSERVER", KEYS.issuer_public)
    user = claims(answer["nats"]["jwt"].encode())
    assert (user["sub"], user["aud"]) == ("UKEY", "$G")
    rights = user["nats"]
    leaves = ("birth", "telemetry", "event", "reply", "will")
    assert rights["pub"] == {"allow": [f"cabinets.{cabinet}.up.{leaf}" for leaf in leaves]}
    assert rights["sub"] == {"allow": [f"cabinets.{cabinet}.down", f"cabinets.{cabinet}.down.>"]}


def test_a_refusal_says_no_more_than_no() -> None:
    answer = claims(refuse(key_pair(KEYS.issuer), FINE, AT))["nats"]
    assert answer == {"type": "authorization_response", "version": 2, "error": "refused"}


class Server:
    """The system account of a broker: takes orders to throw out."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, bytes]] = []

    async def request(self, subject: str, payload: bytes, **_: float) -> None:
        self.orders.append((subject, payload))


def test_who_is_in_with_a_secret_that_no_longer_holds_is_thrown_out_once() -> None:
    kept: dict[str, str | None] = {"CAB-1": HASH, "CAB-2": HASH, "CAB-3": HASH}
    admission = Admission(KEYS, lambda: None, kept.get, lambda: AT)
    for number, cabinet in enumerate([*kept, "CAB-1"], 7):
        admission.answer(FINE._replace(username=cabinet, client_id=cabinet, connection=number))
    admission.answer(FINE._replace(password="wrong", connection=99))
    assert (admission.admitted, admission.refused) == (4, 1)
    server: Any = Server()

    def swept() -> list[tuple[str, bytes]]:
        server.orders.clear()
        asyncio.run(admission.sweep(server))
        return list(server.orders)

    assert swept() == []
    kept["CAB-1"], kept["CAB-2"] = hashed("secret"), None  # rotated (the hash is another), revoked
    subject = "$SYS.REQ.SERVER.NSERVER.KICK"
    assert swept() == [(subject, b'{"cid":7}'), (subject, b'{"cid":8}'), (subject, b'{"cid":10}')]
    assert swept() == []


def test_who_was_in_with_a_broker_that_is_gone_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    admission = Admission(KEYS, lambda: None, lambda _: HASH, lambda: AT)

    async def gone(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr("gateway.admission._connect", gone)
    for address, inside in (("127.0.0.1:1", 0), ("127.0.0.1:1", 1), ("127.0.0.1:2", 0)):
        with pytest.raises(OSError, match="gone"):
            asyncio.run(admission._attend(address))
        assert len(admission._inside) == inside
        admission.answer(FINE)


class Question:
    """A message on the broker's subject; `answers`: what we responded."""

    def __init__(self) -> None:
        self.data, self.answers = question(), list[bytes]()

    async def respond(self, answer: bytes) -> None:
        self.answers.append(answer)


@pytest.mark.parametrize(("real_s", "answered"), [(AT, 1), (AT + 1, 0)])
def test_who_no_longer_waits_gets_no_answer_so_that_those_who_wait_come_first(real_s: int, answered: int) -> None:
    admission, asked = Admission(KEYS, lambda: None, lambda _: HASH, lambda: real_s), Question()
    message: Any = asked
    asyncio.run(admission._ask(message))
    assert (len(asked.answers), admission.admitted, admission.late) == (answered, answered, 1 - answered)


def test_secrets_are_made_anew_for_every_installation_and_stand_only_in_a_registered_configuration(
    tmp_path: Any,
) -> None:
    other = Keys.new()
    assert len({*KEYS.__struct_fields__} | {getattr(k, f) for k in (KEYS, other) for f in k.__struct_fields__}) == 12
    text = configuration(("127.0.0.1", 1), tmp_path, 10, KEYS)
    assert KEYS.issuer not in text
    assert KEYS.issuer_public in text
    assert "authorization" not in configuration(("127.0.0.1", 1), tmp_path, 10)


def test_work_on_its_own_thread_ends_with_the_caller_and_tells_what_went_wrong() -> None:
    begun, ended = threading.Event(), threading.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def story() -> None:
        task = asyncio.ensure_future(on_own_thread(endless(), "test"))
        assert await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()
        with pytest.raises(ZeroDivisionError):
            await on_own_thread(broken(), "test")

    async def broken() -> None:
        raise ZeroDivisionError

    asyncio.run(story())
