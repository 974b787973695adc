"""The real fold on a bench: messages arrive when the test says so, and what came of them is comparable."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from gateway.fold import Outcome
from service.records.memory import MemoryRecords
from telemetry.clock import Moment
from telemetry.journal import Entry
from tests.gateway.rig import CABINET
from tests.scenarios.life import NINE, new_fold

Message = tuple[str, bytes]
Arrival = tuple[int, Message]  # product ms since NINE
HEALTHY = {
    "air_c": 4.0, "set_c": 4.0, "comp_on": 1.0, "comp_a": 1.2, "defrost_on": 0.0, "door_open": 0.0,
    "lock_closed": 1.0, "mains_v": 230.0, "payment_ok": 1.0, "evap_c": -8.0, "battery_pct": 100.0, "rsrp_dbm": -80.0,
    "payment_success_pct": 99.0, "mdb_ok": 1.0, "camera_ok": 1.0, "camera_c": 40.0, "light_on": 1.0,
}  # fmt: skip
# kinds that follow from arrival, not from readings
PRESENCE = ("offline", "clock_wrong", "flooding", "site_outage", "carrier_outage", "payment_outage")


class Episode(NamedTuple):
    cabinet: str
    kind: str
    onset: int
    cleared: int | None


class Bench:
    """`at`: the moment (ms since NINE, both times). `filed`: (cabinet, signal, filed ts) → the value that counts, that
    of the highest (boot, seq); `raw`: filed ts → what the device said."""

    def __init__(self) -> None:
        self.fold, self.records = new_fold(), MemoryRecords()
        self.at = self.number = 0
        self.outcomes: list[Outcome] = []
        self.filed: dict[tuple[str, str, int], tuple[tuple[int, int], float]] = {}
        self.raw: dict[int, int] = {}

    def take(self, at: int, messages: Iterable[Message] = (), *, tick: bool = True, **more: Any) -> Outcome:
        """One entry at `at`."""
        return self.commit(Moment(NINE + at, NINE + at), messages, tick=tick, **more)

    def commit(self, moment: Moment, messages: Iterable[Message] = (), *, tick: bool = True, **more: Any) -> Outcome:
        """One entry at a moment whose two times may differ."""
        self.at, self.number = moment.now - NINE, self.number + 1
        entry = Entry(
            number=self.number, now=moment.now, real=moment.real, tick=tick, messages=list(messages), **more
        )  # fmt: skip
        outcome = self.fold.step(entry)
        self.records.commit(outcome.number, outcome.changes)
        self.outcomes.append(outcome)
        self._file(outcome)
        return outcome

    def deliver(self, arrivals: Sequence[Arrival], step: int) -> "Bench":
        """Everything at its time, in entries of `step` ms; what arrives within one stands in it in that order."""
        waiting = sorted(arrivals, key=lambda a: a[0])
        at, i = self.at, 0
        while i < len(waiting):
            at += step
            start = i
            while i < len(waiting) and waiting[i][0] <= at:
                i += 1
            self.take(at, [m for _, m in waiting[start:i]])
        return self

    def pass_time(self, ms: int, step: int = 5000) -> "Bench":
        """Ticks and nothing else."""
        for at in range(self.at + step, self.at + ms + 1, step):
            self.take(at)
        return self

    def restart(self) -> None:
        """Go on with a dump in a new fold."""
        parts = self.fold.dump()
        self.fold = new_fold()
        self.fold.load(parts)

    def episodes(self, *, without: Sequence[str] = PRESENCE) -> list[Episode]:
        """Every fault that became one, in order; times since NINE."""
        rows = [r for r in self.records.find("episodes", limit=10_000) if r["detected"] and r["kind"] not in without]
        told = [Episode(r["cabinet"], r["kind"], r["onset"] - NINE, r["cleared"] and r["cleared"] - NINE) for r in rows]
        return sorted(told, key=repr)

    def kinds(self) -> set[str]:
        return {e.kind for e in self.episodes(without=())}

    def tickets(self) -> list[dict[str, Any]]:
        return self.records.find("tickets", limit=1000)

    def series(self) -> dict[tuple[str, str, int], float]:
        """(cabinet, signal, ms since NINE) → value."""
        return {(who, signal, ts - NINE): value for (who, signal, ts), (_, value) in self.filed.items()}

    def sums(self, cabinet: str = CABINET) -> tuple[int, int, int, int]:
        """received, stored, duplicate, quarantined as the records show them."""
        row = self.account(cabinet)
        found = row["received"], row["stored"], row["duplicate"], row["quarantined"]
        assert found[0] == sum(found[1:])
        return found

    def account(self, cabinet: str = CABINET) -> dict[str, Any]:
        """The account as the records show it."""
        row = self.records.get("accounting", cabinet)
        assert row is not None
        return row

    def _file(self, outcome: Outcome) -> None:
        long, fleet = outcome.readings.long(), self.fold.fleet
        columns = (long.row, long.signal, long.ts, long.raw_ts, long.boot, long.seq, long.value)
        for row, signal, ts, raw, boot, seq, value in zip(*(c.tolist() for c in columns), strict=True):
            key = (fleet.ids[row], fleet.names[signal], ts)
            self.raw[ts] = raw
            if key not in self.filed or self.filed[key][0] <= (boot, seq):
                self.filed[key] = ((boot, seq), value)
