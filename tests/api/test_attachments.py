"""Who gets which file, and a file that is sent again."""

from typing import Any

from starlette.testclient import TestClient

from tests.api.fake import FakeBackend, Product
from tests.api.test_routes import PNG


def test_a_technician_gets_the_files_of_own_visits_and_no_others(product: Product, backend: FakeBackend) -> None:
    ann, office = product.as_role("technician", "T1"), product.as_role("dispatcher")
    for n in (1, 2, 3):
        backend.put("tickets", id=f"T-{n}", n=n)
    backend.put("visits", id="V-1", technician="T1", tickets=["T-1", "T-3"])
    backend.put("visits", id="V-2", technician="T2", tickets=["T-2"])

    def sent(client: TestClient, **data: str) -> str:
        answer = client.post("/api/v1/attachments", files={"file": ("x.png", PNG, "image/png")}, data=data)
        return f"/api/v1/attachments/{answer.json()['id']}"

    own, another, loose = (sent(office, **d) for d in ({"ticket": "T-3"}, {"ticket": "T-2"}, {}))
    paper, uploaded = sent(office), sent(ann, ticket="T-2")
    backend.put("documents", id="D-1", attachment=paper.rpartition("/")[2])
    seen = {path: ann.get(path).status_code for path in (own, another, loose, paper, uploaded)}
    assert list(seen.values()) == [200, 404, 404, 200, 200]
    assert {office.get(path).status_code for path in seen} == {200}


def test_a_ticket_lists_its_files_and_the_photos_of_its_record(product: Product, backend: FakeBackend) -> None:
    ann, office = product.as_role("technician", "T1"), product.as_role("dispatcher")

    def sent(**data: str) -> str:
        answer = office.post("/api/v1/attachments", files={"file": ("x.png", PNG, "image/png")}, data=data)
        return str(answer.json()["id"])

    for n in (1, 2, 3):
        backend.put("tickets", id=f"T-{n}", n=n)
    own, sister, foreign = sent(ticket="T-1"), sent(ticket="T-2"), sent(ticket="T-3")
    service = {"photos": [own, sister, foreign, "A-gone"]}
    backend.put("tickets", id="T-1", n=1, visit="V-1", fields={"service": service})
    backend.put("visits", id="V-1", technician="T1", tickets=["T-1", "T-2"])

    def listed(client: TestClient, ticket: str) -> set[str]:
        return {row["id"] for row in client.get(f"/api/v1/tickets/{ticket}/attachments").json()["items"]}

    assert listed(office, "T-1") == {own, sister, foreign}
    assert listed(ann, "T-1") == {own, sister}
    assert ann.get("/api/v1/tickets/T-3/attachments").status_code == 404
    assert product.as_role("viewer").get("/api/v1/tickets/T-1/attachments").status_code == 403
    form = office.get("/api/v1/tickets/T-1/service-record").json()
    photos = next(f for group in form["groups"] for f in group["fields"] if f["id"] == "photos")["value"]
    assert [each["id"] for each in photos] == service["photos"]
    assert [len(each["sha256"] or "") for each in photos] == [64, 64, 64, 0]


def test_a_file_sent_again_under_its_key_is_stored_once(product: Product, backend: FakeBackend) -> None:
    office = product.as_role("dispatcher")
    backend.put("tickets", id="T-1", n=1)

    def send(content: bytes) -> Any:
        files, key = {"file": ("x.png", content, "image/png")}, {"Idempotency-Key": "k1"}
        return office.post("/api/v1/attachments", files=files, data={"ticket": "T-1"}, headers=key)

    first, again, other = send(PNG), send(PNG), send(PNG + b"x")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert len(backend.records.find("attachments", [])) == 1
