"""The fleet on the wire: the world's ticks become messages of the cabinets, and their links follow the world's."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import structlog

from simulator.cabinet import CabinetClient, Identity, Outcome
from simulator.foodsafety import rule_of
from simulator.labels import LabelFile
from simulator.link import Link
from simulator.models import AT, CAPABILITIES, signals_of
from simulator.options import Plan
from simulator.orders import execute
from simulator.outages import carrier_name
from simulator.report import Samples
from simulator.world import Tick, World
from telemetry.clock import Clock, Moment
from telemetry.units import SECOND

log = structlog.get_logger()
CONNECTING_AT_ONCE = 24
WARN_EVERY = 10 * SECOND  # real time
EPOCH_2020 = 1_577_836_800  # s


class Fleet:
    """All clients and links of a plan; `advance` is called many times a second, `links` run beside it."""

    def __init__(self, plan: Plan, world: World, clock: Clock, seed: int, labels: LabelFile | None) -> None:
        self.world = world
        self._clock, self._labels = clock, labels
        self._checked_at = self._warned_at = 0
        boot = first_boot(world.now)
        interval_s = plan.interval_ms / SECOND
        self.clients = [self._client(row, boot, interval_s) for row in range(len(plan.ids))]
        self.links = list(_links(plan, self.clients, clock, np.random.default_rng([seed, 7])))
        self._link_of = {client.cabinet: link for link in self.links for client in link.cabinets}
        self._linked = np.ones(len(plan.ids), bool)
        self._skew = world.state.skew.copy()

    def advance(self) -> None:
        """Bring the world to the present and send what it brought."""
        moment = self._clock.moment()
        for tick in self.world.step(moment.now):
            self._publish(tick, moment)
        self._follow_network()
        if moment.real - self._checked_at >= SECOND:
            self._checked_at = moment.real
            for client in self.clients:
                self._send(client, client.due(moment))
            self._complain(moment)

    def held(self) -> int:
        """How many messages of linked cabinets no acknowledgement has come for."""
        return sum(len(client.ring) for client in self.clients if client.connected)

    def said(self) -> tuple[int, int]:
        """How many messages the cabinets have written so far, and for how many no acknowledgement has come."""
        return sum(client.said for client in self.clients), sum(len(client.ring) for client in self.clients)

    def away(self) -> list[str]:
        """Why links are not up, one reason each."""
        return [link.error for link in self.links if link.error]

    # halves

    def _client(self, row: int, boot: int, interval_s: float) -> CabinetClient:
        model = self.world.model(row)
        carrier = carrier_name(int(self.world.traits.carrier[row]))
        identity = Identity(model.name, model.firmware, interval_s, signals_of(model), CAPABILITIES, carrier)
        return CabinetClient(
            self.world.ids[row], boot, identity, partial(self._execute, row), configure=partial(self._configure, row)
        )  # fmt: skip

    def _execute(self, row: int, name: str, args: dict[str, Any], moment: Moment) -> Outcome:
        return execute(self.world, row, name, args, moment)

    def _configure(self, row: int, profile: dict[str, Any]) -> None:
        self.world.keep_rule(row, rule_of(profile))

    def _publish(self, tick: Tick, moment: Moment) -> None:
        self._set_clocks()
        for row in tick.restarted:
            self._link_of[self.world.ids[row]].want(self.world.ids[row], wanted=False)
            self._linked[row] = False
            self.clients[row].restart(tick.now)
        said = iter(tick.said)
        event = next(said, None)
        for row, ts, values in readings(tick.samples):
            while event and event.ts <= ts:
                self._send_event(event.row, event.ts, event.name, event.data, moment)
                event = next(said, None)
            client = self.clients[row]
            self._send(client, client.sample(ts, values, moment))
        while event:
            self._send_event(event.row, event.ts, event.name, event.data, moment)
            event = next(said, None)
        if self._labels:
            self._labels.write(tick.labels)

    def _set_clocks(self) -> None:
        """Tell the clients whose clocks walk or jumped."""
        skew = self.world.state.skew
        for row in np.flatnonzero(skew != self._skew):
            self.clients[row].skew = int(skew[row])
        self._skew = skew.copy()

    def _send_event(self, row: int, ts: int, name: str, data: dict[str, Any], moment: Moment) -> None:
        client = self.clients[row]
        self._send(client, client.event(ts, name, data, moment))

    def _send(self, client: CabinetClient, outs: Sequence[Any]) -> None:
        if outs:
            self._link_of[client.cabinet].send(outs)

    def _complain(self, moment: Moment) -> None:
        away = self.away()
        if away and moment.real - self._warned_at >= WARN_EVERY:
            self._warned_at = moment.real
            log.warning("links_down", links=len(away), reason=away[-1])

    def _follow_network(self) -> None:
        linked = self.world.linked()
        for row in np.flatnonzero(linked != self._linked):
            name = self.world.ids[row]
            self._link_of[name].want(name, wanted=bool(linked[row]))
        self._linked = linked


def first_boot(now: int) -> int:
    """The boot counter a simulated cabinet starts with: seconds since 2020, so that a later run never reuses one."""
    return now // SECOND - EPOCH_2020


def readings(samples: Samples) -> Iterator[tuple[int, int, dict[str, float]]]:
    """(row, ts, values by signal) of each sample; what a model does not report is left out."""
    values = samples.values[:, list(AT.values())]
    for row, ts, line in zip(samples.row.tolist(), samples.ts.tolist(), values.tolist(), strict=True):
        yield row, ts, {name: v for name, v in zip(AT, line, strict=True) if v == v}  # noqa: PLR0124 - not NaN


def _links(plan: Plan, clients: list[CabinetClient], clock: Clock, rng: np.random.Generator) -> Iterator[Link]:
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)
    if plan.connections:
        for i in range(plan.connections):
            share = clients[i :: plan.connections]
            yield Link(
                plan.broker, f"simulator-{first_boot(clock.moment().now)}-{i}", share, clock, gate, rng, alone=False
            )
        return
    for client in clients:
        username, password = plan.logins.get(client.cabinet, (plan.broker.username, plan.broker.password))
        broker = plan.broker._replace(username=username, password=password)
        yield Link(broker, client.cabinet, [client], clock, gate, rng, alone=True)
