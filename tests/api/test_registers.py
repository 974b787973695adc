"""Registers, coverage, self-assessment and reports over HTTP, on rows that the real desk wrote."""

import csv
from collections import Counter
from io import StringIO
from random import Random
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.model import Action, Answer
from service.records.base import Put
from service.records.tables import metadata
from service.staff.room import ACTIONS
from telemetry.units import DAY
from tests.api.fake import FakeBackend, Product
from tests.service.desk.world import START, World
from tests.service.monthly import month

Row = dict[str, Any]
IN_TWO_DAYS = {"from": "2026-10-14T00:00+08:00", "to": "2026-10-16T00:00+08:00"}


def desk(backend: FakeBackend) -> World:
    """A desk behind the API: what is submitted is judged by it, and its rows are what the API reads."""
    world = World(cabinets=0)
    backend.clock = world.clock

    def judge(action: Action) -> Answer:
        answer, effects = world.desk.act(action, world.faults, world.fleet, world.clock.moment())
        backend.records.write(effects.changes)
        return answer

    backend.answers |= dict.fromkeys((*ACTIONS, "technician.create"), judge)
    return world


def put(backend: FakeBackend, table: str, rows: list[Row]) -> None:
    known = metadata.tables[table].columns
    backend.records.write([Put(table, {k: v for k, v in row.items() if k in known}) for row in rows])


@pytest.fixture
def office(backend: FakeBackend, admin: TestClient) -> TestClient:
    """An office with one technician and one at the hotline, who leaves half an hour too early."""
    desk(backend)
    assert admin.post("/api/v1/technicians", json={"id": "li", "name": "Li"}).status_code == 201
    assert admin.post("/api/v1/staff", json={"name": "Wu", "role": "hotline", "account": "wu"}).status_code == 201
    shift = {"channel": "hotline", "person": "ST-000001", "from": "2026-10-01"}
    windows = {"work": ["08:00-00:30"], "rest": ["08:00-00:30"]}
    assert admin.post("/api/v1/rosters", json={**shift, "windows": windows}).status_code == 201
    return admin


def test_a_register_is_kept_over_http(office: TestClient, product: Product) -> None:
    body = {"person": "li", "skill": "cooling", "number": "A-77", "issuer": "TUV"}
    times = {"issued": "2026-01-01T00:00:00+08:00", "expires": "2027-01-01T00:00:00+08:00"}
    made = office.post("/api/v1/certificates", json=body | times)
    assert (made.status_code, made.json()["id"], made.json()["number"]) == (201, "CE-000001", "A-77")
    assert made.json()["expires"] == "2026-12-31T16:00:00.000+00:00"
    patched = office.patch("/api/v1/certificates/CE-000001", json={"issuer": "CQC"}, headers={"If-Match": '"1"'})
    assert (patched.json()["issuer"], patched.json()["version"]) == ("CQC", 2)
    assert office.patch("/api/v1/certificates/CE-000001", json={}, headers={"If-Match": '"1"'}).status_code == 412
    found = office.get("/api/v1/certificates", params={"q": "person:li skill:cooling"}).json()
    assert (found["total"], found["items"][0]["id"]) == (1, "CE-000001")
    assert office.post("/api/v1/certificates/CE-000001/end", json={"reason": "lost"}).json()["ended_by"]
    assert product.as_role("viewer").get("/api/v1/certificates").status_code == 403
    assert product.as_role("operator").post("/api/v1/staff", json={}).status_code == 403
    assert office.get("/api/v1/certificates/CE-000009").status_code == 404


def test_a_hole_in_the_roster_is_shown_to_the_minute(office: TestClient) -> None:
    told = office.get("/api/v1/coverage", params=IN_TWO_DAYS).json()
    hotline = next(c for c in told["channels"] if c["channel"] == "hotline")
    assert [(h["from"][11:16], h["minutes"], h["day"]) for h in hotline["holes"]] == [
        ("16:30", 30.0, "2026-10-13"), ("16:30", 30.0, "2026-10-14"),
    ]  # fmt: skip
    assert (hotline["rostered"], hotline["required_minutes"], hotline["covered_minutes"]) == (True, 2040.0, 1980.0)
    online = next(c for c in told["channels"] if c["channel"] == "online")
    assert (online["rostered"], online["covered_minutes"]) == (False, 0.0)
    assert office.get("/api/v1/coverage", params={"from": "2026-10-16", "to": "2026-10-14"}).status_code == 422


