"""A technician's badge that a customer can check (S4 6.2.2, 6.2.3): a code that changes every minute. Pure."""

import hmac

from telemetry.units import MINUTE

STEP_MS = MINUTE


def code(secret: bytes, technician: str, at: int) -> str:
    """The six digits that a technician's phone shows during the minute around `at` (real ms)."""
    said = "\x1f".join(("badge", technician, str(at // STEP_MS)))
    digest = hmac.digest(secret, said.encode("utf-8", "surrogatepass"), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def expires(at: int) -> int:
    """When the code of `at` gives way to the next one (real ms)."""
    return (at // STEP_MS + 1) * STEP_MS


def shown(secret: bytes, technician: str, typed: str, at: int) -> bool:
    """Whether the phone shows this code, or showed it in the minute before: typing takes time. Takes the same time
    for every code."""
    now, before = (code(secret, technician, then).encode() for then in (at, at - STEP_MS))
    given = typed.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(now, given) | hmac.compare_digest(before, given)
