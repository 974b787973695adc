"""Which faults wait for their neighbours, and the faults that groups of cabinets share while they stand."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from faults.engine import Change
from faults.hold import ACTIVE, Hold, Move
from faults.kinds import KINDS
from faults.model import Episode, Whose, episode_id
from faults.shared import FOLDED, SHARED, WINDOW, Covered, Groups, Scene, Shared, Survey, need, survey, verdict, whose
from telemetry.clock import Moment
from telemetry.fleet import NEVER, Fleet
from telemetry.units import MINUTE, SECOND

PATIENCE = Moment(2 * MINUTE, 15 * SECOND)  # a fault waits no longer for neighbours of whom nobody can tell
LOOK = 10 * SECOND
KEPT = 60 * MINUTE  # so long an outage that is over is remembered
AFTER = 10 * MINUTE  # a cabinet boots, or finds the network again, within this after its group's fault is over
_SHARED = {shared.kind: shared for shared in SHARED}


class Held(msgspec.Struct):
    """A cabinet's fault, active since `at`, of which nobody is told yet."""

    change: Change
    at: Moment


class Outage(msgspec.Struct):
    """A fault of a group: `cabinets` were in play when it began, `made` of them ill; `looked` when (ms) we last asked
    how they are, `calm` since when it looks over, `over` when it was; `settled`: who stayed ill is judged anew."""

    id: str
    kind: str
    group: str | None
    onset: int
    cabinets: list[str]
    made: int
    calm: int | None = None
    looked: int = 0
    settled: bool = False
    over: int | None = None

    def explains(self, episode: Episode, now: int) -> bool:
        """Whether this is why a cabinet of the group has that fault: since the same time, or later, but not since it
        was over."""
        lasts = self.over is None or (now - self.over < AFTER and episode.onset <= self.over)
        return lasts and episode.onset >= self.onset - WINDOW


