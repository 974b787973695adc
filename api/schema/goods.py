"""What returns and recalls take and answer. Times are ISO 8601 with offset."""

from typing import Any, Literal

from msgspec import Struct

from api.schema.answers import Time

Json = dict[str, Any]
Party = Literal["maker", "agent", "dealer"]
RecallTaskState = Literal["todo", "stopped", "pulled", "confirmed", "unknown"]


class NewClaim(Struct):
    """Facts of a return, as far as they are known; further calls add to them, null takes one back.

    `defective`: bad when sold; `intact`: unopened and unused; `told`: told before the sale that such goods are not
    taken back, by the text `notice` (version of the public page); `receipt`: there is a proof of purchase; `vend`: the
    event of the sale, from `purchase-candidates`; `no_sale`: searched, and no sale fits.
    """

    category: Literal["food", "hygiene", "precision", "special", "general"] | None = None
    defective: bool | None = None
    intact: bool | None = None
    opened: bool | None = None
    told: bool | None = None
    notice: str | None = None
    misuse: bool | None = None
    receipt: bool | None = None
    altered: bool | None = None
    disclosed: bool | None = None
    force_majeure: bool | None = None
    vend: str | None = None
    no_sale: bool | None = None


class ClaimOverride(Struct):
    """A superior's decision (S1 7.5.8)."""

    override: Literal["allow", "deny"]
    reason: str


class Witness(Struct):
    """An event of the door or the payment terminal around a sale; `event`: its id."""

    name: str
    ts: Time | None
    event: str


class PurchaseCandidate(Struct):
    """A sale that fits. `event` is what `claim` takes as `vend`; `away_ms`: from the time named; `score` 0 to 1."""

    event: str
    at: Time | None
    away_ms: int
    score: float
    sku: str | None
    lot: str | None
    price_cents: int | None
    vend_id: str | None
    witnesses: list[Witness]
    claimed_by: list[str]


class PurchaseCandidates(Struct):
    cabinet: str
    items: list[PurchaseCandidate]


class NewRecall(Struct):
    """`lots` null: all lots. `instructions_zh`: what is to be done, concretely (S1 7.6.4.2). `notice_*`: in place of
    the draft."""

    sku: str
    reason: str
    instructions_zh: str
    party: Party
    lots: list[str] | None = None
    instructions_en: str | None = None
    notice_zh: str | None = None
    notice_en: str | None = None


class RecallProgress(Struct):
    """Cabinets: `complete` are pulled or confirmed; `by_state`: how many are in each state."""

    total: int
    complete: int
    by_state: dict[str, int]


class RecallSold(Struct):
    """Sales: `certain` of the recalled lots; `possible`: of a lot nobody named; `reachable`: the customer is known."""

    certain: int
    possible: int
    reachable: int


class RecallMeant(Struct):
    """`lots` null: all lots."""

    sku: str
    lots: list[str] | None = None


class RecallPreview(Struct):
    """What a recall would reach: cabinets that hold the goods, or may, being `offline` or silent about their
    `contents`; and what was sold of them."""

    holds: int
    offline: int
    contents: int
    sold: RecallSold


class Recall(Struct):
    """`units`: who was told → {by, at, note} of the acknowledgement, or null."""

    id: str
    n: int
    sku: str
    lots: list[str] | None
    reason: str
    party: Party
    instructions_zh: str
    instructions_en: str | None
    notice_zh: str | None
    notice_en: str | None
    state: Literal["open", "closed"]
    created: Time
    by: str
    closed: Time | None
    closed_by: str | None
    close_reason: str | None
    units: dict[str, Json | None]
    updated: Time | None
    version: int
    progress: RecallProgress
    sold: RecallSold


class RecallTask(Struct):
    """`why`: it `holds` the goods, or may, being `offline` or silent about its `contents`. `lock`: what is stopped;
    `stop`: how far (`none waiting sent stopped failed forbidden lifted`); `proof`: what showed the goods to be out."""

    id: str
    recall: str
    cabinet: str
    state: RecallTaskState
    why: Literal["holds", "offline", "contents"]
    lanes: list[Json]
    lock: Literal["whole", "lane", "none"]
    stop: str
    command: str | None
    ticket: str | None
    door: Json | None
    proof: Json | None
    online: Time | None
    created: Time
    updated: Time
    done: Time | None


class RecallSale(Struct):
    """`certain`: of a recalled lot; false: its lot was not named. `customer`: of the claim `ticket`, as the caller may
    see it."""

    id: str
    recall: str
    sale: str
    cabinet: str
    at: Time | None
    lot: str | None
    vend_id: str | None
    price_cents: int | None
    certain: bool
    reachable: bool
    ticket: str | None
    customer: Json | None


class RecallNotice(Struct):
    """The public notice, in both languages."""

    zh: str
    en: str


class RecallAcknowledge(Struct):
    """`unit`: for whom an administrator acknowledges."""

    unit: str | None = None
    note: str | None = None


class RecallConfirm(Struct):
    """`anyway`: although the cabinet itself says that the goods are there."""

    cabinet: str
    note: str
    anyway: bool | None = None


class RecallClose(Struct):
    """`anyway`: although cabinets are not done; takes a reason."""

    anyway: bool | None = None
    reason: str | None = None
