"""What is done with one entry's messages, one by one: decided, stored, judged in order, answered."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gateway import failpoint, plain
from gateway.columns import BOTH, JUDGE, STORE, Columns, file_samples, names_fit
from gateway.rows import accounting_row, event_row, plain_row, quarantine_row
from service.commands import CommandReply
from service.records.base import Change, Put
from telemetry import wire
from telemetry.batch import CabinetEvent, Judged, Mark, Readings
from telemetry.clock import Moment
from telemetry.fleet import NEVER, ONLINE
from telemetry.journal import Entry
from telemetry.ledger import Account, Waiting

if TYPE_CHECKING:
    from gateway.ingest import Ingest

PLATFORM = ""
QUARANTINED = 1000  # rows kept of a cabinet (contract, `/cabinets/{id}/quarantine`); all are counted

Key = tuple[str, int]  # cabinet and boot


class Ingested(msgspec.Struct):
    """What one entry brought: columns for stores and detectors, rows for the records, and who is to be answered.
    `spoke`: somebody did."""

    readings: Readings
    judged: Judged
    changes: list[Change]
    born: list[str]
    replies: list[CommandReply]
    acks: dict[Key, wire.Ack]
    spoke: bool


class Owed(msgspec.Struct, array_like=True):
    """What is to go out together at the next settling, in the order in which it fell due (dicts are ordered sets):
    acknowledgements (`answers`; `current`: among them those to a birth or a duplicate) and the rows of these and of all
    other `accounts` that changed. `since`: the last settling (real ms)."""

    answers: dict[Key, None] = msgspec.field(default_factory=dict)
    current: dict[Key, None] = msgspec.field(default_factory=dict)
    accounts: dict[str, None] = msgspec.field(default_factory=dict)
    since: int = 0

    def __bool__(self) -> bool:
        return bool(self.answers or self.accounts)


class Deciding:
    """One entry's work."""

    def __init__(self, ingest: "Ingest", entry: Entry) -> None:
        self.ingest, self.fleet, self.moment = ingest, ingest.fleet, Moment(entry.now, entry.real)
        self.owed = ingest.owed
        self.columns = Columns(ingest.fleet)
        self.judged = Judged(marks=ingest.marks)
        ingest.marks = []
        self.counted = Counter[str]()
        self.changes: list[Change] = []
        self.alive: list[int] = []
        self.born: list[str] = []
        self.replies: list[CommandReply] = []
        self.missing: dict[Key, list[tuple[int, int]]] = {}

    def messages(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Decide messages: most are the plain next reading of a cabinet, and are taken together."""
        if failpoint.WATCHED:
            for _, payload in messages:
                failpoint.folding(payload)
        others = plain.take(self.ingest, self.columns, messages, self.moment.now)
        self.counted.update(received=len(messages) - len(others), stored=len(messages) - len(others))
        for i in others:
            self.message(*messages[i])

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
        self.counted["deferred"] += count
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
            account = self.ingest.look(cabinet)  # its lane goes on: what is missing is of an older boot
            if not account.flooding and account.connected and not blind:
                self._chase(account, elapsed)
            self._release(account)
            if not account.holey():
                self.ingest.holey.discard(cabinet)

    def result(self, *, settle: bool) -> Ingested:
        """What it all came to. `settle`: what is owed goes out now, otherwise with a later entry."""
        self.ingest.open_lanes()
        readings, self.judged.frames = self.columns.build()
        self._spoke(np.concatenate((readings.row, np.array(self.alive, np.int32))))
        spoke = bool(self.owed) or bool(self.ingest.lanes.owed.any())
        acks = self._settle() if settle else {}
        self.ingest.count(self.counted)
        return Ingested(readings, self.judged, self.changes, self.born, self.replies, acks, spoke)

    # one message

    def _numbered(
        self, cabinet: str, leaf: str, topic: str, payload: bytes, decoded: wire.Numbered | wire.Reject
    ) -> None:
        """A message whose boot and seq can be read: counted as that seq, whatever the rest is."""
        account = self.ingest.account(cabinet)
        boot, seq = decoded.boot, decoded.seq
        assert boot is not None and seq is not None  # noqa: S101, PT018 - checked by the caller
        before = account.boots[boot].seqs.high if boot in account.boots else 0
        verdict = account.take(boot, seq, payload, self.moment.real)
        self.counted["received"] += 1
        self.counted["duplicate"] += verdict == "duplicate"
        if verdict in ("conflict", "withheld"):
            self._refuse(cabinet, topic, payload, wire.Reject("identity_conflict", boot, seq), count=False)
            if verdict == "conflict":
                self._mark(cabinet, "identity_conflict", on=True, why={"boot": boot, "seq": seq})
            return
        self.owed.answers[cabinet, boot] = None
        if leaf == "birth" or verdict == "duplicate":
            self.owed.current[cabinet, boot] = None
        self.alive.append(self.fleet.index[cabinet])
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
        self.counted["stored"] += 1
        if decoded.oldest is not None:
            account.oldest(decoded.boot, decoded.oldest)
        self._clock(account, decoded, row, first_sent=first_sent)
        late = (decoded.boot, decoded.seq) < account.cursor
        if isinstance(decoded, wire.Birth):
            self._birth(account, decoded)
        elif isinstance(decoded, wire.Reply):
            self.replies.append(CommandReply(account.cabinet, decoded.id, decoded.status, decoded.detail, decoded.ts))
        if not isinstance(decoded, wire.Telemetry):
            self.changes.append(Put("events", event_row(account, decoded, now, late=late)))
        self._order(account, leaf, payload, decoded, late=late)
        return None

    def _order(self, account: Account, leaf: str, payload: bytes, decoded: wire.Numbered, *, late: bool) -> None:
        """Judge the message now, when its turn comes, or (late) not at all: history has it."""
        now, waits = self.moment.now, not late and account.waits(decoded.boot, decoded.seq, self.moment.real)
        if isinstance(decoded, wire.Telemetry):
            self._sample(account, decoded, now, STORE if late or waits else BOTH)
        if waits:
            account.wait(Waiting(decoded.boot, decoded.seq, now, leaf, payload))
            return
        if late:
            account.late += 1
            self.counted["late"] += 1
        else:
            account.cursor = (decoded.boot, decoded.seq)
        if isinstance(decoded, wire.Event):
            self._happened(account, decoded, now, late=late)

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
            if isinstance(decoded, wire.Telemetry):
                self._sample(account, decoded, waited.at, JUDGE)
            elif isinstance(decoded, wire.Event):
                self._happened(account, decoded, waited.at, late=False)

    def _sample(self, account: Account, telemetry: wire.Telemetry, at: int, use: int) -> None:
        """A reading that arrived at `at`, for the stores, the detectors or both."""
        row, filed = self.fleet.index[account.cabinet], file_samples(telemetry, account.clock(telemetry.boot), at)
        self.columns.add(row, telemetry.boot, telemetry.seq, filed, use)

    def _happened(self, account: Account, event: wire.Event, at: int, *, late: bool) -> None:
        row, ts = self.fleet.index[account.cabinet], account.clock(event.boot).file(event.ts, at)
        self.judged.events.append(
            CabinetEvent(row, account.cabinet, ts, at, event.event, event.data, event.boot, event.seq, late)
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
                self.owed.answers[key] = None
            if key not in self.owed.current and (asked := boot.seqs.ask(real, account.flow)):
                self.missing[key] = asked

    # rows

    def _settle(self) -> dict[Key, wire.Ack]:
        """Everything that is owed: the rows of the accounts that changed, and their acknowledgements."""
        ingest, owed, acks = self.ingest, self.owed, dict[Key, wire.Ack]()
        changed: dict[str, None] = {}
        for key in owed.answers | dict.fromkeys(self.missing):
            cabinet, boot = key
            account = ingest.accounts[cabinet]
            changed[cabinet] = None
            if boot not in account.withheld:
                account.acked = boot, account.ack(boot)
                acks[key] = wire.Ack(boot=boot, seq=account.acked[1], missing=self.missing.get(key))
        changed |= owed.accounts
        self._settle_lanes(acks, changed)
        accounts = [ingest.look(c) for c in changed]
        self.changes += [Put("accounting", accounting_row(account, self.moment.now)) for account in accounts]
        ingest.note_gaps(accounts)
        ingest.owed = Owed(since=self.moment.real)
        return acks

    def _settle_lanes(self, acks: dict[Key, wire.Ack], changed: dict[str, None]) -> None:
        """The same of lanes; whoever misses anything joins the accounts that `changed`."""
        ingest, lanes, ids, now = self.ingest, self.ingest.lanes, self.fleet.ids, self.moment.now
        rows = lanes.settle()
        columns = lanes.boot[rows], lanes.high[rows], lanes.high[rows] - lanes.base[rows]
        for row, boot, seq, count in zip(rows.tolist(), *(c.tolist() for c in columns), strict=True):
            cabinet = ids[row]
            acks[cabinet, boot] = wire.Ack(boot=boot, seq=seq)
            if cabinet in ingest.gaps:
                changed[cabinet] = None
            elif cabinet not in changed:
                self.changes.append(Put("accounting", plain_row(ingest.accounts[cabinet], boot, seq, count, now)))

    def _refuse(self, cabinet: str, topic: str, payload: bytes, reject: wire.Reject, *, count: bool) -> None:
        """Quarantine a message. `count`: it was not yet counted as received."""
        account = self.ingest.account(cabinet)
        self.owed.accounts[account.cabinet] = None
        account.received += count
        account.quarantine()
        self.counted.update(received=int(count), quarantined=1)
        key = f"{account.cabinet}-{account.quarantined % QUARANTINED:03d}"  # the newest take the place of the oldest
        self.changes.append(Put("quarantine", quarantine_row(key, cabinet, topic, payload, reject, self.moment.now)))

    def _addressee(self, topic: str) -> str:
        """The known cabinet a badly shaped topic names, or the platform."""
        parts = topic.split("/")
        named = parts[1] if len(parts) > 1 else ""
        return named if self.ingest.registry.known(named) else PLATFORM

    def _touch(self, cabinet: str) -> Account:
        account = self.ingest.account(cabinet)
        self.owed.accounts[account.cabinet] = None
        return account

    def _spoke(self, rows: NDArray[np.integer[Any]]) -> None:
        """Who speaks is seen, and online once it was born."""
        fleet = self.fleet
        fleet.last_seen[rows], fleet.last_real[rows] = self.moment
        fleet.status[rows[fleet.boot[rows] != NEVER]] = ONLINE

    def _mark(self, cabinet: str, kind: str, *, on: bool, why: dict[str, Any]) -> None:
        row = self.fleet.index.get(cabinet)
        if row is not None:
            self.judged.marks.append(Mark(row, kind, on, self.moment.now, why))
