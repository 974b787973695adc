"""Episodes: one row's moves become the life of a fault, with its side states (suppressed, stale) and its transitions.

Episodes are values: every change makes a new one, so that a transition stays what it was. Beneath a side state the
life goes on (`Book.base`), so that an episode returns to where it stands when its cabinet speaks again.
"""

import heapq
from collections.abc import Iterable
from typing import Any

import msgspec

from faults.causes import AFTERMATH, EXPLAINS, STANDING, parents, precedes
from faults.engine import Change
from faults.flapping import CHANGES, FLAPS, SETTLED, Flaps, slot_of
from faults.hold import Move
from faults.kinds import KINDS, WORSE
from faults.maintenance import Windows
from faults.model import RANK, Episode, Severity, State, Transition, Whose, episode_id
from faults.outages import AFTER, Outages
from faults.shared import FOLDED

_BASE: dict[Move, State] = {
    Move.ANNOUNCED: "pending", Move.WITHHELD: "active", Move.ACTIVATED: "active", Move.WORSE: "active",
    Move.RESUMED: "active", Move.EASED: "clearing",
}  # fmt: skip

# What does not flap: what people end, what is ours, and what begins and ends with its cabinets.
STEADY = STANDING | {kind.name for kind in KINDS.values() if kind.scope != "cabinet"}


