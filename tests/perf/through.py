"""Part `broker`: the full path through a real broker against mosquitto_sub on the same load."""

import shutil
import statistics
import time
from pathlib import Path

import msgspec

from tests.live.outside import Product
from tests.perf import product as products
from tests.perf.figures import Bench, Figure, Part, Table, median
from tests.perf.machine import PEER_CORE, cpu_seconds
from tests.perf.programs import Loader, Server, StandIn, Subscriber, mosquitto, nats

HOW = """Loader (C, 50 connections, 10,000 cabinet ids, QoS 1, window 20) and broker share CPU 0, the peer is alone on \
CPU 1. The peer is the product's real process, or mosquitto_sub with a persistent session writing to /dev/null. \
Counted from the first message of telemetry (births went before) until the product acknowledged the last on \
`down/ack` (with acknowledgements off: nobody subscribes to them, until the last is stored), until mosquitto_sub had \
the last. Runs are interleaved; the ratio is that of the medians."""
CABINETS, CONNECTIONS = 10_000, 50
PATIENCE = 600.0
BROKERS = {"NATS": nats, "Mosquitto": mosquitto}
PEERS = ("product", "product, acknowledgements off", "mosquitto_sub")


class Run(msgspec.Struct):
    """Rate in messages per second; CPU in us per message; `acks` per message."""

    rate: float
    broker_us: float
    peer_us: float
    acks: float


def measure(bench: Bench) -> Part:
    """Every peer on every broker, in turns; the loader against a sink as well."""
    messages = bench.size(300_000, 40_000)
    runs: dict[tuple[str, str], list[Run]] = {(b, p): [] for b in BROKERS for p in PEERS}
    ceiling: list[float] = []
    for turn in range(bench.rounds):
        ceiling.append(_ceiling(bench.room(f"sink-{turn}"), messages))
        for (broker, peer), done in runs.items():
            folder = bench.room(f"run-{turn}-{len(list(bench.folder.iterdir()))}")
            done.append(_run(folder, broker, peer, messages))
            shutil.rmtree(folder)
            bench.say(f"{broker}, {peer}: {done[-1].rate:,.0f} msg/s")
    figures = [_ratio(broker, peer, runs) for broker in BROKERS for peer in PEERS[:2]]
    figures.append(median("the loader's own ceiling (against a sink)", "msg/s", ceiling, more_is_better=True))
    return Part("broker", HOW, figures, [_table(runs)], bench.rounds)


def _run(folder: Path, broker: str, peer: str, messages: int) -> Run:
    if peer == "mosquitto_sub":
        with BROKERS[broker](folder) as server:
            return _subscriber(folder, server, messages)
    acks = "off" not in peer
    if broker == "NATS":
        with products.running(folder) as (made, pid):
            return _product(folder, made, made.mqtt_port, pid, messages, acks=acks)
    with BROKERS[broker](folder) as server, products.running(folder, "--broker", _url(server)) as (made, _):
        return _product(folder, made, server.port, server.pid, messages, acks=acks)


def _url(server: Server) -> str:
    return f"mqtt://127.0.0.1:{server.port}"


def _options(*, acks: bool) -> dict[str, int]:
    return {"cabinets": CABINETS, "connections": CONNECTIONS, "acks": int(acks), "patience": int(PATIENCE)}


def _product(folder: Path, made: Product, port: int, broker: int, messages: int, *, acks: bool) -> Run:
    with Loader(folder, port, **_options(acks=acks)) as loader:
        loader.do("connect")
        loader.do("births")
        products.await_stored(made, CABINETS, PATIENCE)
        peer = products.pid_of(made)
        used = cpu_seconds(broker), cpu_seconds(peer)
        done = loader.do(f"send {messages} 0 -")
        took = done.last_ack
        if not acks:
            products.await_stored(made, CABINETS + messages, PATIENCE)
            took = time.monotonic() - done.began
        return _result(messages, took, used, (cpu_seconds(broker), cpu_seconds(peer)), done.acks)


def _subscriber(folder: Path, server: Server, messages: int) -> Run:
    with (
        Subscriber(folder, server.port, CABINETS + messages) as peer,
        Loader(folder, server.port, **_options(acks=False)) as loader,
    ):
        loader.do("connect")
        loader.do("births")
        used = cpu_seconds(server.pid), cpu_seconds(peer.pid)
        loader.order(f"send {messages} 0 -")
        ended, peer_used = peer.ended(PATIENCE)
        done = loader.answer()
        return _result(messages, ended - done.began, used, (cpu_seconds(server.pid), peer_used), 0)


def _result(messages: int, took: float, before: tuple[float, float], after: tuple[float, float], acks: int) -> Run:
    broker, peer = ((b - a) / messages * 1e6 for a, b in zip(before, after, strict=True))
    return Run(messages / took, broker, peer, acks / messages)


def _ceiling(folder: Path, messages: int) -> float:
    """What the loader does when nothing slows it down."""
    with (
        StandIn(folder, "sink", PEER_CORE) as sink,
        Loader(folder, sink.port, **_options(acks=False)) as loader,
    ):
        loader.do("connect")
        return messages / loader.do(f"send {messages} 0 -").seconds


def _ratio(broker: str, peer: str, runs: dict[tuple[str, str], list[Run]]) -> Figure:
    """The product's median rate over mosquitto_sub's on the same broker."""
    ours, theirs = runs[broker, peer], runs[broker, "mosquitto_sub"]
    base = statistics.median(r.rate for r in theirs)
    more = {"product msg/s": statistics.median(r.rate for r in ours), "mosquitto_sub msg/s": base}
    acks = "off" if "off" in peer else "on"
    return median(
        f"{broker}, acknowledgements {acks}: rate against mosquitto_sub", "x", [r.rate / base for r in ours],
        goal=0.9, floor=0.7, more_is_better=True, more=more,
    )  # fmt: skip


def _table(runs: dict[tuple[str, str], list[Run]]) -> Table:
    rows: list[list[str | float]] = []
    for (broker, peer), done in runs.items():
        rates = sorted(r.rate for r in done)
        names = ("rate", "broker_us", "peer_us", "acks")
        medians = [statistics.median(getattr(r, name) for r in done) for name in names]
        rows.append([broker, peer, medians[0], f"{rates[0]:,.0f} - {rates[-1]:,.0f}", *medians[1:]])
    head = ["broker", "peer", "msg/s", "range", "broker CPU us/msg", "peer CPU us/msg", "down/ack per message"]
    return Table("Rates and CPU", head, rows)
