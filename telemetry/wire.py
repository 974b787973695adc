"""Device protocol v1 on the wire: topics and payloads of both ends (contract, *Device protocol v1*).

Bad input is a value, never an exception: `decode` answers a `Reject`, which still names (boot, seq) when they can
be read, because such a message counts as that seq however malformed the rest is.
"""

import re
from typing import Any, Literal, NamedTuple

import msgspec

MAX_PAYLOAD = 64 * 1024
MAX_DEPTH = 8
ID = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
COUNTER_MAX = 2**53

Leaf = Literal["birth", "telemetry", "event", "reply", "will"]
LEAVES: frozenset[str] = frozenset(("birth", "telemetry", "event", "reply", "will"))
EVENTS = (
    "door_opened", "door_closed", "vend", "vend_failed", "payment_error", "restocked", "lot_loaded", "lot_sold",
    "lot_removed", "power_lost", "power_restored", "service_code_entered", "qr_shown", "device_fault",
)  # fmt: skip
COMMANDS = (
    "lock_sales", "unlock_sales", "open_door", "set_setpoint", "reboot", "self_test", "sample_fast", "show_code",
)  # fmt: skip

Range = tuple[int, int]


class Birth(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The first message of every connection. `holds` None means: the current boot from seq 1 is held."""

    boot: int
    seq: int
    ts: int
    conn: int
    interval_s: float = 60
    holds: list[tuple[int, int, int]] | None = None
    model: str = ""
    firmware: str = ""
    protocol: int = 1
    signals: list[str] = []
    capabilities: list[str] = []
    oldest: int | None = None


class Sample(msgspec.Struct):
    """Values at one device time."""

    ts: int
    m: dict[str, float]


class Telemetry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One sample (`m`) or buffered ones (`samples`)."""

    boot: int
    seq: int
    ts: int
    m: dict[str, float] | None = None
    samples: list[Sample] | None = None
    oldest: int | None = None


class Event(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something discrete the cabinet says."""

    boot: int
    seq: int
    ts: int
    event: str
    data: dict[str, Any] = {}
    oldest: int | None = None


class Reply(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The answer to a command."""

    boot: int
    seq: int
    ts: int
    id: str
    status: Literal["done", "failed", "rejected", "expired"]
    detail: str = ""
    oldest: int | None = None


class Will(msgspec.Struct, kw_only=True):
    """Published by the broker when a connection dies; no seq, not part of the accounting."""

    boot: int
    conn: int


class Ack(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Every message of `boot` up to `seq` is committed or given up; `missing` is wanted again at once."""

    boot: int
    seq: int
    missing: list[Range] | None = None


class Command(msgspec.Struct, kw_only=True):
    """Something to do before `expires` (ms, product time)."""

    id: str
    name: str
    args: dict[str, Any] = {}
    expires: int


Message = Birth | Telemetry | Event | Reply | Will


class Reject(NamedTuple):
    """A message that cannot be taken: why, and its (boot, seq) when they can be read."""

    reason: str
    boot: int | None = None
    seq: int | None = None


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "birth": msgspec.json.Decoder(Birth),
    "telemetry": msgspec.json.Decoder(Telemetry),
    "event": msgspec.json.Decoder(Event),
    "reply": msgspec.json.Decoder(Reply),
    "will": msgspec.json.Decoder(Will),
}
_encoder = msgspec.json.Encoder()
_BOOT = re.compile(rb'"boot"\s*:\s*(\d{1,16})\s*[,}]')
_SEQ = re.compile(rb'"seq"\s*:\s*(\d{1,16})\s*[,}]')
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def topic(cabinet: str, direction: Literal["up", "down"], leaf: str) -> str:
    """`cabinets/{id}/up/birth` and the like."""
    return f"cabinets/{cabinet}/{direction}/{leaf}"


def parse_topic(name: str) -> tuple[str, str] | None:
    """(cabinet, leaf) of an `up` topic; None when it has another shape, id or leaf."""
    parts = name.split("/")
    if len(parts) != 4 or parts[0] != "cabinets" or parts[2] != "up" or parts[3] not in LEAVES:
        return None
    return (parts[1], parts[3]) if ID.fullmatch(parts[1]) else None


def encode(message: Message | Ack | Command) -> bytes:
    """The payload of a message."""
    return _encoder.encode(message)


def decode(leaf: str, payload: bytes) -> Message | Reject:
    """The message of an `up` topic, or why it is refused. Never raises."""
    if len(payload) > MAX_PAYLOAD:
        return _reject("too_large", payload)
    if payload.count(b"[") + payload.count(b"{") > MAX_DEPTH and depth(payload) > MAX_DEPTH:
        return _reject("too_deep", payload)
    try:
        message: Message = _DECODERS[leaf].decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return _reject(f"malformed: {error}", payload)
    problem = _problem(message)
    return _reject(problem, payload) if problem else message


def _problem(message: Message) -> str | None:
    """What the types alone do not say."""
    if not 0 <= message.boot < COUNTER_MAX:
        return "out_of_range: boot"
    if isinstance(message, Will):
        return None
    if not 1 <= message.seq < COUNTER_MAX:
        return "out_of_range: seq"
    if not abs(message.ts) < COUNTER_MAX:
        return "out_of_range: ts"
    if isinstance(message, Telemetry):
        if (message.m is None) == (message.samples is None):
            return "malformed: exactly one of m and samples"
        if message.samples and any(abs(s.ts) >= COUNTER_MAX for s in message.samples):
            return "out_of_range: ts"
    if isinstance(message, Birth):
        return _birth_problem(message)
    return None


def _birth_problem(birth: Birth) -> str | None:
    if birth.protocol != 1:
        return "unknown_protocol"
    if not 0 < birth.interval_s <= 86_400:
        return "out_of_range: interval_s"
    if any(not (0 <= b < COUNTER_MAX and 1 <= first <= last < COUNTER_MAX) for b, first, last in birth.holds or ()):
        return "out_of_range: holds"
    return None


def depth(payload: bytes) -> int:
    """How deep arrays and objects are nested, brackets inside strings not counted."""
    level = deepest = 0
    for found in _BRACKETS.finditer(payload):
        mark = found.group()
        if mark in (b"{", b"["):
            level += 1
            deepest = max(deepest, level)
        elif mark in (b"}", b"]"):
            level -= 1
    return deepest


def _reject(reason: str, payload: bytes) -> Reject:
    boot, seq = _BOOT.search(payload), _SEQ.search(payload)
    if not (boot and seq):
        return Reject(reason)
    b, s = int(boot.group(1)), int(seq.group(1))
    return Reject(reason, b, s) if b < COUNTER_MAX and 1 <= s < COUNTER_MAX else Reject(reason)
