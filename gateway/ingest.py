"""The first half of the fold: raw messages → decided messages (stored, duplicate or quarantined), in judging order.

Pure and deterministic: the moment comes with the journal's entry. Bad input becomes a quarantine row, never an error.
"""

from typing import Any

import msgspec

from gateway import failpoint
from gateway.columns import Columns, file_samples, names_fit
from gateway.rows import accounting_row, event_row, quarantine_row
from service.commands import CommandReply
from service.records.base import Change, Put
from service.registry import Registry
from telemetry import wire
from telemetry.batch import CabinetEvent, Judged, Mark, Readings
from telemetry.clock import Moment
from telemetry.fleet import NEVER, ONLINE, Fleet
from telemetry.journal import Entry
from telemetry.ledger import Account, Waiting
from telemetry.units import SECOND

PLATFORM = ""
MAX_STRANGERS = 10_000
QUARANTINED = 1000  # rows kept of a cabinet (contract, `/cabinets/{id}/quarantine`); all are counted
AWAY = 5 * SECOND  # ticks further apart than this: we were not there to see who was connected


class Ingested(msgspec.Struct):
    """What one entry brought: columns for stores and detectors, rows for the records, and who is to be answered."""

    readings: Readings
    judged: Judged
    changes: list[Change]
    born: list[str]
    replies: list[CommandReply]
    acks: dict[tuple[str, int], wire.Ack]
    touched: set[str]


class Ingest:
    """Owns the accounts of all cabinets. `accounts[""]` counts what names no cabinet."""

    def __init__(self, fleet: Fleet, registry: Registry, *, open_enrolment: bool) -> None:
        self.fleet, self.registry, self.open = fleet, registry, open_enrolment
        self.accounts: dict[str, Account] = {}
        self.holey: set[str] = set()
        self.marks: list[Mark] = []
        self.strangers = 0
        self.ticked = 0

    def take(self, entry: Entry) -> Ingested:
        """Decide every message of an entry; on a tick also what is missing."""
        batch = _Batch(self, entry)
        for topic, payload in entry.messages:
            failpoint.folding(payload)
            batch.message(topic, payload)
        for topic, payload in entry.poison:
            batch.message(topic, payload, poison=True)
        if any(b.cause == "gateway" for b in entry.blinds):
            batch.forgive()
        for cabinet, count in entry.deferred:
            batch.deferred(cabinet, count)
        for cabinet in entry.calm:
            batch.calm(cabinet)
        if entry.tick:
            elapsed = entry.real - self.ticked
            batch.tick(elapsed if 0 < elapsed <= AWAY else 0)
            self.ticked = entry.real
        return batch.result()

    def account(self, cabinet: str) -> Account:
        """The account of a cabinet, opened when new; strangers beyond a bound share the platform's."""
        account = self.accounts.get(cabinet)
        if account is None:
            if cabinet != PLATFORM and not self.registry.known(cabinet):
                if self.strangers >= MAX_STRANGERS:
                    return self.account(PLATFORM)
                self.strangers += 1
            account = self.accounts[cabinet] = Account(cabinet=cabinet)
        return account

    def replace(self, cabinet: str, moment: Moment) -> tuple[int, list[Change]]:
        """Start a new epoch of a cabinet's identities; its number, and the changed rows. The conflict is over."""
        account = self.account(cabinet)
        account.replace()
        self.marks.append(Mark(self.fleet.index[cabinet], "identity_conflict", False, moment.now, {}))
        return account.epoch, [Put("accounting", accounting_row(account, moment.now))]

    def dump(self) -> bytes:
        rest = (sorted(self.holey), self.marks, self.strangers, self.ticked)
        return msgspec.msgpack.encode((self.accounts, *rest))

    def load(self, data: bytes) -> None:
        kinds = tuple[dict[str, Account], set[str], list[Mark], int, int]
        self.accounts, self.holey, self.marks, self.strangers, self.ticked = msgspec.msgpack.decode(data, type=kinds)


