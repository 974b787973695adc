"""What k of n cabinets suffer at once is one fault of what they share: the site, the carrier, the service behind all.

A cabinet's fault of such a kind waits, pending, until its neighbours have shown themselves well (they spoke since) or
ill too; so there is no ticket per cabinet first. The wait is short: who is fed and connected speaks every interval.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.context import Mask
from faults.hold import IDLE, Hold
from faults.model import Whose
from telemetry.batch import I32, I64
from telemetry.clock import Moment
from telemetry.fleet import NEVER, Fleet
from telemetry.units import MINUTE, SECOND

WINDOW = 10 * MINUTE  # what begins within it began at once
REAL = 10 * SECOND  # real silence that any speed of product time must show (contract, *Time*)
Rows = NDArray[np.intp]
Covered = Callable[[Whose, str, int], bool]
Verdict = Literal["raise", "wait", "deny"]


class Shared(NamedTuple):
    """`kind` when at least `least` and the `share` of a group's cabinets, at `places` sites or more, have one of the
    kinds `members` since the same time. `unknown`: `least` for the group of cabinets whose carrier nobody told."""

    kind: str
    by: Literal["site", "carrier", "all"]
    members: tuple[str, ...]
    least: int
    share: float
    places: int = 1
    unknown: int = 20

    def group(self, site: str | None, carrier: str | None) -> str | None:
        """The name of a cabinet's group: its site, its carrier, or None."""
        return site if self.by == "site" else carrier if self.by == "carrier" else None


# Roots first. Two of three cabinets of a site seldom fail within ten minutes by chance; a fifth of a carrier never.
SHARED = (
    Shared("carrier_outage", "carrier", ("offline",), least=5, share=0.2, places=3),
    Shared("site_outage", "site", ("power_lost", "mains_low", "offline"), least=2, share=0.5),
    Shared("payment_outage", "all", ("payment_down",), least=20, share=0.2, places=3),
)
FOLDED = frozenset(kind for shared in SHARED for kind in shared.members)


class Groups:
    """The cabinets of each group by `Shared.by`; made anew when a cabinet came or moved."""

    def __init__(self) -> None:
        self._made = (-1, -1)
        self._rows: dict[tuple[str, str | None], Rows] = {}
        self._enough: dict[tuple[str, str | None], bool] = {}
        self.site_code: I32 = np.empty(0, np.int32)

    def follow(self, fleet: Fleet) -> None:
        """Take note, once a step, of who came and moved."""
        self._enough.clear()
        made = (fleet.placed, len(fleet))
        if made == self._made:
            return
        self._made = made
        sites, self.site_code = _grouped(fleet.site)
        carriers, _ = _grouped(fleet.carrier)
        self._rows = {("site", name): rows for name, rows in sites.items() if name is not None}
        self._rows |= {("carrier", name): rows for name, rows in carriers.items()}
        self._rows["all", None] = np.arange(len(fleet))

    def rows(self, shared: Shared, name: str | None) -> Rows:
        """Its cabinets, ascending; none when a cabinet stands at no site."""
        return self._rows.get((shared.by, name), np.empty(0, np.intp))

    def enough(self, kind: str, row: int, fleet: Fleet) -> bool:
        """Whether a cabinet shares with so many others that a fault of it may be a shared one."""
        for shared in SHARED:
            if kind in shared.members:
                group = (shared.kind, shared.group(fleet.site[row], fleet.carrier[row]))
                if group not in self._enough:
                    self._enough[group] = self._count(shared, group[1], fleet)
                if self._enough[group]:
                    return True
        return False

    def _count(self, shared: Shared, name: str | None, fleet: Fleet) -> bool:
        rows, least = self.rows(shared, name), need(shared, name, 0)
        return len(rows) >= least and int(np.sum(~fleet.retired[rows] & (fleet.boot[rows] != NEVER))) >= least


