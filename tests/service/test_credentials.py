"""What is kept of a secret opens for that secret alone, and Mosquitto reads the same."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.credentials import hashed, kept_hash, matches, usable

SECRETS = st.text(st.characters(exclude_characters="\0"), max_size=60)


@given(SECRETS, SECRETS)
def test_a_hash_opens_for_its_own_secret_alone(secret: str, other: str) -> None:
    kept = hashed(secret)
    assert usable(kept)
    assert matches(secret, kept)
    assert matches(other, kept) == (other == secret)


def test_zeros_behind_a_secret_open_nothing() -> None:
    assert not matches("secret\0", hashed("secret"))
    assert not matches("\0", hashed(""))


@given(st.text(max_size=80))
def test_a_hash_of_another_form_never_opens(kept: str) -> None:
    assert not matches("", kept)
    assert not matches(kept, kept)


def test_the_form_is_that_of_mosquitto_password_files() -> None:
    digest = hashlib.pbkdf2_hmac("sha512", b"secret", b"123456789012", 1)
    assert hashed("secret", b"123456789012") == f"$7$1$MTIzNDU2Nzg5MDEy${base64.b64encode(digest).decode()}"


@pytest.mark.parametrize("credential", [None, {}, {"hash": None}, {"hash": ""}, {"hash": "a" * 64}, {"hash": "$6$x"}])
def test_by_what_nothing_opens_nobody_is_enrolled(credential: dict[str, Any] | None) -> None:
    """Also by a hash of the form before there was admission: the console must not say that such a cabinet has a key."""
    assert kept_hash(credential) is None
    assert kept_hash({"hash": hashed("secret")})


def test_equal_secrets_are_kept_differently() -> None:
    assert hashed("secret") != hashed("secret")
