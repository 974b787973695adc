"""The first half of the fold: raw messages → decided messages (stored, duplicate or quarantined), in judging order.

Pure and deterministic: the moment comes with the journal's entry. Bad input becomes a quarantine row, never an error.
What is done with one message stands in `decide.py`.
"""

from collections.abc import Iterable, Mapping

import msgspec

from gateway.decide import PLATFORM, Deciding, Ingested, Owed
from gateway.rows import accounting_row, missing
from service.records.base import Change, Put
from service.registry import Registry
from telemetry import wire
from telemetry.batch import Mark
from telemetry.clock import Moment
from telemetry.fleet import Fleet
from telemetry.journal import Entry
from telemetry.lanes import Lanes
from telemetry.ledger import Account
from telemetry.units import SECOND

COUNTS = ("received", "stored", "duplicate", "quarantined", "deferred", "late")
MAX_STRANGERS = 10_000
AWAY = 5 * SECOND  # ticks further apart than this: we were not there to see who was connected
LIGHT = 500  # messages of an entry below which its accounts are settled at once
SETTLE = SECOND  # real time between two settlings under load


class Ingest:
    """Owns the accounts of all cabinets. `accounts[""]` counts what names no cabinet. Accounts whose next reading is
    plain are counted on in `lanes`: `routes` (telemetry topic → row) leads there, and `account` back.

    For readers on other threads, since adding up 100,000 accounts takes long and is torn: `totals`, replaced whole with
    each entry; `gaps`: cabinet → messages (awaited, given up), of those that miss any.
    """

    def __init__(self, fleet: Fleet, registry: Registry, *, open_enrolment: bool) -> None:
        self.fleet, self.registry, self.open = fleet, registry, open_enrolment
        self.accounts: dict[str, Account] = {}
        self.totals = dict.fromkeys(COUNTS, 0)
        self.gaps: dict[str, tuple[int, int]] = {}
        self.holey: set[str] = set()
        self.marks: list[Mark] = []
        self.owed = Owed()
        self.lanes = Lanes()
        self.routes: dict[str, int] = {}
        self.touched: dict[str, None] = {}
        self.strangers = 0
        self.ticked = 0

    def take(self, entry: Entry) -> Ingested:
        """Decide every message of an entry; on a tick also what is missing."""
        batch = Deciding(self, entry)
        batch.messages(entry.messages)
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
        return batch.result(settle=self._due(entry))

    def account(self, cabinet: str) -> Account:
        """The account of a cabinet to work on, opened when new; strangers beyond a bound share the platform's."""
        account = self.accounts.get(cabinet)
        if account is None:
            if cabinet != PLATFORM and not self.registry.known(cabinet):
                if self.strangers >= MAX_STRANGERS:
                    return self.account(PLATFORM)
                self.strangers += 1
            account = self.accounts[cabinet] = Account(cabinet=cabinet)
        self.touched[account.cabinet] = None
        row = self.fleet.index.get(cabinet)
        if row is not None and self.lanes.is_open(row) and self.lanes.close(row, account):
            self.owed.answers[account.cabinet, account.boot] = None
        return account

    def look(self, cabinet: str) -> Account:
        """The account of a cabinet that has one, to be read: up to date, and its lane goes on."""
        account, row = self.accounts[cabinet], self.fleet.index.get(cabinet)
        if row is not None and self.lanes.is_open(row):
            self.lanes.sync(row, account)
        return account

    def open_lanes(self) -> None:
        """Of the accounts that were worked on, those whose next reading is plain need no more work for it."""
        for cabinet in self.touched:
            account, row = self.accounts[cabinet], self.fleet.index.get(cabinet)
            if row is None or not account.is_plain() or not self.registry.known(cabinet):
                continue
            self.note_gaps([account])  # from now on nobody looks
            key = cabinet, account.boot
            self.lanes.open(row, account, owed=key in self.owed.answers)
            self.owed.answers.pop(key, None)
            self.routes[_topic(self.fleet.ids[row])] = row
        self.touched = {}

    def recheck(self, cabinet: str) -> None:
        """Its next message goes the general way, where it is asked whether the cabinet is known."""
        if cabinet in self.accounts:
            self.account(cabinet)
        self.routes.pop(_topic(cabinet), None)

    def count(self, counted: Mapping[str, int]) -> None:
        """Add what an entry brought to the totals."""
        self.totals = {name: total + counted.get(name, 0) for name, total in self.totals.items()}

    def note_gaps(self, accounts: Iterable[Account]) -> None:
        """Remember how much of each of these is missing."""
        for account in accounts:
            lacks = missing(account)
            if any(lacks):
                self.gaps[account.cabinet] = lacks
            else:
                self.gaps.pop(account.cabinet, None)

    def replace(self, cabinet: str, moment: Moment) -> tuple[int, list[Change]]:
        """Start a new epoch of a cabinet's identities; its number, and the changed rows. The conflict is over."""
        account = self.account(cabinet)
        account.replace()
        self.note_gaps([account])
        self.marks.append(Mark(self.fleet.index[cabinet], "identity_conflict", False, moment.now, {}))
        return account.epoch, [Put("accounting", accounting_row(account, moment.now))]

    def dump(self) -> bytes:
        """The accounts in the order in which they were opened; `load` takes them back, for the same fleet."""
        lanes = self.lanes.dump(lambda row: self.accounts[self.fleet.ids[row]])
        rest = (sorted(self.holey), self.marks, self.owed, self.strangers, self.ticked)
        return msgspec.msgpack.encode((list(self.accounts.values()), lanes, *rest))

    def load(self, data: bytes) -> None:
        kinds = tuple[list[Account], tuple[bytes, list[bytes], bytes], set[str], list[Mark], Owed, int, int]
        state = msgspec.msgpack.decode(data, type=kinds)
        accounts, lanes, self.holey, self.marks, self.owed, self.strangers, self.ticked = state
        self.routes, self.touched = {}, {}
        for row in self.lanes.load(lanes).tolist():
            self.routes[_topic(self.fleet.ids[row])] = row
        for account in accounts:
            account.cabinet = self.fleet.named(account.cabinet)
        self.accounts = {account.cabinet: account for account in accounts}
        self.totals = {name: sum(getattr(a, name) for a in accounts) for name in COUNTS}
        self.gaps = {}
        self.note_gaps(accounts)

    def _due(self, entry: Entry) -> bool:
        """Are accounts settled with this entry? At once, unless there is too much of it: then once a second, so that
        a cabinet's row is written once for many messages. People's actions find everything settled."""
        light = len(entry.messages) < LIGHT or entry.tick or entry.actions
        return bool(light) or not 0 <= entry.real - self.owed.since < SETTLE


def _topic(cabinet: str) -> str:
    return wire.topic(cabinet, "up", "telemetry")
