"""Which sale a customer means: near in time, of the goods or the price, with the door moving; and what is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.returns.purchase import Asked, candidates
from telemetry.units import MINUTE

AT = 1_791_939_600_000
TEA = {"sku": "tea", "price_cents": 450, "lot": "L1", "vend_id": "v"}


def row(n: int, ts: int, name: str = "vend", **data: Any) -> dict[str, Any]:
    return {"id": f"E-{n}", "ts": ts, "name": name, "data": data}


def test_the_nearest_comes_first_and_what_lies_outside_the_window_is_none() -> None:
    vends = [row(n, AT + away * MINUTE, **TEA) for n, away in ((1, -50), (2, 3), (3, 20), (4, 61))]
    found = candidates(Asked(AT, 60 * MINUTE, "tea"), vends, [])
    assert [c.event for c in found] == ["E-2", "E-3", "E-1"]
    assert found[0].away_ms == 3 * MINUTE


def test_another_article_or_price_is_none_and_what_is_not_told_counts_half() -> None:
    vends = [row(1, AT, **TEA), row(2, AT, **{**TEA, "sku": "cola"}), row(3, AT, **{**TEA, "price_cents": 500})]
    vends.append(row(4, AT, lane=3))
    found = candidates(Asked(AT, MINUTE, "tea", 450), vends, [])
    assert [c.event for c in found] == ["E-1", "E-4"]
    assert found[1].score == pytest.approx(found[0].score / 4, abs=0.001)


def test_a_door_that_moved_speaks_for_a_sale_and_a_failed_payment_against_it() -> None:
    vends = [row(n, AT + n * 10 * MINUTE, **TEA) for n in (1, 2, 3)]
    around = [row(7, vends[0]["ts"] + 1, "door_opened"), row(8, vends[1]["ts"] - 1, "payment_error")]
    by_id = {c.event: c for c in candidates(Asked(AT + 20 * MINUTE, 600 * MINUTE, "tea"), vends, around)}
    assert by_id["E-1"].score > by_id["E-3"].score > by_id["E-2"].score
    assert [w["event"] for w in by_id["E-1"].witnesses] == ["E-7"]


@given(st.lists(st.tuples(st.integers(-90, 90), st.booleans()), max_size=12), st.integers(1, 60))
def test_scores_lie_between_nought_and_one_and_fall(rows: list[tuple[int, bool]], minutes: int) -> None:
    vends = [row(n, AT + away * MINUTE, **(TEA if tea else {})) for n, (away, tea) in enumerate(rows)]
    found = candidates(Asked(AT, minutes * MINUTE, "tea", 450), vends, [])
    assert all(0 <= c.score <= 1 and abs(c.away_ms) <= minutes * MINUTE for c in found)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert len(found) == sum(abs(away) <= minutes for away, _ in rows)
