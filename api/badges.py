"""Who a badge shows: a technician at work with a certificate that counts (S4 6.2.2, 6.2.3)."""

from typing import NamedTuple

from api.staffing import MANY, certificates
from service import badge
from service.policy import Policy
from service.privacy import masking
from service.records.base import RecordStore, Row, Where
from telemetry.clock import Moment


class Bearer(NamedTuple):
    """What a customer is shown: the name as the policy wants it, and the skills with a valid certificate."""

    name: str
    skills: list[str]


def bearer(records: RecordStore, policy: Policy, technician: str, now: int) -> tuple[Bearer, list[str]]:
    """Who it is, and what is missing for a badge: `technician`, `active`, `certificate`. Asks the same of the records
    whoever is named, so that a refusal takes as long for everybody."""
    row = records.get("technicians", technician)
    staff = records.find("staff", [Where("technician", "=", technician), Where("ended", "null")], ["id"], MANY)
    held = certificates(records, [technician, *(person["id"] for person in staff)])
    skills = sorted({c.skill for c in held if c.valid(now)})
    lacks = {"technician": row is None, "active": row is not None and not row["active"], "certificate": not skills}
    return Bearer(_name(row, policy), skills), [what for what, lacking in lacks.items() if lacking]


def _name(row: Row | None, policy: Policy) -> str:
    name = row["name"] if row is not None else ""
    return name if policy.front.badge_name == "full" else masking.name(name) or ""


def checked(
    records: RecordStore, policy: Policy, secret: bytes, technician: str, typed: str, moment: Moment
) -> Bearer | None:
    """Whose badge shows the code now; None alike for a wrong or old code and for whoever may bear none. Codes follow
    real time, certificates product time."""
    found, missing = bearer(records, policy, technician, moment.now)
    fits = badge.shown(secret, technician, typed, moment.real)
    return found if fits and not missing else None
