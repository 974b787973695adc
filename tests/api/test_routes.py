"""Each noun as a program or the console reads it."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.routes.dispatch import MOVES as VISIT_MOVES
from api.routes.tickets import MOVES as TICKET_MOVES
from service.model import Action, Answer
from service.records.base import Put
from telemetry.units import DAY
from tests.api.fake import BARE, NOW, FakeBackend, Product

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ISO = "2026-09-21T14:13:20.000+00:00"


class TestPlatform:
    def test_health_is_open_to_all_and_says_why_not(self, product: Product, backend: FakeBackend) -> None:
        anyone = product.anyone()
        assert anyone.get("/livez").json() == {"alive": True}
        assert anyone.get("/readyz").status_code == 200
        backend.checks.append(("disk", False, "95 % full"))
        answer = anyone.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"][-1] == {"check": "disk", "ok": False, "reason": "95 % full"}

    def test_time_is_product_time(self, product: Product, backend: FakeBackend) -> None:
        assert product.anyone().get("/api/v1/time").json() == {"now": ISO, "speed": 1.0, "zone": "Asia/Shanghai"}

    def test_metrics_are_aggregates(self, product: Product, backend: FakeBackend) -> None:
        backend.cabinet("C-1")
        backend.put("episodes", id="F-1")
        text = product.anyone().get("/metrics").text
        assert 'vendwatch_cabinets{status="unknown"} 1.0' in text
        assert 'vendwatch_open_faults{severity="major"} 1.0' in text
        assert 'vendwatch_messages_total{outcome="stored"} 7.0' in text
        assert "vendwatch_blind 0.0" in text
        assert "C-1" not in text

    def test_ingest_totals_come_with_the_state_of_the_platform(self, admin: TestClient) -> None:
        answer = admin.get("/api/v1/ingest").json()
        assert answer["received"] == 7
        assert answer["platform"]["blind"] == [{"from": ISO, "to": None, "cause": "broker"}]

    def test_where_backups_lie_is_told_to_those_who_may_read_of_them(self, product: Product, admin: TestClient) -> None:
        assert "dir" in admin.get("/api/v1/ingest").json()["platform"]["backup"]
        assert "backup" not in product.as_role("operator").get("/api/v1/ingest").json()["platform"]


class TestCabinets:
    def test_a_cabinet_shows_presence_health_and_newest_values(self, backend: FakeBackend, admin: TestClient) -> None:
        row = backend.cabinet("C-1", air_c=4.5)
        backend.fleet.status[row], backend.fleet.health[row] = 1, 3
        backend.fleet.extra[row] = {"wine_c": (12.5, NOW), "broken": (float("nan"), NOW)}
        cabinet = admin.get("/api/v1/cabinets/C-1").json()
        assert (cabinet["status"], cabinet["health"], cabinet["model"]) == ("online", "major", "M1")
        assert cabinet["latest"] == {"air_c": {"value": 4.5, "ts": NOW}, "wine_c": {"value": 12.5, "ts": NOW}}
        assert admin.get("/api/v1/cabinets?q=air_c:>4").json()["items"] == [cabinet]

    def test_registering_changing_and_retiring(self, admin: TestClient) -> None:
        admin.post("/api/v1/sites", json={"id": "S-1", "name": "Station", "zone": "hz"})
        body = {"id": "C-1", "model": "M", "site": "S-1", "lat": 30.2, "lon": 120.1}
        assert admin.post("/api/v1/cabinets", json=body).status_code == 201
        assert admin.post("/api/v1/cabinets", json=body).status_code == 409
        assert admin.post("/api/v1/cabinets", json={"id": "c/1", "model": "M"}).status_code == 422
        assert admin.post("/api/v1/cabinets", json=body | {"credential": {"hash": "x"}}).status_code == 422
        assert admin.get("/api/v1/cabinets?q=region:hz").json()["total"] == 1
        assert admin.patch("/api/v1/cabinets/C-1", json={"model": "N"}).json()["model"] == "N"
        assert admin.delete("/api/v1/cabinets/C-1").json()["retired"] is True
        assert admin.get("/api/v1/cabinets/C-1").status_code == 200
        assert admin.get("/api/v1/cabinets?q=-retired:true").json()["total"] == 0

    def test_what_was_never_registered_is_not_there(self, admin: TestClient) -> None:
        for path in (
            "",
            "/series?signal=air_c",
            "/ingest",
            "/quarantine",
            "/events",
            "/commands",
            "/commands/C-1",
            "/qr",
        ):
            assert admin.get(f"/api/v1/cabinets/NOBODY{path}").status_code == 404, path
        assert admin.patch("/api/v1/cabinets/NOBODY", json={}).status_code == 404

    def test_accounting_and_quarantine_of_an_unregistered_cabinet_can_be_read(
        self, backend: FakeBackend, admin: TestClient
    ) -> None:
        backend.records.write(
            [Put("accounting", {"cabinet": "GHOST", "received": 3, "quarantined": 3, "gaps": [[1, 2, 5]]})]
        )
        head = {"id": "q1", "cabinet": "GHOST", "at": NOW, "reason": "unknown_cabinet", "head": "\\x00{", "size": 9}
        backend.records.write([Put("quarantine", head)])
        assert admin.get("/api/v1/cabinets/GHOST").status_code == 404
        ingest = admin.get("/api/v1/cabinets/GHOST/ingest").json()
        assert (ingest["received"], ingest["stored"], ingest["gaps"]) == (3, 0, [[1, 2, 5]])
        items = admin.get("/api/v1/cabinets/GHOST/quarantine").json()["items"]
        assert [(i["reason"], i["head"], i["at"]) for i in items] == [("unknown_cabinet", "\\x00{", ISO)]

    def test_a_cabinet_that_never_spoke_has_zeros(self, backend: FakeBackend, admin: TestClient) -> None:
        backend.cabinet("C-1")
        ingest = admin.get("/api/v1/cabinets/C-1/ingest").json()
        assert ingest.pop("cabinet") == "C-1"
        assert ingest.pop("gaps") == []
        assert set(ingest.values()) == {0}

    def test_events_keep_the_cabinets_own_words(self, backend: FakeBackend, admin: TestClient) -> None:
        backend.cabinet("C-1")
        event = {"id": "e1", "cabinet": "C-1", "ts": NOW, "at": NOW, "name": "vend", "data": {"lot": "L", "to": 1}}
        backend.records.write([Put("events", event)])
        item = admin.get("/api/v1/cabinets/C-1/events?q=name:vend").json()["items"][0]
        assert (item["ts"], item["data"]) == (ISO, {"lot": "L", "to": 1})

    def test_the_qr_code_is_for_the_desk(self, product: Product, backend: FakeBackend, admin: TestClient) -> None:
        backend.cabinet("C-1")
        answer = admin.get("/api/v1/cabinets/C-1/qr").json()
        assert answer["payload"] == "VW1:C-1:signature"
        assert answer["image"].startswith("data:image/svg+xml")
        assert product.as_role("technician").get("/api/v1/cabinets/C-1/qr").status_code == 403


class TestSeries:
    @pytest.fixture
    def client(self, backend: FakeBackend, admin: TestClient) -> TestClient:
        backend.cabinet("C-1")
        backend.readings("C-1", [(NOW - 3000, 1.0), (NOW - 2000, 5.0), (NOW - 1000, 3.0)])
        return admin

    def _points(self, client: TestClient, query: str) -> list[Any]:
        answer = client.get(f"/api/v1/cabinets/C-1/series?signal=air_c{query}")
        assert answer.status_code == 200, answer.text
        assert (answer.json()["signal"], answer.json()["unit"]) == ("air_c", "°C")
        return answer.json()["points"]  # type: ignore[no-any-return]

    def test_every_reading_is_its_own_row_when_there_is_room(self, client: TestClient) -> None:
        expected = [[NOW - 3000, 1, 1, 1], [NOW - 2000, 5, 5, 5], [NOW - 1000, 3, 3, 3]]
        assert self._points(client, "") == expected
        assert self._points(client, f"&from={NOW - 2000}&to={NOW - 1000}") == expected[1:]
        assert self._points(client, "&from=2026-09-21T14:13:18Z&to=2026-09-21T22:13:18%2B08:00") == expected[1:2]

    def test_fewer_points_keep_the_extremes(self, client: TestClient) -> None:
        (point,) = self._points(client, "&points=1")
        assert point[1:] == pytest.approx([1, 3, 5])

    def test_a_signal_without_readings_is_empty_not_missing(self, client: TestClient) -> None:
        answer = client.get("/api/v1/cabinets/C-1/series?signal=unheard_of")
        assert (answer.status_code, answer.json()["points"]) == (200, [])

    @pytest.mark.parametrize("query", ["points=0", "points=100001", "from=x", f"from={NOW}&to=5", "signal="])
    def test_what_is_out_of_range_is_refused(self, client: TestClient, query: str) -> None:
        assert client.get(f"/api/v1/cabinets/C-1/series?signal=air_c&{query}").status_code == 422


class TestReadings:
    def test_all_readings_come_a_day_per_line(self, backend: FakeBackend, admin: TestClient) -> None:
        backend.cabinet("C-1")
        backend.readings("C-1", [(NOW - DAY, 1.0), (NOW - 1000, 3.0), (NOW, 5.0)])
        answer = admin.get("/api/v1/cabinets/C-1/readings?signal=air_c")
        days = [json.loads(line) for line in answer.text.splitlines()]
        assert days == [[[NOW - DAY, 1, 1, 1]], [[NOW - 1000, 3, 3, 3], [NOW, 5, 5, 5]]]
        assert admin.get(f"/api/v1/cabinets/C-1/readings?signal=air_c&from={NOW}&to={NOW}").text == ""
        one = admin.get(f"/api/v1/cabinets/C-1/readings?signal=air_c&from={NOW - 1000}&to={NOW}")
        assert one.json() == [[NOW - 1000, 3, 3, 3]]

    @pytest.mark.parametrize(
        ("path", "status"),
        [("C-1/readings?signal=air_c&from=5&to=4", 422), ("C-1/readings?signal=air_c&from=x", 422),
         ("C-1/readings", 422), ("C-9/readings?signal=air_c", 404)],
    )  # fmt: skip
    def test_what_cannot_be_streamed_is_a_problem(
        self, backend: FakeBackend, admin: TestClient, path: str, status: int
    ) -> None:
        backend.cabinet("C-1")
        assert admin.get(f"/api/v1/cabinets/{path}").status_code == status


class TestFaults:
    def test_a_fault_shows_its_children_and_iso_times(self, backend: FakeBackend, admin: TestClient) -> None:
        backend.put("episodes", id="F-1", acknowledged={"actor": "li", "at": NOW}, comments=[{"at": NOW, "text": "x"}])
        backend.put("episodes", id="F-2", kind="power_lost", parent="F-1")
        fault = admin.get("/api/v1/faults/F-1").json()
        assert fault["children"] == ["F-2"]
        assert (fault["onset"], fault["acknowledged"]["at"], fault["comments"][0]["at"]) == (ISO, ISO, ISO)
        assert admin.get("/api/v1/faults?q=kind:power_lost").json()["items"][0]["children"] == []
        assert admin.get("/api/v1/faults/F-9").status_code == 404

    def test_kinds_come_with_advice_in_both_languages(self, admin: TestClient) -> None:
        kinds = admin.get("/api/v1/faults/kinds").json()["items"]
        assert {"offline", "air_too_warm"} <= {kind["name"] for kind in kinds}
        assert all(kind[part] for kind in kinds for part in ("en", "zh", "advice_en", "advice_zh"))

    def test_acting_on_a_fault_reaches_the_fold(self, backend: FakeBackend, admin: TestClient) -> None:
        row = backend.put("episodes", id="F-1")
        for verb in ("acknowledge", "snooze", "comment"):
            backend.answers[f"fault.{verb}"] = lambda _: Answer(status="ok", body=row)
        assert admin.post("/api/v1/faults/F-1/snooze", json={"until": ISO}).json()["id"] == "F-1"
        assert (backend.actions[0].target, backend.actions[0].body) == ("F-1", {"until": ISO})
        assert admin.post("/api/v1/faults/F-1/acknowledge").status_code == 200
        assert admin.post("/api/v1/faults/F-1/comment", json={"text": "x"}).status_code == 200

    def test_acting_on_a_fault_that_is_over_is_a_conflict_not_an_absence(
        self, backend: FakeBackend, admin: TestClient
    ) -> None:
        backend.put("episodes", id="F-1", state="cleared", cleared=NOW)
        for verb, body in (("acknowledge", {}), ("comment", {"text": "x"})):
            backend.answers[f"fault.{verb}"] = lambda a: Answer(status="not_found", body={"id": a.target})
            refused = admin.post(f"/api/v1/faults/F-1/{verb}", json=body)
            assert (refused.status_code, refused.json()["guard"]) == (409, "cleared")
            assert admin.post(f"/api/v1/faults/F-9/{verb}", json=body).status_code == 404


class TestTicketsAndVisits:
    def test_a_ticket_shows_clocks_and_timeline_as_the_contract_words_them(
        self, backend: FakeBackend, admin: TestClient
    ) -> None:
        clock = {"name": "REPLY", "started": NOW, "due": NOW, "state": "running", "why": "24 h", "provisional": False}
        backend.put("tickets", id="T-1", n=1, clocks=[clock])
        evidence = {"type": "gps", "level": 1, "source": "phone", "at": NOW, "uncertainty_s": 3}
        backend.put("timeline", id="l2", ticket="T-1", n=2, to="on_site", evidence=evidence, **{"from": "en_route"})
        backend.put("timeline", id="l1", ticket="T-1", n=1)
        ticket = admin.get("/api/v1/tickets/T-1").json()
        assert ticket["clocks"] == [clock | {"started": ISO, "due": ISO}]
        assert [line["to"] for line in ticket["timeline"]] == ["new", "on_site"]
        assert ticket["timeline"][1]["evidence"] == evidence | {"at": ISO}
        assert admin.get("/api/v1/tickets").json()["items"] == [ticket]
        assert admin.get("/api/v1/tickets/T-9").status_code == 404

    def test_every_move_of_the_contract_has_its_path(self, product: Product) -> None:
        paths = product.app.openapi()["paths"]
        moves = "triage remote dispatch wait resume reply promise work-done verify resolve follow-up close reopen merge"
        assert {*moves.split(), "cancel", "comment"} == set(TICKET_MOVES)
        assert all(f"/api/v1/tickets/{{ticket}}/{verb}" in paths for verb in TICKET_MOVES)
        assert all(f"/api/v1/visits/{{visit}}/{verb}" in paths for verb in VISIT_MOVES)

    def test_a_technician_sees_own_visits_and_their_tickets_and_nothing_else(
        self, product: Product, backend: FakeBackend
    ) -> None:
        for n, technician in ((1, "T1"), (2, "T2")):
            backend.put("visits", id=f"V-{n}", technician=technician, tickets=[f"T-{n}"], state="accepted")
            backend.put(
                "tickets", id=f"T-{n}", n=n, visit=f"V-{n}", customer={"name": "Li Lei", "phone": "13812345678"}
            )
        mine = product.as_role("technician", "T1")
        assert [v["id"] for v in mine.get("/api/v1/visits").json()["items"]] == ["V-1"]
        assert mine.get("/api/v1/visits").json()["total"] == 1
        assert mine.get("/api/v1/visits/V-2").status_code == 404
        assert [t["id"] for t in mine.get("/api/v1/tickets").json()["items"]] == ["T-1"]
        assert mine.get("/api/v1/tickets/T-2").status_code == 404
        assert mine.get("/api/v1/tickets/T-1").json()["customer"]["phone"] == "13812345678"
        backend.put("visits", id="V-1", technician="T1", tickets=["T-1"], state="left")
        assert mine.get("/api/v1/tickets/T-1").json()["customer"]["phone"] == "138****5678", "the visit is over"

    @pytest.mark.parametrize(
        ("role", "name", "sees"),
        [
            ("technician", "T1", True),
            ("dispatcher", None, True),
            ("administrator", None, True),
            ("operator", None, False),
            ("viewer", None, False),
            ("agent", "T1", False),
        ],
    )
    def test_the_one_time_code_is_for_its_technician_and_dispatchers(
        self, product: Product, backend: FakeBackend, role: str, name: str | None, sees: bool
    ) -> None:
        backend.put("visits", id="V-1")
        answer = product.as_role(role, name).get("/api/v1/visits/V-1")
        assert (answer.json().get("code") == "123456") == sees
        assert ("123456" in answer.text) == sees

    def test_readers_without_need_see_people_masked(self, product: Product, backend: FakeBackend) -> None:
        person = {"name": "张三丰", "phone": "13812345678", "address": "Road 1"}
        backend.put("tickets", id="T-1", n=1, customer=person, fields={"given": {"phone": "13812345678"}, "faults": []})
        seen = product.as_role("viewer").get("/api/v1/tickets/T-1").json()["customer"]
        assert seen == {"name": "张**", "phone": "138****5678", "address": None}
        assert "13812345678" not in product.as_role("viewer").get("/api/v1/tickets").text, "nor what else was given"
        assert product.as_role("agent").get("/api/v1/tickets/T-1").json()["customer"] == person
        assert "given" in product.as_role("agent").get("/api/v1/tickets/T-1").json()["fields"]

    def test_check_in_answers_level_and_arrival(self, backend: FakeBackend, admin: TestClient) -> None:
        arrival = {"level": 2, "arrived_at": NOW, "provisional": False}
        body = BARE["visits"] | {"id": "V-1", "state": "working"} | arrival
        backend.answers["visit.check-in"] = lambda _: Answer(status="ok", body=body)
        answer = admin.post("/api/v1/visits/V-1/check-in", json={"evidence": {"type": "qr", "payload": "x"}})
        assert answer.status_code == 200
        assert {k: answer.json()[k] for k in arrival} == arrival | {"arrived_at": ISO}

    def test_technicians_act_under_their_own_id(self, product: Product, backend: FakeBackend) -> None:
        backend.answers["visit.accept"] = lambda _: Answer(status="ok", body=BARE["visits"] | {"id": "V-1"})
        product.as_role("technician", "T1").post("/api/v1/visits/V-1/accept")
        assert (backend.actions[0].actor.id, backend.actions[0].actor.role) == ("T1", "technician")

    def test_technicians_are_created_and_listed(self, product: Product, backend: FakeBackend) -> None:
        def create(action: Action) -> Answer:
            row = {"id": "T1", "name": "Li", "phone": "13812345678", "version": 1, "created": NOW, **action.body}
            backend.records.write([Put("technicians", row)])
            return Answer(status="created", body=row)

        backend.answers["technician.create"] = create
        made = product.as_role("dispatcher").post("/api/v1/technicians", json={"id": "T1", "name": "Li"})
        assert (made.status_code, made.json()["phone"]) == (201, "13812345678")
        assert product.as_role("technician", "T2").get("/api/v1/technicians/T1").json()["phone"] == "138****5678"


class TestCommands:
    def test_a_command_is_sent_and_looked_up(self, backend: FakeBackend, admin: TestClient) -> None:
        backend.cabinet("C-1")
        row = {
            "id": "K-1",
            "cabinet": "C-1",
            "name": "set_setpoint",
            "args": {"set_c": 4},
            "state": "done",
            "observed": {"signal": "set_c", "value": 6.0, "ts": NOW},
            "created": NOW,
        }

        def create(_: Action) -> Answer:
            backend.records.write([Put("commands", row)])
            return Answer(status="created", body=row)

        backend.answers["command.create"] = create
        body = {"name": "set_setpoint", "args": {"set_c": 4}, "reason": "too warm"}
        assert admin.post("/api/v1/cabinets/C-1/commands", json=body).status_code == 201
        assert (backend.actions[0].target, backend.actions[0].body) == ("C-1", body)
        found = admin.get("/api/v1/cabinets/C-1/commands/K-1").json()
        assert (found["args"], found["matches"]) == ({"set_c": 4}, False)
        assert [each["matches"] for each in admin.get("/api/v1/cabinets/C-1/commands").json()["items"]] == [False]
        assert admin.get("/api/v1/cabinets/C-2/commands/K-1").status_code == 404


class TestAttachments:
    def test_a_photo_is_kept_under_its_hash_and_comes_back(
        self, admin: TestClient, backend: FakeBackend, tmp_path: Path
    ) -> None:
        backend.put("tickets", id="T-1", n=1)
        sent = admin.post(
            "/api/v1/attachments", files={"file": ("../../x.png", PNG, "text/html")}, data={"ticket": "T-1"}
        )
        assert sent.status_code == 201
        made = sent.json()
        assert (made["type"], made["name"], made["size"], made["ticket"]) == ("image/png", "x.png", 28, "T-1")
        back = admin.get(f"/api/v1/attachments/{made['id']}")
        assert (back.content, back.headers["content-type"]) == (PNG, "image/png")
        assert back.headers["content-disposition"].startswith("attachment")
        assert [p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()] == [28]

    def test_what_is_no_photo_no_paper_or_too_large_is_refused(self, admin: TestClient, tmp_path: Path) -> None:
        def post(content: bytes, **data: str) -> int:
            return admin.post(
                "/api/v1/attachments", files={"file": ("x.png", content, "image/png")}, data=data
            ).status_code

        assert post(b"<script>") == 415
        assert post(PNG + bytes(10 << 20)) == 413
        assert post(PNG, ticket="T-9") == 422
        assert admin.get("/api/v1/attachments/A-1").status_code == 404
        assert list(tmp_path.rglob("*.part")) == []


def figure(clause: dict[str, Any], name: str) -> dict[str, Any]:
    """The first figure of a clause that speaks of `name`."""
    found: dict[str, Any] = next(f for f in clause["evidence"]["figures"] if name in f)
    return found


class TestStandards:
    def test_clauses_show_figures_of_the_records(self, backend: FakeBackend, admin: TestClient) -> None:
        clock = {"name": "REPLY", "state": "breached"}
        backend.put("tickets", id="T-1", n=1, state="closed", clocks=[clock], customer={"name": "Li"})
        backend.put("timeline", id="l1", ticket="T-1", to="on_site", evidence={"type": "gps", "level": 1})
        backend.put("timeline", id="l2", ticket="T-1", to="follow_up")
        clauses = {(c["standard"], c["clause"]): c for c in admin.get("/api/v1/standards").json()["items"]}
        reply, arrivals = (figure(clauses["S1", "6.4.6"], name) for name in ("clock", "arrivals_by_level"))
        assert (reply["breached"], reply["breached_tickets"]) == (1, ["T-1"])
        assert arrivals == {"arrivals_by_level": {"1": 1}}
        assert figure(clauses["S1", "7.7.1-7.7.3"], "reached")["examples"] == ["T-1"]
        assert figure(clauses["S1", "8.1-8.4"], "closed") == {
            "closed": 1, "with": {"customer": 1, "cabinet": 1, "staff": 0, "course": 1},
        }  # fmt: skip
        assert all(c["title"] and c["title_zh"] and (c["how"] or c["lacks"]) for c in clauses.values())

    def test_without_records_the_figures_are_zero_not_absent(self, admin: TestClient) -> None:
        assert all(c["evidence"]["of_newest_tickets"] == 0 for c in admin.get("/api/v1/standards").json()["items"])
