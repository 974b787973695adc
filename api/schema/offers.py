"""What was offered and delivered; channels, badges, models and promises. Times are ISO 8601, money in cents."""

from typing import Any, Literal

from msgspec import Struct

from api.schema.answers import Time

Json = dict[str, Any]
ChannelName = Literal["hotline", "online", "email", "sms", "account"]
What = Literal["window", "clock", "place", "fee", "price", "part", "content"]


class Deviation(Struct):
    """`about`: which window, clock, visit, version of the quote, code or part; `agreed` and `actual`: what it differs
    in; `minutes`: how late, negative for too early."""

    what: What
    about: str
    why: str
    agreed: Json | None
    actual: Json | None
    minutes: int | None


class TicketDeviations(Struct):
    ticket: str
    kind: str
    state: str
    cabinet: str | None
    deviations: list[Deviation]


class DeviationReport(Struct, rename={"from_": "from"}):
    """Of the tickets received in the period; at most 1,000 `items`, `left_out`: how many more deviate."""

    from_: Time
    to: Time
    tickets: int
    deviating: int
    counts: dict[str, int]
    items: list[TicketDeviations]
    left_out: int


class UnlistedCharge(Struct):
    """A charge of a quote that does not follow the price list; `items`: which of its items, and how."""

    id: str
    ticket: str
    cents: int
    quote: int
    receipt: str | None
    at: Time
    actor: str
    items: list[Json]


class ChargeReport(Struct, rename={"from_": "from"}):
    """`listed_cents`, `unlisted_cents` and `no_list_cents` (no price list was in force) add up to `cents`."""

    from_: Time
    to: Time
    charges: int
    cents: int
    listed_cents: int
    unlisted_cents: int
    no_list_cents: int
    items: list[UnlistedCharge]
    left_out: int


class ListedPrice(Struct):
    document: str
    code: str
    what_zh: str
    what_en: str
    cents: int


class PriceLists(Struct):
    """The prices in force now; `lists`: `{document, edition, from, wrong}`, `wrong`: lines that cannot be read."""

    lists: list[Json]
    items: list[ListedPrice]


class ChannelOutage(Struct):
    """`alarmed`: when operators were told that it lasts too long; `by_probe`: found by trying, nobody said so."""

    id: str
    channel: ChannelName
    reason: str
    by: str
    by_probe: bool
    since: Time
    alarmed: Time | None
    ended: Time | None
    ended_by: str | None
    note: str | None


class NewOutage(Struct):
    reason: str


class OutageEnd(Struct):
    note: str | None = None


class ServiceChannel(Struct):
    """`address`: as published, null where the operator published none; `outage`: what is out of order now."""

    channel: ChannelName
    en: str
    zh: str
    address: str | None
    outage: ChannelOutage | None


class ServiceChannels(Struct):
    items: list[ServiceChannel]


class Badge(Struct):
    """`code` holds until `expires` (real time), and a customer may type it at `url` for one more minute."""

    technician: str
    name: str
    skills: list[str]
    code: str
    expires: Time
    url_path: str
    url: str


class ModelPage(Struct):
    """`missing`: what its public page says is not published yet."""

    model: str
    cabinets: int
    document: str | None
    missing: list[str]
    url_path: str


class ModelPages(Struct):
    items: list[ModelPage]


class Promise(Struct, rename={"from_": "from"}):
    """`sha256`: of its text in UTF-8, as every public page shows it."""

    id: str
    edition: int
    title: str
    from_: Time
    sha256: str


class PromiseCarrier(Struct):
    """`state`: `current`, `outdated` (an edition that was replaced), `unknown` (no text of ours)."""

    id: str
    kind: str
    title: str
    promise_sha256: str
    state: Literal["current", "outdated", "unknown"]


class PromiseConsistency(Struct):
    """`unmarked`: advertisements, warranty cards and agreements that carry no hash."""

    consistent: bool
    promises: list[Promise]
    documents: list[PromiseCarrier]
    unmarked: list[str]
