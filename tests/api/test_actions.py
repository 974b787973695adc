"""Changes: what reaches the fold, how its answers look, one answer per idempotency key, no lost updates."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from service.credentials import matches
from service.model import Action, Answer
from service.records.base import Put
from tests.api.fake import BARE, FakeBackend, Product

TICKET = BARE["tickets"] | {"id": "T-1", "n": 1, "timeline": []}


@pytest.fixture
def desk(backend: FakeBackend) -> FakeBackend:
    """A desk that opens ticket after ticket and lets every move pass."""
    opened: list[str] = []

    def create(action: Action) -> Answer:
        opened.append(f"T-{len(opened) + 1}")
        return Answer(
            status="created", body=backend.put("tickets", id=opened[-1], n=len(opened), **_known(action.body))
        )

    backend.answers["ticket.create"] = create
    for move in ("triage", "reply", "promise", "comment"):
        backend.answers[f"ticket.{move}"] = lambda _: Answer(status="ok", body=TICKET)
    return backend


def _known(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key in BARE["tickets"] and key != "received"}


def test_creating_answers_201_with_the_object_and_tells_the_fold_who_asked(
    desk: FakeBackend, admin: TestClient
) -> None:
    body = {
        "kind": "repair",
        "summary": "cold",
        "received": "2026-09-21T22:13:20+08:00",
        "customer": {"name": "Li Lei"},
    }
    answer = admin.post("/api/v1/tickets", json=body)
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    ticket = answer.json()
    assert (ticket["id"], ticket["state"], ticket["clocks"], ticket["timeline"]) == ("T-1", "new", [], [])
    sent = desk.actions[0]
    assert sent.body == body
    assert (sent.actor.id, sent.actor.role, sent.name, sent.target) == (
        "administrator",
        "administrator",
        "ticket.create",
        "",
    )


@pytest.mark.parametrize(
    ("answer", "status", "members"),
    [
        (
            Answer(status="conflict", body={"guard": "state", "missing": ["new"]}),
            409,
            {"guard": "state", "missing": ["new"]},
        ),
        (Answer(status="not_found", body={"id": "T-1"}), 404, {}),
        (Answer(status="denied", body={"id": "T-1"}), 403, {}),
        (Answer(status="invalid", body={"fields": {"at": "wrong"}}), 422, {"fields": {"at": "wrong"}}),
        (Answer(status="stale", body={"guard": "stale"}), 412, {"guard": "stale"}),
    ],
)
def test_each_refusal_of_the_fold_is_a_problem_document(
    backend: FakeBackend, admin: TestClient, answer: Answer, status: int, members: dict[str, Any]
) -> None:
    backend.answers["ticket.triage"] = lambda _: answer
    got = admin.post("/api/v1/tickets/T-1/triage", json={})
    assert got.status_code == status
    assert got.headers["content-type"] == "application/problem+json"
    problem = got.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert {key: problem[key] for key in members} == members


def test_a_move_is_judged_before_its_body(desk: FakeBackend, admin: TestClient) -> None:
    desk.answers["ticket.promise"] = lambda _: Answer(status="conflict", body={"guard": "state", "missing": []})
    assert admin.post("/api/v1/tickets/T-1/promise", json={"at": "no time at all", "x": 1}).status_code == 409
    assert admin.post("/api/v1/tickets/T-1/promise").status_code == 409
    assert desk.actions[0].body["at"] == "no time at all"


def test_while_the_gateway_is_away_the_answer_is_503_with_a_time_to_try_again(
    backend: FakeBackend, admin: TestClient
) -> None:
    backend.away = True
    answer = admin.post("/api/v1/tickets/T-1/triage", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    backend.away = False
    backend.answers["ticket.triage"] = lambda _: Answer(status="ok", body=TICKET)
    assert admin.post("/api/v1/tickets/T-1/triage", headers={"Idempotency-Key": "k"}).status_code == 200


DEEP = b'{"a":' * 20 + b"1" + b"}" * 20
LONG = b'{"a":123456789012345678901234567890}'


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"x"', b'{"a":NaN}', b"\xff", b"[" * 50_000, DEEP, LONG])
def test_bodies_that_are_no_plain_json_objects_are_refused(desk: FakeBackend, admin: TestClient, raw: bytes) -> None:
    answer = admin.post("/api/v1/tickets", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["fields"].keys() == {"body"}
    assert desk.actions == []


class TestIdempotency:
    def test_the_same_key_and_body_get_the_same_answer_and_act_once(self, desk: FakeBackend, admin: TestClient) -> None:
        body, key = {"kind": "repair", "summary": "x"}, {"Idempotency-Key": "abc"}
        first, second = (admin.post("/api/v1/tickets", json=body, headers=key) for _ in range(2))
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert first.headers["etag"] == second.headers["etag"]
        assert len(desk.actions) == 1

    def test_the_same_key_with_another_request_is_refused(self, desk: FakeBackend, admin: TestClient) -> None:
        key = {"Idempotency-Key": "abc"}
        admin.post("/api/v1/tickets", json={"kind": "repair", "summary": "x"}, headers=key)
        assert admin.post("/api/v1/tickets", json={"kind": "repair", "summary": "y"}, headers=key).status_code == 422
        assert (
            admin.post("/api/v1/tickets/T-1/triage", json={"kind": "repair", "summary": "x"}, headers=key).status_code
            == 422
        )
        assert len(desk.actions) == 1

    def test_keys_of_different_callers_do_not_meet(self, product: Product, desk: FakeBackend) -> None:
        for role in ("operator", "agent"):
            answer = product.as_role(role).post(
                "/api/v1/tickets", json={"summary": "x"}, headers={"Idempotency-Key": "k"}
            )
            assert answer.status_code == 201
        assert len(desk.actions) == 2

    def test_a_refusal_is_an_answer_too(self, backend: FakeBackend, admin: TestClient) -> None:
        backend.answers["ticket.triage"] = lambda _: Answer(status="conflict", body={"guard": "state", "missing": []})
        answers = [admin.post("/api/v1/tickets/T-1/triage", headers={"Idempotency-Key": "k"}) for _ in range(2)]
        assert [a.status_code for a in answers] == [409, 409]
        assert answers[1].headers["content-type"] == "application/problem+json"
        assert len(backend.actions) == 1

    def test_the_action_repeated_after_a_lost_answer_bears_the_same_id(
        self, desk: FakeBackend, admin: TestClient
    ) -> None:
        key = {"Idempotency-Key": "k"}
        admin.post("/api/v1/tickets", json={"summary": "x"}, headers=key)
        desk.records.trim("idempotency", [])  # as if we had died before keeping the answer
        admin.post("/api/v1/tickets", json={"summary": "x"}, headers=key)
        assert desk.actions[0].id == desk.actions[1].id

    def test_a_key_is_forgotten_after_a_day_of_real_time(self, desk: FakeBackend, admin: TestClient) -> None:
        key = {"Idempotency-Key": "k"}
        admin.post("/api/v1/tickets", json={"summary": "x"}, headers=key)
        desk.clock.advance(24 * 3_600_000)
        assert admin.post("/api/v1/tickets", json={"summary": "y"}, headers=key).status_code == 201

    def test_a_credential_is_the_same_again_although_nobody_keeps_it(
        self, backend: FakeBackend, admin: TestClient
    ) -> None:
        body, key = {"id": "C-1", "model": "M"}, {"Idempotency-Key": "k"}
        first, second = (admin.post("/api/v1/cabinets", json=body, headers=key).json() for _ in range(2))
        assert first == second
        assert first["credential"]["username"] == "C-1"
        assert len(first["credential"]["password"]) >= 22
        password = first["credential"]["password"]
        stored = [backend.records.find(table) for table in ("cabinets", "idempotency")]
        assert password not in f"{backend.actions} {stored}"

    def test_a_secret_cannot_be_made_from_what_is_stored(self, backend: FakeBackend, admin: TestClient) -> None:
        """The key of the caller is not kept, so that a stolen data directory opens no cabinet."""
        key, path = "a key that only the caller knows", "/api/v1/cabinets/C-1/credential"
        admin.post("/api/v1/cabinets", json={"id": "C-1", "model": "M"})
        first, second = (admin.post(path, headers={"Idempotency-Key": key}).json() for _ in range(2))
        other = admin.post(path, headers={"Idempotency-Key": "another"}).json()
        assert first == second
        assert {"username", "password"} == set(first)
        assert first["password"] != other["password"]
        stored = [backend.records.find(table) for table in ("cabinets", "idempotency")]
        for secret in (key, first["password"], other["password"]):
            assert secret not in f"{backend.actions} {stored}"

    @pytest.mark.parametrize("path", ["/api/v1/cabinets/C-1/credential", "/api/v1/tokens"])
    def test_a_key_used_again_once_it_is_forgotten_brings_no_old_secret_back(
        self, backend: FakeBackend, admin: TestClient, path: str
    ) -> None:
        """An old secret may have been rotated or revoked for a reason."""
        key, body = (
            {"Idempotency-Key": "always the same"},
            {"name": "t", "role": "viewer"} if "tokens" in path else None,
        )
        admin.post("/api/v1/cabinets", json={"id": "C-1", "model": "M"})

        def secret() -> str:
            answer = admin.post(path, json=body, headers=key)
            assert answer.status_code == 201, answer.text
            return answer.json()["token" if body else "password"]

        before = secret()
        backend.clock.advance(24 * 3_600_000 - 1)
        assert secret() == before
        backend.clock.advance(1)
        assert secret() != before
        assert len({action.id for action in backend.actions}) == len(backend.actions)

    def test_after_a_death_before_the_answer_was_kept_the_same_secret_is_shown(
        self, backend: FakeBackend, admin: TestClient
    ) -> None:
        key, path = {"Idempotency-Key": "k"}, "/api/v1/cabinets/C-1/credential"
        admin.post("/api/v1/cabinets", json={"id": "C-1", "model": "M"})
        first = admin.post(path, headers=key).json()
        (kept,) = backend.records.find("idempotency")
        backend.records.write([Put("idempotency", kept | {"status": 0, "body": {}})])
        backend.clock.advance(60_000)
        assert admin.post(path, headers=key).json() == first
        assert backend.actions[-1].id == backend.actions[-2].id

    def test_what_is_kept_of_secrets_is_for_administrators(self, product: Product, admin: TestClient) -> None:
        for cabinet in ("C-1", "C-2", "C-3"):
            admin.post("/api/v1/cabinets", json={"id": cabinet, "model": "M"})
        secret = admin.post("/api/v1/cabinets/C-1/credential").json()["password"]
        assert admin.delete("/api/v1/cabinets/C-2/credential").json()["enrolled"] is False
        admin.delete("/api/v1/cabinets/C-3")
        (kept,) = admin.get("/api/v1/credentials", params={"sort": "id"}).json()["items"]
        assert kept["username"] == "C-1"
        assert matches(secret, kept["hash"])
        assert product.as_role("operator").get("/api/v1/credentials").status_code == 403

    def test_a_made_up_key_of_wrong_length_is_refused(self, desk: FakeBackend, admin: TestClient) -> None:
        for key in ("", "x" * 201):
            answer = admin.post("/api/v1/tickets", json={"summary": "x"}, headers={"Idempotency-Key": key})
            assert answer.status_code == 422


class TestIfMatch:
    def test_the_version_reaches_the_fold_and_a_stale_one_answers_412(
        self, backend: FakeBackend, admin: TestClient
    ) -> None:
        admin.post("/api/v1/cabinets", json={"id": "C-1", "model": "M"})
        etag = admin.get("/api/v1/cabinets/C-1").headers["etag"]
        fine = admin.patch("/api/v1/cabinets/C-1", json={"model": "N"}, headers={"If-Match": etag})
        assert (fine.status_code, fine.json()["model"]) == (200, "N")
        assert fine.headers["etag"] != etag
        stale = admin.patch("/api/v1/cabinets/C-1", json={"model": "O"}, headers={"If-Match": etag})
        assert stale.status_code == 412
        assert admin.get("/api/v1/cabinets/C-1").json()["model"] == "N"

    def test_it_is_never_required_and_a_foreign_tag_is_stale(self, backend: FakeBackend, admin: TestClient) -> None:
        admin.post("/api/v1/cabinets", json={"id": "C-1", "model": "M"})
        assert admin.patch("/api/v1/cabinets/C-1", json={"model": "N"}).status_code == 200
        assert admin.patch("/api/v1/cabinets/C-1", json={"model": "N"}, headers={"If-Match": "*"}).status_code == 200
        assert (
            admin.patch("/api/v1/cabinets/C-1", json={"model": "N"}, headers={"If-Match": '"abc"'}).status_code == 412
        )