@dataclass(slots=True)
class Scene:
    """What there is to see in one step; `shaded`: the rows whose silence says nothing; `covered`: who is maintained."""

    groups: Groups
    holds: Mapping[str, Hold]
    fleet: Fleet
    moment: Moment
    shaded: Mask
    covered: Covered | None


@dataclass(slots=True)
class Survey:
    """How the cabinets of one group are: `rows` in play, who is `ill`, of whom nobody can tell yet (`open`), and since
    when (ms) each that is ill has been."""

    rows: Rows
    ill: Mask
    open: Mask
    onset: I64
    kinds: dict[str, int]


def survey(shared: Shared, rows: Rows, since: int, spoke: int, scene: Scene) -> Survey:
    """`since` (ms): when it began; `spoke` (ms): who spoke after it, and is not ill, is well."""
    fleet, holds, moment = scene.fleet, scene.holds, scene.moment
    rows = rows[~fleet.retired[rows] & (fleet.boot[rows] != NEVER)]
    seen, interval = fleet.last_seen[rows], fleet.interval_ms[rows]
    ill, onset, kinds = np.zeros(len(rows), bool), np.full(len(rows), np.iinfo(np.int64).max), dict[str, int]()
    for kind in shared.members:
        begun = holds[kind].col["onset"][rows]
        has = (holds[kind].col["phase"][rows] > IDLE) & (begun >= since - WINDOW)
        kinds[kind] = int(has.sum())
        ill, onset = ill | has, np.where(has, np.minimum(onset, begun), onset)
    if "offline" in shared.members:
        quiet = (fleet.will_at[rows] != NEVER) | (moment.now - seen > 1.5 * interval)
        quiet &= (moment.real - fleet.last_real[rows] >= REAL) & ~scene.shaded[rows]
        quiet &= (seen >= since - WINDOW - interval) & ~ill
        kinds["offline"] += int(quiet.sum())
        ill, onset = ill | quiet, np.where(quiet, seen, onset)
    alive = ill | (seen >= since - WINDOW - 2 * interval)  # who was silent long before says nothing
    if scene.covered is not None:
        for i in np.flatnonzero(ill):  # whoever is off because somebody works at it is neither ill nor a neighbour
            who = Whose(fleet.ids[rows[i]], fleet.site[rows[i]])
            alive[i] = not any(scene.covered(who, kind, moment.now) for kind in shared.members)
    rows, ill, onset, seen = rows[alive], ill[alive], onset[alive], seen[alive]
    return Survey(rows, ill, ~ill & (seen <= spoke), onset, kinds)


def need(shared: Shared, name: str | None, n: int) -> int:
    """How many of n cabinets make it a fault of the group."""
    least = shared.unknown if shared.by == "carrier" and name is None else shared.least
    return max(least, math.ceil(shared.share * n))


def verdict(shared: Shared, name: str | None, found: Survey, places: I32) -> Verdict:
    """Whether it is the group's fault, may still turn out to be, or is not. `places`: each cabinet's site, [n]."""
    wanted = need(shared, name, len(found.rows))

    def enough(who: Mask) -> bool:
        at = found.rows[who]
        site = places[at]
        return len(at) >= wanted and len(np.unique(np.where(site < 0, -1 - at, site))) >= shared.places

    if enough(found.ill):
        return "raise"
    return "wait" if enough(found.ill | found.open) else "deny"


def whose(shared: Shared, name: str | None) -> Whose:
    return Whose(site=name) if shared.by == "site" else Whose(carrier=name)


def _grouped(names: list[str | None]) -> tuple[dict[str | None, Rows], I32]:
    """Rows by name, and each row's code (below 0 without a name)."""
    codes: dict[str | None, int] = {None: -1}
    code = np.array([codes.setdefault(name, len(codes) - 1) for name in names], np.int32)
    order = np.argsort(code, kind="stable")
    cuts = np.searchsorted(code[order], np.arange(-1, len(codes)))
    return {name: order[cuts[c + 1] : cuts[c + 2]] for name, c in codes.items()}, code
