"""The life file of a cabinet: all of it with one click, bounded, masked, audited, and safe to open."""

import csv
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import lifefile
from service.records.base import Put
from tests.api.fake import NOW, FakeBackend, Product

PATH = "/api/v1/cabinets/C-1/life-file"
EVERY = {f"{part}.{kind}" for part in lifefile.PARTS for kind in ("json", "csv")} | {"manifest.json"}


@pytest.fixture
def lived(backend: FakeBackend) -> FakeBackend:
    """A cabinet with something of everything, beside another one."""
    backend.cabinet("C-1")
    backend.cabinet("C-2")
    customer = {"name": "张三丰", "phone": "13812345678"}
    for n, cabinet in ((1, "C-1"), (2, "C-2")):
        backend.put("tickets", id=f"T-{n}", n=n, cabinet=cabinet, customer=customer, visit=f"V-{n}")
        backend.put("timeline", id=f"T-{n}/1", ticket=f"T-{n}", note="opened")
        report = {"measure": "done", "parts": ["fan", {"part": "belt", "quantity": 2}]}
        backend.put("visits", id=f"V-{n}", cabinet=cabinet, tickets=[f"T-{n}"],
                    evidence={"code": "123456", "items": [], "report": report})  # fmt: skip
        backend.put("episodes", id=f"F-{n}", cabinet=cabinet)
        event = {"id": f"{cabinet}/1/1", "cabinet": cabinet, "boot": 1, "seq": 1, "name": "=cmd()"}
        history = {"id": f"{cabinet}/1", "cabinet": cabinet, "at": NOW, "firmware": "1.5", "before": "1.4"}
        backend.records.write([Put("events", event | {"data": {}, "ts": NOW, "at": NOW}), Put("firmwares", history)])
    return backend


def opened(client: TestClient) -> zipfile.ZipFile:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def part(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"{name}.json"))


def test_everything_of_one_cabinet_is_in_it_and_nothing_of_others(lived: FakeBackend, admin: TestClient) -> None:
    archive = opened(admin)
    assert set(archive.namelist()) == EVERY
    assert archive.testzip() is None
    for name, key in (("tickets", "T-1"), ("visits", "V-1"), ("faults", "F-1"), ("cabinet", "C-1")):
        assert [row["id"] for row in part(archive, name)] == [key]
    assert [(p["part"], p["quantity"]) for p in part(archive, "parts")] == [("fan", 1), ("belt", 2)]
    assert [(f["before"], f["firmware"]) for f in part(archive, "firmware")] == [("1.4", "1.5")]
    assert [(line["ticket"], line["note"]) for line in part(archive, "timelines")] == [("T-1", "opened")]
    assert "credential" not in part(archive, "cabinet")[0]


def test_the_manifest_counts_and_hashes_every_file(lived: FakeBackend, admin: TestClient) -> None:
    archive = opened(admin)
    manifest = part(archive, "manifest")
    assert (manifest["cabinet"], manifest["by"]) == ("C-1", "administrator")
    for name, told in manifest["parts"].items():
        assert told["rows"] == len(part(archive, name))
        assert told["left_out"] == 0
        for kind in ("json", "csv"):
            assert told[f"{kind}_sha256"] == hashlib.sha256(archive.read(f"{name}.{kind}")).hexdigest()


def test_what_is_too_much_is_left_out_and_said(
    lived: FakeBackend, admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifefile, "MOST", 3)
    for n in range(2, 7):
        event = {"id": f"C-1/1/{n}", "cabinet": "C-1", "boot": 1, "seq": n, "name": "vend", "ts": NOW + n, "at": NOW}
        lived.records.write([Put("events", event | {"data": {"n": n}})])
    archive = opened(admin)
    assert [e["seq"] for e in part(archive, "events")] == [6, 5, 4]
    assert part(archive, "manifest")["parts"]["events"]["left_out"] == 3


def test_people_see_customers_masked_and_programs_as_their_role_may(lived: FakeBackend, product: Product) -> None:
    def phone(client: TestClient) -> str:
        return str(part(opened(client), "tickets")[0]["customer"]["phone"])

    assert phone(product.as_role("agent")) == "13812345678"
    product.identity.create_user("mei", "long enough", "agent", None, product.real())
    session = product.anyone()
    session.post("/api/v1/session", json={"username": "mei", "password": "long enough"})
    assert phone(session) == "138****5678"
    assert product.as_role("technician").get(PATH).status_code == 403
    assert product.as_role("viewer").get(PATH).status_code == 403


def test_taking_it_is_audited_before_it_leaves(lived: FakeBackend, admin: TestClient) -> None:
    opened(admin)
    (action,) = lived.actions
    assert (action.name, action.body["action"], action.body["subject"]) == (
        "audit.note", "life-file.exported", "cabinet:C-1",
    )  # fmt: skip
    lived.away = True
    assert admin.get(PATH).status_code == 503
    lived.away = False
    assert admin.get("/api/v1/cabinets/C-9/life-file").status_code == 404


def test_a_spreadsheet_finds_no_formula_in_it(lived: FakeBackend, admin: TestClient) -> None:
    text = opened(admin).read("events.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == "'=cmd()"
    assert part(opened(admin), "events")[0]["name"] == "=cmd()"
