"""What people must bring: a profile that exists; for a release a proven arrival, an inspection, a discard record."""

from collections.abc import Sequence
from typing import Any

from faults.foodsafety.rules import Profile, choose
from service.bodies import one_of
from service.checks import Check, demand, json_object, optional, text, within
from service.model import Actor
from service.visits import Visit
from telemetry.errors import Conflict, Invalid

LEVEL = 2  # evidence of an arrival: a signed QR code with a position, or better
MOST_GOODS = 200


def _whole(low: int, high: int) -> Check:
    bounded = within(low, high)
    return lambda value: bounded(value) if not isinstance(value, float) else "must be a whole number"


_PROFILE: dict[str, Check] = {
    "pack": optional(text), "version": optional(_whole(1, 1_000_000)), "class": optional(text),
    "reason": optional(text),
}  # fmt: skip
_INSPECTION: dict[str, Check] = {
    "result": one_of("safe", "unsafe"), "text": text, "measured_c": optional(within(-60, 100)),
}  # fmt: skip
_GOODS: dict[str, Check] = {"sku": text, "lot": optional(text), "count": _whole(1, 1_000_000)}


def _goods(value: Any) -> str | None:
    if not isinstance(value, list) or len(value) > MOST_GOODS:
        return f"must be a list of at most {MOST_GOODS} goods"
    for each in value:
        if not isinstance(each, dict):
            return "must be a list of objects with sku, lot and count"
        try:
            demand(each, _GOODS, ("sku", "count"))
        except Invalid as error:
            return str(error)
    return None


_RELEASE: dict[str, Check] = {
    "inspection": json_object, "discarded": optional(_goods), "nothing_because": optional(text), "note": optional(text),
}  # fmt: skip


def profile_of(body: dict[str, Any]) -> Profile | None:
    """The profile that a body names; None for `{"pack": null}`. Raises Invalid."""
    demand(body, _PROFILE, ("pack",))
    return None if body["pack"] is None else choose(body["pack"], body.get("version"), body.get("class"))


def arrival(visits: Sequence[Visit], actor: Actor) -> Visit:
    """The best proven of these visits; a technician releases only on an own one. Raises Conflict `arrival`."""
    own = [v for v in visits if actor.role != "technician" or v.technician == actor.id]
    best = max(own, key=lambda v: (v.level or 0, v.arrived or 0), default=None)
    if best is None or (best.level or 0) < LEVEL:
        raise Conflict("arrival", [f"check-in of level {LEVEL}"])
    return best


def record(body: dict[str, Any]) -> dict[str, Any]:
    """What was found and what was thrown away: `{"inspection": {"result", "text", "measured_c"?}, "discarded":
    [{"sku", "lot"?, "count"}] | "nothing_because": text}`. Goods found unsafe cannot stay.

    Raises Conflict `records` with what is missing, Invalid for what is malformed.
    """
    found = body.get("inspection")
    unsafe = isinstance(found, dict) and found.get("result") == "unsafe"
    thrown, kept = body.get("discarded"), body.get("nothing_because")
    missing = [] if found is not None else ["inspection"]
    if not thrown and (unsafe or not kept):
        missing.append("discarded")
    if missing:
        raise Conflict("records", missing)
    demand(body, _RELEASE)
    demand(body["inspection"], _INSPECTION, ("result", "text"))
    if thrown and kept:
        raise Invalid({"nothing_because": "goods were discarded"})
    return {
        "inspection": found, "discarded": thrown or [], "nothing_because": None if thrown else kept,
        "note": body.get("note"),
    }  # fmt: skip
