"""Personal data over HTTP: masked for people, who give a reason for more; programs read it; the log says who looked."""

import io
import zipfile
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import PREFIX
from api.views import iso
from service.desk import Desk
from service.model import Action, Answer
from service.policy import Policy
from service.records.base import Change, Drop, Put, Where
from service.rooms import ACTIONS
from service.telling.figures import Messages
from tests.api.fake import NOW, FakeBackend, Product
from tests.service.desk.world import FakeFaults

PERSON = {"name": "张三丰", "phone": "13812345678", "address": "文三路 1 号"}
MASKED = {"name": "张**", "phone": "138****5678", "address": None}


@pytest.fixture
def desk(backend: FakeBackend) -> Desk:
    """A real desk behind the fake: what the privacy routes ask is judged by it."""
    desk, faults = Desk(Policy(), b"secret"), FakeFaults()

    def judge(action: Action) -> Answer:
        answer, effects = desk.act(action, faults, backend.fleet, backend.moment())  # type: ignore[arg-type]
        backend.records.write(effects.changes)
        return answer

    noun = ("privacy.", "hold.", "audit.", "ticket.")
    backend.answers |= {name: judge for name in ACTIONS if name.startswith(noun)}
    return desk


@pytest.fixture
def person(product: Product) -> TestClient:
    """An agent who signed in with a password."""
    product.identity.create_user("anna", "secret-word", "agent", None, NOW)
    return signed_in(product, "anna")


def signed_in(product: Product, name: str) -> TestClient:
    browser = product.anyone()
    assert browser.post(f"{PREFIX}/session", json={"username": name, "password": "secret-word"}).status_code == 201
    return browser


def case(backend: FakeBackend, n: int = 1, **fields: Any) -> None:
    row = {"id": f"T-{n}", "n": n, "customer": PERSON, "summary": "张三丰 13812345678 asks", "state": "closed"}
    backend.put("tickets", **{**row, "closed": NOW, **fields})
    backend.put("timeline", id=f"T-{n}/1", ticket=f"T-{n}", actor="anna", type="reply", note="rang 13812345678")


def audited(backend: FakeBackend) -> list[tuple[str, str, str]]:
    return [(r["action"], r["subject"], r["actor"]) for r in backend.records.find("audit", order=["n"])]


def test_people_see_everything_masked_and_programs_read_it(
    product: Product, backend: FakeBackend, person: TestClient
) -> None:
    case(backend)
    for path in ("/tickets", "/tickets/T-1"):
        text = person.get(f"{PREFIX}{path}").text
        assert "13812345678" not in text
        assert "张三丰" not in text
    shown = person.get(f"{PREFIX}/tickets/T-1").json()
    assert (shown["customer"], shown["masked"]) == (MASKED, True)
    program = product.as_role("agent").get(f"{PREFIX}/tickets/T-1").json()
    assert (program["customer"], program["masked"]) == (PERSON, False)


def test_an_administrator_who_signed_in_sees_people_masked_too(product: Product, backend: FakeBackend) -> None:
    product.identity.ensure_admin("secret-word", NOW)
    case(backend)
    backend.put("technicians", id="T1", name="Li", phone="13812345678", lat=30.123, lon=120.456)
    backend.put("sites", id="S-1", name="East", contact={"name": "王五", "phone": "13900001234", "wechat": "w"})
    admin = signed_in(product, "admin")
    assert admin.get(f"{PREFIX}/tickets/T-1").json()["customer"] == MASKED
    li = admin.get(f"{PREFIX}/technicians/T1").json()
    assert (li["phone"], li["lat"], li["lon"], li["masked"]) == ("138****5678", 30.1, 120.5, True)
    for path in ("/sites", "/sites/S-1"):
        assert "13900001234" not in admin.get(f"{PREFIX}{path}").text
        assert "王五" not in admin.get(f"{PREFIX}{path}").text
        assert "王五" not in product.as_role("viewer").get(f"{PREFIX}{path}").text
        assert "王五" in product.as_role("operator").get(f"{PREFIX}{path}").text


