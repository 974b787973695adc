"""What the privacy routes take and answer. Times are ISO 8601 with offset."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Time

Json = dict[str, Any]
Words = Annotated[str, Meta(min_length=1, max_length=500)]


class Reveal(Struct):
    """`fields`: as in `customer.phone`; without them everything is shown."""

    reason: Words
    fields: list[str] | None = None


class PersonAsked(Struct):
    phone: Annotated[str, Meta(min_length=7, max_length=30)]
    reason: Words


class PersonFound(Struct):
    """`person`: the key of the phone number, as holds name it. `cases`: what there is, masked."""

    person: str
    total: int
    cases: list[Json]
    rows: dict[str, int]
    audit: int


class PersonData(Struct):
    """Everything that the records hold of a person, table by table."""

    person: str
    at: Time
    audit: int
    tables: dict[str, list[Json]]


class Erasure(Struct):
    """The certificate: what was emptied, what stays and why (`open`, `hold H-…`, `law until …`); `hash` covers all
    the rest of it."""

    person: str
    at: Time
    audit: int | None
    erased: list[str]
    rows: dict[str, int]
    kept: dict[str, str]
    hash: str


class NewHold(Struct):
    """`subject`: `ticket:T-…`, `cabinet:…` or `person:…` (a key); or `phone` in its place."""

    reason: Words
    subject: str | None = None
    phone: str | None = None
    until: Time | None = None


class HoldEnd(Struct):
    reason: Words


class Hold(Struct):
    id: str
    subject: str
    reason: str
    until: Time | None
    at: Time
    actor: str
    ended: Time | None = None
    ended_by: str | None = None
    ended_reason: str | None = None


class AuditRow(Struct):
    """`at`: product time, `at_real`: real time. Each row's hash covers the row and the hash before it."""

    id: str
    n: int
    at: Time
    at_real: Time
    actor: str
    role: str
    action: str
    subject: str
    detail: Json
    prev: str
    hash: str


class AuditCheck(Struct):
    """`broken_at`: the number of the first row that is not the one that was written; `what` is wrong with it."""

    rows: int
    ok: bool
    broken_at: int | None
    what: str | None
    head: str


class PrivacyField(Struct):
    field: str
    of: Literal["customer", "staff", "contact"]
    name: str
    name_zh: str
    purpose: str
    purpose_zh: str
    basis: str
    term: str
    full: list[str]
    rule: str
    others_see: str
    others_see_zh: str


class PrivacyRecipient(Struct):
    """Who gets personal data outside of the product; `fields`: which, as `PrivacyField.field`."""

    name: str
    name_zh: str
    purpose: str
    purpose_zh: str
    basis: str
    fields: list[str]


class PrivacyMatrix(Struct):
    """Every personal field: purpose, basis, how long, which roles may see it in full, what others see."""

    version: str
    terms: dict[str, Json]
    fields: list[PrivacyField]
    recipients: list[PrivacyRecipient]
