"""Device protocol v1 on the wire: topics and payloads of both ends (contract, *Device protocol v1*).

Bad input is a value, never an exception: `decode` answers a `Reject`, which still names (boot, seq) when they can
be read, because such a message counts as that seq however malformed the rest is.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

MAX_PAYLOAD = 64 * 1024
MAX_DEPTH = 8
ID = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
COUNTER_MAX = 2**53
SPELLED = 16 * 1024  # how far broken JSON is searched for its boot and seq

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
    """The first message of every connection. `holds` None means: the current boot from seq 1 is held.

    Interval and protocol are always written out (a default made by a function is never omitted).
    """

    boot: int
    seq: int
    ts: int
    conn: int
    interval_s: float = msgspec.field(default_factory=lambda: 60.0)
    holds: list[tuple[int, int, int]] | None = None
    model: str = ""
    firmware: str = ""
    protocol: int = msgspec.field(default_factory=lambda: 1)
    signals: list[str] = []
    capabilities: list[str] = []
    oldest: int | None = None
    carrier: Any = None  # whose mobile network it uses; other than text it is ignored, as an unknown key is


class Sample(msgspec.Struct, gc=False):
    """Values at one device time."""

    ts: int
    m: dict[str, float]


class Telemetry(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
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


Numbered = Birth | Telemetry | Event | Reply
Message = Numbered | Will


class Reject(NamedTuple):
    """A message that cannot be taken: why, and its (boot, seq) when they can be read."""

    reason: str
    boot: int | None = None
    seq: int | None = None


class _Head(msgspec.Struct):
    boot: int
    seq: int


_Counter = Annotated[int, msgspec.Meta(ge=0, lt=COUNTER_MAX)]
_Seq = Annotated[int, msgspec.Meta(ge=1, lt=COUNTER_MAX)]
_Time = Annotated[int, msgspec.Meta(gt=-COUNTER_MAX, lt=COUNTER_MAX)]


class _Plain(Telemetry, gc=False, forbid_unknown_fields=True):
    """Telemetry that nothing is to be said of: one sample, no key we do not know (so it is two levels deep)."""

    boot: _Counter
    seq: _Seq
    ts: _Time
    m: dict[str, float]
    samples: None = None
    oldest: None = None


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "birth": msgspec.json.Decoder(Birth),
    "telemetry": msgspec.json.Decoder(Telemetry),
    "event": msgspec.json.Decoder(Event),
    "reply": msgspec.json.Decoder(Reply),
    "will": msgspec.json.Decoder(Will),
}
_head = msgspec.json.Decoder(_Head)
_plain = msgspec.json.Decoder(_Plain)
_COUNTERS = (("boot", 0), ("seq", 1), ("ts", 1 - COUNTER_MAX), ("conn", 0), ("oldest", 1))
_encoder = msgspec.json.Encoder()
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_COUNTER = re.compile(rb"\s*:\s*(\d{1,16})\s*[,}]")


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


def plain(payloads: Iterable[bytes]) -> list[Telemetry | None]:
    """`decode` of telemetry in the form in which nearly all of it comes, several times as fast; None: ask `decode`."""
    found: list[Telemetry | None] = []
    keep, read = found.append, _plain.decode
    for payload in payloads:
        try:
            keep(read(payload) if len(payload) <= MAX_PAYLOAD else None)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            keep(None)
    return found


def decode(leaf: str, payload: bytes) -> Message | Reject:
    """The message of an `up` topic, or why it is refused. Never raises."""
    if len(payload) > MAX_PAYLOAD:
        return reject("too_large", leaf, payload)
    if payload.count(b"[") + payload.count(b"{") > MAX_DEPTH and depth(payload) > MAX_DEPTH:
        return reject("too_deep", leaf, payload)
    try:
        message: Message = _DECODERS[leaf].decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return reject(f"malformed: {error}", leaf, payload)
    problem = _problem(message)
    return reject(problem, leaf, payload) if problem else message


def _problem(message: Message) -> str | None:
    """What the types alone do not say."""
    for name, low in _COUNTERS:
        value = getattr(message, name, None)
        if value is not None and not low <= value < COUNTER_MAX:
            return f"out_of_range: {name}"
    if isinstance(message, Event) and not _storable(message.data):
        return "out_of_range: data"
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


def _storable(value: Any) -> bool:
    """Do all its integers fit 64 bits? JSON knows no bound, every store does."""
    if isinstance(value, dict):
        return all(map(_storable, value.values()))
    if isinstance(value, list):
        return all(map(_storable, value))
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def depth(payload: bytes) -> int:
    """How deep arrays and objects are nested, brackets inside strings not counted."""
    level = deepest = 0
    for mark in _STRING.sub(b"", payload).translate(None, _NOT_BRACKETS):
        level += 1 if mark in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def reject(reason: str, leaf: str, payload: bytes) -> Reject:
    """The refusal, with boot and seq when they can be read, whatever else is wrong. A will has no seq."""
    if leaf == "will":
        return Reject(reason)
    try:
        head = _head.decode(payload)
        boot, seq = head.boot, head.seq
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        boot, seq = _spell(payload[:SPELLED])
    return Reject(reason, boot, seq) if 0 <= boot < COUNTER_MAX and 1 <= seq < COUNTER_MAX else Reject(reason)


def _spell(text: bytes) -> tuple[int, int]:
    """(boot, seq) of an outermost object whose JSON is broken; -1 where there is none."""
    found: dict[bytes, int] = {}
    level = 0
    for mark in _MARKS.finditer(text):
        token = mark.group()
        level += (token in (b"{", b"[")) - (token in (b"}", b"]"))
        if level == 1 and token in (b'"boot"', b'"seq"') and (n := _COUNTER.match(text, mark.end())):
            found[token] = int(n.group(1))
    return found.get(b'"boot"', -1), found.get(b'"seq"', -1)
