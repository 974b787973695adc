"""What the routes of cases take and answer. Times are ISO 8601 with offset; money in cents."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Time

Json = dict[str, Any]
Words = Annotated[str, Meta(min_length=1, max_length=500)]
Channel = Literal["phone", "online", "sms", "email", "official_account", "qr", "letter", "fax", "on_site"]
CaseKind = Literal[
    "repair", "consultation", "complaint", "installation", "return", "refund", "recall", "incident", "followup"
]
Flag = Literal["suggestion", "criticism"]
Mode = Literal["on_site", "phone", "letter", "fax", "online", "sms"]
Cents = Annotated[int, Meta(ge=0, le=10**11)]


class Declined(Struct):
    """What the customer did not want to tell, and why (S1 4.3.1)."""

    declined: Words


class CaseCustomer(Struct):
    name: str | Declined | None = None
    address: str | Declined | None = None
    phone: str | Declined | None = None
    number: str | None = None
    no_messages: bool | None = None


class NewContact(Struct):
    """A contact, in or out. What comes in unsolved needs `promised_at`; an answer (`out`, or `solved`) needs `source`,
    or `unverified`, or the `guide` that was sent. `template`, `guide`: ids of current entries of kind `reply_template`
    and `guide`, of contacts that go out; their editions are kept."""

    channel: Channel
    direction: Literal["in", "out"]
    text: Words
    customer: CaseCustomer | None = None
    cabinet: str | None = None
    ticket: str | None = None
    kind: CaseKind | None = None
    solved: bool | None = None
    promised_at: Time | None = None
    source: str | None = None
    unverified: bool | None = None
    read_back: bool | None = None
    flag: Flag | None = None
    template: str | None = None
    guide: str | None = None


class Contact(Struct):
    """`rule`: why it belongs to the ticket: it was `named`, was the `same_customer`'s, the open repair of the
    `same_cabinet` (reports of the public page), or was `opened` by it.
    `customer`: who called. `by`: who took it."""

    id: str
    at: Time
    direction: Literal["in", "out"]
    channel: Channel
    text: str | None
    customer: Json | None
    cabinet: str | None
    ticket: str
    kind: str
    rule: Literal["named", "same_customer", "same_cabinet", "opened"]
    solved: bool | None
    promised_at: Time | None
    source: str | None
    unverified: bool | None
    read_back: bool | None
    flag: Flag | None
    by: str | None
    masked: bool
    template: str | None = None
    template_edition: int | None = None
    guide: str | None = None
    guide_edition: int | None = None


class ContactDigest(Struct, rename={"from_": "from"}):
    """`counts`: by `direction channel kind flag`; `unsolved`: contacts that were left with a promise; `unverified`:
    answers without a source; `not_read_back`: calls whose key parts nobody repeated (S4 6.1.2), or nobody said so.
    `flagged` and `complaints` are the newest 100 of each; `truncated`: there are more."""

    from_: Time
    to: Time
    total: int
    counts: dict[str, dict[str, int]]
    unsolved: int
    unverified: int
    not_read_back: int
    flagged: list[Contact]
    complaints: list[Json]
    truncated: bool


class ProductRecord(Struct):
    name: str | None = None
    price_cents: Cents | None = None
    validity: str | None = None
    purchased: Time | None = None
    place: str | None = None
    model: str | None = None
    serial: str | None = None
    sku: str | None = None
    lot: str | None = None


class ServiceRecord(Struct):
    unit: str | None = None
    date: Time | None = None
    person: str | None = None
    measure: str | None = None
    situation: str | None = None
    confirmation: str | None = None
    mode: Mode | None = None
    parts: list[Any] | None = None
    charge_cents: Cents | None = None
    receipt: str | None = None


class CaseRecord(Struct):
    about: Literal["goods", "service", "conduct", "integrity"] | None = None
    root_cause: str | None = None
    note: str | None = None


class TicketRecord(Struct):
    """Fields of the record by group; null takes a value back."""

    customer: CaseCustomer | None = None
    product: ProductRecord | None = None
    service: ServiceRecord | None = None
    case: CaseRecord | None = None


class Basis(Struct):
    type: Literal["law", "contract", "promise", "agreement"]
    reference: Words


class TicketDecision(Struct):
    """`conduct`: the id of the person complained of."""

    decision: Words
    basis: Basis
    root_cause: str | None = None
    conduct: str | None = None


class TicketDispute(Struct):
    """An `outcome` closes the dispute."""

    route: Literal["mediation", "authority", "court"]
    outcome: str | None = None
    documents: list[str] | None = None


class RefundApproval(Struct):
    amount_cents: Annotated[int, Meta(ge=1, le=10**11)]
    basis: Words


class ApprovalWithdrawal(Struct):
    reason: Words


class RefundPaid(Struct):
    receipt: Words


class TicketEscalation(Struct):
    reason: Words


class CaseStep(Struct):
    step: str
    at: Time | None


class PaperName(Struct):
    """An edition of a document."""

    id: str
    title: str
    edition: int


class CustomerMessage(Struct):
    """A message that the customer is owed, was sent (`delivered`: when the gateway took it), or was not: `error` names
    the reason, `why` spells it out for what was `dropped`."""

    id: str
    kind: str
    title: str
    title_zh: str
    at: Time
    state: Literal["queued", "sent", "dropped", "failed"]
    attempts: int
    delivered: Time | None
    error: str | None
    why: str | None
    why_zh: str | None


class CaseView(Struct):
    """`required` and `missing`: fields of the record before it can be closed; `steps`: those of ISO 10002, when each
    was first reached; `prices`: the items of every version of the quote against the price list of its day;
    `articles`: those of the knowledge base that name the ticket's kind of fault (S4 7.3); `messages`: what the customer
    was told by itself."""

    ticket: str
    kind: str
    clauses: list[str]
    required: list[str]
    missing: list[str]
    record: Json
    steps: list[CaseStep]
    decision: Json | None
    dispute: Json | None
    refund: Json | None
    escalation: Json | None
    prices: list[Json]
    articles: list[PaperName]
    messages: list[CustomerMessage]


class PageLink(Struct):
    """`url_path`: of the cabinet's public page, on this server."""

    cabinet: str
    url_path: str
    url: str
