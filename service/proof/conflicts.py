"""Evidence that contradicts other evidence: listed, never resolved in silence. Pure, and the same in any order."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from service.arrival import distance_m
from service.policy import Policy
from service.visits import Proof
from telemetry.units import SECOND

_AT_THE_CABINET = frozenset({"qr", "rotating_code", "nfc", "service_code"})

Conflict = dict[str, Any]
Places = Mapping[str, tuple[float, float]]


class Known(NamedTuple):
    """What is known of an arrival: its proofs, where its cabinets stand, and what a person corrected it to (ms)."""

    proofs: Sequence[Proof]
    places: Places
    corrected: int | None = None


def conflicts(known: Known, policy: Policy) -> list[Conflict]:
    """`{between: [type, type], what, seconds | metres}` for each contradiction.

    `earlier`: weaker evidence claims an arrival long before what is proven best; `elsewhere`: a position far away while
    something at the cabinet was read or typed; `two_cabinets`: proofs at places too far apart for the time between
    them; `corrected`: a person's correction differs from what was proven at the cabinet.
    """
    ordered = _without_repetitions(known.proofs)
    found = (*_earlier(ordered, policy), *_elsewhere(ordered, policy), *_two_cabinets(ordered, known.places, policy),
             *_corrected(ordered, known.corrected, policy))  # fmt: skip
    first: dict[Any, Conflict] = {}
    for conflict in found:
        first.setdefault(key(conflict), conflict)
    return list(first.values())


def _without_repetitions(proofs: Sequence[Proof]) -> list[Proof]:
    """In order of time; of the one-time code only its first use, which alone is sure to be kept in any order."""
    ordered = sorted(proofs, key=lambda p: (p.at, p.level, p.type, p.received))
    first = next((p for p in ordered if p.type == "service_code"), None)
    return [p for p in ordered if p.type != "service_code" or p is first]


def key(conflict: Conflict) -> tuple[str, ...]:
    """What makes it the same contradiction, however its extent changes."""
    return (conflict["what"], *conflict["between"])


def _earlier(ordered: Sequence[Proof], policy: Policy) -> Iterator[Conflict]:
    best = max(ordered, key=lambda p: p.level, default=None)  # the earliest of the highest level
    for proof in ordered:
        if best is not None and proof.level < best.level and best.at - proof.at > policy.proof.conflict_ms:
            yield _timed("earlier", proof.type, best.type, best.at - proof.at)


def _elsewhere(ordered: Sequence[Proof], policy: Policy) -> Iterator[Conflict]:
    """Elsewhere is certain only when the whole circle of uncertainty lies outside of the radius."""
    for placed in ordered:
        metres, accuracy = placed.detail.get("distance_m"), placed.detail.get("accuracy_m", 0.0)
        if metres is None or metres - accuracy <= policy.geofence_m:
            continue
        for proof in ordered:
            if proof.type in _AT_THE_CABINET and abs(proof.at - placed.at) <= policy.proof.conflict_ms:
                yield {"between": ["gps", proof.type], "what": "elsewhere", "metres": metres}


def _two_cabinets(ordered: Sequence[Proof], places: Places, policy: Policy) -> Iterator[Conflict]:
    here = [p for p in ordered if p.detail.get("cabinet") in places]
    for one, other in combinations(here, 2):
        apart = distance_m(*places[one.detail["cabinet"]], *places[other.detail["cabinet"]])
        if apart > policy.geofence_m and other.at - one.at <= policy.proof.conflict_ms:
            yield _timed("two_cabinets", one.type, other.type, other.at - one.at) | {"metres": round(apart, 1)}


def _corrected(ordered: Sequence[Proof], corrected: int | None, policy: Policy) -> Iterator[Conflict]:
    typed = [p for p in ordered if p.level >= 3]
    if corrected is not None and typed and abs(typed[0].at - corrected) > policy.proof.conflict_ms:
        yield _timed("corrected", "correction", typed[0].type, abs(typed[0].at - corrected))


def _timed(what: str, one: str, other: str, ms: int) -> Conflict:
    return {"between": [one, other], "what": what, "seconds": ms // SECOND}


def note(visit: str, conflict: Conflict) -> str:
    """As a line of the timeline says it."""
    told = f"conflict visit={visit} what={conflict['what']} between={','.join(conflict['between'])}"
    return " ".join([told, *(f"{k}={conflict[k]}" for k in ("seconds", "metres") if k in conflict)])
