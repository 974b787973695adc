"""The named fleets through judging: nobody's ordinary life opens a ticket, and what many share opens one."""

from typing import NamedTuple

import msgspec

from tests.score.live import Lived, live
from tests.score.match import OUTAGES, match
from tests.score.plan import Plan, code

SEED = 1001


class Named(NamedTuple):
    """A shipped scenario, lived for `hours` by so many cabinets at six sites, from eight on, after `learning` days."""

    name: str
    hours: float
    cabinets: int = 48
    learning: float = 0.0


ORDINARY = (
    Named("reconnect_storm", 3.3), Named("restock_morning", 30), Named("heat_wave", 24 * 6), Named("healthy", 24 * 6)
)  # fmt: skip
CARRIER, SITES, STEADY = Named("carrier_outage", 5.3), Named("site_power_cut", 14.5), Named("steady", 120, 96, 3.0)
NAMED = (*ORDINARY, CARRIER, SITES, STEADY)


class Told(msgspec.Struct):
    """What came of one: true faults, the tickets that belong to them, those of them that were outages of a site or a
    carrier and the most tickets that one of these took; `false`: tickets that belong to nothing."""

    name: str
    cabinets: int
    hours: float
    true: int
    tickets: int
    outages: int
    most: int
    false: int
    code: str


def lived(fleet: Named) -> Lived:
    """Live it and judge it."""
    plan = Plan(
        mode="steady", named=fleet.name, seed=SEED, cabinets=fleet.cabinets, days=fleet.hours / 24,
        learning=fleet.learning, tail=0, held_out=False,
    )  # fmt: skip
    chunk = live(plan)
    assert chunk is not None
    return chunk


def told(fleet: Named) -> Told:
    """Live it; the figures."""
    matched = match(lived(fleet))
    tickets = [len(f.alarms) + len(f.later) for f in matched.faults]
    shared = [n for n, f in zip(tickets, matched.faults, strict=True) if f.label.kind in OUTAGES]
    return Told(
        name=fleet.name, cabinets=fleet.cabinets, hours=fleet.hours, true=len(matched.faults), tickets=sum(tickets),
        outages=len(shared), most=max(shared, default=0), false=len(matched.false), code=code(),
    )  # fmt: skip
