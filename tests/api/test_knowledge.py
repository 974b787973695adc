"""Compensations, quality checks, owning units, gaps of knowledge and problems over HTTP, on rows of the real desk."""

import csv
from io import StringIO
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import knowledge, monthly
from api.roles import MAY, ROLES
from service.actions import VERBS
from service.knowledge.figures import Learning
from service.model import Action, Answer
from service.policy import Policy
from service.rooms import ACTIONS
from telemetry.units import DAY
from tests.api.fake import FakeBackend, Product
from tests.service.desk.world import START, World

API = "/api/v1"
T = "T-000001"
LI = {"name": "李雷", "phone": "13812345678"}
FROM = {"from": "2026-10-01T00:00:00+08:00"}
OUT = {"channel": "sms", "direction": "out", "text": "Hold the door", "unverified": True}


@pytest.fixture
def world(backend: FakeBackend) -> World:
    """A desk behind the API: what is submitted is judged by it, and its rows are what the API reads."""
    world = World(Policy(learning=Learning(sample_share=0.5)))
    backend.clock, backend.policy = world.clock, world.policy

    def judge(action: Action) -> Answer:
        answer, effects = world.desk.act(action, world.faults, world.fleet, world.clock.moment())
        world.apply(effects)
        backend.records.write(effects.changes)
        return answer

    backend.answers |= dict.fromkeys((*ACTIONS, *(f"ticket.{verb}" for verb in VERBS)), judge)
    return world


@pytest.fixture
def office(world: World, admin: TestClient) -> TestClient:
    """A complaint, a fund (DO-000001), a template (DO-000002) and a guide (DO-000003)."""
    assert world is not None
    made(admin, "tickets", kind="complaint", summary="spoilt", customer=LI)
    for kind in ("guarantee_fund", "reply_template", "guide"):
        made(admin, "documents", kind=kind, title=f"The {kind}", **FROM)
    return admin


