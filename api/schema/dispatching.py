"""Appointments, candidates, parts and day plans, as the API takes and answers them. Times are ISO 8601 with offset."""

from typing import Any, Literal

from msgspec import Struct

from api.schema.answers import Severity, Time

Json = dict[str, Any]


class Consent(Struct):
    """Who agreed to the change, and how (by phone, in writing …)."""

    by: str
    how: str


class NewAppointment(Struct, rename={"from_": "from"}):
    """A window of at most 7 days. A change needs `consent`, or `without_consent`: why there is none; then the window
    given up counts as missed (S3 3.4(1))."""

    from_: Time
    to: Time
    agreed_with: str | None = None
    consent: Consent | None = None
    without_consent: str | None = None
    reason: str | None = None


class Obstacle(Struct):
    code: str
    detail: str | None
    en: str
    zh: str


class CandidateShown(Struct):
    """`rank`: 1 is asked first; null: cannot go, see `obstacles`. `cost_s`: seconds of travel, and what weighs as much.
    `travel_s` null: a place is unknown. `part`: the likely part, and whether it is in the `van`, a `depot`, `nowhere`.
    """

    technician: str
    name: str
    feasible: bool
    rank: int | None
    obstacles: list[Obstacle]
    cost_s: float
    travel_s: float | None
    late_s: float
    load: int
    part: str | None
    part_where: Literal["van", "depot", "nowhere"] | None
    why: str
    why_zh: str


class Candidates(Struct):
    ticket: str
    items: list[CandidateShown]


class StockCount(Struct):
    """`holder`: a technician's id is a van, any other name a depot. `minimum`: left out keeps it, null removes it."""

    holder: str
    part: str
    quantity: int
    minimum: int | None = None


class StockItem(Struct):
    """`order`: how many are proposed to be ordered, up to the minimum."""

    id: str
    holder: str
    kind: Literal["van", "depot"]
    part: str
    quantity: int
    minimum: int | None
    order: int
    updated: Time | None


class NewPlan(Struct):
    """`day`: as in 2026-11-22, from today to 31 days ahead, in the policy's time zone."""

    day: str


class WindowShown(Struct, rename={"from_": "from"}):
    from_: Time
    to: Time


class PlanStop(Struct):
    """`arrive` … `leave`: on site; `accepted`: by this technician already. `late_s`: after the arrival is owed."""

    tickets: list[str]
    visit: str | None
    accepted: bool
    cabinet: str | None
    site: str | None
    severity: Severity
    arrive: Time
    leave: Time
    waits_s: int
    travel_s: int
    late_s: int
    window: WindowShown | None


class PlanRoute(Struct):
    technician: str
    name: str
    stops: list[PlanStop]
    travel_s: int


class PlanLeftOut(Struct):
    tickets: list[str]
    visit: str | None
    cabinet: str | None
    site: str | None
    why: str
    en: str
    zh: str


class PlanResult(Struct):
    day: str
    routes: list[PlanRoute]
    left_out: list[PlanLeftOut]


class AppliedLeftOut(Struct):
    """`why`, and what `detail` is: `gone` (its state now), `twice` and `accepted` (the visit), `technician`, `obstacle`
    (its code), `window`, `together` (the ticket that shares its visit and cannot come along)."""

    ticket: str
    why: str
    detail: str | None


class PlanOutcome(Struct):
    offered: list[str]
    kept: list[str]
    left_out: list[AppliedLeftOut]


class Plan(Struct):
    """`progress`: 0 … 1. `outcome`: what became of it when it was applied."""

    id: str
    day: str
    state: Literal["running", "done", "failed"]
    progress: float
    by: str | None
    created: Time
    finished: Time | None
    result: PlanResult | None
    error: str | None
    applied: Time | None
    applied_by: str | None
    outcome: PlanOutcome | None
