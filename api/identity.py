"""Who is asking: users with passwords, sessions of people, tokens of programs, one-time sign-in links.

All times here are real time (contract, *Time*). Secrets are random, at least 128 bit, and stored as SHA-256 only;
passwords as Argon2id (19 MiB, t=2, p=1: OWASP ASVS 5.0 chapter 6). Everything is a row, so a restart signs nobody out.
"""

import hashlib
import secrets
from typing import Literal, NamedTuple

import msgspec
import structlog
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.problems import HttpError
from api.roles import ROLES
from api.secondfactor import SecondFactors
from api.throttle import Throttle
from service.model import Actor
from service.records.base import Drop, Put, RecordStore, Row, Where
from telemetry.errors import Conflict, Invalid, NotFound, Unavailable
from telemetry.units import HOUR, MINUTE

log = structlog.get_logger()
IDLE = 30 * MINUTE
ABSOLUTE = 12 * HOUR
LINK_LIFE = 12 * HOUR
TOUCH = MINUTE
SHORTEST_PASSWORD = 8
ADMIN = "admin"


class Caller(msgspec.Struct, frozen=True):
    """An authenticated person or program. `key` is the stored hash of the token or session."""

    id: str
    role: str
    how: Literal["token", "session"]
    key: str
    technician: str | None = None

    def actor(self) -> Actor:
        """As whom the fold sees the caller: a technician acts under the technician's id."""
        return Actor(self.technician or self.id, self.role)


class Link(NamedTuple):
    """A sign-in link: the user it signs in, until when (real ms), and whether it works more than once."""

    user: str
    expires: int
    reusable: bool


