"""A cabinet's end of device protocol v1 as a pure state machine: no I/O, time is an argument.

It keeps every `up` message until it is acknowledged, in a bounded ring buffer over all boots; sends what is held,
oldest first, after each connection's birth; again when asked, and after 30 s of real time (backing off). A message
is built once and sent again byte for byte (contract, *Holding*, *Identity*).
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from simulator.ring import Out, Ring
from telemetry.clock import Moment
from telemetry.units import SECOND
from telemetry.wire import Ack, Birth, Command, Event, Message, Reply, Sample, Telemetry, Will, encode, topic

RESEND_AFTER = 30 * SECOND  # real time, doubled with each try that no acknowledgement answers
RESEND_AT_MOST = 300 * SECOND
IN_FLIGHT = 256  # messages sent and not yet acknowledged, at most
SAMPLES_PER_MESSAGE = 10  # how many samples of a silent link travel together
COMMANDS_KEPT = 256

Status = Literal["done", "failed", "rejected", "expired"]


class Config(msgspec.Struct, frozen=True):
    """`down/config`: how the platform wants the cabinet to be."""

    version: int
    profile: dict[str, Any]


_acks = msgspec.json.Decoder(Ack)
_commands = msgspec.json.Decoder(Command)
_configs = msgspec.json.Decoder(Config)


class Outcome(NamedTuple):
    """What became of a command."""

    status: Status
    detail: str = ""


class Identity(NamedTuple):
    """What a birth says of the cabinet."""

    model: str
    firmware: str
    interval_s: float
    signals: Sequence[str]
    capabilities: Sequence[str]
    carrier: str | None = None


Execute = Callable[[str, dict[str, Any], Moment], Outcome]
Configure = Callable[[dict[str, Any]], None]


class CabinetClient:
    """One cabinet from boot number `boot` on. Methods answer the messages to publish now, in order.

    `skew` (ms) is what its clock is ahead of the true time; times it is given are true ones.
    `execute(name, args, moment)` carries a command out; `configure(profile)` takes over what the platform wants of the
    cabinet, and raises msgspec.ValidationError for what cannot be meant. `refused` counts what came down malformed,
    `said` what was written.
    """

    def __init__(
        self, cabinet: str, boot: int, identity: Identity, execute: Execute, capacity: int = 4096,
        configure: Configure = lambda _: None,
    ) -> None:  # fmt: skip
        self.cabinet, self.boot, self.identity = cabinet, boot, identity
        self.connected = False
        self.refused = 0
        self.said = 0
        self.skew = 0
        self.ring = Ring(capacity)
        self._conn = self._seq = 0
        self._execute, self._configure = execute, configure
        self._outcomes: dict[str, Outcome] = {}
        self._samples: list[Sample] = []
        self._retry_at = 0
        self._retry_after = RESEND_AFTER

    # the connection

    def dial(self) -> Out:
        """A connection attempt begins: the will to give the broker."""
        self._conn += 1
        return Out(topic(self.cabinet, "up", "will"), encode(Will(boot=self.boot, conn=self._conn)))

    def up(self, moment: Moment) -> list[Out]:
        """The connection stands: the birth, then everything held, oldest first."""
        self._pack_samples(moment.now)
        self.ring.make_room()
        who, holds = self.identity, self.ring.held()
        birth = self._keep("birth", Birth(
            boot=self.boot, seq=self._take_seq(), ts=moment.now + self.skew, conn=self._conn, interval_s=who.interval_s,
            holds=holds, model=who.model, firmware=who.firmware, signals=list(who.signals),
            capabilities=list(who.capabilities), carrier=who.carrier, oldest=self.ring.oldest(self.boot),
        ))  # fmt: skip
        self.connected = True
        self._retry_after = RESEND_AFTER
        self._retry_at = moment.real + self._retry_after
        self.ring.rewind(ahead=(self.boot, self._seq))
        return [birth, *self._pump(moment)]

    def down(self) -> None:
        """The connection is gone."""
        self.connected = False

    def restart(self, now: int) -> None:
        """The controller boots anew: the counters start over; what is held stays (it lies in flash)."""
        self._pack_samples(now)
        self.connected = False
        self.boot, self._seq, self._conn = self.boot + 1, 0, 0

    # what the cabinet says

    def sample(self, ts: int, values: dict[str, float], moment: Moment) -> list[Out]:
        """A telemetry sample; while there is no link, several are kept for one message."""
        if self.connected:
            self._keep_telemetry(Telemetry(boot=self.boot, seq=0, ts=ts + self.skew, m=values))
            return self._pump(moment)
        self._samples.append(Sample(ts + self.skew, values))
        if len(self._samples) >= SAMPLES_PER_MESSAGE:
            self._pack_samples(ts)
        return []

    def event(self, ts: int, name: str, data: dict[str, Any], moment: Moment) -> list[Out]:
        """Something discrete."""
        self._pack_samples(ts)
        self.ring.make_room()
        oldest = self.ring.oldest(self.boot)
        event = Event(boot=self.boot, seq=self._take_seq(), ts=ts + self.skew, event=name, data=data, oldest=oldest)
        self._keep("event", event)
        return self._pump(moment)

    # what comes down

    def receive(self, leaf: str, payload: bytes, moment: Moment) -> list[Out]:
        """An `ack`, a `command` or a `config`; other leaves change nothing."""
        try:
            if leaf == "ack":
                return self._acknowledged(_acks.decode(payload), moment)
            if leaf == "command":
                return self._commanded(_commands.decode(payload), moment)
            if leaf == "config":
                self._configure(_configs.decode(payload).profile)
        except msgspec.DecodeError:
            self.refused += 1
        return []

    def due(self, moment: Moment) -> list[Out]:
        """Send again what no acknowledgement has answered in time; call about once per real second."""
        if not self.connected or moment.real < self._retry_at or not self.ring.in_flight():
            return []
        self._retry_after = min(2 * self._retry_after, RESEND_AT_MOST)
        self._retry_at = moment.real + self._retry_after
        self.ring.rewind()
        return self._pump(moment)

    # halves

    def _acknowledged(self, ack: Ack, moment: Moment) -> list[Out]:
        if self.ring.acknowledge(ack.boot, ack.seq):
            self._retry_after = RESEND_AFTER
            self._retry_at = moment.real + self._retry_after
        wanted = [out for first, last in ack.missing or () for out in self.ring.range(ack.boot, first, last)]
        return wanted + self._pump(moment) if self.connected else []

    def _commanded(self, command: Command, moment: Moment) -> list[Out]:
        outcome = self._outcomes.get(command.id)
        if outcome is None:
            outcome = self._carry_out(command, moment)
            self._outcomes[command.id] = outcome
            if len(self._outcomes) > COMMANDS_KEPT:
                del self._outcomes[next(iter(self._outcomes))]
        self._pack_samples(moment.now)
        self.ring.make_room()
        reply = Reply(
            boot=self.boot, seq=self._take_seq(), ts=moment.now + self.skew, id=command.id, status=outcome.status,
            detail=outcome.detail, oldest=self.ring.oldest(self.boot),
        )  # fmt: skip
        self._keep("reply", reply)
        return self._pump(moment)

    def _carry_out(self, command: Command, moment: Moment) -> Outcome:
        if command.expires <= moment.now + self.skew:
            return Outcome("expired")
        if command.name not in self.identity.capabilities:
            return Outcome("rejected", f"unknown command {command.name}")
        return self._execute(command.name, command.args, moment)

    def _pack_samples(self, ts: int) -> None:
        if self._samples:
            samples, self._samples = self._samples, []
            self._keep_telemetry(Telemetry(boot=self.boot, seq=0, ts=ts + self.skew, samples=samples))

    def _keep_telemetry(self, message: Telemetry) -> None:
        self.ring.make_room()
        message.seq, message.oldest = self._take_seq(), self.ring.oldest(self.boot)
        self._keep("telemetry", message)

    def _keep(self, leaf: str, message: Message) -> Out:
        out = Out(topic(self.cabinet, "up", leaf), encode(message))
        self.ring.add(self.boot, self._seq, out)
        return out

    def _take_seq(self) -> int:
        self._seq += 1
        self.said += 1
        return self._seq

    def _pump(self, moment: Moment) -> list[Out]:
        if not self.connected:
            return []
        flying = self.ring.in_flight()
        out = list(self.ring.unsent(IN_FLIGHT - flying))
        if out and not flying:
            self._retry_at = moment.real + self._retry_after
        return out
