"""What a service agreement promises its sites and cabinets in the place of the policy (S3 3.1). Pure.

An entry of kind `agreement` may carry `service_targets`: `{"sites", "cabinets", "arrival_minutes", "restore_minutes"}`,
who it is for, and minutes by severity (of an arrival: on a working day, and otherwise). What it leaves out stays the
policy's. A ticket keeps what held when it was opened: a changed agreement is for new tickets.
"""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from service.policy import Policy
from telemetry.errors import Invalid
from telemetry.units import MINUTE

AGREEMENT = "agreement"
FIELD = "service_targets"
Id = Annotated[str, Meta(min_length=1, max_length=100)]
Ids = Annotated[list[Id], Meta(max_length=1000)]
Minutes = Annotated[int, Meta(ge=1, le=366 * 24 * 60)]


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of an agreement that clocks take; `arrival_minutes`: severity → (on a working day, otherwise)."""

    sites: Ids = []
    cabinets: Ids = []
    arrival_minutes: dict[str, tuple[Minutes, Minutes]] = {}
    restore_minutes: dict[str, Minutes] = {}


class Agreed(msgspec.Struct, frozen=True):
    """The terms that a ticket is worked on, and the agreement they come from."""

    agreement: str
    terms: Terms

    def over(self, policy: Policy) -> Policy:
        """The policy with these targets; the agreement stands in the grounds of each clock, beside the version."""
        arrival = {k: (work * MINUTE, rest * MINUTE) for k, (work, rest) in self.terms.arrival_minutes.items()}
        restore = {severity: minutes * MINUTE for severity, minutes in self.terms.restore_minutes.items()}
        return msgspec.structs.replace(
            policy,
            version=f"{policy.version}+{self.agreement}",
            arrival_ms={**policy.arrival_ms, **arrival},
            restore_ms={**policy.restore_ms, **restore},
        )


def read(body: dict[str, Any], severities: Iterable[str]) -> Terms | None:
    """The terms in the body of an agreement, None where it has none. Raises Invalid."""
    if body.get(FIELD) is None:
        return None
    try:
        terms = msgspec.convert(body[FIELD], Terms)
    except msgspec.ValidationError as error:
        raise Invalid({f"body.{FIELD}": str(error)}) from error
    unknown = sorted({*terms.arrival_minutes, *terms.restore_minutes} - set(severities))
    if unknown:
        raise Invalid({f"body.{FIELD}": f"no severity: {', '.join(unknown[:3])}"})
    if not terms.sites and not terms.cabinets:
        raise Invalid({f"body.{FIELD}": "names no site and no cabinet"})
    return terms
