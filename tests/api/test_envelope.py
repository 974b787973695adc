"""What surrounds every answer: headers, sizes, problems, the console's files."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.api.fake import FakeBackend, Product


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html>console</html>")
    (folder / "tech.html").write_text("<html>tech</html>")
    (folder / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def browser(tmp_path: Path, web: Path) -> TestClient:
    return Product(tmp_path, web).anyone()


@pytest.mark.parametrize("path", ["/", "/api/v1/time", "/api/v1/nothing", "/assets/app-1a2b.js", "/livez"])
def test_every_answer_carries_the_security_headers(browser: TestClient, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-request-id"]


def test_a_plain_request_id_is_taken_over_and_a_wild_one_is_not(browser: TestClient) -> None:
    assert browser.get("/livez", headers={"X-Request-Id": "trace-1"}).headers["x-request-id"] == "trace-1"
    wild = browser.get("/api/v1/me", headers={"X-Request-Id": "a b<script>"})
    assert wild.headers["x-request-id"] == wild.json()["request_id"] != "a b<script>"


def test_answers_of_the_api_are_not_cached(browser: TestClient) -> None:
    assert browser.get("/api/v1/time").headers["cache-control"] == "no-store"


def test_unknown_paths_and_methods_answer_problems(browser: TestClient) -> None:
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api", 404),
        ("POST", "/api/v1/nothing", 404),
        ("POST", "/api/v1/tickets/T-1/nothing", 404),
        ("PUT", "/api/v1/cabinets", 405),
        ("DELETE", "/faults", 405),
    ):
        answer = browser.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_head_of_the_api_is_not_taken_for_a_page(browser: TestClient) -> None:
    assert browser.head("/api/v1/cabinets").status_code == 405
    assert browser.head("/apiary").status_code == 200, "a client route that only begins alike"


def test_an_unexpected_error_is_a_problem_that_tells_nothing_but_its_id(product: Product, backend: FakeBackend) -> None:
    def broken() -> list[tuple[str, bool, str]]:
        raise RuntimeError("secret detail")

    backend.ready = broken  # type: ignore[method-assign]
    with capture_logs() as logs:
        answer = TestClient(product.app, raise_server_exceptions=False).get("/readyz")
    assert [(line["event"], line["request_id"]) for line in logs] == [("request_failed", answer.json()["request_id"])]
    assert answer.status_code == 500
    assert answer.json()["request_id"]
    assert "secret" not in answer.text
    assert "frame-ancestors" in answer.headers["content-security-policy"]


def test_bodies_above_a_mebibyte_are_refused_however_they_are_sent(product: Product, backend: FakeBackend) -> None:
    admin = product.as_role("administrator")
    big = b'{"summary":"' + b"x" * (1 << 20) + b'"}'
    assert admin.post("/api/v1/tickets", content=big).status_code == 413
    assert admin.post("/api/v1/tickets", content=iter([big[:600_000], big[600_000:]])).status_code == 413
    assert backend.actions == []


class TestConsole:
    def test_client_routes_get_the_page_and_hashed_files_a_year(self, browser: TestClient) -> None:
        for path in ("/", "/cabinets/C-1", "/faults", "/index.html"):
            answer = browser.get(path)
            assert (answer.status_code, answer.text) == (200, "<html>console</html>"), path
            assert answer.headers["cache-control"] == "no-cache"
        assert browser.get("/tech").text == browser.get("/tech/visits/V-1").text == "<html>tech</html>"
        assert "immutable" in browser.get("/assets/app-1a2b.js").headers["cache-control"]

    @pytest.mark.parametrize(
        "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/nothing.js"]
    )
    def test_nothing_outside_is_served(self, browser: TestClient, path: str) -> None:
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "secret" not in answer.text

    def test_a_console_that_is_not_built_says_so_in_both_languages(self, product: Product) -> None:
        answer = product.anyone().get("/")
        assert answer.status_code == 503
        assert "not built" in answer.text
        assert "尚未构建" in answer.text