class _Batch:
    """One entry's work."""

    def __init__(self, ingest: Ingest, entry: Entry) -> None:
        self.ingest, self.fleet, self.moment = ingest, ingest.fleet, Moment(entry.now, entry.real)
        self.columns = Columns(ingest.fleet)
        self.judged = Judged(marks=ingest.marks)
        ingest.marks = []
        self.changes: list[Change] = []
        self.born: list[str] = []
        self.replies: list[CommandReply] = []
        self.answer: set[tuple[str, int]] = set()
        self.current: set[tuple[str, int]] = set()
        self.missing: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self.touched: set[str] = set()

    def message(self, topic: str, payload: bytes, *, poison: bool = False) -> None:
        """Decide a message. `poison`: the fold died on it; it counts as its seq and is looked into no further."""
        parsed = wire.parse_topic(topic)
        if parsed is None:
            self._refuse(self._addressee(topic), topic, payload, wire.Reject("topic"), count=True)
            return
        cabinet, leaf = parsed
        decoded = wire.reject("poison", leaf, payload) if poison else wire.decode(leaf, payload)
        if isinstance(decoded, wire.Will):
            self._will(cabinet, decoded)
        elif not self.ingest.registry.known(cabinet) and not self._admit(cabinet, decoded):
            self._refuse(cabinet, topic, payload, wire.Reject("unknown_cabinet"), count=True)
        elif isinstance(decoded, wire.Reject) and (decoded.boot is None or decoded.seq is None):
            self._refuse(cabinet, topic, payload, decoded, count=True)
        else:
            self._numbered(cabinet, leaf, topic, payload, decoded)

    def deferred(self, cabinet: str, count: int) -> None:
        """Messages were put off before the journal: the cabinet is over its rate."""
        account = self._touch(cabinet)
        account.deferred += count
        if not account.flooding:
            account.flooding = True
            self._mark(cabinet, "flooding", on=True, why={})

    def calm(self, cabinet: str) -> None:
        """The cabinet is back under its rate."""
        account = self._touch(cabinet)
        account.flooding = False
        self._mark(cabinet, "flooding", on=False, why={})

    def forgive(self) -> None:
        """We were away and do not know any more who was over its rate; who still is will be put off again."""
        for cabinet in sorted(c for c, a in self.ingest.accounts.items() if a.flooding):
            self.calm(cabinet)

    def tick(self, elapsed: int) -> None:
        """Ask for what is missing, give up what never comes, judge what waited long enough."""
        blind = self.fleet.blind_since is not None
        for cabinet in sorted(self.ingest.holey):
            account = self.ingest.accounts[cabinet]
            if not account.flooding and account.connected and not blind:
                self._chase(account, elapsed)
            self._release(account)
            if not account.holey():
                self.ingest.holey.discard(cabinet)

    def result(self) -> Ingested:
        self.judged.frames = self.columns.frames()
        acks = {}
        for cabinet, boot in sorted(self.answer | set(self.missing)):
            account = self.ingest.accounts[cabinet]
            if boot in account.withheld:
                continue
            account.acked = (boot, account.ack(boot))
            acks[cabinet, boot] = wire.Ack(boot=boot, seq=account.acked[1], missing=self.missing.get((cabinet, boot)))
        for cabinet in sorted(self.touched):
            self.changes.append(Put("accounting", accounting_row(self.ingest.accounts[cabinet], self.moment.now)))
        return Ingested(self.columns.readings(), self.judged, self.changes, self.born, self.replies, acks, self.touched)

    # one message

    def _numbered(
        self, cabinet: str, leaf: str, topic: str, payload: bytes, decoded: wire.Numbered | wire.Reject
    ) -> None:
        """A message whose boot and seq can be read: counted as that seq, whatever the rest is."""
        account = self._touch(cabinet)
        boot, seq = decoded.boot, decoded.seq
        assert boot is not None and seq is not None  # noqa: S101, PT018 - checked by the caller
        before = account.boots[boot].seqs.high if boot in account.boots else 0
        verdict = account.take(boot, seq, payload, self.moment.real)
        if verdict in ("conflict", "withheld"):
            self._refuse(cabinet, topic, payload, wire.Reject("identity_conflict", boot, seq), count=False)
            if verdict == "conflict":
                self._mark(cabinet, "identity_conflict", on=True, why={"boot": boot, "seq": seq})
            return
        self.answer.add((cabinet, boot))
        if leaf == "birth" or verdict == "duplicate":
            self.current.add((cabinet, boot))
        self._alive(cabinet)
        if verdict == "new":
            problem = self._store(account, leaf, payload, decoded, first_sent=seq > before)
            if problem:
                self._refuse(cabinet, topic, payload, problem, count=False)
        if account.waiting:
            self._release(account)
        if account.holey():
            self.ingest.holey.add(cabinet)

    def _store(
        self, account: Account, leaf: str, payload: bytes, decoded: wire.Numbered | wire.Reject, *, first_sent: bool
    ) -> wire.Reject | None:
        """Keep a new message: series and events at once, judging in its turn. Why it cannot be, otherwise."""
        if isinstance(decoded, wire.Reject):
            return decoded
        now = self.moment.now
        row = self.fleet.index[account.cabinet]
        if isinstance(decoded, wire.Telemetry) and not names_fit(decoded, self.fleet, account.signals):
            return wire.Reject("too_many_signals", decoded.boot, decoded.seq)
        account.stored += 1
        if decoded.oldest is not None:
            account.oldest(decoded.boot, decoded.oldest)
        self._clock(account, decoded, row, first_sent=first_sent)
        late = (decoded.boot, decoded.seq) < account.cursor
        if isinstance(decoded, wire.Birth):
            self._birth(account, decoded)
        elif isinstance(decoded, wire.Reply):
            self.replies.append(CommandReply(account.cabinet, decoded.id, decoded.status, decoded.detail, decoded.ts))
        elif isinstance(decoded, wire.Telemetry):
            self.columns.read(row, decoded.boot, decoded.seq, file_samples(decoded, account.clock(decoded.boot), now))
        if not isinstance(decoded, wire.Telemetry):
            self.changes.append(Put("events", event_row(account, decoded, now, late=late)))
        self._order(account, leaf, payload, decoded, late=late)
        return None

    def _order(self, account: Account, leaf: str, payload: bytes, decoded: wire.Numbered, *, late: bool) -> None:
        """Judge the message now, when its turn comes, or (late) not at all: history has it."""
        if late:
            account.late += 1
            self._judge(account, decoded, self.moment.now, late=True)
        elif account.waits(decoded.boot, decoded.seq, self.moment.real):
            account.waiting.append(Waiting(decoded.boot, decoded.seq, self.moment.now, leaf, payload))
        else:
            account.cursor = (decoded.boot, decoded.seq)
            self._judge(account, decoded, self.moment.now, late=False)

    def _birth(self, account: Account, birth: wire.Birth) -> None:
        newest = account.born(birth.boot, birth.conn, birth.seq, birth.holds, self.moment.real)
        if not newest:
            return
        row = self.fleet.index[account.cabinet]
        effects = self.ingest.registry.birth(account.cabinet, msgspec.to_builtins(birth), self.fleet, self.moment)
        self.changes += effects.changes
        self.fleet.boot[row], self.fleet.conn[row] = birth.boot, birth.conn
        self.fleet.will_at[row] = NEVER
        self.fleet.status[row] = ONLINE
        self.born.append(account.cabinet)

    def _will(self, cabinet: str, will: wire.Will) -> None:
        """A connection died. Wills of older connections, and of strangers, change nothing."""
        if not self.ingest.registry.known(cabinet):
            return
        account = self.ingest.account(cabinet)
        if account.dead(will.boot, will.conn):
            self.fleet.will_at[self.fleet.index[cabinet]] = self.moment.now

    def _admit(self, cabinet: str, decoded: wire.Numbered | wire.Reject) -> bool:
        """Open enrolment: an unknown cabinet is taken in by its birth."""
        retired = cabinet in self.ingest.registry.cabinets
        if retired or not (self.ingest.open and isinstance(decoded, wire.Birth)):
            return False
        effects = self.ingest.registry.birth(cabinet, msgspec.to_builtins(decoded), self.fleet, self.moment)
        self.changes += effects.changes
        return True

    def _clock(self, account: Account, message: wire.Numbered, row: int, *, first_sent: bool) -> None:
        """Learn the device clock; that of the newest boot, beyond tolerance for two intervals, makes a verdict."""
        clock = account.clock(message.boot)
        waited = self.fleet.may_have_waited(row, message.ts, self.moment)
        clock.note(message.ts, self.moment.now, first_sent and not waited)
        if message.boot < account.boot:
            return
        wrong = clock.judge(self.moment.now, 2 * int(self.fleet.interval_ms[row]))
        if wrong is not None and wrong != account.clock_wrong:
            account.clock_wrong = wrong
            self._mark(account.cabinet, "clock_wrong", on=wrong, why={"offset_ms": clock.value})

    # judging order

    def _release(self, account: Account) -> None:
        """Judge what waited long enough, or whose predecessors came."""
        for waited in account.release(self.moment.real):
            decoded = wire.decode(waited.leaf, waited.payload)
            assert not isinstance(decoded, wire.Reject | wire.Will)  # noqa: S101 - it was decoded when it came
            self._judge(account, decoded, waited.at, late=False)

    def _judge(self, account: Account, decoded: wire.Numbered, at: int, *, late: bool) -> None:
        row, clock = self.fleet.index[account.cabinet], account.clock(decoded.boot)
        if isinstance(decoded, wire.Telemetry) and not late:
            self.columns.judge(row, file_samples(decoded, clock, at))
        elif isinstance(decoded, wire.Event):
            ts = clock.file(decoded.ts, at)
            self.judged.events.append(
                CabinetEvent(row, account.cabinet, ts, at, decoded.event, decoded.data, decoded.boot, decoded.seq, late)
            )

    def _chase(self, account: Account, elapsed: int) -> None:
        """Nothing is said of a boot whose identity is in doubt; what was answered to a birth or a duplicate asks for
        nothing (the next tick does)."""
        real = self.moment.real
        for number, boot in account.boots.items():
            if not boot.seqs.holes or number in account.withheld:
                continue
            key = account.cabinet, number
            if boot.seqs.expire(real, elapsed, account.flow):
                self.answer.add(key)
                self.touched.add(account.cabinet)
            if key not in self.current and (asked := boot.seqs.ask(real, account.flow)):
                self.missing[key] = asked
                self.touched.add(account.cabinet)

    # rows

    def _refuse(self, cabinet: str, topic: str, payload: bytes, reject: wire.Reject, *, count: bool) -> None:
        """Quarantine a message. `count`: it was not yet counted as received."""
        account = self.ingest.account(cabinet)
        self.touched.add(account.cabinet)
        account.received += count
        account.quarantine()
        key = f"{account.cabinet}-{account.quarantined % QUARANTINED:03d}"  # the newest take the place of the oldest
        self.changes.append(Put("quarantine", quarantine_row(key, cabinet, topic, payload, reject, self.moment.now)))

    def _addressee(self, topic: str) -> str:
        """The known cabinet a badly shaped topic names, or the platform."""
        parts = topic.split("/")
        named = parts[1] if len(parts) > 1 else ""
        return named if self.ingest.registry.known(named) else PLATFORM

    def _touch(self, cabinet: str) -> Account:
        account = self.ingest.account(cabinet)
        self.touched.add(account.cabinet)
        return account

    def _alive(self, cabinet: str) -> None:
        row = self.fleet.index[cabinet]
        self.fleet.last_seen[row], self.fleet.last_real[row] = self.moment
        if self.fleet.boot[row] != NEVER:
            self.fleet.status[row] = ONLINE

    def _mark(self, cabinet: str, kind: str, *, on: bool, why: dict[str, Any]) -> None:
        row = self.fleet.index.get(cabinet)
        if row is not None:
            self.judged.marks.append(Mark(row, kind, on, self.moment.now, why))