@pytest.mark.parametrize(("at", "there"), [("2026-10-14T00:29:59%2B08:00", ["Wu"]), ("2026-10-14T00:30%2B08:00", [])])
def test_who_is_on_duty(office: TestClient, at: str, there: list[str]) -> None:
    assert [i["name"] for i in office.get(f"/api/v1/on-duty?at={at}").json()["items"]] == there


def test_the_load_of_each_head_and_the_share_of_managers(office: TestClient, backend: FakeBackend) -> None:
    backend.put("tickets", id="T-1", n=1, assignee="li", received=START - DAY)
    backend.put("visits", id="V-1", technician="li", offered=START - DAY)
    told = office.get("/api/v1/staff-load").json()
    assert [(h["person"], h["tickets"], h["visits"]) for h in told["heads"]] == [("ST-000001", 0, 0), ("li", 1, 1)]
    assert (told["staff"], told["managers"], told["managers_needed"], told["finding"]) == (2, 0, 1, True)
    for _ in range(9):
        office.post("/api/v1/staff", json={"name": "Xu", "role": "service_manager"})
    assert office.get("/api/v1/staff-load").json()["finding"] is False


def test_cabinets_that_nobody_is_near_are_listed(office: TestClient, backend: FakeBackend) -> None:
    place = {"created": 0, "retired": False}
    put(backend, "cabinets", [
        {"id": "C-1", "lat": 31.2, "lon": 121.5, **place}, {"id": "C-2", "lat": 39.9, "lon": 116.4, **place},
        {"id": "C-3", "lat": None, "lon": None, "site": None, **place},
    ])  # fmt: skip
    body = {"lat": 31.23, "lon": 121.47}
    start = "2026-01-01T00:00:00Z"
    office.post("/api/v1/documents", json={"kind": "service_point", "title": "Depot", "from": start, "body": body})
    told = office.get("/api/v1/coverage/map").json()
    assert ([u["cabinet"] for u in told["uncovered"]], told["nowhere"], told["points"]) == (["C-2"], ["C-3"], 1)
    assert 1000 < told["uncovered"][0]["km"] < 1200


def test_a_document_shows_its_editions_what_is_stale_and_what_it_wrongly_cites(office: TestClient) -> None:
    old = {"kind": "service_manual", "title": "Manual after GB/T 18760-2002", "from": "2025-01-01T00:00:00Z"}
    made = office.post("/api/v1/documents", json=old | {"body": {"text": "see GB/T 19012-2019"}}).json()
    assert made["superseded_citations"] == [
        {"cites": "GB/T 18760-2002", "replaced_by": "GB/T 18760-2025", "in_force": "2025-05-01"}
    ]
    assert made["stale_since"] == "2026-01-01T00:00:00.000+00:00"
    now = {"title": "Manual after GB/T 18760-2025", "from": "2026-10-01T00:00:00Z"}
    new = office.post(f"/api/v1/documents/{made['id']}/supersede", json=now)
    assert (new.status_code, new.json()["edition"], new.json()["superseded_citations"]) == (201, 2, [])
    assert office.get(f"/api/v1/documents/{made['id']}").json()["body"] == {"text": "see GB/T 19012-2019"}
    law = {"kind": "law", "title": "GB/T 19012-2030", "from": "2026-06-01T00:00:00Z"}
    office.post("/api/v1/documents", json=law | {"body": {"replaces": ["GB/T 19012-2019"]}})
    guide = {"kind": "guide", "title": "Guide", "from": "2026-06-01T00:00:00Z", "body": {"by": "GB/T 19012—2019"}}
    assert [c["cites"] for c in office.post("/api/v1/documents", json=guide).json()["superseded_citations"]] == [
        "GB/T 19012-2019"
    ]
    kinds = {k["kind"]: k for k in office.get("/api/v1/documents/kinds").json()["items"]}
    assert (kinds["service_manual"]["entries"], kinds["law"]["entries"], kinds["drill"]["newest"]) == (1, 1, None)


