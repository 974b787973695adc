"""The self-assessment: bands, points pro rata, what is missing, what is deleted; and the sources of its items."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.selfcheck.inputs import SOURCES, Inputs, found
from service.selfcheck.score import Found, assess, stars
from service.selfcheck.sheet import Group, Item, Sheet, read, shipped
from telemetry.errors import Invalid

SHEET = shipped()
ITEMS = [item for group in SHEET.groups for item in group.items]


@pytest.mark.parametrize(
    ("score", "deductions", "expected"),
    [
        (69.9, 4, 0), (69.999999, 0, 0), (70, 4, 2), (79.99, 0, 2), (80, 0, 3), (89.9, 4, 3), (90, 0, 4),
        (94.99, 0, 4), (95, 0, 5), (96, 4, 5), (96, 5, 0), (100, 9, 0), (0, 0, 0),
    ],
)  # fmt: skip
def test_the_bands(score: float, deductions: int, expected: int) -> None:
    """S2 4.1-4.3 (p. 4)."""
    assert stars(score, deductions) == expected


def one(kind: Any, applies: bool = True) -> Sheet:
    items = (
        Item(id="a", en="", zh="", points=60, kind=kind, clause="", source="a", applies=applies),
        Item(id="b", en="", zh="", points=40, kind="qualitative", clause="", source="b"),
    )
    return Sheet(version="t", note_en="", note_zh="", groups=(Group(id="g", en="", zh="", weight=100, items=items),))


def share(value: float | None) -> Found:
    return Found(value, 1, {})


@pytest.mark.parametrize(
    ("kind", "value", "score", "missing"),
    [
        ("sampled", 0.5, 70.0, 0.0), ("qualitative", 0.99, 40.0, 0.0), ("qualitative", 1.0, 100.0, 0.0),
        ("sampled", None, 100.0, 0.6), ("qualitative", None, 100.0, 0.6), ("sampled", 0.0, 40.0, 0.0),
    ],
)  # fmt: skip
def test_points_of_an_item(kind: str, value: float | None, score: float, missing: float) -> None:
    told = assess(one(kind), {"a": share(value), "b": share(1)})
    assert (told["score"], told["missing_share"]) == (pytest.approx(score), missing)


def test_a_deleted_item_leaves_both_sides() -> None:
    told = assess(one("sampled", applies=False), {"a": share(0), "b": share(1)})
    assert (told["score"], told["applicable_points"], told["missing_share"]) == (100.0, 40, 0.0)
    assert told["groups"][0]["items"][0]["state"] == "deleted"


def test_one_bonus_lifts_the_score_and_deductions_stand_outside() -> None:
    all_of = {"a": share(29.5 / 60), "b": share(1)}
    assert assess(one("sampled"), all_of)["stars"] == 0
    told = assess(one("sampled"), all_of, bonus=True, deductions=4)
    assert (told["score"], told["stars"], told["deductions"]) == (pytest.approx(70.5), 2, 4)
    assert assess(one("sampled"), {"a": share(1), "b": share(1)}, bonus=True)["score"] == 100
    failed = assess(one("sampled"), {"a": share(1), "b": share(1)}, deductions=5)
    assert (failed["score"], failed["stars"], failed["passed"]) == (100, 0, False)


def test_without_any_input_there_is_no_score() -> None:
    told = assess(SHEET, {})
    assert (told["score"], told["stars"], told["passed"], told["missing_share"]) == (None, None, None, 1.0)
    assert {i["state"] for g in told["groups"] for i in g["items"]} == {"missing"}
    assert "own" in told["note_en"]
    assert "自行" in told["note_zh"]


shares = st.dictionaries(st.sampled_from([i.source for i in ITEMS]), st.none() | st.floats(0, 1), max_size=60)


@given(shares, st.integers(0, 9), st.booleans())
def test_the_score_is_what_was_got_of_what_applies(
    values: dict[str, float | None], deductions: int, bonus: bool
) -> None:
    told = assess(SHEET, {k: share(v) for k, v in values.items()}, deductions=deductions, bonus=bonus)
    items = [i for g in told["groups"] for i in g["items"]]
    scored = [i for i in items if i["got"] is not None]
    assert sum(i["points"] for i in items) == pytest.approx(100)
    assert told["applicable_points"] + told["missing_points"] == pytest.approx(100)
    if scored:
        expected = sum(i["got"] for i in scored) / sum(i["points"] for i in scored) * 100 + bonus
        assert told["score"] == pytest.approx(min(100, expected), abs=1e-6)
        assert told["score_low"] - 1e-6 <= told["score"] <= told["score_high"] + 1e-6
    else:
        assert told["score"] is None
    worst, best = (stars(told[end], deductions) for end in ("score_low", "score_high"))
    assert told["stars"] == (worst if worst == best else None)
    assert told["passed"] == (None if told["stars"] is None else told["stars"] > 0)


def test_a_good_score_over_a_few_items_passes_nothing() -> None:
    few = assess(one("sampled"), {"b": share(1)})  # 40 of 100 points
    assert (few["score"], few["score_low"], few["score_high"]) == (100, 40, 100)
    assert (few["stars"], few["passed"]) == (None, None)
    failed = assess(one("sampled"), {"a": share(0)})
    assert (failed["score_high"], failed["stars"], failed["passed"]) == (40, 0, False)


# -- the sheet ------------------------------------------------------------------------------------------------------
def test_the_shipped_sheet_has_the_groups_of_the_standard_and_known_sources() -> None:
    assert [(g.id, g.weight) for g in SHEET.groups] == [("system", 40), ("product", 35), ("customer", 25)]
    assert {i.source.partition(":")[0] for i in ITEMS} <= set(SOURCES)
    assert len({i.id for i in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize(
    ("old", "new"),
    [("points = 2,", "points = 3,"), ("weight = 40", "weight = 41"), ("version", "versio"), ("[[groups]]", "[[groups")],
)
def test_a_sheet_that_does_not_add_up_is_refused(old: str, new: str) -> None:
    from service.selfcheck.sheet import SHIPPED  # noqa: PLC0415

    with pytest.raises(Invalid):
        read(SHIPPED.read_text("utf-8").replace(old, new, 1))


# -- the sources ----------------------------------------------------------------------------------------------------
def inputs(**given_: Any) -> Inputs:
    empty: dict[str, Any] = dict.fromkeys(
        ("documents", "staff", "certificates", "trainings", "receipts", "improvements", "tickets", "indicators"), ()
    )
    rest = {"coverage": {}, "reach": None, "available": None, "managers_share": 0.1, "now": 1000}
    return Inputs(**(empty | rest | given_))


def paper(kind: str, key: str = "DO-1", **more: Any) -> dict[str, Any]:
    blank = {"id": key, "kind": kind, "ended": None, "stale_since": None, "superseded_citations": []}
    return blank | more


def staff(*roles: str) -> list[dict[str, Any]]:
    return [{"id": f"ST-{n}", "role": r, "account": f"u{n}", "technician": None} for n, r in enumerate(roles)]


def told(source: str, **given_: Any) -> tuple[float | None, int]:
    result = found(inputs(**given_), [source])[source]
    return result.share, result.n


def test_of_nothing_everything_is_missing() -> None:
    asked = [item.source for item in ITEMS]
    assert {f.share for f in found(inputs(), asked).values()} == {None}


@pytest.mark.parametrize(
    ("source", "given_", "expected"),
    [
        ("document:drill", {"documents": [paper("drill")]}, (1.0, 1)),
        ("document:drill", {"documents": [paper("drill", stale_since="2026-01-01")]}, (0.0, 1)),
        ("document:drill", {"documents": [paper("award")]}, (None, 0)),
        ("managers", {"staff": staff("service_manager", *["field"] * 10)}, (0.0, 11)),
        ("managers", {"staff": staff("service_manager", *["field"] * 9)}, (1.0, 10)),
        ("laws", {"documents": [paper("law")]}, (1.0, 1)),
        ("laws", {"documents": [paper("law"), paper("guide", superseded_citations=[{}])]}, (0.0, 1)),
        ("laws", {"documents": [paper("guide", superseded_citations=[{}])]}, (0.0, 0)),
        ("findings", {"documents": [paper("finding"), paper("finding", ended=5)]}, (0.5, 2)),
        ("training", {"trainings": [{"planned": 1, "passed": True}, {"planned": 1, "passed": None},
                                    {"planned": 2000, "passed": None}]}, (0.5, 2)),
        ("improvements", {"improvements": [{"closed": 1}, {"closed": None}]}, (0.5, 2)),
        ("coverage:online", {"coverage": {"online": 0.75}}, (0.75, 1)),
        ("coverage:online", {"coverage": {"online": None}}, (None, 0)),
        ("reach", {"reach": (3, 4)}, (0.75, 4)),
        ("availability", {"available": 0.999}, (0.999, 1)),
        ("clock:PROMISE", {"tickets": [{"clocks": [{"name": "PROMISE", "state": s}
                                                   for s in ("met", "met", "running", "breached")]}]}, (2 / 3, 3)),
        ("settled:complaint", {"tickets": [{"kind": "complaint", "state": s}
                                           for s in ("closed", "archived", "new", "merged")]}, (2 / 3, 3)),
    ],
)  # fmt: skip
def test_what_a_source_says(source: str, given_: dict[str, Any], expected: tuple[float | None, int]) -> None:
    assert told(source, **given_) == expected


def test_certificates_count_once_for_a_person_and_skill() -> None:
    def held(person: str, expires: int, ended: int | None = None) -> dict[str, Any]:
        return {"person": person, "skill": "cooling", "issued": 0, "expires": expires, "ended": ended}

    assert told("certificates", certificates=[held("a", 10), held("a", 2000), held("b", 1000)]) == (0.5, 2)
    assert told("certificates", certificates=[held("a", 2000, ended=900)]) == (0.0, 1)


def test_every_member_of_the_staff_owes_a_reading_of_every_rule() -> None:
    rules = [paper("policy_document", "DO-1"), paper("policy_document", "DO-2"), paper("guide", "DO-3")]
    read_ = [
        {"document": "DO-1", "person": "u0"},
        {"document": "DO-2", "person": "u0"},
        {"document": "DO-1", "person": "x"},
    ]
    assert told("receipts", documents=rules, staff=staff("it", "it"), receipts=read_) == (0.5, 4)


@pytest.mark.parametrize(
    ("value", "unit", "better", "expected"),
    [
        (0.9, "share", "high", 0.9),
        (0.25, "share", "low", 0.75),
        (4.0, "score", "high", 0.75),
        (None, "share", "high", None),
    ],
)
def test_an_indicator_is_pro_rata(value: float | None, unit: str, better: str, expected: float | None) -> None:
    one_ = {"id": "x", "value": value, "n": 8, "unit": unit, "better": better}
    assert told("indicator:x", indicators=[one_])[0] == expected
