"""What inspectors and programs see: the state, the report with its check, and its pages in both languages."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.foodpdf import described, draw, unbroken
from api.foodreport import collect
from api.foodwords import KEYS, LABELS, LOG, STATE
from service.model import Answer
from service.records.base import Put
from telemetry.units import DAY, HOUR
from tests.api.fake import NOW, Product
from tests.foodsafety.shop import CABINET, MINUTE, SAFE, T0, UNSAFE, Shop
from tests.pdftext import texts


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A breach, a lock that was doubted, a release, and a gap."""
    told = Shop().live(70).live(25, 9.0)
    told.now += MINUTE
    told.say("vend", sku="milk")
    told.live(5)
    told.visit()
    told.release(**UNSAFE | {"note": "冷柜 <b>&</b> 😀"})
    told.live(10)
    told.now += 2 * HOUR
    told.say("power_restored")
    return told.live(70)


@pytest.fixture
def product(tmp_path: Path, shop: Shop) -> Product:
    """The API over what the shop left."""
    made = Product(tmp_path)
    backend = made.backend
    backend.cabinet(CABINET)
    backend.cabinet("C-2")
    for table in ("food_safety", "food_log"):
        backend.records.write([Put(table, row) for row in shop.records.find(table, limit=100_000)])
    backend.readings(CABINET, [(T0 + n * MINUTE, 9.0 if 70 < n < 95 else 4.0) for n in range(170)])
    return made


@pytest.fixture
def admin(product: Product) -> TestClient:
    return product.as_role("administrator")


def path(what: str = "", cabinet: str = CABINET) -> str:
    return f"/api/v1/cabinets/{cabinet}/food-safety{what}"


PERIOD = {"from": str(T0 - DAY), "to": str(T0 + DAY)}


def test_the_state_of_a_cabinet(admin: TestClient) -> None:
    told = admin.get(path()).json()
    assert (told["state"], told["profile"]) == ("ok", {"pack": "nama", "version": 2, "class": "chilled"})
    assert told["rule"]["figures"]["max_c"] == 5.0
    assert told["rule"]["sources"].keys() >= {"max_c", "allow_min"}
    assert admin.get(path(cabinet="C-2")).json()["state"] == "none"
    assert admin.get(path(cabinet="C-9")).status_code == 404
    assert {p["id"] for p in admin.get("/api/v1/food-safety/packs").json()["items"]} == {
        "nama", "fda", "uk-8c", "cn-cold-chain",
    }  # fmt: skip


@pytest.mark.parametrize(("warm", "shown"), [(5, False), (9, True), (20, False)])
def test_the_clock_is_shown_while_it_runs_towards_the_limit(tmp_path: Path, warm: int, shown: bool) -> None:
    made, told = Product(tmp_path), Shop().live(5).live(warm, 9.0)
    made.backend.cabinet(CABINET)
    for table in ("food_safety", "food_log"):
        made.backend.records.write([Put(table, row) for row in told.records.find(table, limit=1000)])
    found = made.as_role("viewer").get(path()).json()
    assert found["state"] == {5: "ok", 9: "building", 20: "locked"}[warm]
    assert (found["clock"] is not None) == shown
    if shown:
        clock = found["clock"]
        assert (clock["signal"], clock["limit_c"], clock["allowed_s"], clock["spent_s"]) == ("air_c", 5.0, 900, 480)
        assert clock["since"] < clock["at"]


def test_the_report_as_json_checks_its_log(admin: TestClient) -> None:
    told = admin.get(path("/report"), params=PERIOD | {"format": "json"}).json()
    assert told["check"]["sound"]
    assert told["check"]["rows"] == len(told["log"])
    assert {"breach", "locked", "sold_while_locked", "released", "gap"} <= {row["type"] for row in told["log"]}
    assert (told["summary"]["breaches"], told["summary"]["releases"], told["summary"]["max_c"]) == (1, 1, 9.0)
    assert told["summary"]["gaps_s"] == 2 * 3600 + 60
    assert told["readings"]["signal"] == "air_c"
    assert len(told["readings"]["points"]) == 170


def test_the_summary_counts_every_reading_of_the_running_hour_too(tmp_path: Path) -> None:
    made, told = Product(tmp_path), Shop()
    told.live(50).live(20, 9.0)
    made.backend.cabinet(CABINET)
    for table in ("food_safety", "food_log"):
        made.backend.records.write([Put(table, row) for row in told.records.find(table, limit=1000)])
    made.backend.readings(CABINET, [(T0 + (n + 1) * MINUTE, 4.0 if n < 50 else 9.0) for n in range(70)])
    api = made.as_role("viewer")
    report = api.get(path("/report"), params=PERIOD | {"format": "json"}).json()
    logged = sum(row["data"]["n"] for row in report["log"] if row["type"] == "temperature")
    assert (0 < logged < 70, report["running"]["n"]) == (True, 70 - logged)
    summary = report["summary"]
    assert (summary["readings"], summary["min_c"], summary["max_c"]) == (70, 4.0, 9.0)
    assert summary["beyond_s"] == 18 * 60  # the step from the last row to the first reading after it is left out
    until = PERIOD | {"to": str(T0 + 55 * MINUTE), "format": "json"}
    early = api.get(path("/report"), params=until).json()
    assert early["summary"]["readings"] == 55
    assert early["running"]["warm_s"] == 4 * 60
    assert "70" in texts(api.get(path("/report"), params=PERIOD).content)