def digest(secret: str) -> str:
    """The stored form of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


class Identity:
    """Users, sessions and tokens over the records store; links and failed attempts in memory."""

    def __init__(self, records: RecordStore, passwords: PasswordHash | None = None) -> None:
        self._records = records
        self._passwords = passwords or hasher()
        self.factors = SecondFactors(records)
        self._throttle = Throttle()
        self._links: dict[str, Link] = {}
        self._decoy = self._passwords.hash(secrets.token_urlsafe(16))

    # users

    def ensure_admin(self, password: str | None, real: int) -> str | None:
        """Make the first administrator if there is none; answers the password if it had to be made up."""
        if self._records.get("users", ADMIN):
            return None
        chosen = password or secrets.token_urlsafe(12)
        self._records.write([self._user(ADMIN, chosen, "administrator", None, real)])
        return None if password else chosen

    def create_user(self, name: str, password: str, role: str, technician: str | None, real: int) -> Row:
        """A new user; a user of role technician is bound to a technician's id. Raises Invalid, Conflict."""
        _check_role(role)
        if not name or len(name) > 64:
            raise Invalid({"name": "1 to 64 characters"})
        if (technician is None) == (role == "technician"):
            raise Invalid({"technician": "given for role technician, and only for it"})
        if self._records.get("users", name):
            raise Conflict("exists")
        _check_password(password)
        put = self._user(name, password, role, technician, real)
        self._records.write([put])
        return put.row

    def set_password(self, name: str, password: str) -> None:
        """Replace a user's password and end the user's sessions. Raises NotFound, Invalid."""
        if self._records.get("users", name) is None:
            raise NotFound(f"no user {name}")
        _check_password(password)
        self._records.write([Put("users", {"name": name, "password": self._passwords.hash(password)})])
        self._records.trim("sessions", [Where("user", "=", name)])

    def end_factor(self, name: str) -> None:
        """End the second factor of a user who lost it. Raises NotFound, Conflict (there is none)."""
        if self._records.get("users", name) is None:
            raise NotFound(f"no user {name}")
        self.factors.end(name)

    def _user(self, name: str, password: str, role: str, technician: str | None, real: int) -> Put:
        hashed = self._passwords.hash(password)
        row = {"name": name, "password": hashed, "role": role, "technician": technician, "language": None}
        return Put("users", row | {"created": real})

    # sessions

    def sign_in(self, name: str, password: str, address: str, real: int, code: str | None = None) -> tuple[str, Caller]:
        """(the secret of a new session, its caller). Raises HttpError 401 (unknown and wrong look alike), 429.

        Whoever has a second factor is asked for its `code` once the password is right (guard `second_factor`).
        """
        if wait := self._throttle.attempt(name, address, real):
            raise HttpError(429, "too many failed attempts", {"Retry-After": str(-(-wait // 1000))})
        user = self._records.get("users", name)
        good = self._passwords.verify(password, user["password"] if user else self._decoy)
        if not user or not good:
            raise HttpError(401, "wrong user name or password")
        self.factors.demand(name, code, real)
        self._throttle.succeed(name, address)
        secret = self._open(user, real)
        return secret, Caller(name, user["role"], "session", digest(secret), user["technician"])

    def _open(self, user: Row, real: int) -> str:
        secret = secrets.token_urlsafe(32)
        row = {"hash": digest(secret), "user": user["name"], "role": user["role"], "created": real}
        self._records.write([Put("sessions", row | {"expires": real + ABSOLUTE, "last_seen": real})])
        return secret

    def of_session(self, secret: str, real: int) -> Caller | None:
        """The caller of a session cookie; None when unknown, idle too long or too old. Roles are read anew."""
        return self._of_session_hash(digest(secret), real)

    def _of_session_hash(self, key: str, real: int) -> Caller | None:
        row = self._records.get("sessions", key)
        if row is None or row["expires"] is None or real >= row["expires"] or real - row["last_seen"] > IDLE:
            return None
        user = self._records.get("users", row["user"])
        if user is None:
            return None
        if real - row["last_seen"] > TOUCH:
            self._seen(Put("sessions", {"hash": key, "last_seen": real}))
        return Caller(user["name"], user["role"], "session", key, user["technician"])

    def _seen(self, put: Put) -> None:
        """Note when somebody was here, if it can be: a full disk keeps nobody from reading."""
        try:
            self._records.write([put])
        except Unavailable as error:
            log.warning("not_noted", table=put.table, reason=str(error))

    def sign_out(self, caller: Caller) -> None:
        if caller.how == "session":
            self._records.write([Drop("sessions", caller.key)])

    # sign-in links

    def issue_link(self, user: str, real: int, *, reusable: bool = False) -> str:
        """The code of a sign-in link, good for 12 h; `reusable` (the demo's) until this process ends."""
        code = secrets.token_urlsafe(24)
        self._links[digest(code)] = Link(user, real + LINK_LIFE, reusable)
        return code

    def redeem(self, code: str, real: int) -> str | None:
        """The secret of a new session for a sign-in code; None when it is unknown, used or too old."""
        link = self._links.get(digest(code))
        user = self._records.get("users", link.user) if link else None
        if link is None or user is None or real >= link.expires:
            return None
        if not link.reusable:
            del self._links[digest(code)]
        return self._open(user, real)

    # tokens

    def create_token(self, name: str, role: str, real: int, secret: str | None = None) -> tuple[Row, str]:
        """(row, the token itself, which nobody can show again). A technician's token bears the technician's id."""
        _check_role(role)
        if not name or len(name) > 64:
            raise Invalid({"name": "1 to 64 characters"})
        token = "vw_" + (secret or secrets.token_urlsafe(24))
        key = digest(token)
        if self._records.get("tokens", key[:12]):
            raise Conflict("exists")
        row: Row = {"id": key[:12], "name": name, "role": role, "hash": key}
        row |= {"created": real, "last_used": None, "revoked": None}
        self._records.write([Put("tokens", row)])
        return row, token

    def revoke_token(self, token_id: str, real: int) -> None:
        row = self._records.get("tokens", token_id)
        if row is None:
            raise NotFound(f"no token {token_id}")
        self._records.write([Put("tokens", {"id": token_id, "revoked": row["revoked"] or real})])

    def of_token(self, token: str, real: int) -> Caller | None:
        return self._of_token_hash(digest(token), real)

    def _of_token_hash(self, key: str, real: int) -> Caller | None:
        row = self._records.get("tokens", key[:12])
        if row is None or row["revoked"] is not None or not secrets.compare_digest(row["hash"], key):
            return None
        if row["last_used"] is None or real - row["last_used"] > TOUCH:
            self._seen(Put("tokens", {"id": row["id"], "last_used": real}))
        technician = row["name"] if row["role"] == "technician" else None
        return Caller(row["name"], row["role"], "token", key, technician)

    def renew(self, caller: Caller, real: int) -> Caller | None:
        """The caller as of now: None once the session ended or the token was revoked (for long connections)."""
        look_up = self._of_token_hash if caller.how == "token" else self._of_session_hash
        return look_up(caller.key, real)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid({"role": f"one of {', '.join(ROLES)}"})


def _check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= 256:
        raise Invalid({"password": f"{SHORTEST_PASSWORD} to 256 characters"})
