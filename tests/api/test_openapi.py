"""The OpenAPI document is complete, and what is served fits it: fuzzed in-process with schemathesis."""

from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from service.model import Action, Answer
from service.records.base import Put
from tests.api.fake import BARE, NOW, Product

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


def _row(table: str, **fields: Any) -> Any:
    return lambda action: Answer(status="ok", body=BARE[table] | {"id": action.target or "X-1", "n": 1, **fields})


def _stocked() -> Product:
    """A product with one of each object, whose fold lets everything pass."""
    folder = Path(mkdtemp())
    product = Product(folder, folder / "web")
    backend = product.backend
    backend.cabinet("C-1", air_c=4.5)
    evidence = {"type": "gps", "level": 1, "source": "phone", "at": NOW, "uncertainty_s": 3}
    clock = {"name": "REPLY", "started": NOW, "due": NOW, "state": "running", "why": "24 h", "provisional": False}
    backend.put("tickets", id="T-1", n=1, clocks=[clock], visit="V-1")
    backend.put("timeline", id="L-1", ticket="T-1", evidence=evidence)
    backend.put("episodes", id="F-1")
    backend.put("visits", id="V-1")
    stamps = {"created": NOW, "updated": NOW, "version": 1}
    person = dict.fromkeys(("phone", "zones", "skills", "shift", "lat", "lon", "channels", "active"))
    site = dict.fromkeys(("address", "zone", "lat", "lon", "contact")) | {"id": "S-1", "name": "Station"}
    event = {"id": "E-1", "cabinet": "C-1", "ts": NOW, "at": NOW, "name": "vend", "data": {}}
    command = {
        "id": "K-1",
        "cabinet": "C-1",
        "name": "reboot",
        "args": {},
        "reason": "x",
        "state": "queued",
        "created": NOW,
    }
    backend.records.write([
        Put("technicians", person | stamps | {"id": "T1", "name": "Li"}), Put("sites", site | stamps),
        Put("events", event), Put("commands", command), Put("maintenance", WINDOW),
        Put("quarantine", {"id": "Q-1", "cabinet": "C-1", "at": NOW, "reason": "malformed", "head": "x"}),
    ])  # fmt: skip
    verbs = {"tickets": [p for p in product.app.openapi()["paths"] if "/tickets/{ticket}/" in p]}
    verbs["visits"] = [p for p in product.app.openapi()["paths"] if "/visits/{visit}/" in p]
    for table, noun in (("tickets", "ticket"), ("visits", "visit")):
        for path in verbs[table]:
            backend.answers[f"{noun}.{path.rpartition('/')[2]}"] = _row(table, timeline=[])
    for verb in ("acknowledge", "snooze", "comment"):
        backend.answers[f"fault.{verb}"] = _row("episodes")
    backend.answers["ticket.create"] = _row("tickets", timeline=[])
    backend.answers["command.create"] = lambda a: Answer(status="created", body=_blank("commands") | command)
    backend.answers["technician.create"] = _technician(person | stamps)
    backend.answers["technician.patch"] = _technician(person | stamps)
    backend.answers["cabinet.replace-controller"] = lambda _: Answer(status="ok")
    backend.answers["maintenance.create"] = _maintenance
    backend.answers["maintenance.end"] = lambda _: Answer(status="ok", body={})
    return product


def _blank(_: str) -> dict[str, Any]:
    return dict.fromkeys(("actor", "detail", "observed", "expires", "sent", "done"))


def _technician(person: dict[str, Any]) -> Any:
    return lambda action: Answer(status="ok", body=person | {"id": action.target or "T9", "name": "Li"})


WINDOW = dict.fromkeys(("site", "ended", "ended_by")) | {
    "id": "M-1", "cabinet": "C-1", "reason": "x", "actor": "dora", "from": NOW, "to": NOW, "created": NOW,
}  # fmt: skip


def _maintenance(_: Action) -> Answer:
    return Answer(status="created", body=WINDOW)


PRODUCT = _stocked()
TOKEN = PRODUCT.token("administrator")
SCHEMA = schemathesis.openapi.from_asgi("/api/v1/openapi.json", PRODUCT.app)
IDS = {
    "cabinet": "C-1",
    "ticket": "T-1",
    "window": "M-1",
    "visit": "V-1",
    "fault": "F-1",
    "site": "S-1",
    "technician": "T1",
    "command": "K-1",
}


@SCHEMA.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_is_answered_as_the_document_says(case: schemathesis.Case) -> None:
    if case.path_parameters and len(str(case.query)) % 4:
        case.path_parameters |= {key: IDS[key] for key in case.path_parameters if key in IDS}
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS)


def test_operations_have_short_unique_names_and_bodies_that_exist(product: Product) -> None:
    document = product.app.openapi()
    operations = [o for item in document["paths"].values() for o in item.values()]
    names = [o["operationId"] for o in operations]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 30
    shapes = document["components"]["schemas"]
    for operation in operations:
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        assert body.get("$ref", "#/Problem").rpartition("/")[2] in shapes
        assert "application/problem+json" in operation["responses"]["default"]["content"]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_page_that_loads_from_other_hosts_is_served(product: Product, path: str) -> None:
    assert "cdn" not in product.anyone().get(path).text