def made(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def got(client: TestClient, path: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"{API}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_ledger_of_compensations(office: TestClient, product: Product) -> None:
    made(office, f"tickets/{T}/compensate", cents=1500, reason="李雷 was ill", fund="do-000001".upper())
    shown = made(office, f"tickets/{T}/compensate", cents=500, reason="goodwill")
    assert [c["cents"] for c in shown["fields"]["compensations"]] == [1500, 500]
    assert [c["cents"] for c in got(office, "compensations", q=f"ticket:{T}", sort="cents")["items"]] == [500, 1500]
    told = got(office, "compensations/ledger")
    assert (told["n"], told["cents"]) == (2, 2000)
    assert [(f["title"], f["cents"]) for f in told["funds"]] == [("The guarantee_fund", 1500), (None, 500)]
    assert got(office, "compensations/ledger", to="2026-10-01T00:00:00Z")["cents"] == 0
    assert product.as_role("agent").post(f"{API}/tickets/{T}/compensate", json={}).status_code == 403
    assert product.as_role("agent").get(f"{API}/compensations/ledger").status_code == 200


def test_what_adds_up_or_is_drawn_from_takes_every_row(office: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        made(office, f"tickets/{T}/compensate", cents=500, reason="goodwill")
        made(office, "contacts", ticket=T, **OUT)
    monkeypatch.setattr(knowledge, "MANY", 1)
    assert got(office, "compensations/ledger")["cents"] == 1500
    assert got(office, "contacts/sample", month="2026-10")["contacts"] == 4


def test_why_somebody_was_compensated_is_masked(office: TestClient, product: Product) -> None:
    made(office, f"tickets/{T}/compensate", cents=1, reason="李雷 13812345678 was ill", basis="told by 李雷")
    (row,) = got(office, "compensations")["items"]
    assert (row["reason"], row["masked"]) == ("李雷 13812345678 was ill", False)
    browser = product.anyone()
    product.identity.create_user("boss", "a long password", "administrator", None, product.real())
    sent = {"username": "boss", "password": "a long password"}
    assert browser.post(f"{API}/session", json=sent).status_code == 201
    (row,) = got(browser, "compensations")["items"]
    assert (row["reason"], row["basis"], row["masked"]) == ("** ** was ill", "told by **", True)


def test_the_month_says_what_was_paid(office: TestClient, backend: FakeBackend) -> None:
    made(office, f"tickets/{T}/compensate", cents=1500, reason="x")
    told = monthly.collect(backend.records, backend.policy, "2026-10", START + DAY)
    assert (told["compensated_cents"], told["charged_cents"]) == (1500, 0)


def test_a_sample_names_editions_and_verdicts_and_comes_out_the_same(office: TestClient, product: Product) -> None:
    for _ in range(7):
        made(office, "contacts", ticket=T, template="DO-000002", **OUT)
    told = got(office, "contacts/sample", month="2026-10")
    assert (told["contacts"], len(told["items"]), told["complete"], told["reviewed"]) == (8, 4, False, 0)
    assert told == got(office, "contacts/sample", month="2026-10")
    drawn = next(i["contact"] for i in told["items"] if i["contact"]["template"])
    assert (drawn["template"], drawn["template_edition"]) == ("DO-000002", 1)
    made(office, "documents/DO-000002/supersede", title="Newer words", **FROM)
    auditor = product.as_role("auditor")
    made(auditor, f"contacts/{drawn['id']}/review", ok=False, note="no greeting")
    verdict = made(auditor, f"contacts/{drawn['id']}/review", ok=True)
    assert (verdict["id"], verdict["ticket"], verdict["ok"]) == ("CR-000002", T, True)
    again = got(office, "contacts/sample", month="2026-10")
    assert (again["reviewed"], again["well"]) == (1, 1)
    item = next(i for i in again["items"] if i["contact"]["id"] == drawn["id"])
    assert (item["template_title"], [r["ok"] for r in item["reviews"]]) == ("The reply_template", [False, True])


def test_nobody_reviews_their_own_and_a_refusal_names_its_clause(office: TestClient, product: Product) -> None:
    own = office.post(f"{API}/contacts/C-000001/review", json={"ok": True, "by": "somebody else"})
    assert (own.status_code, own.json()["guard"]) == (409, "second_person"), "whose it was comes from the register"
    bare = product.as_role("auditor").post(f"{API}/contacts/C-000001/review", json={"ok": False})
    assert (bare.json()["missing"], bare.json()["clause"]) == (["note"], "S1 5.2.3.1, 5.2.3.2")
    assert office.post(f"{API}/contacts/C-000009/review", json={"ok": True}).status_code == 404
    assert product.as_role("agent").post(f"{API}/contacts/C-000001/review", json={"ok": True}).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "october", "2027-01", "9999-12"])
def test_a_month_that_is_none_or_has_not_begun_has_no_sample(office: TestClient, month: str) -> None:
    assert office.get(f"{API}/contacts/sample", params={"month": month}).status_code == 422


def test_guides_that_were_sent_are_found_and_counted_in_the_service_record(office: TestClient) -> None:
    made(office, "contacts", ticket=T, guide="DO-000003", **OUT)
    made(office, "contacts", ticket=T, **OUT)
    found = got(office, "contacts", q="guide:do-000003")
    assert [(c["id"], c["guide_edition"]) for c in found["items"]] == [("C-000002", 1)]
    form = got(office, f"tickets/{T}/service-record")
    fields = {f["id"]: f["value"] for group in form["groups"] for f in group["fields"]}
    assert (fields["guidance"], fields["guides"][0]["guide"]) == (1, "DO-000003")
    assert office.get(f"{API}/tickets/{T}/service-record.pdf").content.startswith(b"%PDF")


def test_a_kind_of_work_without_a_unit_is_a_finding_until_one_owns_it(office: TestClient) -> None:
    made(office, "documents", kind="unit", title="Field service", body={"kinds": ["repair", "installation"]}, **FROM)
    told = got(office, "units")
    assert "complaint" in told["findings"]
    assert [u["title"] for i in told["items"] if i["kind"] == "repair" for u in i["units"]] == ["Field service"]
    kinds = {i["kind"]: i for i in got(office, "documents/kinds")["items"]}
    assert kinds["unit"]["findings"] == told["findings"]
    assert kinds["guide"]["findings"] == []
    made(office, "documents", kind="unit", title="Desk", body={"kinds": told["findings"]}, **FROM)
    assert got(office, "units")["findings"] == []
    items = [i for g in got(office, "assessment")["groups"] for i in g["items"] if i["id"] == "organisation.units"]
    assert [i["state"] for i in items] == ["met"]


def test_the_matrix_of_roles_is_what_is_enforced(office: TestClient, product: Product) -> None:
    told = got(office, "roles")
    assert {i["permission"]: set(i["roles"]) for i in told["items"]} == MAY
    rows = list(csv.DictReader(StringIO(office.get(f"{API}/roles.csv").text)))
    assert {r["permission"]: {role for role in ROLES if r[role] == "x"} for r in rows} == MAY
    assert product.as_role("viewer").get(f"{API}/roles.csv").status_code == 403


def test_fault_kinds_without_an_article_and_the_articles_of_a_case(
    office: TestClient, world: World, backend: FakeBackend
) -> None:
    for n, kind in enumerate(("offline", "offline", "camera_down")):
        backend.put("episodes", id=f"F-{n}", kind=kind, cabinet=f"C-{n}", onset=world.now - DAY)
    backend.put("episodes", id="F-9", kind="lock_fault", onset=world.now - 91 * DAY)
    backend.put("tickets", id="T-9", n=9, fields={"fault_kind": "offline"})
    assert [(i["kind"], i["faults"]) for i in got(office, "knowledge/gaps")["items"]] == [
        ("offline", 2), ("camera_down", 1),
    ]  # fmt: skip
    assert got(office, "tickets/T-9/case")["articles"] == []
    article = {"kind": "knowledge_article", "title": "No link", "body": {"fault_kinds": ["offline"]}}
    made(office, "documents", **article, **FROM)
    told = got(office, "knowledge/gaps")
    assert [[i["kind"] for i in told[part]] for part in ("items", "explained")] == [["camera_down"], ["offline"]]
    assert told["items"][0]["zh"] != told["items"][0]["en"]
    assert got(office, "tickets/T-9/case")["articles"] == [{"id": "DO-000004", "title": "No link", "edition": 1}]
    assert got(office, f"tickets/{T}/case")["articles"] == []


def test_a_problem_is_listed_with_its_tickets_told_to_the_maker_and_closed(
    office: TestClient, world: World, backend: FakeBackend
) -> None:
    for n in range(3):
        world.fleet.info[n] = {"model": "M1"}
        for _ in range(2):
            world.clear(world.fault(f"C-{n}"))
            world.run(12)
    for table in ("tickets", "problems"):
        for row in world.rows(table):
            backend.put(table, **row)
    found = got(office, "problems", q="state:open model:M1 repeats:>2")
    assert [(p["id"], p["kind"]) for p in found["items"]] == [("PR-000001", "payment_down")]
    told = got(office, "problems/PR-000001")
    assert [c["cabinet"] for c in told["cases"]] == ["C-0", "C-1", "C-2"]
    body = {"maker": "ACME, by letter", "maker_told": "2026-10-14T10:00:00+08:00"}
    changed = office.patch(f"{API}/problems/PR-000001", json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["maker_told"]) == (200, "2026-10-14T02:00:00.000+00:00")
    assert office.patch(f"{API}/problems/PR-000001", json={}, headers={"If-Match": '"1"'}).status_code == 412
    assert made(office, "problems/PR-000001/close", result="new terminals")["state"] == "closed"
    assert office.get(f"{API}/problems/PR-000009").status_code == 404


def test_suppliers_are_judged_by_the_repairs_with_their_parts(
    office: TestClient, world: World, backend: FakeBackend
) -> None:
    made(office, "documents", kind="supplier", title="Fans Ltd", body={"parts": ["fan"]}, **FROM)
    closed = {"service": {"parts": ["fan", "fuse"]}}
    backend.put("tickets", id="T-000900", opened=START, closed=START + 1, fields=closed)
    backend.put("tickets", id="T-000901", opened=START + 2, fields={"repeat_of": "T-000900"})
    world.clock.advance(DAY)
    first, rest = got(office, "reports/suppliers")["items"]
    assert (first["title"], first["repairs"], first["returned"], first["share"]) == ("Fans Ltd", 1, 1, 1.0)
    assert (rest["supplier"], rest["parts"]) == (None, ["fuse"])
