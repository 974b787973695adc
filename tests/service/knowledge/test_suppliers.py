"""The scorecard of suppliers: every repair with parts counts once for each supplier of one of them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.knowledge.suppliers import repairs, scorecard

PARTS = ("fan", "relay", "seal", "lamp")


def ticket(key: str, parts: list[Any], **fields: Any) -> dict[str, Any]:
    return {"id": key, "fields": {"service": {"parts": parts}, **fields}}


def supplier(key: str, *parts: str) -> dict[str, Any]:
    return {"id": key, "title": f"The {key}", "edition": 1, "body": {"parts": list(parts)}}


def test_what_came_back_counts_against_the_supplier_of_its_parts() -> None:
    done = [
        ticket("T-1", ["fan", {"part": "relay", "quantity": 2}]),
        ticket("T-2", ["fan"], reopenings=1),
        ticket("T-3", ["lamp"]),
        ticket("T-4", []),
    ]
    again = [*done, ticket("T-9", [], repeat_of="T-3"), {"id": "T-8", "fields": None}]
    cards = scorecard(repairs(done, again), [supplier("A", "fan"), supplier("B", "relay", "seal"), supplier("C")])
    told = [(c["supplier"], c["pieces"], c["repairs"], c["returned"], c["share"]) for c in cards]
    assert told == [("A", 2, 2, 1, 0.5), ("B", 2, 1, 0, 0.0), ("C", 0, 0, 0, None), (None, 1, 1, 1, 1.0)]
    assert (cards[-1]["parts"], cards[0]["title"]) == (["lamp"], "The A")


@given(st.lists(st.tuples(st.lists(st.sampled_from(PARTS), max_size=3), st.booleans()), max_size=12))
def test_every_piece_is_counted_once_where_each_part_has_one_supplier(given_: list[tuple[list[str], bool]]) -> None:
    done = repairs((ticket(f"T-{n}", parts, reopenings=int(back)) for n, (parts, back) in enumerate(given_)), ())
    cards = scorecard(done, [supplier("A", "fan", "relay"), supplier("B", "seal")])
    assert sum(card["pieces"] for card in cards) == sum(len(parts) for parts, _ in given_)
    assert all(0 <= card["returned"] <= card["repairs"] <= len(done) for card in cards)
