"""Contacts and cases over HTTP: lists, masks, the digest, and what the desk is asked."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from service.model import Action, Answer
from service.records.base import Put
from tests.api.fake import BARE, NOW, FakeBackend, Product

API = "/api/v1"
LI = {"name": "Li Lei", "address": "Road 1", "phone": "13812345678"}
FIELDS = ("customer", "solved", "promised_at", "source", "unverified", "read_back", "flag")
BLANK = dict.fromkeys(FIELDS) | {
    "at": NOW, "actor": "agnes", "direction": "in", "channel": "phone", "text": "Dark. Call 13812345678",
    "cabinet": "C-1", "ticket": "T-1", "kind": "repair", "rule": "opened",
}  # fmt: skip


def contact(backend: FakeBackend, n: int, **fields: Any) -> dict[str, Any]:
    row = BLANK | {"id": f"C-{n:06d}", "n": n, "at": NOW + n} | fields
    backend.records.write([Put("contacts", row)])
    return row


@pytest.fixture
def stocked(backend: FakeBackend) -> FakeBackend:
    backend.put("tickets", id="T-1", n=1, customer=LI)
    contact(backend, 1)
    contact(backend, 2, direction="out", channel="sms", cabinet="C-2", unverified=True)
    contact(backend, 3, channel="letter", flag="criticism", customer={"name": "Wang", "phone": "13900000000"})
    return backend


def ids(client: TestClient, q: str = "") -> list[str]:
    answer = client.get(f"{API}/contacts", params={"q": q})
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", [3, 2, 1]), ("channel:sms", [2]), ("ticket:t-1", [3, 2, 1]), ("direction:in", [3, 1]),
        ("cabinet:c-2", [2]), ("flag:criticism", [3]), ("unverified:true", [2]), ("by:nobody", []),
        ("read_back:true", []),
    ],
)  # fmt: skip
def test_contacts_are_listed_newest_first_and_searched(
    stocked: FakeBackend, admin: TestClient, q: str, found: list[int]
) -> None:
    assert ids(admin, q) == [f"C-{n:06d}" for n in found]


def test_a_search_for_neither_true_nor_false_is_refused(admin: TestClient) -> None:
    assert admin.get(f"{API}/contacts?q=solved:maybe").status_code == 422


def test_who_called_is_the_tickets_customer_or_somebody_else_and_masked(stocked: FakeBackend, product: Product) -> None:
    def seen(role: str, n: int) -> dict[str, Any]:
        body: dict[str, Any] = product.as_role(role).get(f"{API}/contacts/C-{n:06d}").json()
        return body

    assert (seen("agent", 1)["customer"], seen("agent", 1)["masked"]) == (LI, False)
    assert seen("agent", 3)["customer"]["name"] == "Wang"
    assert seen("viewer", 1)["customer"] == {"name": "L**", "address": None, "phone": "138****5678"}
    assert "13812345678" not in str(seen("viewer", 1)), "not in what was said either"
    assert "n" not in seen("agent", 1)
    assert seen("agent", 1)["by"] == "agnes"
    assert product.as_role("viewer").get(f"{API}/contacts/C-9").status_code == 404


def test_a_contact_is_submitted_and_answered_with_its_row(backend: FakeBackend, product: Product) -> None:
    backend.put("tickets", id="T-1", n=1, customer=LI)
    backend.answers["contact.create"] = lambda a: Answer(status="created", body=BLANK | {"id": "C-000001", "n": 1})
    body = {"channel": "phone", "direction": "in", "text": "x", "solved": True, "unverified": True}
    made = product.as_role("agent").post(f"{API}/contacts", json=body)
    assert (made.status_code, made.json()["customer"]) == (201, LI)
    assert (backend.actions[0].name, backend.actions[0].body) == ("contact.create", body)


def test_a_refusal_names_its_clause(backend: FakeBackend, product: Product) -> None:
    def refuse(_: Action) -> Answer:
        return Answer(status="conflict", body={"guard": "promise", "missing": ["promised_at"]})

    backend.answers["contact.create"] = refuse
    answer = product.as_role("agent").post(f"{API}/contacts", json={})
    assert answer.status_code == 409
    assert (answer.json()["guard"], answer.json()["clause"]) == ("promise", "S1 3.8, 7.1.2")


@pytest.mark.parametrize("verb", ["record", "decide", "dispute", "approve", "withdraw-approval", "refund", "escalate"])
def test_what_a_case_needs_is_asked_of_the_desk(backend: FakeBackend, admin: TestClient, verb: str) -> None:
    backend.answers[f"ticket.{verb}"] = lambda _: Answer(status="ok", body=BARE["tickets"] | {"id": "T-1", "n": 1})
    assert admin.post(f"{API}/tickets/T-1/{verb}", json={"reason": "x"}).status_code == 200
    assert [(a.name, a.target) for a in backend.actions] == [(f"ticket.{verb}", "T-1")]


def test_a_case_tells_what_it_lacks_and_how_far_it_has_come(backend: FakeBackend, product: Product) -> None:
    record = {"case": {"received": NOW, "received_by": "agnes", "channel": "phone", "about": "conduct"}}
    backend.put("tickets", id="T-1", n=1, kind="complaint", customer={"name": "Li Lei"}, fields={"record": record})
    backend.put("timeline", id="T-1/1", ticket="T-1", n=1)
    backend.put("timeline", id="T-1/2", ticket="T-1", n=2, actor="dora", to="triaged", at=NOW + 60_000)
    seen = product.as_role("viewer").get(f"{API}/tickets/T-1/case").json()
    assert seen["missing"] == ["customer.address", "customer.phone"]
    assert "case.about" in seen["required"]
    assert seen["record"]["customer"] == {"name": "L**"}
    reached = [step["step"] for step in seen["steps"] if step["at"]]
    assert reached == ["communicated", "tracked", "acknowledged", "assessed"]
    assert product.as_role("viewer").get(f"{API}/tickets/T-2/case").status_code == 404


def test_the_digest_shows_what_customers_said_in_the_last_day(stocked: FakeBackend, product: Product) -> None:
    contact(stocked, 4, at=NOW - 2 * 86_400_000, flag="suggestion")
    stocked.put("tickets", id="T-2", n=2, kind="complaint", opened=NOW, fields={"decision": {"root_cause": "haste"}})
    seen = product.as_role("operator").get(f"{API}/contacts/digest", params={"to": NOW + 1000}).json()
    assert seen["total"] == 3
    assert seen["counts"]["channel"] == {"phone": 1, "sms": 1, "letter": 1}
    assert [c["id"] for c in seen["flagged"]] == ["C-000003"]
    assert [(c["id"], c["root_cause"]) for c in seen["complaints"]] == [("T-2", "haste")]
    assert (seen["unverified"], seen["not_read_back"]) == (1, 1)
    refused = product.as_role("operator").get(
        f"{API}/contacts/digest?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"
    )
    assert refused.status_code == 422


def test_a_case_says_what_its_customer_was_told_and_what_not(backend: FakeBackend, product: Product) -> None:
    backend.put("tickets", id="T-1", n=1, kind="refund", customer=LI)
    rows: list[dict[str, Any]] = [
        {"id": "N-1", "to": "customer", "kind": "refund_paid", "state": "sent", "delivered": NOW + 5, "error": None},
        {"id": "N-2", "to": "customer", "kind": "survey_invited", "state": "dropped", "error": "stopped"},
        {"id": "N-3", "to": "customer", "kind": "of_a_later_version", "state": "failed", "error": "h: HTTP 400"},
        {"id": "N-4", "to": "dispatcher", "kind": "clock_warned", "state": "sent", "error": None},
    ]  # fmt: skip
    blank: dict[str, Any] = {"ticket": "T-1", "visit": None, "at": NOW, "attempts": 1, "delivered": None}
    blank["params"] = {"cents": 650}
    backend.records.write([Put("notices", blank | row) for row in rows])
    answer = product.as_role("viewer").get(f"{API}/tickets/T-1/case")
    told = answer.json()["messages"]
    assert [(m["kind"], m["state"], m["error"]) for m in told] == [
        ("refund_paid", "sent", None), ("survey_invited", "dropped", "stopped"),
        ("of_a_later_version", "failed", "h: HTTP 400"),
    ]  # fmt: skip
    assert (told[0]["title"], told[0]["title_zh"]) == ("Your refund is paid", "退款已支付")
    assert told[0]["delivered"].startswith("2026-")
    assert (told[1]["why"], told[1]["why_zh"]) == ("the customer wants no messages", "顾客已退订")
    assert (told[2]["title"], told[2]["why"]) == ("of_a_later_version", None)
    assert "params" not in told[0]
