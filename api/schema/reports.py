"""What the self-assessment and the reports answer. Times are ISO 8601 with offset."""

from typing import Any, Literal

from msgspec import Struct

from api.schema.answers import Time

Json = dict[str, Any]


class AssessmentItem(Struct):
    """`got` null: `missing` (no input) or `deleted`. `detail`: what was counted."""

    id: str
    en: str
    zh: str
    clause: str
    kind: Literal["qualitative", "sampled"]
    source: str
    points: float
    state: Literal["met", "partly", "unmet", "missing", "deleted"]
    got: float | None
    n: int
    detail: Json


class AssessmentGroup(Struct):
    id: str
    en: str
    zh: str
    weight: float
    got: float
    applicable: float
    missing: float
    items: list[AssessmentItem]


class Assessment(Struct, rename={"from_": "from"}):
    """`score` = got / applicable × 100, a bonus of one added; null when nothing can be scored. `missing_share`: of the
    points, without input, neither won nor lost. `stars` 0: failed; null while the missing
    points decide. The notes say what no standard gives."""

    from_: Time
    to: Time
    at: Time
    sheet: str
    note_en: str
    note_zh: str
    score: float | None
    score_low: float | None
    score_high: float | None
    stars: int | None
    passed: bool | None
    got_points: float
    applicable_points: float
    missing_points: float
    missing_share: float
    deductions: int
    bonus: int
    groups: list[AssessmentGroup]


class MonthWeek(Struct):
    week: str
    opened: int
    kinds: dict[str, int]


class MonthTickets(Struct):
    """carried_over + opened_in = closed_in + open_at_end; `by_…`: of those opened."""

    carried_over: int
    opened_in: int
    closed_in: int
    open_at_end: int
    by_kind: dict[str, int]
    by_channel: dict[str, int]
    by_severity: dict[str, int]
    by_week: list[MonthWeek]


class MonthClock(Struct):
    """Promises that fell due in the month."""

    clock: str
    kept: int
    missed: int
    share: float | None


class MonthArrivals(Struct):
    """Visits offered in the month; `share`: punctual of `punctual` + `early` + `late`."""

    visits: int
    punctual: int
    early: int
    late: int
    provisional: int
    missing: int
    no_target: int
    open: int
    not_made: int
    share: float | None


class MonthSurveys(Struct):
    """`invited`: invitations that ran out in the month; `items`: scores given in it. Intervals: 95 %."""

    invited: int
    answered: int
    response: Json
    items: list[Json]


class MonthRefunds(Struct):
    approved: int
    approved_cents: int
    paid: int
    paid_cents: int


class MonthPlatform(Struct):
    """Availability of the platform itself; `by_cause` in ms, causes may overlap."""

    seen_ms: int
    blind_ms: int
    total_ms: int
    availability: float | None
    interruptions: int
    by_cause: dict[str, int]


class MonthComplaint(Struct):
    id: str
    channel: str | None
    cabinet: str | None
    state: str
    received: Time
    clock: str | None
    due: Time | None
    decided: Time | None
    basis: str | None
    route: str | None


class MonthRefund(Struct):
    id: str
    cabinet: str | None
    cents: int
    approved: Time | None
    paid: Time | None


class MonthRecall(Struct):
    id: str
    sku: str | None
    lots: list[str] | None
    state: str | None
    created: Time
    closed: Time | None
    cabinets: int
    done: int
    sold: int
    reachable: int


class MonthlyReport(Struct, rename={"from_": "from"}):
    """Every figure is a sum over the rows of `/reports/monthly.csv`; `indicators` as at `/indicators`."""

    month: str
    from_: Time
    to: Time
    made: Time
    zone: str
    policy: str
    complete: bool
    tickets: MonthTickets
    clocks: list[MonthClock]
    arrivals: MonthArrivals
    indicators: list[Json]
    surveys: MonthSurveys
    refunds: MonthRefunds
    complaints: list[MonthComplaint]
    refund_cases: list[MonthRefund]
    recalls: list[MonthRecall]
    charged_cents: int
    compensated_cents: int
    platform: MonthPlatform


class KindCount(Struct):
    kind: str
    faults: int


class ReliabilityPart(Struct):
    """`mtbf_hours`, `mttr_hours` null: without a failure neither is known. availability = MTBF / (MTBF + MTTR)."""

    cabinets: int
    hours: float
    down_hours: float
    failures: int
    mtbf_hours: float | None
    mttr_hours: float | None
    availability: float | None
    kinds: list[KindCount]


class ReliabilityGroup(ReliabilityPart, kw_only=True):
    name: str | None


class Reliability(Struct, rename={"from_": "from"}):
    from_: Time
    to: Time
    whole: ReliabilityPart
    models: list[ReliabilityGroup]
    firmware: list[ReliabilityGroup]