class Outages(msgspec.Struct):
    """`held` by row and kind; `items` by kind and group: outages that stand, or were over a short while ago."""

    held: dict[str, Held] = msgspec.field(default_factory=dict)
    items: dict[str, Outage] = msgspec.field(default_factory=dict)

    def parent(self, episode: Episode, now: int) -> Outage | None:
        """The fault of its group that explains a cabinet's."""
        for shared in SHARED if episode.cabinet is not None else ():
            if episode.kind in shared.members:
                outage = self.items.get(_key(shared, shared.group(episode.site, episode.carrier)))
                if outage is not None and outage.explains(episode, now):
                    return outage
        return None

    def cabinets(self, outage: str) -> list[str]:
        """Whom a group's fault is about."""
        return next((o.cabinets for o in self.items.values() if o.id == outage), [])

    def pass_on(self, change: Change, stands: bool, groups: Groups, fleet: Fleet, moment: Moment) -> Change | None:
        """What of a cabinet's change is told now. `stands`: its episode is active, so nothing waits any more."""
        if change.kind not in FOLDED or change.row == NEVER:
            return change
        key = f"{change.row}|{change.kind}"
        if key in self.held:  # it eases and resumes unseen; over, it was a fault all the same (`Book` takes it out)
            return change if change.move in (Move.CLEARED, Move.DROPPED) else None
        if change.move is not Move.ACTIVATED or stands or not groups.enough(change.kind, change.row, fleet):
            return change
        self.held[key] = Held(change, moment)
        return change._replace(move=Move.ANNOUNCED)

    def holds(self, row: int, kind: str) -> bool:
        """Whether a cabinet's fault waits for its neighbours: it is there, and explains what it explains."""
        return f"{row}|{kind}" in self.held

    def take(self, row: int, kind: str) -> Held | None:
        """Take a fault that waits out: it is over, or told."""
        return self.held.pop(f"{row}|{kind}", None)

    def settle(self, holds: Mapping[str, Hold], fleet: Fleet, moment: Moment) -> None:
        """Cabinets still ill when the aftermath of their group's fault is over wait for each other once more: a site
        that stays dark when its carrier is back is one fault again."""
        self.items = {k: o for k, o in self.items.items() if o.over is None or moment.now - o.over < KEPT}
        for outage in self.items.values():
            if outage.over is not None and not outage.settled and moment.now - outage.over >= AFTER:
                outage.settled = True
                for row in (fleet.index[c] for c in outage.cabinets if c in fleet.index):
                    self._hold_again(outage, row, holds, fleet, moment)

    def _hold_again(self, outage: Outage, row: int, holds: Mapping[str, Hold], fleet: Fleet, moment: Moment) -> None:
        for kind in _SHARED[outage.kind].members:
            col, key = holds[kind].col, f"{row}|{kind}"
            onset = int(col["onset"][row])
            if col["phase"][row] == ACTIVE and onset >= outage.onset - WINDOW and key not in self.held:
                change = Change(Move.ACTIVATED, kind, row, moment.now, onset, 1.0, {})
                self.held[key] = Held(change, moment)

    def forget(self, row: int) -> None:
        """The cabinet is no more."""
        for kind in FOLDED:
            self.held.pop(f"{row}|{kind}", None)

    def judge(
        self, groups: Groups, holds: Mapping[str, Hold], fleet: Fleet, moment: Moment, covered: Covered | None
    ) -> Iterator[tuple[Change, Whose]]:
        """Faults of groups that begin and end, and cabinets' faults that have waited enough, in order. `covered`: who
        is under maintenance is no witness."""
        if not self.held and not self.items:
            return
        groups.follow(fleet)
        scene = Scene(groups, holds, fleet, moment, fleet.shaded(moment), covered)
        waiting = dict.fromkeys(self.held)
        for shared in SHARED:
            for name, keys in self._by_group(shared, scene, waiting).items():
                said, found = self._ask(shared, name, keys, scene)
                if found is not None and said == "raise":
                    yield self._begin(shared, name, found, scene)
                stay = keys if said == "raise" else [k for k in keys if said == "wait" and not self._ripe(k, scene)]
                for key in stay:
                    del waiting[key]
                if said == "raise":
                    yield from (self._release(key, scene) for key in keys)
        yield from (self._release(key, scene) for key in waiting)
        for outage in self.items.values():
            if outage.over is None and moment.now - outage.looked >= LOOK:
                outage.looked = moment.now
                yield from self._recover(outage, scene)

    def _by_group(self, shared: Shared, scene: Scene, keys: Iterable[str]) -> dict[str | None, list[str]]:
        """The held faults that may be this shared one, by the name of their cabinets' group."""
        found: dict[str | None, list[str]] = {}
        for key in keys:
            change = self.held[key].change
            name = shared.group(scene.fleet.site[change.row], scene.fleet.carrier[change.row])
            if change.kind in shared.members and len(scene.groups.rows(shared, name)) >= need(shared, name, 0):
                found.setdefault(name, []).append(key)
        return found

    def _ask(self, shared: Shared, name: str | None, keys: list[str], scene: Scene) -> tuple[str, Survey | None]:
        """The verdict on a group; with what was found, unless its fault stands already."""
        outage = self.items.get(_key(shared, name))
        if outage is not None and outage.over is None:
            return "raise", None
        since = min(self.held[key].change.onset for key in keys)
        spoke = max(_spoke(self.held[key], scene.fleet) for key in keys)
        found = survey(shared, scene.groups.rows(shared, name), since, spoke, scene)
        return verdict(shared, name, found, scene.groups.site_code), found

    def _ripe(self, key: str, scene: Scene) -> bool:
        """Whether it has waited long enough, with open eyes: neighbours cannot be heard while we are blind."""
        at, moment, seen = self.held[key].at, scene.moment, scene.fleet.sighted
        waited = moment.now - max(at.now, seen.now) >= PATIENCE.now
        return waited and moment.real - max(at.real, seen.real) >= PATIENCE.real and scene.fleet.blind_since is None

    def _begin(self, shared: Shared, name: str | None, found: Survey, scene: Scene) -> tuple[Change, Whose]:
        n, ill, before = len(found.rows), int(found.ill.sum()), self.items.get(_key(shared, name))
        onset = int(found.onset[found.ill].min())
        if before is not None and before.over is not None:
            onset = max(onset, before.over)  # who is ill since the one before is no beginning of this one
        why: dict[str, Any] = {
            "features": ["cabinets", *shared.members],
            "observed": {"cabinets": ill, "of": n} | {kind: k for kind, k in found.kinds.items() if k},
            "threshold": {"cabinets": need(shared, name, n)},
        }
        who, cabinets = whose(shared, name), [scene.fleet.ids[row] for row in found.rows.tolist()]
        outage = Outage(episode_id(who, shared.kind, onset), shared.kind, name, onset, cabinets, ill)
        self.items[_key(shared, name)] = outage
        return Change(Move.ACTIVATED, shared.kind, NEVER, scene.moment.now, onset, ill / n, why), who

    def _release(self, key: str, scene: Scene) -> tuple[Change, Whose]:
        held, now = self.held.pop(key), scene.moment
        change = held.change if held.at == now else held.change._replace(ts=now.now)
        return change, _whose(held, scene.fleet)

    def _recover(self, outage: Outage, scene: Scene) -> Iterator[tuple[Change, Whose]]:
        """It is over when too few have been ill for the hold-off: not half of those that made it, or too few at all."""
        shared, now = _SHARED[outage.kind], scene.moment.now
        found = survey(shared, scene.groups.rows(shared, outage.group), outage.onset, now, scene)
        ill = int(found.ill.sum())
        if 2 * ill >= outage.made and ill >= need(shared, outage.group, 0):
            outage.calm = None
            return
        outage.calm = now if outage.calm is None else outage.calm
        if now - outage.calm >= KINDS[outage.kind].hold_off:
            outage.over = now
            over = Change(Move.CLEARED, outage.kind, NEVER, outage.calm, outage.onset, 0.0, {})
            yield over, whose(shared, outage.group)


def _key(shared: Shared, group: str | None) -> str:
    return f"{shared.kind}|{group or ''}"


def _whose(held: Held, fleet: Fleet) -> Whose:
    row = held.change.row
    return Whose(fleet.ids[row], fleet.site[row], fleet.carrier[row])


def _spoke(held: Held, fleet: Fleet) -> int:
    """Who spoke after this time (ms), and has no such fault, is well: the fault would have struck it before."""
    row, kind = held.change.row, held.change.kind
    if kind != "offline":
        return held.at.now - KINDS[kind].hold_down
    will, silent = int(fleet.will_at[row]), int(fleet.last_seen[row] + 1.5 * fleet.interval_ms[row])
    return silent if will == NEVER else will
