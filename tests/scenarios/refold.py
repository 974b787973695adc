"""Fold a journal in a process of its own and print a digest of everything that comes out, entry by entry."""

import sys
from hashlib import blake2b
from pathlib import Path

import msgspec

from gateway.fold import Outcome
from telemetry.journal import SqliteJournal
from tests.scenarios.life import new_fold


def image(outcome: Outcome) -> bytes:
    """An outcome as bytes, in the order in which it came (`topics` has none)."""
    columns = [column.tobytes() for column in outcome.readings.long()]
    acks = [(key, msgspec.to_builtins(ack)) for key, ack in outcome.acks.items()]
    answers = [(key, msgspec.to_builtins(answer)) for key, answer in outcome.answers.items()]
    rest = (outcome.changes, columns, acks, outcome.publish, answers, sorted(outcome.topics))
    return msgspec.msgpack.encode(rest)


def main(path: str) -> None:
    fold, journal = new_fold(), SqliteJournal(Path(path))
    for entry in journal.read(0):
        print(entry.number, blake2b(image(fold.step(entry)), digest_size=8).hexdigest())
    for name, part in fold.dump().items():
        print(name, blake2b(part, digest_size=8).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
