"""What the broker asks when somebody connects, and how we answer: signed tokens (NATS auth callout, ADR-26)."""

import base64
import binascii
import hashlib
from typing import Any, NamedTuple

import msgspec
import nkeys

from service.credentials import matches
from telemetry.errors import Invalid
from telemetry.wire import ID

ACCOUNT = "$G"
LEAVES = ("birth", "telemetry", "event", "reply", "will")
SUBSCRIPTIONS = 64  # of one connection; a cabinet needs three
_HEAD = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"ed25519-nkey"}').rstrip(b"=")


class Asked(NamedTuple):
    """Somebody who connects. `server`, `connection`: where; `user`: the key under which the broker will know them;
    `kind`: the protocol they speak; `until`: when the broker no longer waits for an answer (real time, s)."""

    server: str
    connection: int
    user: str
    kind: str
    client_id: str
    username: str
    password: str
    until: int


class _Server(msgspec.Struct):
    id: str


class _Client(msgspec.Struct):
    id: int
    type: str = ""
    mqtt_id: str = ""


class _Options(msgspec.Struct):
    user: str = ""
    password: str = msgspec.field(default="", name="pass")


class _Nats(msgspec.Struct):
    server_id: _Server
    user_nkey: str
    client_info: _Client
    connect_opts: _Options


class _Request(msgspec.Struct):
    nats: _Nats
    exp: int


def read(token: bytes) -> Asked:
    """The question in a token. Only the broker can put one on the subject it comes from, so its signature adds nothing.
    Raises Invalid."""
    try:
        body = token.split(b".")[1]
        request = msgspec.json.decode(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)), type=_Request)
    except (IndexError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid({"admission": f"not a question of the broker: {error}"}) from error
    nats, client, options = request.nats, request.nats.client_info, request.nats.connect_opts
    who = (client.type, client.mqtt_id, options.user, options.password)
    return Asked(nats.server_id.id, client.id, nats.user_nkey, *who, request.exp)


def refusal(asked: Asked, hashed: str | None) -> str | None:
    """Why somebody is not let in; None for the cabinet it says it is. `hashed`: what is kept of the secret of the
    cabinet `asked.username`, None for one that is unknown, retired or revoked."""
    if asked.kind != "mqtt":
        return "cabinets speak MQTT"
    if not ID.fullmatch(asked.username):
        return "the user name is no cabinet id"
    if asked.client_id != asked.username:
        return "the client id is not the user name"
    if hashed is None:
        return "unknown, retired or revoked"
    return None if matches(asked.password, hashed) else "wrong password"


def admit(issuer: Any, asked: Asked, at: int) -> bytes:
    """The answer that lets a cabinet in, to its own topics alone. `at`: real time, s since 1970."""
    cabinet = asked.username
    rights = {
        "type": "user",
        "version": 2,
        "pub": {"allow": [f"cabinets.{cabinet}.up.{leaf}" for leaf in LEAVES]},
        "sub": {"allow": [f"cabinets.{cabinet}.down", f"cabinets.{cabinet}.down.>"]},  # a filter /# means both
        "subs": SUBSCRIPTIONS,
        "data": -1,
        "payload": -1,
        "allowed_connection_types": ["MQTT"],
    }
    user = _signed(issuer, {"sub": asked.user, "aud": ACCOUNT, "name": cabinet, "nats": rights}, at)
    return _answer(issuer, asked, {"jwt": user.decode()}, at)


def refuse(issuer: Any, asked: Asked, at: int) -> bytes:
    """The answer that keeps somebody out; the reason is for us alone."""
    return _answer(issuer, asked, {"error": "refused"}, at)


def _answer(issuer: Any, asked: Asked, what: dict[str, str], at: int) -> bytes:
    nats = {"type": "authorization_response", "version": 2, **what}
    return _signed(issuer, {"sub": asked.user, "aud": asked.server, "nats": nats}, at)


def _signed(issuer: Any, claims: dict[str, Any], at: int) -> bytes:
    """A token in the form of NATS (JWT with an nkey). `issuer`: an nkeys.KeyPair."""
    claims = {**claims, "iss": issuer.public_key.decode(), "iat": at}
    name = hashlib.sha256(msgspec.json.encode(claims)).hexdigest()
    body = base64.urlsafe_b64encode(msgspec.json.encode({**claims, "jti": name})).rstrip(b"=")
    signature = issuer.sign(_HEAD + b"." + body)
    return b".".join((_HEAD, body, base64.urlsafe_b64encode(signature).rstrip(b"=")))


def key_pair(seed: str) -> Any:
    """The pair that signs: an nkeys.KeyPair."""
    return nkeys.from_seed(seed.encode())