def test_a_reveal_shows_what_was_asked_for_and_is_in_the_log_first(
    product: Product, backend: FakeBackend, desk: Desk, person: TestClient
) -> None:
    case(backend)
    url = f"{PREFIX}/tickets/T-1/reveal"
    assert person.post(url, json={}).status_code == 422
    assert person.post(url, json={"reason": ""}).status_code == 422
    assert audited(backend) == []
    shown = person.post(url, json={"reason": "call back"}).json()
    assert (shown["customer"], shown["summary"], shown["audit"]) == (PERSON, "张三丰 13812345678 asks", 1)
    assert shown["timeline"][0]["note"] == "rang 13812345678"
    some = person.post(url, json={"reason": "call back", "fields": ["customer.phone"]}).json()
    assert some["customer"] == {"name": "张**", "phone": "13812345678", "address": None}
    assert "13812345678" not in some["summary"] + str(some["timeline"])
    assert audited(backend) == [("pii.revealed", "ticket:T-1", "anna")] * 2
    assert person.post(f"{PREFIX}/tickets/T-9/reveal", json={"reason": "x"}).status_code == 404
    backend.away = True
    assert person.post(url, json={"reason": "x"}).status_code == 503, "no log, no values"
    assert PERSON["phone"] not in person.post(url, json={"reason": "x"}).text


def test_a_contact_and_a_survey_are_revealed_alike(product: Product, backend: FakeBackend, desk: Desk) -> None:
    backend.put("contacts", id="C-1", n=1, text="rang from 13812345678", customer=PERSON, ticket="T-1")
    backend.put("surveys", id="T-1", other="call 13812345678", token="0123", attitude=5)
    client = product.as_role("agent")
    contact = client.post(f"{PREFIX}/contacts/C-1/reveal", json={"reason": "x"}).json()
    assert (contact["customer"], contact["masked"], contact["audit"]) == (PERSON, False, 1)
    survey = client.post(f"{PREFIX}/surveys/T-1/reveal", json={"reason": "x"}).json()
    assert (survey["other"], survey["attitude"]) == ("call 13812345678", 5)
    assert "token" not in survey
    assert [s for _, s, _ in audited(backend)] == ["contact:C-1", "survey:T-1"]


def test_only_who_may_read_personal_data_may_reveal_it(product: Product, backend: FakeBackend, desk: Desk) -> None:
    case(backend)
    for role in ("viewer", "technician"):
        assert product.as_role(role).post(f"{PREFIX}/tickets/T-1/reveal", json={"reason": "x"}).status_code == 403


def test_the_log_is_verified_and_a_changed_row_is_named(product: Product, backend: FakeBackend, desk: Desk) -> None:
    case(backend)
    auditor = product.as_role("auditor")
    for n in range(4):
        auditor.post(f"{PREFIX}/tickets/T-1/reveal", json={"reason": f"reason {n}"})
    whole = auditor.get(f"{PREFIX}/audit/verify").json()
    assert (whole["rows"], whole["ok"], whole["broken_at"]) == (4, True, None)
    assert [row["n"] for row in auditor.get(f"{PREFIX}/audit").json()["items"]] == [4, 3, 2, 1]
    assert auditor.get(f"{PREFIX}/audit", params={"q": "action:pii.revealed"}).json()["total"] == 4
    (row,) = backend.records.find("audit", [Where("n", "=", 3)])
    backend.records.write([Put("audit", {"id": row["id"], "detail": {"reason": "harmless"}})])
    found = auditor.get(f"{PREFIX}/audit/verify").json()
    assert (found["ok"], found["broken_at"]) == (False, 3)
    tampered: list[Change] = [Put("audit", row), Drop("audit", "audit/4")]
    backend.records.write(tampered)
    assert auditor.get(f"{PREFIX}/audit/verify").json()["broken_at"] == 4, "a cut tail shows"


