"""What the time after a repair takes and answers. Times are ISO 8601 with offset."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Time

Json = dict[str, Any]
Score = Annotated[int, Meta(ge=1, le=5)]
Share = Annotated[float, Meta(ge=0, le=1)]
Pair = Annotated[list[float], Meta(min_length=2, max_length=2)]
How = Literal["signature", "phone", "cabinet_screen", "declined"]


class SignOff(Struct):
    """`signature`: id of an attached PNG; without one `how` says how the customer agreed, or that they declined, with
    the `reason`."""

    by: str
    content_ok: bool
    quality: Score | None = None
    attitude: Score | None = None
    note: str | None = None
    how: How | None = None
    reason: str | None = None
    signature: str | None = None


class FormField(Struct):
    """`value`: as `shape` says; times as ISO 8601, money in cents."""

    id: str
    name_zh: str
    name_en: str
    shape: Literal["text", "time", "cents", "things", "choice", "truth", "score", "confirmation"]
    wide: bool
    value: Any


class FormGroup(Struct):
    id: str
    name_zh: str
    name_en: str
    fields: list[FormField]


class Signed(Struct):
    """`sha256`: of the canonical JSON of measure, parts and charges as shown; `changed`: the record says otherwise now;
    `signature`: the attachment."""

    sha256: str
    at: Time | None
    signature: str | None
    changed: bool


class ServiceForm(Struct):
    """`masked`: personal fields are hidden; `survey_link`: while it is open, for those who talk to customers."""

    form: Literal["A.1", "A.2"]
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str
    ticket: str
    state: str
    groups: list[FormGroup]
    signed: Signed | None
    masked: bool
    survey_link: str | None


class Survey(Struct):
    """An invitation, by the id of its ticket, and its answer. `person`: who did the work."""

    id: str
    state: Literal["invited", "answered", "expired"]
    kind: str | None
    channel: str | None
    cabinet: str | None
    person: str | None
    invited: Time
    expires: Time
    answered: Time | None
    attitude: Score | None
    quality: Score | None
    timeliness: Score | None
    effectiveness: Score | None
    other: str | None
    masked: bool


class SurveyRate(Struct):
    """The share of invitations that were answered, with its 95 % interval; null where they are too few."""

    rate: Share | None
    low: Share | None
    high: Share | None
    too_few: bool


class SurveyItem(Struct):
    """`mean` of 1…5 and `good`, the share of 4 and 5, each with its 95 % interval; null where answers are too few.
    `counts`: how many gave 1, 2, 3, 4, 5."""

    id: str
    name_en: str
    name_zh: str
    n: int
    too_few: bool
    counts: list[int]
    mean: float | None
    mean_ci: Pair | None
    good: Share | None
    good_ci: Pair | None


class SurveyFigures(Struct):
    """`other`: how many wrote remarks."""

    invited: int
    answered: int
    open: int
    response: SurveyRate
    items: list[SurveyItem]
    other: int


class SurveyGroup(SurveyFigures, kw_only=True):
    name: str


class SurveyResults(Struct, rename={"from_": "from"}):
    """Invitations made from `from` up to `to`, counted from the rows of `GET /surveys`."""

    from_: Time
    to: Time
    methods: Json
    all: SurveyFigures
    by_channel: list[SurveyGroup]
    by_kind: list[SurveyGroup]


class Indicator(Struct):
    """`value`: a share (0…1) or a mean score (1…5), null without a case; `target`: the policy's own, or null. Cases of
    `…_in_time` are clocks: `arrival_in_time` has one for each promise of an arrival, so several tickets on one visit
    are several cases; `/reports/arrivals` counts visits."""

    id: str
    name_en: str
    name_zh: str
    clause: str
    unit: Literal["share", "score"]
    value: float | None
    n: int
    target: float | None
    better: Literal["high", "low"]
    state: Literal["met", "missed", "missing", "no_target"]


class Indicators(Struct, rename={"from_": "from"}):
    from_: Time
    to: Time
    items: list[Indicator]


class Improvement(Struct):
    """`value` and `n`: as the month ended. `result`: of one that is done; the reason of one that was dropped."""

    id: str
    month: str
    indicator: str
    value: float
    n: int
    target: float
    state: Literal["open", "done", "dropped"]
    owner: str | None
    due: Time | None
    result: str | None
    opened: Time
    closed: Time | None
    closed_by: str | None
    version: int


class ImprovementChange(Struct):
    owner: str | None = None
    due: Time | None = None


class ImprovementDone(Struct):
    result: str


class ImprovementDropped(Struct):
    reason: str
