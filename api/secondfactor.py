"""The second factor of people: codes of an authenticator (RFC 6238: 30 s, six digits), and recovery codes (S4 5.6.2.3).

An authenticator's secret lies readable in the records, since every code is computed from it; it leaves them once, when
it is set up. Recovery codes are random, 80 bit, and lie there as SHA-256. All times here are real time.
"""

import base64
import hashlib
import secrets
import threading
from collections.abc import Sequence

import pyotp

from api.problems import HttpError
from api.throttle import Throttle
from service.records.base import Drop, Put, RecordStore, Row
from telemetry.errors import Conflict, Invalid
from telemetry.units import SECOND

GUARD = "second_factor"
ISSUER = "Vendwatch"
STEP = 30 * SECOND
DRIFT = (-1, 0, 1)
DIGITS = 6
RECOVERY_CODES = 8
_RECOVERY_BYTES = 10
_GROUP = 4


class SecondFactors:
    """Who has one, and whether a code is right. One attempt at a time, so that no code is good for two at once."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._throttle = Throttle()
        self._lock = threading.Lock()

    def on(self, user: str) -> bool:
        """Whether signing in asks the user for a code; one that is begun and not confirmed does not count."""
        row = self._records.get("second_factors", user)
        return row is not None and row["since"] is not None

    def begin(self, user: str) -> tuple[str, str]:
        """(the new secret, its `otpauth:` address); what was begun before is void. Raises Conflict."""
        if self.on(user):
            raise Conflict("second_factor_on")
        secret = pyotp.random_base32()
        row: Row = {"user": user, "secret": secret, "step": 0, "recovery": [], "since": None}
        self._records.write([Put("second_factors", row)])
        return secret, pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=ISSUER)

    def prove(self, user: str, code: str, *, on: bool, real: int) -> None:
        """The user holds the own one. Raises Conflict (it is not as `on` says), Invalid, HttpError 429."""
        if self._records.get("second_factors", user) is None or self.on(user) != on:
            raise Conflict("second_factor_off" if on else "second_factor_begun")
        if not self._takes(user, code, real):
            raise Invalid({"code": "wrong, or used before"})

    def confirm(self, user: str, real: int) -> list[str]:
        """From now on it counts; the recovery codes, which nobody can show again."""
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        kept = [_digest(code) for code in codes]
        self._records.write([Put("second_factors", {"user": user, "recovery": kept, "since": real})])
        return codes

    def end(self, user: str) -> None:
        """The password alone signs in again. Raises Conflict when there is none."""
        if not self.on(user):
            raise Conflict("second_factor_off")
        self._records.write([Drop("second_factors", user)])

    def demand(self, user: str, code: str | None, real: int) -> None:
        """At sign-in, after the password. Raises HttpError 401 (no code, or a wrong one), 429."""
        if not self.on(user):
            return
        if not code:
            raise HttpError(401, "a code of the second factor is needed", guard=GUARD)
        if not self._takes(user, code, real):
            raise HttpError(401, "the code is wrong, or was used before", guard=GUARD)

    def _takes(self, user: str, code: str, real: int) -> bool:
        """Use the code up if it is right. Attempts are counted per user, from wherever they come."""
        with self._lock:
            if wait := self._throttle.attempt(user, "", real):
                raise HttpError(429, "too many failed attempts", {"Retry-After": str(-(-wait // 1000))})
            row = self._records.get("second_factors", user)
            used = _used(row, _plain(code), real) if row else None
            if used is None:
                return False
            self._records.write([Put("second_factors", {"user": user} | used)])
            self._throttle.succeed(user, "")
            return True


def _used(row: Row, code: str, real: int) -> Row | None:
    """What changes in the row when the code is used up; None for a wrong one."""
    if len(code) == DIGITS and code.isascii() and code.isdigit():
        step = _step(row, code, real)
        return None if step is None else {"step": step}
    kept: Sequence[str] = row["recovery"]
    rest = [each for each in kept if not secrets.compare_digest(each, _digest(code))]
    return {"recovery": rest} if len(rest) < len(kept) else None


def _step(row: Row, code: str, real: int) -> int | None:
    """The time step that the code is of: this one or a neighbour, and later than any that was used (RFC 6238 5.2)."""
    codes = pyotp.TOTP(row["secret"])
    for step in (real // STEP + drift for drift in DRIFT):
        if step > row["step"] and secrets.compare_digest(codes.generate_otp(step), code):
            return step
    return None


def _recovery_code() -> str:
    """16 letters and digits in groups of four."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def _plain(code: str) -> str:
    """A code as people type it: spaces, hyphens and capitals mean nothing."""
    return "".join(code.lower().replace("-", "").split())


def _digest(code: str) -> str:
    return hashlib.sha256(_plain(code).encode()).hexdigest()