def test_users_and_tokens_that_are_made_are_in_the_log(product: Product, backend: FakeBackend, desk: Desk) -> None:
    admin = product.as_role("administrator")
    token = admin.post(f"{PREFIX}/tokens", json={"name": "erp", "role": "viewer"}).json()
    admin.post(f"{PREFIX}/users", json={"name": "bo", "password": "secret-word", "role": "viewer"})
    admin.post(f"{PREFIX}/users/bo/password", json={"password": "another-word"})
    admin.delete(f"{PREFIX}/tokens/{token['id']}")
    assert [action for action, _, _ in audited(backend)] == [
        "token.create", "user.create", "user.password", "token.revoke",
    ]  # fmt: skip
    assert "secret-word" not in str(backend.records.find("audit"))


def test_a_hold_takes_a_number_as_its_key_only(product: Product, backend: FakeBackend, desk: Desk) -> None:
    admin = product.as_role("administrator")
    made = admin.post(f"{PREFIX}/holds", json={"phone": "138 1234 5678", "reason": "a lawsuit"})
    assert made.status_code == 201
    assert made.json()["subject"].startswith("person:")
    assert "5678" not in made.text + str(backend.actions) + str(backend.records.find("audit"))
    assert admin.post(f"{PREFIX}/holds", json={"reason": "x"}).status_code == 422
    hold = made.json()["id"]
    assert admin.request("DELETE", f"{PREFIX}/holds/{hold}", json={}).status_code == 422
    ended = admin.request("DELETE", f"{PREFIX}/holds/{hold}", json={"reason": "settled"})
    assert ended.json()["ended_reason"] == "settled"
    assert admin.get(f"{PREFIX}/holds").json()["items"][0]["ended_by"] == "administrator"


def test_a_copy_has_the_visits_too_but_nothing_of_where_the_technician_was(
    product: Product, backend: FakeBackend, desk: Desk
) -> None:
    admin = product.as_role("administrator")
    case(backend, cabinet="C-1", opened=NOW - 9000, updated=NOW)
    case(backend, 2, cabinet="C-1", opened=NOW - 9000, updated=NOW, customer={"name": "李四", "phone": "13900000000"})
    report = {"measure": "cleaned", "note": "李四 13900000000 looked on"}
    evidence = {"code": "123456", "items": [{"lat": 30.1, "lon": 120.2}], "report": report}
    row = {"cabinet": "C-1", "state": "finished", "technician": "ann", "offered": NOW - 5000, "evidence": evidence}
    backend.put("visits", id="V-1", tickets=["T-1", "T-2"], **row)
    backend.put("visits", id="V-2", tickets=["T-2"], **row)
    asked = {"phone": "13812345678", "reason": "asked by phone"}
    (visit,) = admin.post(f"{PREFIX}/persons/export", json=asked).json()["tables"]["visits"]
    assert (visit["id"], visit["tickets"], visit["offered"]) == ("V-1", ["T-1"], iso(NOW - 5000))
    assert visit["report"]["measure"] == "cleaned"
    assert not any(word in str(visit) for word in ("13900000000", "李四", "123456", "30.1", "T-2"))