def test_readings_under_no_rule_count_for_nothing(tmp_path: Path) -> None:
    made, told = Product(tmp_path), Shop().live(5)
    told.act("food.profile", CABINET, {"pack": None})
    told.live(20)
    made.backend.cabinet(CABINET)
    for table in ("food_safety", "food_log"):
        made.backend.records.write([Put(table, row) for row in told.records.find(table, limit=1000)])
    made.backend.readings(CABINET, [(T0 + (n + 1) * MINUTE, 4.0) for n in range(25)])
    report = made.as_role("viewer").get(path("/report"), params=PERIOD | {"format": "json"}).json()
    assert (report["running"], report["summary"]["readings"]) == (None, 5)


def test_a_period_shows_its_rows_only_and_checks_all(admin: TestClient) -> None:
    some = {"from": str(T0 + 80 * MINUTE), "to": str(T0 + 95 * MINUTE), "format": "json"}
    told = admin.get(path("/report"), params=some).json()
    assert 0 < len(told["log"]) < told["check"]["rows"]
    assert told["check"]["sound"]
    for wrong in ({"from": "5", "to": "4"}, {"from": "0", "to": str(NOW)}, {"format": "doc"}, {"lang": "fr"}):
        assert admin.get(path("/report"), params=wrong).status_code == 422


@pytest.mark.parametrize(
    ("harm", "what"),
    [({"data": {"n": 60, "max_c": 4.0}}, "changed"), ({"ts": None}, "changed"), ({"data": None}, "changed"),
     ({"prev": "0"}, "does not follow from the row before")],
)  # fmt: skip
def test_a_log_that_was_tampered_with_is_reported_as_such_and_shown(
    product: Product, admin: TestClient, shop: Shop, harm: dict, what: str
) -> None:
    row = next(r for r in shop.rows() if r["type"] == "temperature")
    product.backend.records.write([Put("food_log", row | harm)])
    told = admin.get(path("/report"), params=PERIOD | {"format": "json"}).json()
    assert told["check"]["broken"] == {"n": row["n"], "what": what}
    assert len(told["log"]) >= told["check"]["rows"] - 1
    for lang in ("en", "zh"):
        pages = admin.get(path("/report"), params=PERIOD | {"lang": lang})
        assert pages.status_code == 200
        assert ("BROKEN" if lang == "en" else "断裂") in texts(pages.content)


@pytest.mark.parametrize(("lang", "index"), [("en", 0), ("zh", 1)])
def test_the_pages_say_it_in_both_languages(admin: TestClient, lang: str, index: int) -> None:
    answer = admin.get(path("/report"), params=PERIOD | {"lang": lang})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    drawn = texts(answer.content).replace("\n", "")
    for table, key in ((LABELS, "title"), (LOG, "breach"), (LOG, "released"), (LABELS, "check")):
        assert table[key][index] in drawn
    head = admin.get(path()).json()["log"]["head"]
    assert head in drawn, "whoever holds this report can tell a shortened log from a whole one"
    assert "冷柜 <b>&</b> ?" in drawn


def test_the_same_report_is_the_same_bytes(product: Product) -> None:
    found = collect(product.backend.records, product.backend.series, CABINET, T0, T0 + DAY)
    assert draw(found, "zh", "Asia/Shanghai", NOW) == draw(found, "zh", "Asia/Shanghai", NOW)


def test_a_cabinet_without_rule_or_readings_has_a_report_too(admin: TestClient) -> None:
    for lang in ("en", "zh"):
        assert admin.get(path("/report", "C-2"), params={"lang": lang}).content.startswith(b"%PDF-")


def test_no_line_is_drawn_across_a_gap() -> None:
    points = [[n * MINUTE, 4.0, 4.0, 4.0] for n in (0, 1, 2, 3, 60, 61, 62)]
    assert [len(piece) for piece in unbroken(points)] == [4, 3]
    assert unbroken(points[:1]) == [points[:1]]


def test_whatever_the_log_can_hold_has_words(shop: Shop) -> None:
    seen = {row["type"] for row in shop.rows()}
    assert seen <= set(LOG)
    keys = {key for row in shop.rows() for key in row["data"]} - {"n", "min_c", "max_c", "mean_c", "warm_s"}
    assert keys <= set(KEYS)
    for table in (LOG, STATE, LABELS, KEYS):
        assert all(en.strip() and zh.strip() for en, zh in table.values())
    assert described({"since": T0, "x": None, "discarded": []}, "en", str) == f"since {T0}"


def test_moves_reach_the_fold_and_their_refusals_the_caller(product: Product, shop: Shop) -> None:
    row = shop.records.get("food_safety", CABINET)
    answers = product.backend.answers
    answers["food.profile"] = lambda _: Answer(status="ok", body=row)
    refusal = {"guard": "arrival", "missing": ["check-in of level 2"]}
    answers["food.release"] = lambda _: Answer(status="conflict", body=refusal)
    desk = product.as_role("operator")
    assert desk.post(path("/profile"), json={"pack": "nama"}).json()["state"] == "ok"
    refused = desk.post(path("/release"), json=SAFE)
    assert refused.status_code == 409
    assert (refused.json()["guard"], refused.json()["missing"]) == ("arrival", ["check-in of level 2"])
    assert [a.name for a in product.backend.actions] == ["food.profile", "food.release"]
    assert product.as_role("viewer").post(path("/release"), json=SAFE).status_code == 403
    assert product.as_role("technician").post(path("/profile"), json={"pack": None}).status_code == 403
