"""The log's chain: whatever is changed, moved, added or taken out is found, at the right row."""

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from faults.foodsafety.chain import Broken, Head, check, genesis, link

DATA = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.floats(-50, 50) | st.text(max_size=9))


def log(entries, cabinet="HZ-01"):
    head, rows = genesis(cabinet), []
    for i, data in enumerate(entries):
        row, head = link(head, cabinet, 1000 + i, 900 + i, "temperature", data)
        rows.append(row)
    return rows, head


@given(st.lists(DATA, max_size=8))
def test_a_whole_log_is_sound_after_a_store_has_had_it(entries) -> None:
    rows, head = log(entries)
    kept = json.loads(json.dumps(rows))
    assert check("HZ-01", kept, head) is None
    assert head.n == len(entries)


@given(st.lists(DATA, min_size=1, max_size=8), st.data())
def test_any_changed_field_is_found_at_its_row(entries, data) -> None:
    rows, head = log(entries)
    i = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(["at", "ts", "type", "data", "cabinet", "prev", "hash", "n"]))
    changed = copy.deepcopy(rows)
    old = changed[i][field]
    changed[i][field] = old + 1 if isinstance(old, int) else {"x": 1, **old} if isinstance(old, dict) else old + "x"
    if changed == rows:
        return
    broken = check("HZ-01", changed, head)
    assert broken is not None
    assert broken.n in (i + 1, i + 2)


def test_a_row_taken_out_put_in_or_moved_is_found() -> None:
    rows, head = log([{"n": i} for i in range(5)])
    assert check("HZ-01", rows[:2] + rows[3:], head) == Broken(3, "missing")
    assert check("HZ-01", rows[1:], head) == Broken(1, "missing")
    assert check("HZ-01", [rows[0], rows[0], *rows[1:]], head) == Broken(2, "out of order")
    assert check("HZ-01", [rows[1], rows[0], *rows[2:]], head) == Broken(1, "missing")


def test_the_newest_rows_taken_out_are_found_by_the_head() -> None:
    rows, head = log([{"n": i} for i in range(5)])
    assert check("HZ-01", rows[:3]) is None
    assert check("HZ-01", rows[:3], head) == Broken(4, "missing")
    assert check("HZ-01", [], head) == Broken(1, "missing")


def test_a_chain_written_anew_from_a_changed_row_on_ends_at_another_head() -> None:
    _, head = log([{"c": 9.0}, {"c": 4.0}])
    forged, other = log([{"c": 5.0}, {"c": 4.0}])
    assert check("HZ-01", forged, other) is None
    assert check("HZ-01", forged, head) == Broken(3, "not the row that was written")


def test_the_log_of_another_cabinet_is_none_of_ours() -> None:
    rows, head = log([{}], "HZ-02")
    assert check("HZ-01", rows, head) == Broken(1, "does not follow from the row before")
    assert genesis("HZ-01") != genesis("HZ-02")
    assert isinstance(head, Head)