class Book(msgspec.Struct, kw_only=True):
    """All episodes that are not over, and what their side states hang on. The whole of it goes into a snapshot.

    `open` by id; `withheld`: active in a backlog, told to nobody yet; `key` "subject|kind" → id, so that nobody has
    two of a kind; `base`: the state beneath a side state; `row` of the cabinet; `flaps` "subject|kind" → how often it
    came and went; `ended` "subject|kind" → (id, when) of parents just cleared, `began` their onsets by id; `wake`: heap
    of (when, subject) at which side states may change by time alone; `disabled` kind → when its detector was switched
    off.
    """

    open: dict[str, Episode] = msgspec.field(default_factory=dict)
    withheld: dict[str, Episode] = msgspec.field(default_factory=dict)
    key: dict[str, str] = msgspec.field(default_factory=dict)
    base: dict[str, State] = msgspec.field(default_factory=dict)
    row: dict[str, int] = msgspec.field(default_factory=dict)
    ended: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict)
    began: dict[str, int] = msgspec.field(default_factory=dict)
    wake: list[tuple[int, str]] = msgspec.field(default_factory=list)
    windows: Windows = msgspec.field(default_factory=Windows)
    flaps: dict[str, Flaps] = msgspec.field(default_factory=dict)
    outages: Outages = msgspec.field(default_factory=Outages)
    disabled: dict[str, int] = msgspec.field(default_factory=dict)

    def apply(self, change: Change, whose: Whose, now: int) -> list[Transition]:
        """Carry one move out; what it changed, here and among the other episodes of the cabinet or the group."""
        key = _key(whose.subject, change.kind)
        known = self.key.get(key)
        self._note(key, change, known)
        if known is not None and change.move is Move.ANNOUNCED:
            return []
        if known is None:
            out = self._begin(change, whose, now)
        elif change.move in (Move.DROPPED, Move.CLEARED) and not self._flaps(known, key, change, now):
            out = self._end(known, change, now)
        else:
            out = self._go_on(known, change, now)
        if out and KINDS[change.kind].scope != "cabinet":
            out += self._regroup(out[0].episode.id, now)
        elif out and (change.kind in EXPLAINS or change.kind == "offline"):
            out += self.refresh(whose.subject, now)
        return out

    def refresh(self, subject: str, now: int) -> list[Transition]:
        """Judge the side states of a cabinet's episodes again; end snoozes that ran out, and flapping that settled."""
        out: list[Transition] = []
        for kind in KINDS:
            key = _key(subject, kind)
            episode = self.open.get(self.key.get(key, ""))
            if episode is None:
                if key in self.flaps and not self.flaps[key].percent(now, slot_of(KINDS[kind])):
                    del self.flaps[key]
                continue
            out += self._settle(episode, now) if self.base[episode.id] == "flapping" else []
            out += self._refreshed(episode, now) if episode.id in self.open else []
        return out

    def due(self, now: int) -> list[Transition]:
        """What time alone changes: an aftermath, a snooze or flapping ends, a window begins or ends."""
        out: list[Transition] = []
        while self.wake and self.wake[0][0] <= now:
            out += self.refresh(heapq.heappop(self.wake)[1], now)
        for subject in self.windows.turned(now):
            within = {e.whose.subject: None for e in self.open.values() if Whose(site=e.site).subject == subject}
            for one in within if subject.startswith("@") else (subject,):
                out += self.refresh(one, now)
        gone = [k for k, (_, at) in self.ended.items() if now - at >= max(AFTERMATH.values())]
        for k in gone:
            self.began.pop(self.ended.pop(k)[0], None)
        return out

    def calm(self, episode: str, now: int) -> None:
        """Somebody mended it: how often it came and went before says nothing. Takes effect with the next step."""
        known = self.open.get(episode)
        if known is not None and self.base[episode] == "flapping":
            self.flaps[_key(known.whose.subject, known.kind)].bits = 0
            self.wake_at(now, known.whose.subject)

    def change(self, episode: str, **fields: Any) -> Transition:
        """A detail people changed; the state stays."""
        fresh = msgspec.structs.replace(self.open[episode], **fields)
        return self._put(fresh, fresh.state)[0]

    def holds(self, subject: str, kind: str) -> bool:
        return _key(subject, kind) in self.key

    def stands(self, subject: str, kind: str) -> bool:
        """Whether somebody was told that it is active."""
        known = self.key.get(_key(subject, kind), "")
        return known in self.open and self.base[known] != "pending"

    def rows_of(self, cabinet: str) -> list[tuple[str, int]]:
        """(kind, row) of every episode of a cabinet, withheld ones too."""
        return [(kind, self.row[i]) for kind in KINDS if (i := self.key.get(_key(cabinet, kind))) is not None]

    def disable(self, kind: str, now: int) -> list[Transition]:
        """Its detector is broken: its episodes are unknown from now on."""
        if kind in self.disabled:
            return []
        self.disabled[kind] = now
        subjects = [e.whose.subject for e in self.open.values() if e.kind == kind]
        return [t for subject in subjects for t in self.refresh(subject, now)]

    def enable(self, kinds: Iterable[str]) -> None:
        """Their detectors are tried again: their episodes are known from the next step on."""
        for kind in kinds:
            del self.disabled[kind]
            for episode in self.open.values():
                if episode.kind == kind:
                    self.wake_at(0, episode.whose.subject)

    def wake_at(self, when: int, subject: str) -> None:
        heapq.heappush(self.wake, (when, subject))

    def close(self, cabinet: str, now: int) -> list[Transition]:
        """End all episodes of a cabinet that is no more."""
        out: list[Transition] = []
        for kind in KINDS:
            known = self.key.get(_key(cabinet, kind))
            if known is not None:
                move = Move.DROPPED if self.base[known] == "pending" else Move.CLEARED
                out += self._end(known, Change(move, kind, self.row[known], now, now, 0.0, {}), now)
        return out

    def _begin(self, change: Change, whose: Whose, now: int) -> list[Transition]:
        if change.move not in (Move.ANNOUNCED, Move.WITHHELD, Move.ACTIVATED):
            return []
        kind, base = KINDS[change.kind], _BASE[change.move]
        episode = Episode(
            id=episode_id(whose, change.kind, change.onset), kind=change.kind, severity=kind.severity, state=base,
            cabinet=whose.cabinet, site=whose.site, carrier=whose.carrier, onset=change.onset,
            detected=None if base == "pending" else change.ts, score=change.score, why=change.why,
        )  # fmt: skip
        self.key[_key(whose.subject, change.kind)] = episode.id
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
        if self.base[known] != "flapping":
            self.base[known] = _BASE[change.move]
        if hidden is not None and change.move is not Move.ACTIVATED:
            self.withheld[known] = worse
            return []
        return self._put(self._sided(worse, now), None if hidden else episode.state)

    def _end(self, known: str, change: Change, now: int) -> list[Transition]:
        hidden = self.withheld.pop(known, None)
        episode = hidden or self.open.pop(known)
        key = _key(episode.whose.subject, episode.kind)
        held = self.outages.take(self.row[known], episode.kind)
        del self.key[key], self.base[known], self.row[known]
        if change.move is Move.DROPPED:
            return [Transition(episode, episode.state, dropped=True)]
        if hidden is None and episode.kind in EXPLAINS and episode.severity != "warning":
            self.ended[key], self.began[known] = (known, now), episode.onset
            for after in {AFTERMATH[child] for child in EXPLAINS[episode.kind]}:
                self.wake_at(now + after, episode.whose.subject)
        self.wake_at(now + (CHANGES + 1) * slot_of(KINDS[episode.kind]), episode.whose.subject)
        if held is not None and episode.detected is None:  # it waited for its neighbours until it was over
            episode = msgspec.structs.replace(
                episode, detected=held.change.ts, score=held.change.score, why=held.change.why, backlog=True
            )
        cleared, backlog = max(change.ts, episode.onset), episode.backlog or hidden is not None
        over = msgspec.structs.replace(episode, state="cleared", cleared=cleared, backlog=backlog)
        return [Transition(over, None if hidden else episode.state)]

    def _refreshed(self, episode: Episode, now: int) -> list[Transition]:
        until = episode.snoozed_until
        awake = None if until is not None and until <= now else until
        fresh = msgspec.structs.replace(self._sided(episode, now), snoozed_until=awake)
        return self._put(fresh, episode.state) if fresh != episode else []

    def _regroup(self, outage: str, now: int) -> list[Transition]:
        """A group's fault began or ended: judge those whom it explains again, now and when its aftermath is over."""
        known = [self.key.get(_key(c, k)) for c in self.outages.cabinets(outage) for k in FOLDED]
        out = [t for key in known if key in self.open for t in self._refreshed(self.open[key], now)]
        if outage not in self.open:
            for episode in self.open.values():
                if episode.parent == outage:
                    self.wake_at(now + AFTER, episode.whose.subject)
        return out

    def _note(self, key: str, change: Change, known: str | None) -> None:
        """How often it comes and goes; what people end does not flap."""
        if change.kind not in STEADY and (change.move is Move.ACTIVATED or (known and change.move is Move.CLEARED)):
            flaps = self.flaps.setdefault(key, Flaps())
            flaps.note(change.move is Move.ACTIVATED, change.ts, slot_of(KINDS[change.kind]))

    def _flaps(self, known: str, key: str, change: Change, now: int) -> bool:
        """Whether it came and went so often that its end is none."""
        if self.base[known] == "flapping":
            return True
        slot = slot_of(KINDS[change.kind])
        if change.move is not Move.CLEARED or known not in self.open or key not in self.flaps:
            return False
        if self.open[known].parent is not None:
            return False  # it is what explains it that comes and goes
        if self.flaps[key].percent(now, slot) > FLAPS:
            self.base[known] = "flapping"
            self._look_again(self.open[known], now)
        return self.base[known] == "flapping"

    def _settle(self, episode: Episode, now: int) -> list[Transition]:
        """Flapping is over when it rarely changes: then it is what it last was."""
        key, slot = _key(episode.whose.subject, episode.kind), slot_of(KINDS[episode.kind])
        flaps = self.flaps[key]
        if flaps.percent(now, slot) >= SETTLED:
            self._look_again(episode, now)
            return []
        if flaps.on:
            self.base[episode.id] = "active"
            return self._refreshed(episode, now)
        over = Change(Move.CLEARED, episode.kind, self.row[episode.id], flaps.since, episode.onset, 0.0, {})
        return self._end(episode.id, over, now)

    def _look_again(self, episode: Episode, now: int) -> None:
        """Once a slot: a cabinet is refreshed for many reasons, and each would ask for another look."""
        subject = episode.whose.subject
        flaps = self.flaps[_key(subject, episode.kind)]
        if now >= flaps.due:
            flaps.due = now + slot_of(KINDS[episode.kind])
            self.wake_at(flaps.due, subject)

    def _put(self, episode: Episode, was: State | None) -> list[Transition]:
        self.open[episode.id] = episode
        return [Transition(episode, was)]

    def _sided(self, episode: Episode, now: int) -> Episode:
        base = self.base[episode.id]
        parent, cause = (None, None) if base == "pending" else self._parent(episode, now)
        state = self._state(episode, base, parent, now)
        if parent is not None and parent != episode.parent and parent not in self.open:
            self.wake_at(now + AFTER, episode.whose.subject)  # what explains it is over, and does so for a while only
        return msgspec.structs.replace(episode, state=state, parent=parent, cause=cause)

    def _state(self, episode: Episode, base: State, parent: str | None, now: int) -> State:
        if parent is not None:
            return "suppressed"
        if episode.kind in STANDING:
            return base  # what must be seen to on site is neither unknown nor put off
        waits = base != "pending" and self.outages.holds(self.row[episode.id], episode.kind)
        if waits or (base != "pending" and self.windows.cover(episode.whose, episode.kind, now)):
            return "suppressed"
        return "stale" if self._unknown(episode, now) else base

    def _unknown(self, episode: Episode, now: int) -> bool:
        """Nobody can tell: its detector is broken, or its cabinet is silent and it does not explain the silence."""
        if episode.kind in self.disabled:
            return True
        silence = self.open.get(self.key.get(_key(episode.whose.subject, "offline"), ""))
        if silence is None or episode.cabinet is None or episode.kind == "offline":
            return False
        if self.base[silence.id] == "flapping" and not self.flaps[_key(episode.whose.subject, "offline")].on:
            return False  # its link comes and goes, and it is there now
        return self._parent(silence, now)[0] != episode.id

    def _parent(self, episode: Episode, now: int) -> tuple[str | None, str | None]:
        """What explains it (id, kind): a fault of its group, or a ticket-worthy one of the cabinet, open or cleared
        within the aftermath."""
        outage = self.outages.parent(episode, now)
        if outage is not None:
            return outage.id, outage.kind
        for kind in parents(episode.kind):
            parent = self.open.get(self.key.get(_key(episode.whose.subject, kind), ""))
            if parent is None or parent.severity == "warning" or not precedes(kind, parent.onset, episode.onset):
                continue
            if self.base[parent.id] != "pending" or self.outages.holds(self.row[parent.id], kind):
                return parent.id, kind
        for kind in parents(episode.kind):
            ended = self.ended.get(_key(episode.whose.subject, kind))
            if ended is None or not precedes(kind, self.began.get(ended[0], 0), episode.onset):
                continue
            if now - ended[1] < AFTERMATH[episode.kind]:
                return ended[0], kind
        return None, None


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


def _key(subject: str, kind: str) -> str:
    return f"{subject}|{kind}"
