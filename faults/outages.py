"""Which faults wait for their neighbours, and the faults that groups of cabinets share while they stand."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from faults.engine import Change
from faults.hold import Hold, Move
from faults.kinds import KINDS
from faults.model import Episode, Whose, episode_id
from faults.shared import FOLDED, SHARED, WINDOW, Groups, Scene, Shared, Survey, need, survey, verdict, whose
from telemetry.clock import Moment
from telemetry.fleet import NEVER, Fleet
from telemetry.units import MINUTE, SECOND

PATIENCE = Moment(2 * MINUTE, 15 * SECOND)  # a fault waits no longer for neighbours of whom nobody can tell
LOOK = 10 * SECOND
AFTER = 10 * MINUTE  # a cabinet boots, or finds the network again, within this after its group's fault is over
_SHARED = {shared.kind: shared for shared in SHARED}


class Held(msgspec.Struct):
    """A cabinet's fault, active since `at`, of which nobody is told yet."""

    change: Change
    at: Moment


class Outage(msgspec.Struct):
    """A fault of a group: `cabinets` were in play when it began; `looked` when (ms) we last asked how they
    are, `calm` since when it looks over, `over` when it was."""

    id: str
    kind: str
    group: str | None
    onset: int
    cabinets: list[str]
    calm: int | None = None
    looked: int = 0
    over: int | None = None

    def explains(self, episode: Episode, now: int) -> bool:
        """Whether this is why a cabinet of the group has that fault: since the same time, or later."""
        return (self.over is None or now - self.over < AFTER) and episode.onset >= self.onset - WINDOW


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
        if key in self.held:
            if change.move in (Move.CLEARED, Move.DROPPED):
                del self.held[key]
                return change._replace(move=Move.DROPPED)
            return None  # it eases and resumes unseen
        if change.move is not Move.ACTIVATED or stands or not groups.enough(change.kind, change.row, fleet):
            return change
        self.held[key] = Held(change, moment)
        return change._replace(move=Move.ANNOUNCED)

    def holds(self, row: int, kind: str) -> bool:
        """Whether a cabinet's fault waits for its neighbours: it is there, and explains what it explains."""
        return f"{row}|{kind}" in self.held

    def forget(self, row: int) -> None:
        """The cabinet is no more."""
        for kind in FOLDED:
            self.held.pop(f"{row}|{kind}", None)

    def judge(
        self, groups: Groups, holds: Mapping[str, Hold], fleet: Fleet, moment: Moment
    ) -> Iterator[tuple[Change, Whose]]:
        """Faults of groups that begin and end, and cabinets' faults that have waited enough, in order."""
        self.items = {k: o for k, o in self.items.items() if o.over is None or moment.now - o.over < AFTER}
        if not self.held and not self.items:
            return
        groups.follow(fleet)
        scene = Scene(groups, holds, fleet, moment, fleet.shaded(moment))
        waiting = dict.fromkeys(self.held)
        for shared in SHARED:
            for name, keys in self._by_group(shared, scene, waiting).items():
                said, found = self._ask(shared, name, keys, scene)
                if found is not None and said == "raise":
                    yield self._begin(shared, name, found, scene)
                stay = keys if said == "raise" else [k for k in keys if said == "wait" and not self._ripe(k, moment)]
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

    def _ripe(self, key: str, moment: Moment) -> bool:
        at = self.held[key].at
        return moment.now - at.now >= PATIENCE.now and moment.real - at.real >= PATIENCE.real

    def _begin(self, shared: Shared, name: str | None, found: Survey, scene: Scene) -> tuple[Change, Whose]:
        onset, n, ill = int(found.onset[found.ill].min()), len(found.rows), int(found.ill.sum())
        why: dict[str, Any] = {
            "features": ["cabinets", *shared.members],
            "observed": {"cabinets": ill, "of": n} | {kind: k for kind, k in found.kinds.items() if k},
            "threshold": {"cabinets": need(shared, name, n)},
        }
        who, cabinets = whose(shared, name), [scene.fleet.ids[row] for row in found.rows.tolist()]
        outage = Outage(episode_id(who, shared.kind, onset), shared.kind, name, onset, cabinets)
        self.items[_key(shared, name)] = outage
        return Change(Move.ACTIVATED, shared.kind, NEVER, scene.moment.now, onset, ill / n, why), who

    def _release(self, key: str, scene: Scene) -> tuple[Change, Whose]:
        held, now = self.held.pop(key), scene.moment
        change = held.change if held.at == now else held.change._replace(ts=now.now)
        return change, _whose(held, scene.fleet)

    def _recover(self, outage: Outage, scene: Scene) -> Iterator[tuple[Change, Whose]]:
        """It is over when fewer than half of those that made it have been ill for the hold-off."""
        shared, now = _SHARED[outage.kind], scene.moment.now
        found = survey(shared, scene.groups.rows(shared, outage.group), outage.onset, now, scene)
        if 2 * found.ill.sum() >= need(shared, outage.group, len(outage.cabinets)):
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
