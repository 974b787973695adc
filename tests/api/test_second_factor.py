"""The second factor: what signing in asks for, what opens once, and who may end it."""

from typing import Any

import pyotp
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.app import PREFIX
from api.secondfactor import RECOVERY_CODES, STEP
from api.throttle import FREE
from app.local import end_factor
from app.settings import Settings
from telemetry.errors import Unavailable
from tests.api.fake import NOW, Product

MINE = f"{PREFIX}/me/second-factor"
WORD = "secret-word"


class Person:
    """Somebody with a password and, once set up, an authenticator."""

    def __init__(self, product: Product, name: str = "li") -> None:
        product.identity.create_user(name, WORD, "operator", None, NOW)
        self.product, self.name = product, name
        self.browser = product.anyone()
        self.recovery: list[str] = []
        assert self.enter(self.browser).status_code == 201

    def enter(self, browser: TestClient | None = None, password: str = WORD, **code: str) -> Response:
        body = {"username": self.name, "password": password, **code}
        return (browser or self.product.anyone()).post(f"{PREFIX}/session", json=body)

    def begin(self) -> dict[str, Any]:
        begun: dict[str, Any] = self.browser.post(MINE, json={}).json()
        self.authenticator = pyotp.parse_uri(begun["uri"])
        return begun

    def code(self, steps: int = 0) -> str:
        """What the authenticator shows, `steps` of 30 s from now."""
        return str(self.authenticator.generate_otp(self.product.real() // STEP + steps))

    def set_up(self) -> "Person":
        self.begin()
        answer = self.browser.post(f"{MINE}/confirm", json={"code": self.code()})
        assert answer.status_code == 200
        self.recovery = answer.json()["recovery"]
        self.product.backend.clock.advance(2 * STEP)
        return self

    def end(self, code: str) -> Response:
        return self.browser.request("DELETE", MINE, json={"code": code})


@pytest.fixture
def li(product: Product) -> Person:
    return Person(product)


def refused(answer: Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("guard")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_signing_in_asks_for_a_code_once_it_is_confirmed(li: Person) -> None:
    begun = li.begin()
    assert begun["secret"] in begun["uri"]
    assert begun["qr"].startswith("data:image/svg+xml")
    assert li.enter().status_code == 201, "begun does not count"
    assert li.browser.get(f"{PREFIX}/me").json()["second_factor"] is False
    assert li.browser.post(f"{MINE}/confirm", json={"code": wrong(li.code())}).status_code == 422
    li.set_up()
    assert li.browser.get(f"{PREFIX}/me").json()["second_factor"] is True
    missing = li.enter()
    assert refused(missing) == (401, "second_factor")
    assert missing.headers["content-type"].startswith("application/problem+json")
    assert "set-cookie" not in missing.headers
    assert refused(li.enter(code=wrong(li.code()))) == (401, "second_factor")
    assert li.enter(code=li.code()).status_code == 201


def test_a_wrong_password_says_nothing_of_a_second_factor(li: Person) -> None:
    li.set_up()
    assert refused(li.enter(password="guess")) == (401, None)
    assert refused(li.enter(password="guess", code=li.code())) == (401, None)
    assert li.enter(code=li.code()).status_code == 201, "that code was not used up"


def test_people_without_one_sign_in_as_before(product: Product, li: Person) -> None:
    Person(product, "bo").set_up()
    assert li.enter().status_code == 201
    assert li.enter(code="123456").status_code == 201


def test_a_code_opens_once_and_a_neighbouring_step_will_do(product: Product, li: Person) -> None:
    li.set_up()
    assert li.enter(code=li.code(-1)).status_code == 201
    used = li.code()
    assert li.enter(code=f" {used[:3]} {used[3:]} ").status_code == 201
    assert refused(li.enter(code=used)) == (401, "second_factor")
    assert refused(li.enter(code=li.code(-1))) == (401, "second_factor"), "nor one before it"
    assert li.enter(code=li.code(1)).status_code == 201
    assert refused(li.enter(code=li.code(3))) == (401, "second_factor"), "too far off"
    product.backend.clock.advance(3 * STEP)
    assert refused(li.enter(code=li.code(-2))) == (401, "second_factor")
    assert li.enter(code=li.code()).status_code == 201


def test_the_code_that_confirmed_does_not_sign_in(li: Person) -> None:
    li.begin()
    code = li.code()
    assert li.browser.post(f"{MINE}/confirm", json={"code": code}).status_code == 200
    assert refused(li.enter(code=code)) == (401, "second_factor")


def test_a_recovery_code_opens_once(li: Person) -> None:
    li.set_up()
    assert len(set(li.recovery)) == RECOVERY_CODES
    first, second = li.recovery[:2]
    assert li.enter(code=first).status_code == 201
    assert refused(li.enter(code=first)) == (401, "second_factor")
    assert li.enter(code=second.upper().replace("-", " ")).status_code == 201, "as people type it"


def test_wrong_codes_are_slowed_from_wherever_they_come(product: Product, li: Person) -> None:
    li.set_up()
    for n in range(FREE):
        elsewhere = TestClient(product.app, client=(f"10.0.0.{n}", 50_000))
        assert refused(li.enter(elsewhere, code=wrong(li.code()))) == (401, "second_factor")
    assert li.enter(code=li.code()).status_code == 429, "another address, and the right code"
    product.backend.clock.advance(STEP)
    assert li.enter(code=li.code()).status_code == 201


def test_a_wrong_code_counts_like_a_wrong_password(product: Product, li: Person) -> None:
    li.set_up()
    attempts = [li.enter(code=wrong(li.code())).status_code for _ in range(FREE + 1)]
    assert attempts == [401] * FREE + [429]
    bo = Person(product, "bo").set_up()
    attempts = [bo.enter().status_code for _ in range(FREE + 1)]
    assert attempts == [401] * FREE + [429], "nor does the right password alone make new attempts"


def test_its_owner_ends_it_with_a_code(li: Person) -> None:
    assert refused(li.end("123456")) == (409, "second_factor_off")
    assert refused(li.browser.post(f"{MINE}/confirm", json={"code": "123456"})) == (409, "second_factor_begun")
    li.set_up()
    assert refused(li.browser.post(MINE, json={})) == (409, "second_factor_on")
    assert li.end(wrong(li.code())).status_code == 422
    assert li.enter().status_code == 401
    assert li.end(li.code()).status_code == 204
    assert li.enter().status_code == 201
    li.set_up()
    assert li.end(li.recovery[0]).status_code == 204


def test_an_administrator_ends_that_of_another_and_the_log_tells(product: Product, li: Person) -> None:
    li.set_up()
    path = f"{PREFIX}/users/li/second-factor"
    assert product.as_role("operator").delete(path).status_code == 403
    admin = product.as_role("administrator")
    assert admin.delete(path).status_code == 204
    assert li.enter().status_code == 201
    assert refused(admin.delete(path)) == (409, "second_factor_off")
    assert admin.delete(f"{PREFIX}/users/nobody/second-factor").status_code == 404
    noted = [(a.actor.id, a.body["action"], a.body["subject"]) for a in product.backend.actions]
    assert noted == [("li", "user.second-factor-on", "user:li"), ("administrator", "user.second-factor-off", "user:li")]


def test_what_cannot_be_audited_is_not_switched(product: Product, li: Person) -> None:
    li.begin()
    product.backend.away = True
    assert li.browser.post(f"{MINE}/confirm", json={"code": li.code()}).status_code == 503
    assert li.browser.get(f"{PREFIX}/me").json()["second_factor"] is False


def test_the_command_line_ends_none_without_a_log_to_tell(tmp_path: Any) -> None:
    with pytest.raises(Unavailable, match="start it first"):
        end_factor(Settings(data=tmp_path), "li")


def test_a_token_has_none_and_touches_none(product: Product, li: Person) -> None:
    li.set_up()
    robot = product.as_role("administrator", "li")
    assert robot.post(MINE, json={}).status_code == 403
    assert robot.request("DELETE", MINE, json={"code": li.code()}).status_code == 403
    assert robot.get(f"{PREFIX}/me").json()["second_factor"] is False
    assert product.anyone().post(MINE, json={}).status_code == 401


def test_a_sign_in_link_asks_for_no_code(product: Product, li: Person) -> None:
    li.set_up()
    browser = product.anyone()
    browser.get(f"/sign-in/{product.identity.issue_link('li', product.real())}", follow_redirects=False)
    assert browser.get(f"{PREFIX}/me").json()["second_factor"] is True


def test_secrets_are_told_once_and_recovery_codes_are_not_kept(product: Product, li: Person) -> None:
    with capture_logs() as logs:
        secret = li.begin()["secret"]
        li.set_up()
        li.enter(code=li.code())
    later = [li.browser.get(f"{PREFIX}/me").text, product.as_role("administrator").get(f"{PREFIX}/users").text]
    kept = str(product.backend.records.find("second_factors"))
    told = str(later) + str(logs) + str([a.body for a in product.backend.actions])
    assert li.authenticator.secret not in told
    assert secret not in told + kept, "what was begun anew is void"
    assert not any(code in told + kept or code.replace("-", "") in kept for code in li.recovery)
