"""What proof of arrival, quotes and charges take and answer. Times are ISO 8601 with offset, money is in cents."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Time

Json = dict[str, Any]
Version = Annotated[int, Meta(ge=1, le=10_000)]


class ArrivalCorrection(Struct):
    """Between the visit's acceptance and its end; not from its technician."""

    arrived_at: Time
    reason: str


class ArrivalConfirmation(Struct):
    """A supervisor takes a provisional arrival as proven; not its technician."""

    reason: str


class RemoteAttempt(Struct):
    """What was tried from afar, and what came of it."""

    attempts: list[Literal["self_test", "reboot", "look"]] | None = None
    outcome: str | None = None
    note: str | None = None


class QuoteItem(Struct):
    """`cents`: the price of one; `code`: under which the price list has it."""

    what: str
    cents: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    quantity: Annotated[int, Meta(ge=1, le=10_000)]
    code: str | None = None


class NewQuote(Struct):
    items: Annotated[list[QuoteItem], Meta(min_length=1, max_length=100)]
    note: str | None = None


class QuoteConsent(Struct):
    """`by`: who agreed; `version`: the newest."""

    version: Version
    by: str
    how: Literal["signature", "phone", "online", "cabinet_screen"]
    attachment: str | None = None
    note: str | None = None


class NewCharge(Struct):
    """`cents`: all that is left of the accepted version, unless given."""

    version: Version
    cents: int | None = None
    receipt: str | None = None
    note: str | None = None


class Charge(Struct):
    """`quote`: the accepted version it is charged against."""

    id: str
    ticket: str
    cents: int
    quote: int
    receipt: str | None
    at: Time
    actor: str


class Spread(Struct):
    """Of `n` values; null where there are none. `p90` by nearest rank."""

    n: int
    sum: float
    mean: float | None
    p90: float | None


class Kilometres(Struct):
    """Driven to visits that arrived: how many ways are known, their sum (km), and how many are not."""

    visits: int
    sum: float
    unknown: int


class Punctuality(Struct, kw_only=True):
    """Each visit is in exactly one of `punctual early late provisional missing no_target open`. `missing`: due, and no
    evidence of an arrival; `provisional`: evidence below the policy's level; `no_target`: nothing says when it was due;
    `open`: on the way, not due yet. `not_made`: declined, expired or called off, counted in no other figure."""

    visits: int
    punctual: int
    early: int
    late: int
    provisional: int
    missing: int
    no_target: int
    open: int
    not_made: int
    punctual_share: float | None
    provisional_share: float | None
    levels: dict[str, int]
    late_minutes: Spread
    distance_m: Spread
    km: Kilometres
    corrected: int
    confirmed: int


class TechnicianPunctuality(Punctuality, kw_only=True):
    technician: str


class ArrivalReport(Struct, rename={"from_": "from"}):
    """Of the visits accepted in the period: each visit once, however many tickets it served. `arrival_in_time` of
    `/indicators` counts ARRIVAL clocks instead, by the time they fell due; so the two need not agree."""

    from_: Time
    to: Time
    whole: Punctuality
    technicians: list[TechnicianPunctuality]
