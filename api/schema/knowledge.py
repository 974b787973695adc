"""What the room of knowledge takes and answers: compensations, quality checks, gaps, problems. Money is in cents."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from api.schema.answers import Time
from api.schema.cases import Contact, Words

Json = dict[str, Any]


class NewCompensation(Struct):
    """`fund`: the id of a current entry of kind `guarantee_fund`."""

    cents: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    reason: Words
    basis: str | None = None
    fund: str | None = None
    receipt: str | None = None


class Compensation(Struct):
    id: str
    ticket: str
    cents: int
    reason: str | None
    basis: str | None
    fund: str | None
    fund_edition: int | None
    receipt: str | None
    at: Time
    actor: str | None
    masked: bool


class FundPart(Struct):
    """`fund` null: no fund was named."""

    fund: str | None
    title: str | None
    n: int
    cents: int


class CompensationLedger(Struct, rename={"from_": "from"}):
    """`cents`: the sum of the period's compensations; `funds` add up to it."""

    from_: Time
    to: Time
    n: int
    cents: int
    funds: list[FundPart]


class NewContactReview(Struct):
    """What is not well needs a `note`; nobody reviews a contact of their own."""

    ok: bool
    note: str | None = None


class ContactReview(Struct):
    id: str
    contact: str
    ticket: str
    ok: bool
    note: str | None
    at: Time
    actor: str | None
    masked: bool


class SampledContact(Struct):
    """`template_title`, `guide_title`: of the editions that the contact names; `reviews`: oldest first."""

    contact: Contact
    template_title: str | None
    guide_title: str | None
    reviews: list[ContactReview]


class ContactSample(Struct, rename={"from_": "from"}):
    """`contacts`: all of the month, of which `share` is drawn; `complete` false: the month goes on, and so may the
    sample. `well`: of those reviewed, by the newest verdict."""

    month: str
    from_: Time
    to: Time
    complete: bool
    share: float
    contacts: int
    reviewed: int
    well: int
    items: list[SampledContact]


class OwningUnit(Struct):
    id: str
    title: str
    edition: int
    owner: str | None


class OwnedKind(Struct):
    """`finding`: no unit owns the kind of work."""

    kind: str
    units: list[OwningUnit]
    finding: bool


class OwnedKinds(Struct):
    items: list[OwnedKind]
    findings: list[str]


class RoleRow(Struct):
    permission: str
    roles: list[str]


class RoleMatrix(Struct):
    roles: list[str]
    items: list[RoleRow]


class FaultGap(Struct):
    kind: str
    en: str
    zh: str
    faults: int


class KnowledgeGaps(Struct, rename={"from_": "from"}):
    """`items`: kinds of fault that began in the period and that no article names; `explained`: those that one does."""

    from_: Time
    to: Time
    items: list[FaultGap]
    explained: list[FaultGap]


class SupplierScore(Struct, kw_only=True):
    """`supplier`: a document of kind `supplier`, null for `parts` that none names; `returned`: those of the `repairs`
    with its parts that were opened again or repeated."""

    supplier: str | None
    title: str | None
    edition: int | None
    parts: list[str]
    pieces: int
    repairs: int
    returned: int
    share: float | None


class SupplierReport(Struct, rename={"from_": "from"}):
    from_: Time
    to: Time
    items: list[SupplierScore]


class ProblemRecord(Struct, kw_only=True):
    """`repeats`: how often the fault came back; `tickets`: at most 200 of them; `maker`: whom there it was told."""

    id: str
    kind: str
    model: str
    firmware: str | None
    state: str
    opened: Time
    latest: Time
    repeats: int
    tickets: list[str]
    owner: str | None
    maker: str | None
    maker_told: Time | None
    result: str | None
    closed: Time | None
    closed_by: str | None
    updated: Time
    version: int


class ProblemView(ProblemRecord, kw_only=True):
    """`cases`: its tickets: `id state cabinet summary opened`."""

    cases: list[Json]


class ProblemChange(Struct, kw_only=True):
    owner: str | None = None
    maker: str | None = None
    maker_told: Time | None = None


class ProblemDone(Struct):
    result: Words
