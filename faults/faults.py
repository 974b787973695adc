"""The public face of fault judging: one object, fed by the fold on one thread, asked by the service desk."""

from typing import Any

import msgspec

from faults.config import FaultsConfig
from faults.cooling import diagnosis
from faults.engine import STRIKES, Change, Engine, EngineState
from faults.episodes import Book
from faults.hold import Move
from faults.maintenance import RESTOCK, RESTOCKING, Window
from faults.model import Episode, Transition, Whose
from faults.shared import Groups
from telemetry.batch import Judged
from telemetry.clock import Moment
from telemetry.errors import Conflict, Invalid, NotFound
from telemetry.fleet import BLIND_AFTER, NEVER, Fleet

VERSION = 1
BLIND = "platform_blind"
LONGEST_NOTE = 4000


class _Snapshot(msgspec.Struct):
    version: int
    engine: EngineState
    book: Book


class Faults:
    """Detectors and episodes. `step` is deterministic in what it is given; nothing here reads a clock or does I/O."""

    def __init__(self, config: FaultsConfig | None = None) -> None:
        self._config = config or FaultsConfig()
        self._engine = Engine(self._config)
        self._book = Book()
        self._groups = Groups()

    @property
    def open(self) -> dict[str, Episode]:
        """All episodes not cleared, by id. Episodes are values: a change replaces them."""
        return self._book.open

    @property
    def broken(self) -> dict[str, int]:
        """Exceptions so far, per kind of the detector that raised them; after three it is disabled."""
        return self._engine.broken

    @property
    def errors(self) -> dict[str, str]:
        """The last exception of each broken detector."""
        return self._engine.errors

    @property
    def disabled(self) -> dict[str, int]:
        """Since when (product ms) which kinds are judged no more, their detectors being broken."""
        return self._book.disabled

    def step(self, judged: Judged, fleet: Fleet, moment: Moment) -> list[Transition]:
        """Judge one batch (an empty one is a tick) after `fleet.apply` and `fleet.presence`; what changed, in order."""
        now = moment.now
        self._restocked(judged, fleet, now)
        self._groups.follow(fleet)
        self._book.outages.settle(self._engine.holds, fleet, moment)
        out = self._book.due(now)
        out += self._blindness(fleet, moment)
        outages, held = self._book.outages, set[str]()
        for change in self._engine.run(judged, fleet, moment):
            row = change.row
            whose = Whose(fleet.ids[row], fleet.site[row], fleet.carrier[row])
            stands = self._book.stands(whose.subject, change.kind)
            told = outages.pass_on(change, stands, self._groups, fleet, moment)
            came = self._book.apply(told, whose, now) if told is not None else []
            held |= {t.episode.id for t in came if t.was is None} if told is not change else set()
            out += came
        covered = self._book.windows.cover if self._book.windows.items else None
        for change, whose in outages.judge(self._groups, self._engine.holds, fleet, moment, covered):
            out += self._book.apply(change, whose, now)
        return _at_once(out, held) + self._fence(now)

    def attach(self, episode: str, ticket: str) -> None:
        """Remember the ticket of an open episode; one that is over needs none."""
        if episode in self.open:
            self._book.change(episode, ticket=ticket)

    def acknowledge(self, episode: str, actor: str, note: str | None, now: int) -> Transition:
        """Somebody has seen it. Raises NotFound, Conflict (already acknowledged), Invalid."""
        if self._get(episode).acknowledged is not None:
            raise Conflict("already_acknowledged")
        if note is not None:
            _check_text("note", note)
        return self._book.change(episode, acknowledged={"by": actor, "at": now, "note": note})

    def snooze(self, episode: str, until: int, actor: str, now: int) -> Transition:
        """Keep quiet about it until then, or until it gets worse. Raises NotFound, Invalid."""
        found = self._get(episode)
        if until <= now:
            raise Invalid({"until": "must lie in the future"})
        self._book.wake_at(until, found.whose.subject)
        comments = [*found.comments, {"by": actor, "at": now, "snoozed_until": until}]
        return self._book.change(episode, snoozed_until=until, comments=comments)

    def comment(self, episode: str, text: str, actor: str, now: int) -> Transition:
        """Raises NotFound, Invalid."""
        found = self._get(episode)
        _check_text("text", text)
        return self._book.change(episode, comments=[*found.comments, {"by": actor, "at": now, "text": text}])

    def maintain(self, cabinet: str | None, site: str | None, start: int, end: int, key: str = "") -> None:
        """From start to end (product ms) the faults of a cabinet or of a site's cabinets are suppressed.

        `key`: the id by which people can end it. Takes effect with the next step. Raises Invalid.
        """
        if (cabinet is None) == (site is None):
            raise Invalid({"cabinet": "either a cabinet or a site"})
        if end <= start:
            raise Invalid({"to": "must lie after from"})
        self._book.windows.add(Window(Whose(cabinet, site).subject, start, end, id=key))

    def end_maintenance(self, cabinet: str | None, site: str | None, start: int, end: int, key: str, now: int) -> None:
        """End a window of `maintain` before its time; takes effect with the next step. Raises Conflict `over`."""
        if not self._book.windows.end(Window(Whose(cabinet, site).subject, start, end, id=key), now):
            raise Conflict("over")

    def calm(self, episode: str, now: int) -> None:
        """Somebody mended what flaps: from now on it is what it was last, until it changes again."""
        self._book.calm(episode, now)

    def mended(self, cabinet: str, parts: bool, fleet: Fleet, now: int) -> None:
        """Somebody worked on the cooling of a cabinet, and exchanged `parts` or not: its model judges it anew."""
        row = fleet.index.get(cabinet, self._engine.size)
        if row < self._engine.size:
            diagnosis.mended(row, now, parts, self._engine.cooling)

    def clear_for(self, cabinet: str, now: int) -> list[Transition]:
        """End all faults of a cabinet that is retired."""
        for kind, row in self._book.rows_of(cabinet):
            self._engine.holds[kind].forget(row)
            self._book.outages.forget(row)
        return self._book.close(cabinet, now)

    def dump(self) -> bytes:
        """All state: `load` of it and the rest of the input give what an uninterrupted run gives."""
        return msgspec.msgpack.encode(_Snapshot(version=VERSION, engine=self._engine.dump(), book=self._book))

    def load(self, data: bytes) -> None:
        """Raises Invalid, and changes nothing, when the snapshot is of another version or malformed."""
        try:
            snapshot = msgspec.msgpack.decode(data, type=_Snapshot)
        except msgspec.DecodeError as error:
            raise Invalid({"snapshot": str(error)}) from error
        if snapshot.version != VERSION:
            raise Invalid({"snapshot": f"version {snapshot.version}, this is version {VERSION}"})
        engine = Engine(self._config)
        engine.load(snapshot.engine)
        self._engine = engine
        self._book = snapshot.book
        self._book.enable([kind for kind in self._book.disabled if not engine.disabled(kind)])

    def _get(self, episode: str) -> Episode:
        if episode not in self.open:
            raise NotFound(f"no open fault {episode}")
        return self.open[episode]

    def _blindness(self, fleet: Fleet, moment: Moment) -> list[Transition]:
        """Our own blindness is one episode of the platform, whatever it hides. One of which we know only now, because
        we were away ourselves, begins and ends with this step; one that joins another is that again."""
        stands, out = self._book.holds("", BLIND), list[Transition]()
        since = fleet.blind_from()
        if since is None and fleet.sighted == moment and moment.real - fleet.blinded.real >= BLIND_AFTER:
            since = fleet.blinded.now
        if since is not None and not stands:
            why: dict[str, Any] = {"features": ["blind_since"], "observed": {"blind_since": since}, "threshold": {}}
            begun = Change(Move.ACTIVATED, BLIND, NEVER, moment.now, since, 1.0, why)
            out += self._book.apply(begun, Whose(), moment.now)
        if fleet.blind_since is None and (stands or out):
            seen = moment.now if fleet.sighted.now == NEVER else fleet.sighted.now
            over = Change(Move.CLEARED, BLIND, NEVER, seen, seen, 1.0, {})
            out += self._book.apply(over, Whose(), moment.now)
        return out

    def _restocked(self, judged: Judged, fleet: Fleet, now: int) -> None:
        """Who says a cabinet was restocked is at it, or just was."""
        for event in judged.events:
            if event.name == "restocked" and not event.late and event.ts + RESTOCK > now:
                subject = Whose(fleet.ids[event.row]).subject
                self._book.windows.extend(Window(subject, event.ts - RESTOCK, event.ts + RESTOCK, RESTOCKING))

    def _fence(self, now: int) -> list[Transition]:
        """The episodes of a detector just disabled are unknown from now on."""
        out: list[Transition] = []
        for kind, strikes in self.broken.items():
            if strikes >= STRIKES:
                out += self._book.disable(kind, now)
        return out


def _at_once(out: list[Transition], held: set[str]) -> list[Transition]:
    """What was `held` and released in one step, since its neighbours are known to be well or ill, began active."""
    begun = held & {t.episode.id for t in out if t.was == "pending" and t.episode.state != "pending" and not t.dropped}
    if not begun:
        return out
    late = [t for t in out if t.episode.id not in begun or t.episode.state != "pending"]
    return [t._replace(was=None) if t.episode.id in begun and t.was == "pending" else t for t in late]


def _check_text(field: str, text: str) -> None:
    if not text.strip():
        raise Invalid({field: "must not be empty"})
    if len(text) > LONGEST_NOTE:
        raise Invalid({field: f"at most {LONGEST_NOTE} characters"})
