"""What the desk remembers for privacy: legal holds in force, and who looked at personal data lately."""

import hashlib
import hmac

import msgspec

from service.records.base import Row


class Hold(msgspec.Struct, kw_only=True):
    """A legal hold: what it covers is not purged until `until` (product ms; None: until somebody ends it).

    `subject`: `ticket:T-000001`, `cabinet:C-1`, or `person:…` with the key of a phone number (`person_key`).
    """

    id: str
    subject: str
    reason: str
    until: int | None
    at: int
    actor: str

    def row(self) -> Row:
        """The row of table `holds`, while it is in force."""
        return msgspec.structs.asdict(self)


class Privacy(msgspec.Struct, kw_only=True):
    """`holds`: by id. `looks`: actor → times (product ms) of what it revealed or exported in the last hour.
    `incidents`: actor → the ticket that was opened about it."""

    holds: dict[str, Hold] = msgspec.field(default_factory=dict)
    looks: dict[str, list[int]] = msgspec.field(default_factory=dict)
    incidents: dict[str, str] = msgspec.field(default_factory=dict)


def person_key(secret: bytes, phone: str) -> str:
    """The key of the person behind a phone number: the same for every way of writing it, and of no use without our
    secret. Only the last eleven digits count, so that a country code changes nothing."""
    digits = "".join(c for c in phone if c.isdecimal())[-11:]
    return hmac.new(secret, f"person|{digits}".encode(), hashlib.sha256).hexdigest()[:16]


def same_person(a: object, b: str) -> bool:
    """Whether two ways of writing a phone number name one number."""
    mine = "".join(c for c in a if c.isdecimal())[-11:] if isinstance(a, str) else ""
    return bool(mine) and mine == "".join(c for c in b if c.isdecimal())[-11:]
