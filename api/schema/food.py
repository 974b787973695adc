"""What food safety takes and answers. Times are ISO 8601 with offset; temperatures in °C, lengths in s."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Time

Json = dict[str, Any]
FoodState = Literal["none", "ok", "building", "breach", "lock_requested", "locked", "released", "over"]


class FoodRule(Struct):
    """A class of products and its figures (`max_c`, `allow_min` …), each with where it stands."""

    name: str
    en: str
    zh: str
    signals: list[str]
    figures: Json
    sources: dict[str, str]


class FoodPack(Struct):
    id: str
    version: int
    en: str
    zh: str
    note_en: str
    note_zh: str
    classes: list[FoodRule]


class FoodPacks(Struct):
    items: list[FoodPack]


class FoodClock(Struct):
    """How the clock stood `at` the reading by which half of the time allowed was gone; it runs on from there while the
    temperature stays beyond the limit. `since`: of the excursion."""

    at: Time
    since: Time
    signal: str
    value_c: float
    peak_c: float
    limit_c: float
    spent_s: int
    allowed_s: int


class FoodBreach(Struct):
    """`at`: when the time allowed was used up, by the cabinet's own time; `known_at`: when we learnt of it."""

    at: Time
    known_at: Time
    why: Json
    attempts: int
    command: str | None
    locked_at: Time | None
    release: Json | None


class FoodLogHead(Struct):
    """How many rows the log has, and the hash of the newest: it covers all before it."""

    rows: int
    head: str


class FoodSafety(Struct):
    """`state` `none`: no rule is assigned; `building`: half of the time allowed is gone (`clock`); `released`:
    unlocking."""

    cabinet: str
    state: FoodState
    profile: Json | None
    rule: FoodRule | None
    clock: FoodClock | None
    breach: FoodBreach | None
    log: FoodLogHead | None
    updated: Time | None


class FoodReport(Struct, rename={"from_": "from"}):
    """`check`: whether the log's chain holds, and the first row that does not follow from the one before it; `running`:
    the temperatures that no row has yet, summed up like one (the summary counts them)."""

    cabinet: str
    from_: Time
    to: Time
    state: FoodSafety
    summary: Json
    running: Json | None
    check: Json
    log: list[Json]
    readings: Json


class FoodProfile(Struct, rename={"class_": "class"}):
    """A rule pack (`null`: none), its version (newest) and its class of products (the first)."""

    pack: str | None
    version: int | None = None
    class_: str | None = None
    reason: str | None = None


class Inspection(Struct):
    result: Literal["safe", "unsafe"]
    text: str
    measured_c: float | None = None


class Discarded(Struct):
    sku: str
    count: Annotated[int, Meta(ge=1)]
    lot: str | None = None


class FoodRelease(Struct):
    """What was found, and what was thrown away: a list, or why nothing."""

    inspection: Inspection | None = None
    discarded: list[Discarded] | None = None
    nothing_because: str | None = None
    note: str | None = None
