"""Ingest on a bench: cabinets, messages and entries by hand, on manual times."""

import json
from collections import Counter

from gateway.ingest import Ingest, Ingested
from service.registry import Registry
from telemetry import wire
from telemetry.batch import Readings
from telemetry.clock import Moment
from telemetry.fleet import Fleet
from telemetry.journal import Blind, Entry

T0 = 1_800_000_000_000
CABINET = "HZ-01"


def up(leaf, cabinet=CABINET, **fields):
    """(topic, payload) of a message with these fields."""
    return wire.topic(cabinet, "up", leaf), json.dumps(fields).encode()


def birth(boot=1, seq=1, conn=1, ts=T0, cabinet=CABINET, **more):
    return up("birth", cabinet, boot=boot, seq=seq, conn=conn, ts=ts, **more)


def telemetry(boot, seq, ts=T0, cabinet=CABINET, **values):
    return up("telemetry", cabinet, boot=boot, seq=seq, ts=ts, m=values or {"air_c": float(seq)})


def event(boot, seq, name="door_opened", ts=T0, cabinet=CABINET, **data):
    return up("event", cabinet, boot=boot, seq=seq, ts=ts, event=name, data=data)


def will(boot, conn, cabinet=CABINET):
    return up("will", cabinet, boot=boot, conn=conn)


class Rig:
    """An `Ingest` with known cabinets, and everything it ever answered."""

    def __init__(self, *cabinets: str, open_enrolment: bool = False) -> None:
        self.fleet, self.registry = Fleet(), Registry()
        self.ingest = Ingest(self.fleet, self.registry, open_enrolment=open_enrolment)
        self.now = self.real = T0
        self.number = 0
        self.judged: list[tuple[int, dict[str, float]]] = []
        self.rows: Counter[tuple[str, str, int, float]] = Counter()
        self.acks: list[tuple[int, str, wire.Ack]] = []
        self.marks: list[tuple[str, bool]] = []
        self.events: list[tuple[str, int, int, bool]] = []
        self.changes: dict[str, list[dict]] = {}
        for cabinet in cabinets or (CABINET,):
            self.registry.birth(cabinet, {}, self.fleet, Moment(self.now, self.real))

    def take(self, *messages, ms=0, tick=False, **more) -> Ingested:
        """One entry, `ms` after the last one (both times)."""
        self.now, self.real, self.number = self.now + ms, self.real + ms, self.number + 1
        entry = Entry(number=self.number, now=self.now, real=self.real, tick=tick, messages=list(messages), **more)
        took = self.ingest.take(entry)
        self._note(took)
        return took

    def tick(self, ms=500) -> Ingested:
        return self.take(ms=ms, tick=True)

    def run(self, seconds: float) -> None:
        """Ticks, twice a second."""
        for _ in range(int(seconds * 2)):
            self.tick()

    def restart(self) -> None:
        """Dump, and go on with the dump in a new Ingest on the same fleet."""
        again = Ingest(self.fleet, self.registry, open_enrolment=self.ingest.open)
        again.load(self.ingest.dump())
        self.ingest = again

    def account(self, cabinet=CABINET):
        return self.ingest.account(cabinet)

    def row(self, table, cabinet=CABINET):
        """The newest row of a cabinet in a table."""
        return [r for r in self.changes.get(table, []) if r["cabinet"] == cabinet][-1]

    def reasons(self):
        return [r["reason"] for r in self.changes.get("quarantine", [])]

    def acked(self, boot, cabinet=CABINET):
        """The highest seq of the boot that was acknowledged on `down/ack`; None when nothing ever was."""
        return max((a.seq for _, c, a in self.acks if (c, a.boot) == (cabinet, boot)), default=None)

    def asked(self):
        """(ms since the start, boot, ranges) of every request."""
        return [(real - T0, a.boot, a.missing) for real, _, a in self.acks if a.missing]

    def sums(self, cabinet=CABINET):
        a = self.account(cabinet)
        assert a.received == a.stored + a.duplicate + a.quarantined
        return a.received, a.stored, a.duplicate, a.quarantined

    def _note(self, took: Ingested) -> None:
        for change in took.changes:
            self.changes.setdefault(change.table, []).append(change.row)
        self.acks += [(self.real, cabinet, ack) for (cabinet, _), ack in took.acks.items()]
        self.marks += [(m.kind, m.on) for m in took.judged.marks]
        self.events += [(e.name, e.boot, e.seq, e.late) for e in took.judged.events]
        frames = took.judged.frames
        for i in range(len(frames)):
            values = {n: float(frames.of(n)[i]) for n in ("air_c", "set_c") if frames.of(n)[i] == frames.of(n)[i]}
            self.judged.append((int(frames.ts[i]), values))
        self.rows.update(rows(took.readings, self.fleet))


def rows(readings: Readings, fleet: Fleet):
    """(cabinet, signal, filed ts, value) of every reading."""
    long = readings.long()
    columns = zip(long.row, long.signal, long.ts, long.value, strict=True)
    return [(fleet.ids[r], fleet.names[s], int(ts), float(v)) for r, s, ts, v in columns]


def blind_gateway(start: Moment, end: Moment) -> Blind:
    return Blind("gateway", start, end)
