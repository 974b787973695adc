"""What hits many cabinets at once: a site's mains or network, a carrier, a broker that drops every connection."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.scenario import Outage, Scenario
from simulator.state import FAR, Rng, State, Traits
from simulator.traits import CARRIERS
from simulator.truth import Label
from telemetry.units import DAY, HOUR, MINUTE, SECOND

RECONNECT_WITHIN = 10 * SECOND
CUT_LASTS = (20 * MINUTE, 4 * HOUR)
_LABEL = {"site_power": "site_outage", "site_network": "site_outage", "carrier": "carrier_outage"}
Rows = NDArray[np.intp]


def carrier_name(carrier: int) -> str:
    """What births call a mobile network."""
    return ("CMCC", "CUCC", "CTCC")[carrier]


def site_name(site: int) -> str:
    """The id of a site."""
    return f"HZ-{site + 1:02d}"


class Hit(NamedTuple):
    """An outage of one group, from and until (product ms)."""

    since: int
    until: int
    kind: str
    which: int


class Outages:
    """The outages to come and those that last; `labels` gathers the truth. One per fleet."""

    def __init__(self, scenario: Scenario, traits: Traits, start: int, rng: Rng) -> None:
        self.labels: list[Label] = []
        self._traits, self._rng = traits, rng
        self._sites = int(traits.site.max()) + 1
        self._rate = scenario.chance.site_cuts_per_year * self._sites / (365 * DAY)
        self._coming = sorted(self._hit(outage, start) for outage in scenario.outage)
        self._lasting: list[Hit] = []
        self._next = self._after(start + int(scenario.chance.after_s * SECOND))

    def run(self, state: State, now: int) -> None:
        """Begin and end what is due by `now`."""
        while self._next <= now:
            site, lasts = int(self._rng.integers(self._sites)), int(self._rng.integers(*CUT_LASTS))
            self._begin(state, Hit(now, now + lasts, "site_power", site))
            self._next = self._after(now)
        while self._coming and self._coming[0].since <= now:
            hit = self._coming.pop(0)
            self._begin(state, hit._replace(since=now))
        if self._lasting:
            for hit in [h for h in self._lasting if h.until <= now]:
                self._end(state, hit, now)

    def cause(self, row: int, kind: str) -> str | None:
        """The outage that explains what is labelled of a cabinet, if one does."""
        hits = (_LABEL[hit.kind] for hit in self._lasting if hit.kind in _LABEL and row in self._rows(hit))
        return next((label for label in hits if label != kind), None)

    def _hit(self, outage: Outage, start: int) -> Hit:
        at = start + int(outage.at_s * SECOND)
        groups = CARRIERS if outage.kind == "carrier" else self._sites
        return Hit(at, at + int(outage.duration_s * SECOND), outage.kind, outage.which % groups)

    def _rows(self, hit: Hit) -> Rows:
        group = self._traits.carrier if hit.kind == "carrier" else self._traits.site
        return np.arange(len(group)) if hit.kind == "reconnect" else np.flatnonzero(group == hit.which)

    def _begin(self, state: State, hit: Hit) -> None:
        rows = self._rows(hit)
        if hit.kind == "reconnect":
            state.link_back[rows] = hit.until + self._rng.integers(0, RECONNECT_WITHIN, len(rows))
            return
        if any(h.kind == hit.kind and h.which == hit.which for h in self._lasting):
            return
        self._lasting.append(hit)
        self._set(state, rows, hit, away=True)
        self._label(rows, hit, None)

    def _end(self, state: State, hit: Hit, now: int) -> None:
        rows = self._rows(hit)
        self._lasting.remove(hit)
        self._set(state, rows, hit, away=False)
        for other in self._lasting:
            self._set(state, self._rows(other), other, away=True)
        self._label(rows, hit, now)

    @staticmethod
    def _set(state: State, rows: Rows, hit: Hit, *, away: bool) -> None:
        if hit.kind == "site_power":
            state.grid[rows] = not away
        else:
            state.network_dead[rows] = away

    def _label(self, rows: Sequence[int] | Rows, hit: Hit, end: int | None) -> None:
        kind = _LABEL[hit.kind]
        if kind == "site_outage":
            self.labels.append(Label(-1, kind, hit.since, end, site=site_name(hit.which)))
        self.labels += [Label(int(row), kind, hit.since, end) for row in rows]

    def _after(self, ts: int) -> int:
        return ts + 1 + int(self._rng.exponential(1 / self._rate)) if self._rate else FAR