def test_a_person_is_found_gets_a_copy_and_is_erased(product: Product, backend: FakeBackend, desk: Desk) -> None:
    admin = product.as_role("administrator")
    case(backend)
    case(backend, 2, customer={"name": "李四", "phone": "13900000000"})
    case(backend, 3, state="triaged", closed=None)
    photo = b"\x89PNG\r\n\x1a\n photo"
    kept = admin.post(f"{PREFIX}/attachments", files={"file": ("张三丰.png", photo)}, data={"ticket": "T-1"}).json()
    asked = {"phone": "+86 138-1234-5678", "reason": "asked by phone"}
    found = admin.post(f"{PREFIX}/persons/find", json=asked).json()
    assert [c["id"] for c in found["cases"]] == ["T-1", "T-3"]
    assert (found["cases"][0]["customer"], found["rows"]["attachments"]) == (MASKED, 1)
    copy = admin.post(f"{PREFIX}/persons/export", json=asked).json()
    assert copy["tables"]["tickets"][0]["customer"] == PERSON
    packed = admin.post(f"{PREFIX}/persons/export", params={"archive": "true"}, json=asked)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.read(f"attachments/{kept['id']}.png") == photo
    files = [p for p in product.app.state.context.settings.attachments.rglob("*") if p.is_file()]
    assert len(files) == 1
    certificate = admin.post(f"{PREFIX}/persons/erase", json=asked).json()
    assert (certificate["erased"], certificate["kept"]) == (["T-1"], {"T-3": "open"})
    assert certificate["rows"] == {"tickets": 1, "timeline": 1, "attachments": 1}
    assert len(certificate["hash"]) == 64
    assert not files[0].exists()
    assert admin.get(f"{PREFIX}/attachments/{kept['id']}").status_code == 404
    text = admin.get(f"{PREFIX}/tickets/T-1").text
    assert not any(word in text for word in PERSON.values())
    assert "李四" in admin.get(f"{PREFIX}/tickets/T-2").text
    assert [action for action, _, _ in audited(backend)] == [
        "person.found", "person.exported", "person.exported", "person.erased",
    ]  # fmt: skip
    assert "13812345678" not in str(backend.records.find("audit")) + str(backend.actions)
    assert product.as_role("agent").post(f"{PREFIX}/persons/erase", json=asked).status_code == 403


def test_everybody_may_read_what_is_kept_of_whom(product: Product) -> None:
    stranger = product.anyone()
    page = stranger.get("/privacy")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert " style=" not in page.text
    data = stranger.get(f"{PREFIX}/privacy/matrix").json()
    for field in data["fields"]:
        assert field["name"].replace("'", "&#x27;") in page.text
        assert field["purpose_zh"] in page.text
    assert stranger.get("/privacy.css").headers["content-type"].startswith("text/css")


def test_who_gets_personal_data_from_us_stands_on_the_page(backend: FakeBackend, product: Product) -> None:
    stranger = product.anyone()
    assert stranger.get(f"{PREFIX}/privacy/matrix").json()["recipients"] == []
    assert "Given to others" not in stranger.get("/privacy").text
    backend.policy = Policy(messages=Messages(groups=frozenset({"survey"})))
    (gateway,) = stranger.get(f"{PREFIX}/privacy/matrix").json()["recipients"]
    assert gateway["name"] == "Message gateway of the operator"
    assert "tickets.customer.phone" in gateway["fields"]
    assert "technicians.name" not in gateway["fields"]
    page = stranger.get("/privacy").text
    assert all(word in page for word in ("Given to others", "向外提供", gateway["name_zh"], "顾客姓名、顾客电话"))
    backend.policy = Policy(messages=Messages(groups=frozenset({"survey"}), name_technician=True))
    assert "technicians.name" in stranger.get(f"{PREFIX}/privacy/matrix").json()["recipients"][0]["fields"]


def test_a_cabinets_warranty_is_a_day(backend: FakeBackend, admin: TestClient) -> None:
    made = admin.post(f"{PREFIX}/cabinets", json={"id": "C-1", "model": "M1", "warranty_end": "2027-05-31"})
    assert (made.status_code, made.json()["warranty_end"]) == (201, "2027-05-31")
    changed = admin.patch(f"{PREFIX}/cabinets/C-1", json={"warranty_end": "2028-02-29"})
    assert changed.json()["warranty_end"] == "2028-02-29"
    for wrong in ("2027-02-29", "2027-5-31", "20270531", 5):
        assert admin.patch(f"{PREFIX}/cabinets/C-1", json={"warranty_end": wrong}).status_code == 422