def test_a_finding_without_owner_is_refused_with_its_clause(office: TestClient) -> None:
    body = {"kind": "finding", "title": "Badge not worn", "from": "2026-10-01T00:00:00Z"}
    refused = office.post("/api/v1/documents", json=body)
    assert (refused.status_code, refused.json()["guard"], refused.json()["missing"]) == (
        409,
        "finding_record",
        ["owner"],
    )
    assert refused.json()["clause"] == "S2 5.1"


def test_who_has_read_a_rule_and_who_has_not(office: TestClient, product: Product) -> None:
    rule = {"kind": "policy_document", "title": "Rules", "from": "2026-10-01T00:00:00Z"}
    key = office.post("/api/v1/documents", json=rule).json()["id"]
    assert office.get(f"/api/v1/documents/{key}/receipts").json()["unread"] == ["ST-000001"]
    reader = product.as_role("agent", "wu")
    person = reader.post(f"/api/v1/documents/{key}/receipt").json()["person"]
    office.patch("/api/v1/staff/ST-000001", json={"account": person})
    told = office.get(f"/api/v1/documents/{key}/receipts").json()
    assert ([r["person"] for r in told["read"]], told["unread"]) == ([person], [])


# -- the self-assessment --------------------------------------------------------------------------------------------
def test_the_assessment_scores_what_is_there_and_tells_what_is_missing(office: TestClient) -> None:
    told = office.get("/api/v1/assessment").json()
    items = {i["id"]: i for g in told["groups"] for i in g["items"]}
    assert (items["staff.register"]["state"], items["resources.platform"]["state"]) == ("met", "met")
    assert (items["staff.managers"]["state"], items["complaints.drill"]["state"]) == ("unmet", "missing")
    assert items["support.hotline"]["state"] == "met" or 0 < items["support.hotline"]["got"] < 1.5
    scored = [i for i in items.values() if i["got"] is not None]
    expected = sum(i["got"] for i in scored) / sum(i["points"] for i in scored) * 100
    assert told["score"] == pytest.approx(expected)
    assert told["missing_share"] == pytest.approx(1 - sum(i["points"] for i in scored) / 100, abs=1e-4)
    drill = {"kind": "drill", "title": "Leak drill", "from": "2026-10-01T00:00:00Z"}
    office.post("/api/v1/documents", json=drill)
    for n in range(5):
        office.post("/api/v1/documents", json=drill | {"kind": "special_deduction", "title": f"{n}"})
    told = office.get("/api/v1/assessment").json()
    assert next(i for i in told["groups"][2]["items"] if i["id"] == "complaints.drill")["got"] == 1
    assert (told["deductions"], told["passed"], told["stars"]) == (5, False, 0)


# -- the monthly report ---------------------------------------------------------------------------------------------
@pytest.fixture
def busy(backend: FakeBackend, admin: TestClient) -> TestClient:
    chance = Random(11)
    tickets = month.tickets(chance, 120)
    put(backend, "tickets", tickets)
    put(backend, "visits", month.visits(chance, tickets))
    put(backend, "surveys", month.surveys(chance, tickets))
    put(backend, "blind", [{"id": "B", "from": month.SINCE, "to": month.SINCE + DAY, "cause": "broker"}])
    backend.clock.advance(month.UNTIL + DAY - backend.moment().now)
    return admin


