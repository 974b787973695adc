"""Episodes: one row's moves become the life of a fault, with its side states (suppressed, stale) and its transitions.

Episodes are values: every change makes a new one, so that a transition stays what it was. Beneath a side state the
life goes on (`Book.base`), so that an episode returns to where it stands when its cabinet speaks again.
"""

import base64
import hashlib
import heapq
from typing import Any

import msgspec

from faults.causes import AFTERMATH, EXPLAINS, parents
from faults.engine import Change
from faults.hold import Move
from faults.kinds import KINDS, WORSE
from faults.maintenance import Windows
from faults.model import RANK, Episode, Severity, State, Transition

_BASE: dict[Move, State] = {
    Move.ANNOUNCED: "pending", Move.WITHHELD: "active", Move.ACTIVATED: "active", Move.WORSE: "active",
    Move.RESUMED: "active", Move.EASED: "clearing",
}  # fmt: skip


class Book(msgspec.Struct, kw_only=True):
    """All episodes that are not over, and what their side states hang on. The whole of it goes into a snapshot.

    `open` by id; `withheld`: active in a backlog, told to nobody yet; `key` "cabinet|kind" → id, so that no cabinet
    has two of a kind; `base`: the state beneath a side state; `row` of the cabinet; `ended` "cabinet|kind" → (id,
    when) of parents just cleared; `wake`: heap of (when, cabinet) at which side states may change by time alone;
    `disabled` kind → when its detector was switched off.
    """

    open: dict[str, Episode] = msgspec.field(default_factory=dict)
    withheld: dict[str, Episode] = msgspec.field(default_factory=dict)
    key: dict[str, str] = msgspec.field(default_factory=dict)
    base: dict[str, State] = msgspec.field(default_factory=dict)
    row: dict[str, int] = msgspec.field(default_factory=dict)
    ended: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict)
    wake: list[tuple[int, str]] = msgspec.field(default_factory=list)
    windows: Windows = msgspec.field(default_factory=Windows)
    disabled: dict[str, int] = msgspec.field(default_factory=dict)

    def apply(self, change: Change, cabinet: str | None, site: str | None, now: int) -> list[Transition]:
        """Carry one move out; what it changed, here and among the cabinet's other episodes."""
        known = self.key.get(_key(cabinet, change.kind))
        if change.move in (Move.DROPPED, Move.CLEARED):
            out = self._end(known, change, now) if known else []
        elif known is None:
            out = self._begin(change, cabinet, site, now)
        else:
            out = self._go_on(known, change, now)
        if out and (change.kind in EXPLAINS or change.kind == "offline"):
            out += self.refresh(cabinet, now)
        return out

    def refresh(self, cabinet: str | None, now: int) -> list[Transition]:
        """Judge the side states of a cabinet's episodes again, and end snoozes that ran out."""
        out: list[Transition] = []
        for kind in KINDS:
            episode = self.open.get(self.key.get(_key(cabinet, kind), ""))
            if episode is not None:
                until = episode.snoozed_until
                awake = None if until is not None and until <= now else until
                fresh = msgspec.structs.replace(self._sided(episode, now), snoozed_until=awake)
                out += self._put(fresh, episode.state) if fresh != episode else []
        return out

    def due(self, now: int) -> list[Transition]:
        """What time alone changes: an aftermath or a snooze ends, maintenance begins or ends."""
        out: list[Transition] = []
        while self.wake and self.wake[0][0] <= now:
            out += self.refresh(heapq.heappop(self.wake)[1] or None, now)
        for window in self.windows.turned(now):
            touched = sorted({e.cabinet or "" for e in self.open.values() if window.covers(e.cabinet, e.site)})
            for cabinet in touched:
                out += self.refresh(cabinet or None, now)
        gone = [k for k, (_, at) in self.ended.items() if now - at >= max(AFTERMATH.values())]
        for k in gone:
            del self.ended[k]
        return out

    def change(self, episode: str, **fields: Any) -> Transition:
        """A detail people changed; the state stays."""
        fresh = msgspec.structs.replace(self.open[episode], **fields)
        return self._put(fresh, fresh.state)[0]

    def holds(self, cabinet: str | None, kind: str) -> bool:
        return _key(cabinet, kind) in self.key

    def rows_of(self, cabinet: str) -> list[tuple[str, int]]:
        """(kind, row) of every episode of a cabinet, withheld ones too."""
        return [(kind, self.row[i]) for kind in KINDS if (i := self.key.get(_key(cabinet, kind))) is not None]

    def disable(self, kind: str, now: int) -> list[Transition]:
        """Its detector is broken: its episodes are unknown from now on."""
        if kind in self.disabled:
            return []
        self.disabled[kind] = now
        cabinets = [e.cabinet for e in self.open.values() if e.kind == kind]
        return [t for cabinet in cabinets for t in self.refresh(cabinet, now)]

    def wake_at(self, when: int, cabinet: str | None) -> None:
        heapq.heappush(self.wake, (when, cabinet or ""))

    def close(self, cabinet: str, now: int) -> list[Transition]:
        """End all episodes of a cabinet that is no more."""
        out: list[Transition] = []
        for kind in KINDS:
            known = self.key.get(_key(cabinet, kind))
            if known is not None:
                move = Move.DROPPED if self.base[known] == "pending" else Move.CLEARED
                out += self._end(known, Change(move, kind, self.row[known], now, now, 0.0, {}), now)
        return out

    def _begin(self, change: Change, cabinet: str | None, site: str | None, now: int) -> list[Transition]:
        if change.move not in (Move.ANNOUNCED, Move.WITHHELD, Move.ACTIVATED):
            return []
        kind, base = KINDS[change.kind], _BASE[change.move]
        episode = Episode(
            id=episode_id(cabinet, change.kind, change.onset), kind=change.kind, severity=kind.severity, state=base,
            cabinet=cabinet, site=site, onset=change.onset, detected=None if base == "pending" else change.ts,
            score=change.score, why=change.why,
        )  # fmt: skip
        self.key[_key(cabinet, change.kind)] = episode.id
        self.base[episode.id], self.row[episode.id] = base, change.row
        if change.move is Move.WITHHELD:
            self.withheld[episode.id] = episode
            return []
        self.open[episode.id] = episode  # first, since it may be what explains the others' silence
        return self._put(self._sided(episode, now), None)

    def _go_on(self, known: str, change: Change, now: int) -> list[Transition]:
        hidden = self.withheld.pop(known, None)
        episode = hidden or self.open[known]
        worse = msgspec.structs.replace(episode, **_advanced(episode, change))
        self.base[known] = _BASE[change.move]
        if hidden is not None and change.move is not Move.ACTIVATED:
            self.withheld[known] = worse
            return []
        return self._put(self._sided(worse, now), None if hidden else episode.state)

    def _end(self, known: str, change: Change, now: int) -> list[Transition]:
        hidden = self.withheld.pop(known, None)
        episode = hidden or self.open.pop(known)
        del self.key[_key(episode.cabinet, episode.kind)], self.base[known], self.row[known]
        if change.move is Move.DROPPED:
            return [Transition(episode, episode.state, dropped=True)]
        if hidden is None and episode.kind in EXPLAINS:
            self.ended[_key(episode.cabinet, episode.kind)] = (known, now)
            for child in EXPLAINS[episode.kind]:
                self.wake_at(now + AFTERMATH[child], episode.cabinet)
        over = msgspec.structs.replace(
            episode, state="cleared", cleared=max(change.ts, episode.onset), backlog=hidden is not None
        )
        return [Transition(over, None if hidden else episode.state)]

    def _put(self, episode: Episode, was: State | None) -> list[Transition]:
        self.open[episode.id] = episode
        return [Transition(episode, was)]

    def _sided(self, episode: Episode, now: int) -> Episode:
        base = self.base[episode.id]
        parent, cause = (None, None) if base == "pending" else self._parent(episode, now)
        state = self._state(episode, base, parent, now)
        return msgspec.structs.replace(episode, state=state, parent=parent, cause=cause)

    def _state(self, episode: Episode, base: State, parent: str | None, now: int) -> State:
        if parent is not None:
            return "suppressed"
        if base != "pending" and self.windows.cover(episode.cabinet, episode.site, now):
            return "suppressed"
        return "stale" if self._unknown(episode, now) else base

    def _unknown(self, episode: Episode, now: int) -> bool:
        """Nobody can tell: its detector is broken, or its cabinet is silent and it does not explain the silence."""
        if episode.kind in self.disabled:
            return True
        silence = self.open.get(self.key.get(_key(episode.cabinet, "offline"), ""))
        if silence is None or episode.cabinet is None or episode.kind == "offline":
            return False
        return self._parent(silence, now)[0] != episode.id

    def _parent(self, episode: Episode, now: int) -> tuple[str | None, str | None]:
        """What explains it (id, kind): a ticket-worthy fault of the cabinet, open or cleared within the aftermath."""
        for kind in parents(episode.kind):
            parent = self.open.get(self.key.get(_key(episode.cabinet, kind), ""))
            if parent is not None and self.base[parent.id] != "pending" and parent.severity != "warning":
                return parent.id, kind
        for kind in parents(episode.kind):
            ended = self.ended.get(_key(episode.cabinet, kind))
            if ended is not None and now - ended[1] < AFTERMATH[episode.kind]:
                return ended[0], kind
        return None, None


def episode_id(cabinet: str | None, kind: str, onset: int) -> str:
    """The same in every replay: from the cabinet, the kind and the onset (ms)."""
    digest = hashlib.blake2b(f"{cabinet or ''}|{kind}|{onset}".encode(), digest_size=8).digest()
    return "F-" + base64.b32encode(digest).decode()[:12]


def _advanced(episode: Episode, change: Change) -> dict[str, Any]:
    """The fields a move changes on an episode that stands."""
    if change.move is Move.ACTIVATED:
        detected = change.ts if episode.detected is None else episode.detected
        return {"detected": detected, "score": change.score, "why": change.why}
    if change.move is Move.WORSE:
        severity = _worse(episode)
        return {"severity": severity, "score": change.score, "why": change.why, "snoozed_until": None}
    return {}


def _worse(episode: Episode) -> Severity:
    """The next severity of its kind above the present one; a snooze ends when it gets there."""
    steps = (s for _, s in WORSE[episode.kind] if RANK[s] > RANK[episode.severity])
    return next(steps, episode.severity)


def _key(cabinet: str | None, kind: str) -> str:
    return f"{cabinet or ''}|{kind}"
