"""What adds up reads every row, or refuses, never a part of them as if it were the whole; and what tables do."""

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import casework, csvtext, monthly, monthlypdf, whole
from api.identity import Caller
from service.policy import Policy
from service.records.base import Put, Where
from service.records.memory import MemoryRecords
from telemetry.errors import Invalid
from tests.api.fake import BARE
from tests.service.monthly.month import SINCE, UNTIL

READER = Caller("r", "r", "auditor", "token")


def complaints(n: int, **over: Any) -> MemoryRecords:
    records = MemoryRecords()
    row = {**BARE["tickets"], "kind": "complaint", "received": SINCE + 1, "opened": SINCE + 1, **over}
    records.write([Put("tickets", {**row, "id": f"T-{k:06d}", "n": k}) for k in range(1, n + 1)])
    return records


def test_all_rows_are_read_however_many_pieces_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "PIECE", 3)
    for n in (0, 1, 3, 7, 9):
        found = whole.whole(complaints(n), "tickets", [Where("kind", "=", "complaint")], ["received", "n"])
        assert [row["n"] for row in found] == list(range(1, n + 1))


def test_too_many_are_refused_and_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(whole.whole(complaints(7), "tickets", most=7)) == 7
    with pytest.raises(Invalid):
        whole.whole(complaints(8), "tickets", most=7)
    monkeypatch.setattr(whole.whole, "__kwdefaults__", {"most": 7})
    with pytest.raises(Invalid):
        monthly.collect(complaints(8), Policy(), "2026-10", UNTIL)


def test_a_table_of_the_pdf_says_how_many_rows_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthlypdf, "MOST", 3)
    rows = [[f"T-{n}"] for n in range(5)]
    told = monthlypdf._listed("complaints", ("ticket",), (40,), rows, "en")
    assert "2 more rows" in told[-1].text  # type: ignore[attr-defined]
    assert len(monthlypdf._listed("complaints", ("ticket",), (40,), rows[:3], "en")) == 2


def test_the_digest_says_when_its_lists_are_not_all() -> None:
    told = [casework.digest(complaints(n), READER, SINCE, UNTIL) for n in (100, 101)]
    assert [(len(d["complaints"]), d["truncated"]) for d in told] == [(100, False), (100, True)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert csvtext.text([[text, -5]]).startswith(("'", "\"'"))
    records = complaints(1, cabinet=text)
    table = monthly.table(records, Policy(), "2026-10", UNTIL)
    (row,) = csv.DictReader(StringIO(table))
    assert row["cabinet"] == f"'{text}"


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), max_size=4))
def test_what_is_written_is_read_back_but_for_the_guard(rows: list[list[str]]) -> None:
    read = list(csv.reader(StringIO(csvtext.text(rows), newline="")))
    assert read == [[csvtext.cell(value) for value in row] for row in rows]
