"""Part `latency`: how long a message of a device takes to be committed and to be acknowledged."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from telemetry.journal import SqliteJournal
from tests.perf import product as products
from tests.perf import shape
from tests.perf.figures import Bench, Figure, Part, medians
from tests.perf.machine import LOAD_CORE, pinned
from tests.perf.programs import Loader

HOW = """The product with its embedded broker (broker and loader on CPU 0, product on CPU 1), 10,000 cabinets on 50 \
connections, from the moment a message is due until the loader reads the `down/ack` that covers it. Commit is \
observed in the files, from outside, every 2 ms: *journal* is the moment from which the entry with the message can be \
read (synced: from then on nothing can lose it), *records* the moment from which the accounting row of the cabinet \
covers it (a sample of 50 cabinets)."""
CABINETS, CONNECTIONS = 10_000, 50
SAMPLE = [shape.cabinet(i * CABINETS // 50 + i) for i in range(50)]
LOOK = 0.002  # seconds
ACCOUNTED = "SELECT cabinet, seq FROM accounting WHERE cabinet IN (SELECT value FROM json_each(?))"
Floats = npt.NDArray[np.float64]


class Watch:
    """When entries appeared in the journal and sampled cabinets' accounting moved; a thread, until `stop`."""

    def __init__(self, data: Path) -> None:
        self._data, self._stop = data, threading.Event()
        self.entries: list[tuple[int, float]] = []
        self.rows: dict[str, list[tuple[int, float]]] = {c: [] for c in SAMPLE}

    @contextmanager
    def looking(self) -> Iterator[None]:
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _look(self) -> None:
        names = ("journal.db", "records.db")
        with closing(_reader(self._data / names[0])) as journal, closing(_reader(self._data / names[1])) as rows:
            while not self._stop.wait(LOOK):
                (number,) = journal.execute("SELECT max(number) FROM entry").fetchone()
                at = time.monotonic()
                if number and (not self.entries or self.entries[-1][0] < number):
                    self.entries.append((number, at))
                found = rows.execute(ACCOUNTED, [json.dumps(SAMPLE)])
                for cabinet, seq in found.fetchall():
                    told = self.rows[cabinet]
                    if not told or told[-1][0] < seq:
                        told.append((seq, time.monotonic()))


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=10)


def measure(bench: Bench) -> Part:
    """In turns 1,000 and 5,000 messages per second, and as many as the broker takes."""
    rounds = [_round(bench, turn) for turn in range(bench.rounds)]
    return Part("latency", HOW, medians(rounds), rounds=bench.rounds)


def _round(bench: Bench, turn: int) -> list[Figure]:
    figures: list[Figure] = []
    for rate in (1000, 5000, 0):
        messages = rate * bench.size(15, 8) or bench.size(200_000, 40_000)
        figures += _run(bench.room(f"latency-{turn}-{rate}"), rate, messages)
    bench.say(f"round {turn + 1} of {bench.rounds} done")
    return figures


def _run(folder: Path, rate: int, messages: int) -> list[Figure]:
    with products.running(folder) as (made, _), pinned(LOAD_CORE):
        watch = Watch(folder / "var")
        with Loader(folder, made.mqtt_port, cabinets=CABINETS, connections=CONNECTIONS) as loader:
            loader.do("connect")
            loader.do("births")
            with watch.looking():
                loader.do(f"send {messages} {rate} {folder / 'times'}")
    sent, acked = np.fromfile(folder / "times").reshape(-1, 2).T
    journaled = _journaled(folder / "var" / "journal.db", watch, messages)
    if rate == 0:
        return [_longest_wait(journaled, acked)]
    return _figures(rate, sent, acked, journaled, _recorded(watch, sent))


def _figures(rate: int, sent: Floats, acked: Floats, journaled: Floats, recorded: Floats) -> list[Figure]:
    """At 1,000/s the acknowledgement has a goal, at 5,000/s (where it may be coalesced) the commit."""
    at = f"at {rate:,} msg/s"
    return [
        *_percentiles(f"device to down/ack, {at}", acked - sent, 100 if rate == 1000 else None),
        *_percentiles(f"device to commit (journal), {at}", journaled - sent, 100),
        *_percentiles(f"device to commit (records), {at}", recorded, 100),
    ]


def _percentiles(name: str, seconds: Floats, goal: float | None) -> list[Figure]:
    """p99 with its goal; p50, the longest and the number of messages beside it."""
    ms = seconds[~np.isnan(seconds)] * 1000
    p50, p99 = np.percentile(ms, [50, 99])
    more = {"p50": float(p50), "longest": float(ms.max()), "messages": float(len(ms))}
    return [Figure(f"{name}: p99", float(p99), "ms", goal=goal, more=more)]


def _longest_wait(journaled: Floats, acked: Floats) -> Figure:
    wait = acked - journaled
    wait = wait[~np.isnan(wait)]
    more = {"p50": float(np.median(wait)), "messages": float(len(wait))}
    return Figure("commit (journal) to down/ack at full load: longest", float(wait.max()), "s", goal=5, more=more)


def _journaled(path: Path, watch: Watch, messages: int) -> Floats:
    """When each message could be read in the journal (NaN: its entry was let go of before we looked)."""
    numbers, times = (np.array(column) for column in zip(*watch.entries, strict=True))
    index = {f"cabinets/{shape.cabinet(c)}/up/telemetry": c for c in range(CABINETS)}
    seen = np.zeros(CABINETS, np.int64)
    found = np.full(messages, np.nan)
    with closing(SqliteJournal(path)) as journal:
        for entry in journal.read(int(numbers[0]) - 1):
            at = times[min(np.searchsorted(numbers, entry.number), len(times) - 1)]
            for topic, _payload in entry.messages:
                if (cabinet := index.get(topic)) is not None:
                    n = seen[cabinet] * CABINETS + cabinet
                    seen[cabinet] += 1
                    if n < messages:
                        found[n] = at
    return found


def _recorded(watch: Watch, sent: Floats) -> Floats:
    """Seconds until the accounting row covered each message of the sampled cabinets. Seq 1 was the birth."""
    waits: list[float] = []
    for cabinet, moves in watch.rows.items():
        index = int(cabinet.rsplit("-", 1)[1])
        for lap, due in enumerate(sent[index::CABINETS]):
            waits += [at - due for seq, at in moves if seq >= lap + 2][:1]
    return np.array(waits)
