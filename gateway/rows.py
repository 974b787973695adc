"""Rows of the records that follow from messages alone: accounting, quarantine, events (columns: `tables.py`)."""

import msgspec

from service.records.base import Row, visible
from telemetry import wire
from telemetry.ledger import Account

HEAD = 1024
MAX_TEXT = 500


def accounting_row(account: Account, now: int) -> Row:
    """The account as the records keep it and the API shows it."""
    row = plain_row(account, *account.acked, 0, now)
    if gaps := account.gaps():
        row["gaps"] = _joined(gaps)
    return row


def plain_row(account: Account, boot: int, seq: int, count: int, now: int) -> Row:
    """The same of one that misses nothing and has stored `count` more than it knows, acknowledged up to `seq`."""
    return {
        "cabinet": account.cabinet,
        "boot": boot,
        "seq": seq,
        "received": account.received + count,
        "stored": account.stored + count,
        "duplicate": account.duplicate,
        "quarantined": account.quarantined,
        "deferred": account.deferred,
        "late": account.late,
        "gaps": [],
        "updated": now,
    }


def missing(account: Account) -> tuple[int, int]:
    """How many messages below the highest seqs seen are awaited, and how many given up."""
    every = sum(high - low + 1 for _, low, high in account.gaps())
    if not every:
        return 0, 0
    kept = [boot.seqs for boot in account.boots.values()]
    awaited = sum(max(0, min(hole.high, seqs.seen) - hole.low + 1) for seqs in kept for hole in seqs.holes)
    return awaited, every - awaited


def _joined(gaps: list[tuple[int, int, int]]) -> list[list[int]]:
    """Ranges [boot, from, to] that touch become one: to a reader awaited and given up are both missing."""
    joined: list[list[int]] = []
    for boot, low, high in gaps:
        if joined and joined[-1][0] == boot and joined[-1][2] + 1 == low:
            joined[-1][2] = high
        else:
            joined.append([boot, low, high])
    return joined


def quarantine_row(key: str, cabinet: str, topic: str, payload: bytes, reject: wire.Reject, now: int) -> Row:
    """A message that could not be taken: why, and its first KiB, escaped."""
    return {
        "id": key,
        "cabinet": cabinet,
        "at": now,
        "reason": visible(reject.reason[:MAX_TEXT]),
        "topic": visible(topic[:MAX_TEXT]),
        "head": visible(payload[:HEAD].decode("utf-8", "backslashreplace")),
        "size": len(payload),
        "boot": reject.boot,
        "seq": reject.seq,
    }


def event_row(account: Account, message: wire.Event | wire.Birth | wire.Reply, now: int, *, late: bool) -> Row:
    """An event; births and replies are kept as events of those names."""
    if isinstance(message, wire.Event):
        name, data = message.event, message.data
    else:
        name, data = type(message).__name__.lower(), msgspec.to_builtins(message)
    return {
        "id": f"{account.cabinet}-{account.epoch}-{message.boot}-{message.seq}",
        "cabinet": account.cabinet,
        "ts": account.clock(message.boot).file(message.ts, now),
        "at": now,
        "name": visible(name),
        "data": data,
        "boot": message.boot,
        "seq": message.seq,
        "late": late,
    }
