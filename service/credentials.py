"""Secrets of cabinets: what is kept of them, in the form that Mosquitto's password files have too.

`$7$iterations$salt$hash` (mosquitto_passwd(1), PBKDF2 with SHA-512). One iteration: a secret of 192 random bits cannot
be guessed, so stretching it would only make admission slow.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any

_SCHEME, _ROUNDS, _SALT_BYTES = "7", 1, 12


def hashed(password: str, salt: bytes | None = None) -> str:
    """What is kept of a random secret. `salt`: fresh when not given."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    return f"${_SCHEME}${_ROUNDS}${_text(salt)}${_text(_derived(password, salt))}"


def matches(password: str, kept: str) -> bool:
    """Whether this is the secret, in constant time; never for a hash of another form, nor with a zero byte: HMAC fills
    its key up with those, so that a secret and the same with zeros behind it have one hash (RFC 2104)."""
    if not usable(kept) or "\0" in password:
        return False
    _, _, _, salt, digest = kept.split("$")
    return hmac.compare_digest(_text(_derived(password, base64.b64decode(salt))), digest)


def usable(kept: str) -> bool:
    """Whether a hash is of our form."""
    return kept.startswith(f"${_SCHEME}${_ROUNDS}$") and kept.count("$") == 4


def kept_hash(credential: dict[str, Any] | None) -> str | None:
    """The hash in what is recorded of a cabinet's credential; None when nothing opens by it: there is none, or it is of
    an earlier form, made before there was admission."""
    kept = None if credential is None else credential.get("hash")
    return kept if isinstance(kept, str) and usable(kept) else None


def _derived(password: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode("utf-8", "surrogatepass"), salt, _ROUNDS)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
