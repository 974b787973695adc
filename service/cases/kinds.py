"""The nine kinds of work: what the record of each must hold before it is closed, and what guards stand before its end.

One literal table; fields are named `group.field` as a refusal names them. Groups and fields: S1 8.2 (customer), 8.3
(product), 8.4 (service); the case itself: S1 3.8, 7.1-7.3.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Whose = Literal["person", "place"]

CUSTOMER = ("customer.name", "customer.address", "customer.phone")
GOODS = ("product.name", "product.price_cents", "product.validity", "product.purchased", "product.place")
MACHINE = ("product.name",)
SERVICE = (
    "service.unit", "service.date", "service.person", "service.measure", "service.situation", "service.confirmation",
)  # fmt: skip
CASE = ("case.question", "case.received", "case.received_by", "case.channel")

ABOUT = ("goods", "service", "conduct", "integrity")
"""What a complaint is about. `conduct`: S1 6.4.2; `integrity`: somebody asked for money or favours (S1 6.4.7)."""

MODES = ("on_site", "phone", "letter", "fax", "online", "sms")
"""How a service was given (S4 4.2.2)."""


class Kind(NamedTuple):
    """What a kind of work asks for.

    `customer`: a `person`, whose data must be there; or the owner of the `place`, which the register tells and which is
    no reason to refuse. `close`, `resolve`: guards of this kind beside those of the move (`service/moves.py`).
    """

    customer: Whose
    product: tuple[str, ...]
    service: tuple[str, ...]
    case: tuple[str, ...]
    close: tuple[str, ...]
    resolve: tuple[str, ...]
    clauses: tuple[str, ...]


CLOSE = ("record", "dispute", "refund_paid", "promise_kept")
RESOLVE = ("refund_paid",)

KINDS: dict[str, Kind] = {
    "repair": Kind("person", MACHINE, SERVICE, CASE, CLOSE, RESOLVE, ("S1 8.2-8.4", "S3 3.3", "S3 3.4")),
    "consultation": Kind("person", (), (), CASE, CLOSE, RESOLVE, ("S1 8.2", "S1 7.1")),
    "complaint": Kind(
        "person", (), (), (*CASE, "case.about"), (*CLOSE, "root_cause", "basis"), RESOLVE,
        ("S1 8.2", "S1 7.2", "S1 7.3", "S3 4.1", "S3 4.2"),
    ),
    "installation": Kind("person", MACHINE, SERVICE, CASE, CLOSE, RESOLVE, ("S1 8.2-8.4", "S4 4.2.1")),
    "return": Kind("person", GOODS, (), CASE, CLOSE, RESOLVE, ("S1 8.2", "S1 8.3", "S1 7.5")),
    "refund": Kind("person", GOODS, (), CASE, CLOSE, RESOLVE, ("S1 8.2", "S1 8.3", "S4 8.4.3")),
    "recall": Kind("place", (), SERVICE, CASE, CLOSE, RESOLVE, ("S1 7.6", "S1 8.4")),
    "incident": Kind("place", (), (), CASE, CLOSE, RESOLVE, ("S1 4.4", "S3 3.2(2)")),
    "followup": Kind("place", (), (), CASE, CLOSE, RESOLVE, ("S1 7.7",)),
}  # fmt: skip


def required(kind: str, *, by_person: bool, about: str | None = None) -> tuple[str, ...]:
    """The fields that the record of such a ticket needs. `by_person`: a person called; telemetry has the owner of the
    place for a customer. `about`: what a complaint is about; one about goods needs the goods (S1 8.3)."""
    of = KINDS[kind]
    customer = CUSTOMER if of.customer == "person" and by_person else ()
    goods = GOODS if kind == "complaint" and about == "goods" else ()
    return (*customer, *of.product, *goods, *of.service, *of.case)


def lacking(kind: str, record: Mapping[str, Mapping[str, Any]], *, by_person: bool) -> list[str]:
    """The required fields that are empty in a record of groups `customer product service case`."""
    needed = required(kind, by_person=by_person, about=record.get("case", {}).get("about"))
    named = (field.split(".") for field in needed)
    return [f"{group}.{field}" for group, field in named if record.get(group, {}).get(field) in (None, "")]


def guards(kind: str, action: str) -> tuple[str, ...]:
    """The guards that a kind sets before an action, beside those of the move itself."""
    of = KINDS[kind]
    return {"close": of.close, "resolve": of.resolve, "cancel": RESOLVE}.get(action, ())
