"""Who gets in and what each role may do: the whole table, every endpoint; cookies only from our own pages."""

from typing import Any

import pytest

from api.access import COOKIE
from api.app import PREFIX
from api.roles import MAY, ROLES
from tests.api.fake import NOW, Product

OPEN = {
    f"GET {PREFIX}/time", f"GET {PREFIX}/privacy/matrix", f"POST {PREFIX}/session", f"DELETE {PREFIX}/session",
    f"GET {PREFIX}/me", f"POST {PREFIX}/me/second-factor", f"POST {PREFIX}/me/second-factor/confirm",
    f"DELETE {PREFIX}/me/second-factor",
    "GET /livez", "GET /readyz", "GET /metrics", "GET /sign-in/{code}", "GET /{path:path}", "HEAD /{path:path}",
}  # fmt: skip


@pytest.fixture
def permissions(product: Product) -> dict[str, str | None]:
    paths = product.app.openapi()["paths"]
    return {
        f"{method.upper()} {path}": operation.get("x-permission")
        for path, item in paths.items()
        for method, operation in item.items()
    }


def test_every_endpoint_names_its_permission_and_every_permission_guards_something(
    permissions: dict[str, str | None],
) -> None:
    unguarded = {endpoint for endpoint, permission in permissions.items() if permission is None}
    assert unguarded <= OPEN
    assert {p for p in permissions.values() if p} | {"personal.read"} == set(MAY)


def _body(endpoint: str) -> Any:
    return {} if endpoint.startswith(("POST", "PATCH")) else None


def test_each_role_is_let_through_or_refused_exactly_as_the_table_says(
    product: Product, permissions: dict[str, str | None]
) -> None:
    clients = {role: product.as_role(role) for role in ROLES}
    stranger = product.anyone()
    for endpoint, permission in permissions.items():
        if permission is None:
            continue
        method, _, path = endpoint.partition(" ")
        for role, client in clients.items():
            status = client.request(method, path.replace("{", "").replace("}", ""), json=_body(endpoint)).status_code
            assert (status == 403) == (role not in MAY[permission]), (role, endpoint, status)
            assert status < 500, (role, endpoint)
        assert stranger.request(method, path, json=_body(endpoint)).status_code == 401, endpoint


def test_without_or_with_wrong_credentials_nobody_is_let_in(product: Product) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": f"{COOKIE}=x"},
    ):
        answer = product.anyone().get("/api/v1/cabinets", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["status"] == 401


def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_can_use(product: Product) -> None:
    product.identity.ensure_admin("secret-word", NOW)
    browser = product.anyone()
    answer = browser.post("/api/v1/session", json={"username": "admin", "password": "secret-word"})
    assert answer.status_code == 201
    assert answer.json() == {"id": "admin", "name": "admin", "role": "administrator", "technician": None}
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    assert browser.get("/api/v1/me").json()["id"] == "admin"
    assert browser.delete("/api/v1/session").status_code == 204
    assert browser.get("/api/v1/me").status_code == 401


def test_over_tls_the_cookie_is_secure_and_the_host_strict(product: Product) -> None:
    product.identity.ensure_admin("secret-word", NOW)
    browser = product.anyone()
    browser.base_url = "https://testserver"
    browser.headers["Origin"] = "https://testserver"
    answer = browser.post("/api/v1/session", json={"username": "admin", "password": "secret-word"})
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers


def test_a_write_by_cookie_is_refused_from_foreign_pages_and_taken_from_what_is_no_page(product: Product) -> None:
    product.identity.ensure_admin("secret-word", NOW)
    browser = product.anyone()
    browser.post("/api/v1/session", json={"username": "admin", "password": "secret-word"})
    del browser.headers["Origin"]

    def write(**headers: str) -> int:
        return browser.post("/api/v1/sites", json={"name": "x"}, headers=headers).status_code

    assert write() == 201, "a program that signed in sends neither header; a browser always does"
    assert write(Origin="https://evil.example") == 403
    assert write(Origin="null") == 403
    assert write(**{"Sec-Fetch-Site": "cross-site"}) == 403
    assert write(**{"Sec-Fetch-Site": "same-site"}) == 403
    assert write(Origin="http://testserver") == 201
    assert write(**{"Sec-Fetch-Site": "same-origin"}) == 201
    assert browser.get("/api/v1/sites").status_code == 200


def test_signing_in_from_a_foreign_page_is_refused(product: Product) -> None:
    product.identity.ensure_admin("secret-word", NOW)
    body = {"username": "admin", "password": "secret-word"}
    assert (
        product.anyone().post("/api/v1/session", json=body, headers={"Origin": "https://evil.example"}).status_code
        == 403
    )


def test_a_sign_in_link_opens_the_console_signed_in(product: Product) -> None:
    product.identity.ensure_admin(None, NOW)
    browser = product.anyone()
    answer = browser.get(f"/sign-in/{product.identity.issue_link('admin', NOW)}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/api/v1/me").json()["role"] == "administrator"
    spent = product.anyone().get("/sign-in/nonsense", follow_redirects=False)
    assert spent.status_code == 303
    assert "set-cookie" not in spent.headers


def test_tokens_and_users_are_made_listed_and_ended_without_showing_secrets(product: Product) -> None:
    admin = product.as_role("administrator")
    made = admin.post("/api/v1/tokens", json={"name": "robot", "role": "viewer"})
    assert made.status_code == 201
    robot = product.anyone()
    robot.headers["Authorization"] = f"Bearer {made.json()['token']}"
    assert robot.get("/api/v1/me").json()["role"] == "viewer"
    listed = admin.get("/api/v1/tokens?q=name:robot").json()["items"]
    assert [set(t) & {"hash", "token"} for t in listed] == [set()]
    assert admin.delete(f"/api/v1/tokens/{made.json()['id']}").status_code == 204
    assert robot.get("/api/v1/me").status_code == 401
    body = {"name": "li", "password": "li-secret-word", "role": "technician", "technician": "T1"}
    assert admin.post("/api/v1/users", json=body).status_code == 201
    assert admin.post("/api/v1/users", json=body).status_code == 409
    assert "password" not in admin.get("/api/v1/users").json()["items"][0]
    assert admin.post("/api/v1/users/li/password", json={"password": "another-word"}).status_code == 204
    assert admin.post("/api/v1/users/nobody/password", json={"password": "another-word"}).status_code == 404
    assert admin.post("/api/v1/tokens", json={"name": "x", "role": "king"}).json()["fields"].keys() == {"role"}
