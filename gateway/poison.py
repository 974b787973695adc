"""Messages on which the fold dies: found by a count written before the work, set aside, so that the others go on.

An entry that died twice as a whole (or raised once) is folded piece by piece: each message, the rest of the entry, each
action. A piece that dies is known by its number and folded as poison from then on: a message is quarantined under its
seq, an action refused; dead even so, it is left out. What was found is kept until no snapshot needs the entry any more,
because folding it again must give the same.
"""

import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import structlog

from gateway.fold import Outcome
from telemetry.batch import Readings
from telemetry.errors import Unavailable
from telemetry.journal import Entry

log = structlog.get_logger()
WHOLE = 2  # times that an entry is tried as a whole, and a piece at all


class Poison:
    """Two files in a folder: `attempt` (which entry and piece is being folded, for which time) is written without a
    sync, since it must outlive the process, not the machine; `poison.json` (what was found) is synced."""

    _ATTEMPT = struct.Struct("<QII")

    def __init__(self, folder: Path) -> None:
        self._found_path = folder / "poison.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / "attempt", os.O_RDWR | os.O_CREAT, 0o600)
            self._found = self._read()
        except (OSError, msgspec.DecodeError) as error:
            raise Unavailable(f"what is known of poisonous messages: {error}") from error
        raw = os.pread(self._file, self._ATTEMPT.size, 0)
        self._died = self._ATTEMPT.unpack(raw) if len(raw) == self._ATTEMPT.size else (0, 0, 0)
        self._count = 0
        self._news = False

    def begin(self, number: int) -> bool:
        """An entry is about to be folded; whether piece by piece."""
        entry, count, piece = self._died
        self._count = 1
        if number == entry:
            self._died = (0, 0, 0)
            self._count = count + 1
            if piece:
                self.blame(number, piece - 1)
            elif count >= WHOLE:
                self.isolate(number)
        self._note(number, 0)
        return number in self._found

    def hopeless(self, number: int) -> bool:
        """Has what is left of the entry died although nothing of it is folded any more?"""
        found = self._found.get(number, [])
        return any(found.count(piece) > WHOLE for piece in found)

    def isolate(self, number: int) -> None:
        """Fold this entry piece by piece from now on."""
        log.error("entry_isolated", number=number)
        self._keep({**self._found, number: self._found.get(number, [])})

    def blame(self, number: int, piece: int) -> None:
        """The fold died on this piece."""
        log.error("poison_found", number=number, piece=piece)
        self._keep({**self._found, number: [*self._found.get(number, []), piece]})

    def trying(self, number: int, piece: int) -> None:
        """This piece is about to be folded."""
        self._note(number, piece + 1)

    def done(self) -> bool:
        """What was begun is over; was anything found in it?"""
        self._note(0, 0)
        found, self._news = self._news, False
        return found

    def pieces(self, entry: Entry) -> Iterator[tuple[int, Entry]]:
        """The entry as numbered entries of one piece each, those that were found dead made harmless."""
        found = self._found.get(entry.number, [])
        for index, (piece, harmless) in enumerate(_pieces(entry)):
            deaths = found.count(index)
            if deaths < WHOLE or index == len(entry.messages):
                yield index, harmless if deaths else piece

    def forget(self, upto: int) -> None:
        """Entries up to this number are not folded again."""
        if any(number <= upto for number in self._found):
            self._keep({number: found for number, found in self._found.items() if number > upto})

    def close(self) -> None:
        os.close(self._file)

    def _note(self, number: int, piece: int) -> None:
        os.pwrite(self._file, self._ATTEMPT.pack(number, self._count, piece), 0)

    def _read(self) -> dict[int, list[int]]:
        if not self._found_path.exists():
            return {}
        return msgspec.json.decode(self._found_path.read_bytes(), type=dict[int, list[int]])

    def _keep(self, found: dict[int, list[int]]) -> None:
        """Make it durable; raises Unavailable."""
        self._found, self._news = found, True
        scratch = self._found_path.with_suffix(".tmp")
        try:
            with scratch.open("wb") as file:
                file.write(msgspec.json.encode(found))
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self._found_path)
        except OSError as error:
            raise Unavailable(f"{self._found_path}: {error}") from error


def merged(outcomes: Sequence[Outcome]) -> Outcome:
    """What the pieces of one entry led to, as one outcome."""
    last = outcomes[-1]
    return Outcome(
        number=last.number,
        moment=last.moment,
        changes=[c for o in outcomes for c in o.changes],
        readings=Readings.joined([o.readings for o in outcomes]),
        acks={key: ack for o in outcomes for key, ack in o.acks.items()},
        publish=[p for o in outcomes for p in o.publish],
        answers={key: answer for o in outcomes for key, answer in o.answers.items()},
        topics={t for o in outcomes for t in o.topics},
    )


def _pieces(entry: Entry) -> Iterable[tuple[Entry, Entry]]:
    """Each piece with what is folded in its place once it is known to be poison."""
    bare = Entry(number=entry.number, now=entry.now, real=entry.real)
    for message in entry.messages:
        yield _with(bare, messages=[message]), _with(bare, poison=[message])
    yield _with(entry, messages=[], actions=[]), bare
    for action in entry.actions:
        yield _with(bare, actions=[action]), _with(bare, refused=[action])


def _with(entry: Entry, **parts: object) -> Entry:
    return msgspec.structs.replace(entry, **parts)
