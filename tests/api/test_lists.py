"""Paging: every row exactly once, newest first, whatever the ties, the nulls and what is added meanwhile."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.fleetview import FleetView
from api.lists import Mark, Paging, decode, encode, page
from api.tables import FAULTS, TICKETS
from service.records.base import Put
from service.records.memory import MemoryRecords
from telemetry.errors import Invalid
from telemetry.signals import COLUMN
from tests.api.fake import BARE, FakeBackend, Product

times = st.none() | st.integers(0, 4)


def _fill(values: list[int | None]) -> MemoryRecords:
    records = MemoryRecords()
    rows = [BARE["episodes"] | {"id": f"F{i:03d}", "cabinet": f"C-{i}", "cleared": v} for i, v in enumerate(values)]
    records.write([Put("episodes", row) for row in rows])
    return records


def _walk(records: MemoryRecords, sort: str, limit: int, between: Any = None) -> list[str]:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        rows, cursor, _ = page(records, FAULTS, Paging(limit, cursor, sort, ""))
        assert len(rows) == limit or cursor is None
        seen += [row["id"] for row in rows]
        if between:
            between()
    return seen


@given(st.lists(times, max_size=25), st.integers(1, 7), st.sampled_from(["cleared", "-cleared"]))
def test_pages_hold_every_row_once_in_the_order_of_one_big_page(values: list[Any], limit: int, sort: str) -> None:
    records = _fill(values)
    whole, _, total = page(records, FAULTS, Paging(1000, "", sort, ""))
    assert _walk(records, sort, limit) == [row["id"] for row in whole]
    assert total == len(values)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.integers(1, 5))
def test_rows_added_while_paging_neither_repeat_nor_hide_old_ones(values: list[Any], limit: int) -> None:
    records = _fill(values)
    fresh = iter(range(100, 200))

    def add() -> None:
        n = next(fresh)
        records.write([Put("episodes", BARE["episodes"] | {"id": f"N{n}", "cabinet": f"N-{n}", "cleared": n})])

    seen = _walk(records, "-cleared", limit, add)
    assert sorted(seen) == [f"F{i:03d}" for i in range(len(values))]


@settings(deadline=None)
@given(
    st.lists(st.none() | st.sampled_from([1.0, 2.5, 8.0]), max_size=20),
    st.integers(1, 6),
    st.sampled_from(["", "air_c", "-air_c", "id", "-id", "created", "-model"]),
)
def test_the_fleet_pages_like_the_records(values: list[float | None], limit: int, sort: str) -> None:
    backend = FakeBackend()
    for i, value in enumerate(values):
        row = backend.fleet.add(f"C-{i:02d}")
        backend.fleet.info[row]["model"] = f"M{i % 3}" if i % 4 else None
        backend.fleet.latest[row, COLUMN["air_c"]] = np.nan if value is None else value
    view = FleetView(backend)
    whole, none, total = view.page(Paging(1000, "", sort, ""))
    seen, cursor = [], ""
    while cursor is not None:
        items, cursor, _ = view.page(Paging(limit, cursor, sort, ""))
        seen += [item["id"] for item in items]
    assert seen == [item["id"] for item in whole]
    assert sorted(seen) == sorted(backend.fleet.ids)
    assert (none, total) == (None, len(values))


def test_a_fleet_sorts_missing_values_last_in_both_directions(backend: FakeBackend) -> None:
    backend.cabinet("A", air_c=5)
    backend.cabinet("B")
    backend.cabinet("C", air_c=9)
    view = FleetView(backend)
    assert [c["id"] for c in view.page(Paging(10, "", "air_c", ""))[0]] == ["A", "C", "B"]
    assert [c["id"] for c in view.page(Paging(10, "", "-air_c", ""))[0]] == ["C", "A", "B"]


@given(st.text(max_size=40))
def test_a_made_up_cursor_is_refused_not_obeyed(cursor: str) -> None:
    refused: list[str] = []
    mark = None
    try:
        mark = decode(cursor, "-opened")
    except Invalid as error:
        refused = list(error.fields)
    assert refused == ["cursor"] or mark is None or mark.sort == "-opened"


@pytest.mark.parametrize(
    "mark", [Mark("-due", 3, 0), Mark("-opened", 3, -1), Mark("-opened", [1], 0), Mark("-opened", 2.0**70, 0)]
)
def test_a_cursor_of_another_sort_or_with_wild_values_is_refused(mark: Mark) -> None:
    with pytest.raises(Invalid):
        decode(encode(mark), "-opened")


def test_limits_and_sorts_outside_the_contract_answer_422(product: Product) -> None:
    admin = product.as_role("administrator")
    for query in ("limit=0", "limit=1001", "limit=x", "sort=nonsense", "cursor=%21", "q=nonsense:1", "q=state:"):
        answer = admin.get(f"/api/v1/tickets?{query}")
        assert answer.status_code == 422, query
        assert answer.headers["content-type"] == "application/problem+json"
        assert list(answer.json()["fields"]) == [query.split("=", maxsplit=1)[0]]


def test_tickets_come_newest_first_and_id_sorts_by_number(product: Product) -> None:
    for n in (2, 10, 1):
        product.backend.put("tickets", id=f"T-{n}", n=n, opened=n)
    admin = product.as_role("viewer")
    assert [t["id"] for t in admin.get("/api/v1/tickets").json()["items"]] == ["T-10", "T-2", "T-1"]
    assert [t["id"] for t in admin.get("/api/v1/tickets?sort=id").json()["items"]] == ["T-1", "T-2", "T-10"]
    assert set(TICKETS.sorts) >= {"opened", "due", "severity"}
