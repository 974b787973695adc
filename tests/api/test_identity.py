"""Users, sessions, tokens, sign-in links: what opens, for how long, and what stays closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.identity import ABSOLUTE, IDLE, LINK_LIFE, Identity
from api.problems import HttpError
from api.throttle import FREE, LONGEST, Throttle
from service.records.memory import MemoryRecords
from telemetry.errors import Conflict, Invalid, NotFound, Unavailable
from telemetry.units import MINUTE, SECOND
from tests.api.fake import fast_hash

NOW = 1_790_000_000_000


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def identity(records: MemoryRecords) -> Identity:
    return Identity(records, fast_hash())


def test_the_first_administrator_gets_the_given_password_or_a_random_one_told_once(identity: Identity) -> None:
    made_up = identity.ensure_admin(None, NOW)
    assert made_up is not None
    assert identity.sign_in("admin", made_up, "a", NOW)[1].role == "administrator"
    assert identity.ensure_admin("another-password", NOW) is None
    with pytest.raises(HttpError):
        identity.sign_in("admin", "another-password", "a", NOW)


def test_a_given_administrator_password_is_not_told_again(identity: Identity) -> None:
    assert identity.ensure_admin("given", NOW) is None
    assert identity.sign_in("admin", "given", "a", NOW)[1].id == "admin"


def test_unknown_user_and_wrong_password_look_alike(identity: Identity) -> None:
    identity.ensure_admin("secret-word", NOW)
    with pytest.raises(HttpError) as unknown:
        identity.sign_in("nobody", "x", "a", NOW)
    with pytest.raises(HttpError) as wrong:
        identity.sign_in("admin", "x", "a", NOW)
    assert (unknown.value.status, unknown.value.detail) == (wrong.value.status, wrong.value.detail)


def test_nothing_secret_is_stored(identity: Identity, records: MemoryRecords) -> None:
    identity.ensure_admin("secret-word", NOW)
    session, _ = identity.sign_in("admin", "secret-word", "a", NOW)
    _, token = identity.create_token("t", "viewer", NOW)
    stored = str([records.find(table) for table in ("users", "sessions", "tokens")])
    assert all(secret not in stored for secret in ("secret-word", session, token, token.removeprefix("vw_")))
    assert "$argon2id$" in stored


def test_a_session_ends_when_idle_and_after_twelve_hours_whatever_happens(identity: Identity) -> None:
    identity.ensure_admin("secret-word", NOW)
    secret, _ = identity.sign_in("admin", "secret-word", "a", NOW)
    for real in range(NOW, NOW + ABSOLUTE, IDLE):
        assert identity.of_session(secret, real)
    assert identity.of_session(secret, NOW + ABSOLUTE) is None
    idle, _ = identity.sign_in("admin", "secret-word", "a", NOW)
    assert identity.of_session(idle, NOW + IDLE + 1) is None


def test_signing_out_and_a_new_password_end_sessions(identity: Identity) -> None:
    identity.ensure_admin("secret-word", NOW)
    first, caller = identity.sign_in("admin", "secret-word", "a", NOW)
    second, _ = identity.sign_in("admin", "secret-word", "a", NOW)
    identity.sign_out(caller)
    assert identity.of_session(first, NOW) is None
    assert identity.of_session(second, NOW)
    identity.set_password("admin", "new-secret-word")
    assert identity.of_session(second, NOW) is None
    assert identity.sign_in("admin", "new-secret-word", "a", NOW)


def test_a_token_works_until_revoked_and_says_when_it_was_used(identity: Identity, records: MemoryRecords) -> None:
    row, token = identity.create_token("robot", "operator", NOW)
    assert token.startswith("vw_")
    assert len(token) > 30
    caller = identity.of_token(token, NOW + 5)
    assert caller is not None
    assert (caller.id, caller.role, caller.technician) == ("robot", "operator", None)
    assert records.get("tokens", row["id"])["last_used"] == NOW + 5  # type: ignore[index]
    identity.revoke_token(row["id"], NOW + 9)
    assert identity.of_token(token, NOW + 10) is None
    assert identity.renew(caller, NOW + 10) is None
    assert identity.of_token("vw_" + "x" * 32, NOW) is None


def test_who_may_read_may_read_although_nothing_can_be_noted(
    identity: Identity, records: MemoryRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.ensure_admin("given", NOW)
    _, token = identity.create_token("dash", "viewer", NOW)
    session, _ = identity.sign_in("admin", "given", "a", NOW)

    def full(_changes: object) -> None:
        raise Unavailable("record store: database or disk is full")

    monkeypatch.setattr(records, "write", full)
    assert identity.of_token(token, NOW) is not None
    assert identity.of_session(session, NOW + 2 * MINUTE) is not None


def test_a_technician_acts_under_the_technicians_id(identity: Identity) -> None:
    _, token = identity.create_token("T7", "technician", NOW)
    by_token = identity.of_token(token, NOW)
    identity.create_user("li", "li-secret-word", "technician", "T8", NOW)
    _, by_password = identity.sign_in("li", "li-secret-word", "a", NOW)
    assert by_token is not None
    assert by_token.actor().id == "T7"
    assert (by_password.id, by_password.actor().id) == ("li", "T8")


def test_users_and_tokens_are_checked(identity: Identity) -> None:
    identity.create_user("li", "li-secret-word", "viewer", None, NOW)
    with pytest.raises(Conflict):
        identity.create_user("li", "li-secret-word", "viewer", None, NOW)
    bad = [("x", "short", "viewer", None), ("", "long-enough", "viewer", None), ("x", "long-enough", "king", None)]
    bad += [("x", "long-enough", "technician", None), ("x", "long-enough", "viewer", "T1")]
    for name, password, role, technician in bad:
        with pytest.raises(Invalid):
            identity.create_user(name, password, role, technician, NOW)
    with pytest.raises(Invalid):
        identity.create_token("x", "king", NOW)
    with pytest.raises(NotFound):
        identity.revoke_token("nothing", NOW)
    with pytest.raises(NotFound):
        identity.set_password("nobody", "long-enough")


def test_a_sign_in_link_works_once_the_demos_for_twelve_hours(identity: Identity) -> None:
    identity.ensure_admin("secret-word", NOW)
    once, often = identity.issue_link("admin", NOW), identity.issue_link("admin", NOW, reusable=True)
    assert identity.of_session(identity.redeem(once, NOW) or "", NOW)
    assert identity.redeem(once, NOW) is None
    assert identity.redeem(often, NOW)
    assert identity.redeem(often, NOW + LINK_LIFE - 1)
    assert identity.redeem(often, NOW + LINK_LIFE) is None
    assert identity.redeem("made-up", NOW) is None
    assert identity.redeem(identity.issue_link("nobody", NOW), NOW) is None


def test_guessing_is_slowed_per_account_and_address(identity: Identity) -> None:
    identity.ensure_admin("secret-word", NOW)
    for _ in range(FREE):
        with pytest.raises(HttpError, match="wrong"):
            identity.sign_in("admin", "guess", "a", NOW)
    with pytest.raises(HttpError) as slowed:
        identity.sign_in("admin", "secret-word", "a", NOW)
    assert (slowed.value.status, slowed.value.headers["Retry-After"]) == (429, "1")
    assert identity.sign_in("admin", "secret-word", "elsewhere", NOW)
    assert identity.sign_in("admin", "secret-word", "a", NOW + SECOND)


@given(st.lists(st.integers(0, 14 * SECOND), min_size=1, max_size=60))
def test_after_the_free_attempts_each_waits_twice_as_long(gaps: list[int]) -> None:
    throttle, real, last_pass, passed = Throttle(), NOW, NOW, 0
    for gap in gaps:
        real += gap
        pause = 0 if passed < FREE else min(LONGEST, SECOND * 2 ** (passed - FREE))
        wait = throttle.attempt("account", "address", real)
        assert wait == max(0, last_pass + pause - real)
        if wait == 0:
            passed, last_pass = passed + 1, real


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_on_success() -> None:
    throttle = Throttle()
    for _ in range(FREE):
        throttle.attempt("account", "address", NOW)
    assert throttle.attempt("account", "address", NOW) > 0
    assert throttle.attempt("account", "address", NOW + 15 * MINUTE + 1) == 0
    throttle.succeed("account", "address")
    assert all(throttle.attempt("account", "address", NOW) == 0 for _ in range(FREE))
