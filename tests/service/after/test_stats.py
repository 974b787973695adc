"""Intervals and results: they hold what they are of, stay inside their scale, and say when there is too little."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.after.indicators import SCORES
from service.after.results import group, results
from service.after.stats import FEW, mean, student, wilson

T_TABLE = {4: 2.776445, 5: 2.570582, 10: 2.228139, 30: 2.042272, 100: 1.983972}


@pytest.mark.parametrize(("df", "quantile"), T_TABLE.items())
def test_students_quantile_is_that_of_the_tables(df: int, quantile: float) -> None:
    assert student(df) == pytest.approx(quantile, abs=1e-3)


def test_wilsons_interval_is_that_of_the_literature() -> None:
    """Newcombe 1998, Stat. Med. 17, 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    table = ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718))
    for hits, n, low, high in table:
        found = wilson(hits, n)
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 5000), st.data())
def test_a_share_lies_in_its_interval_and_that_in_its_scale(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert low < high


@given(st.lists(st.integers(1, 5), min_size=FEW, max_size=60))
def test_a_mean_lies_in_its_interval_and_that_in_its_scale(scores: list[int]) -> None:
    middle, (low, high) = mean(scores, 1, 5)
    assert 1 <= low <= middle <= high <= 5


def row(state: str = "answered", **fields: Any) -> dict[str, Any]:
    blank = {"kind": "repair", "channel": "phone", "other": None, **dict.fromkeys(SCORES)}
    return {**blank, "state": state, **fields}


ANSWERS = st.builds(
    row, st.sampled_from(["invited", "expired", "answered"]), kind=st.sampled_from(["repair", "refund"]),
    channel=st.sampled_from(["qr", "phone"]),
).map(lambda r: r if r["state"] != "answered" else {**r, "attitude": 4, "quality": 2})  # fmt: skip


@given(st.lists(ANSWERS, max_size=40))
def test_the_figures_add_up(rows: list[dict[str, Any]]) -> None:
    found = results(rows)
    for parts in (found["by_channel"], found["by_kind"]):
        for name in ("invited", "answered", "open"):
            assert sum(part[name] for part in parts) == found["all"][name]
    whole = found["all"]
    assert whole["answered"] + whole["open"] <= whole["invited"] == len(rows)
    for item in whole["items"]:
        assert sum(item["counts"]) == item["n"]
    rate = whole["response"]
    assert rate["too_few"] == (len(rows) < FEW) == (rate["rate"] is None)
    if not rate["too_few"]:
        assert 0 <= rate["low"] <= rate["rate"] <= rate["high"] <= 1


def test_few_answers_are_said_to_be_too_few() -> None:
    few = group([row(attitude=5)] * (FEW - 1))
    assert few["items"][0] | {"name_en": "", "name_zh": ""} == {
        "id": "attitude", "name_en": "", "name_zh": "", "n": 4, "too_few": True, "counts": [0, 0, 0, 0, 4],
        "mean": None, "mean_ci": None, "good": None, "good_ci": None,
    }  # fmt: skip
    assert few["response"]["rate"] is None
    enough = group([row(attitude=5)] * FEW)["items"][0]
    assert (enough["mean"], enough["good"], enough["too_few"]) == (5.0, 1.0, False)