def test_every_figure_of_the_month_is_recomputed_from_its_rows(busy: TestClient) -> None:
    """From the CSV alone, with nothing of ours."""
    report = busy.get("/api/v1/reports/monthly?month=2026-10").json()
    text = busy.get("/api/v1/reports/monthly.csv?month=2026-10").content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    tickets = [r for r in rows if r["record"] == "ticket"]

    def total(column: str, some: list[dict[str, str]] = rows) -> float:
        return sum(float(r[column]) for r in some if r[column])

    of = report["tickets"]
    for flag in ("carried_over", "opened_in", "closed_in", "open_at_end"):
        assert of[flag] == total(flag)
    assert of["carried_over"] + of["opened_in"] == of["closed_in"] + of["open_at_end"]
    opened = [r for r in tickets if r["opened_in"] == "1"]
    for column in ("kind", "channel", "severity"):
        assert of[f"by_{column}"] == Counter(r[column] for r in opened)
    weeks = {w["week"]: w["kinds"] for w in of["by_week"]}
    assert weeks == {w: Counter(r["kind"] for r in opened if r["week"] == w) for w in {r["week"] for r in opened}}
    for clock in report["clocks"]:
        assert (clock["kept"], clock["missed"]) == tuple(total(f"{clock['clock']}_{s}") for s in ("met", "breached"))
    for indicator in report["indicators"]:
        n = total(f"{indicator['id']}_n")
        assert indicator["n"] == n
        assert indicator["value"] == (pytest.approx(total(f"{indicator['id']}_sum") / n) if n else None)
    arrivals = Counter(r["arrival"] for r in rows if r["record"] == "visit")
    assert {k: v for k, v in report["arrivals"].items() if k not in ("visits", "share") and v} == arrivals
    surveys = report["surveys"]
    assert (surveys["invited"], surveys["answered"]) == (total("invited"), total("answered"))
    for item in surveys["items"]:
        scores = [int(r[item["id"]]) for r in rows if r[item["id"]]]
        assert (item["n"], item["mean"]) == (len(scores), pytest.approx(sum(scores) / len(scores)))
    refunds = report["refunds"]
    assert (refunds["approved_cents"], refunds["paid_cents"]) == (
        total("refund_approved_cents"),
        total("refund_paid_cents"),
    )
    assert refunds["paid_cents"] == sum(
        c["cents"] for c in report["refund_cases"] if c["paid"] and "2026-10" in c["paid"]
    )


def test_the_report_names_its_month_and_whether_it_is_over(busy: TestClient) -> None:
    report = busy.get("/api/v1/reports/monthly?month=2026-10").json()
    assert (report["from"], report["to"], report["complete"]) == (
        "2026-09-30T16:00:00.000+00:00", "2026-10-31T16:00:00.000+00:00", True,
    )  # fmt: skip
    assert report["platform"]["availability"] == pytest.approx(30 / 31)
    assert busy.get("/api/v1/reports/monthly?month=2026-11").json()["complete"] is False
    for wrong in ("2026-13", "2027-01", "october"):
        assert busy.get("/api/v1/reports/monthly", params={"month": wrong}).status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["2026-10", "2026-11"])
def test_the_report_is_a_pdf_and_the_same_every_time(busy: TestClient, lang: str, name: str) -> None:
    first, again = (busy.get(f"/api/v1/reports/monthly.pdf?month={name}&lang={lang}") for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert first.content[:5] == b"%PDF-"
    assert first.content == again.content


def test_reports_are_not_for_everybody(product: Product) -> None:
    for role in ("viewer", "technician"):
        assert product.as_role(role).get("/api/v1/reports/monthly.csv?month=2026-09").status_code == 403


def test_reliability_by_model(busy: TestClient, backend: FakeBackend) -> None:
    life = {"created": month.SINCE, "retired": False, "firmware": None, "updated": None}
    put(backend, "cabinets", [{"id": f"C-{n}", "model": m, **life} for n, m in enumerate(("A", "A", "B"))])
    out = {"severity": "major", "state": "cleared", "kind": "offline", "parent": None}
    put(
        backend,
        "episodes",
        [{"id": "F-1", "cabinet": "C-0", "onset": month.SINCE, "cleared": month.SINCE + DAY, **out}],
    )
    span = {"from": "2026-10-01T00:00:00+08:00", "to": "2026-10-11T00:00:00+08:00"}
    told = busy.get("/api/v1/reports/reliability", params=span).json()
    assert [(m["name"], m["failures"], m["mttr_hours"], m["mtbf_hours"]) for m in told["models"]] == [
        ("A", 1, 24.0, 456.0), ("B", 0, None, None),
    ]  # fmt: skip
    assert told["whole"]["availability"] == pytest.approx(29 / 30)