def test_what_is_masked_cannot_be_found_by_guessing(product: Product, backend: FakeBackend) -> None:
    case(backend)
    blank = dict.fromkeys(("customer", "cabinet", "kind", "rule", "source", "flag", "solved", "promised_at"))
    said = {"at": NOW, "direction": "in", "channel": "phone", "actor": "anna", "text": "张三丰 calls from 13812345678"}
    backend.put("contacts", id="CT-1", n=1, ticket="T-1", read_back=None, unverified=None, **blank, **said)
    viewer = product.as_role("viewer")
    for path in ("/tickets", "/contacts"):
        for guess in ("13812345678", "138123", "三丰"):
            assert viewer.get(f"{PREFIX}{path}?q={guess}").json()["total"] == 0, (path, guess)
    assert viewer.get(f"{PREFIX}/tickets?q=asks").json()["total"] == 1, "what is shown is found"
    assert viewer.get(f"{PREFIX}/contacts?q=calls").json()["total"] == 1


def test_what_was_written_on_a_visit_is_masked(product: Product, backend: FakeBackend, person: TestClient) -> None:
    case(backend)
    report = {"measure": "rang 13812345678", "note": "张三丰 was angry", "parts": [], "photos": []}
    backend.put("visits", id="V-1", tickets=["T-1"], evidence={"items": [], "report": report})
    for reader in (person, product.as_role("viewer")):
        for path in ("/visits", "/visits/V-1"):
            text = reader.get(f"{PREFIX}{path}").text
            assert "13812345678" not in text
            assert "张三丰" not in text
    program = product.as_role("dispatcher").get(f"{PREFIX}/visits/V-1").json()
    assert program["evidence"]["report"] == report


@pytest.mark.parametrize("forged", [{"n": 999}, {"n": 0}, {"n": -5}, {"n": None}])
def test_rows_beside_the_chain_show(
    product: Product, backend: FakeBackend, desk: Desk, person: TestClient, forged: dict[str, Any]
) -> None:
    case(backend)
    assert person.post(f"{PREFIX}/tickets/T-1/reveal", json={"reason": "call back"}).status_code == 200
    auditor = product.as_role("auditor")
    assert auditor.get(f"{PREFIX}/audit/verify").json()["ok"] is True
    (row,) = backend.records.find("audit")
    backend.records.write([Put("audit", {**row, "id": "audit/forged", "actor": "somebody", **forged})])
    assert auditor.get(f"{PREFIX}/audit/verify").json()["ok"] is False


def test_numbers_in_what_people_wrote_of_their_reasons_are_masked_for_people(
    product: Product, backend: FakeBackend, person: TestClient
) -> None:
    product.identity.create_user("rita", "secret-word", "auditor", None, NOW)
    rita, program = signed_in(product, "rita"), product.as_role("auditor")
    backend.fleet.add("C-1")
    why = "ring 13812345678 before"
    backend.put("commands", id="C-9", cabinet="C-1", name="reboot", reason=why, state="done", created=NOW)
    backend.put("maintenance", id="M-9", cabinet="C-1", reason=why, created=NOW, **{"from": NOW, "to": NOW + 1})
    backend.put("holds", id="H-9", subject="ticket:T-1", reason=why, ended_reason=why, at=NOW)
    backend.put("audit", id="A-9", n=9, action="x", subject="y", detail={"reason": why, "n": 5, "more": [why]})
    paths = ("/cabinets/C-1/commands", "/cabinets/C-1/commands/C-9", "/maintenance", "/holds", "/audit")
    for path in paths:
        seen, full = (reader.get(f"{PREFIX}{path}").text for reader in (rita, program))
        assert "13812345678" not in seen, path
        assert "ring 138****5678 before" in seen, path
        assert why in full, path
    assert rita.get(f"{PREFIX}/audit").json()["items"][0]["detail"]["n"] == 5
