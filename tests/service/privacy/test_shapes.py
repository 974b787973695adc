"""Masking value by value: what is taken out of text, lists and objects, and what stays when a person goes."""

from typing import Any

import pytest

from service.privacy.masking import HIDDEN, PURGED, change, phone, ruled, scrubbed
from service.privacy.view import emptied, masked

GONE = "[purged 2031-06-01 已清除]"


@pytest.mark.parametrize(("value", "shown"), [("123456", HIDDEN), ("1234567", "****67"), ("1234567890", "****90")])
def test_a_short_number_shows_two_digits_only_when_it_has_seven(value: str, shown: str) -> None:
    assert phone(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("call 13812345678 now", "call 138****5678 now"),
        ("mail li@a.cn, 0571-88001234", f"mail {HIDDEN}, 057****1234"),
        (["13812345678", {"who": "张三丰", "at": 3}], ["138****5678", {"who": "**", "at": 3}]),
        ("张三丰和张三", "**和**"), (None, None), (True, True), (7, 7), (2.5, 2.5), (b"13812345678", None),
    ],
)  # fmt: skip
def test_text_loses_numbers_addresses_and_the_longest_known_name_first(value: Any, shown: Any) -> None:
    assert scrubbed(value, ["张三", "", "张三丰"]) == shown
    assert scrubbed(value, ["张三丰", "", "张三"]) == shown


def test_the_longest_word_is_taken_out_first_whatever_the_alphabet_says() -> None:
    assert scrubbed("一张三来了", ["张三", "一张三"]) == "**来了"


def test_what_somebody_declined_is_still_gone_through_for_numbers() -> None:
    assert ruled("name")({"declined": "ask 13812345678"}) == {"declined": "ask 138****5678"}
    assert ruled("name")({"declined": "x", "phone": "y"}) is None


def upper(value: Any) -> str:
    return f"<{value}>"


@pytest.mark.parametrize(
    ("value", "path", "shown"),
    [
        (None, (), None), ("a", (), "<a>"), (None, ("a",), None), ("a", ("b",), None), ([1], ("a",), None),
        ({"a": 1, "b": 2}, ("a",), {"a": "<1>", "b": 2}), ({"b": 2}, ("a",), {"b": 2}),
        ({"a": None}, ("a",), {"a": None}),
        ([1, None, 2], ("[]",), ["<1>", None, "<2>"]), ({"a": 1}, ("[]",), None),
        ([{"a": 1, "k": 2}], ("[]", "*"), [{"a": "<1>", "k": 2}]), ([{"a": 1}], ("[]", "a"), [{"a": "<1>"}]),
        ({"a": 1, "k": 2, PURGED: 3}, ("*",), {"a": "<1>", "k": 2, PURGED: 3}),
        ({"x": {"a": 1, "k": 2}}, ("x", "*"), {"x": {"a": "<1>", "k": 2}}),
        ({"x": {"k": 2}, "y": {"k": {"a": 1}}}, ("*", "k"), {"x": {"k": "<2>"}, "y": {"k": "<{'a': 1}>"}}),
    ],
)  # fmt: skip
def test_what_stands_at_a_path_is_changed_and_nothing_else(value: Any, path: tuple[str, ...], shown: Any) -> None:
    assert change(value, path, upper, frozenset({"k"})) == shown


def test_a_table_without_personal_fields_is_shown_as_it_is() -> None:
    row = {"id": "X", "customer": {"name": "张三"}}
    assert masked("no_such_table", row) == (row, False)
    assert emptied("no_such_table", row, "2031-06-01", "record") == {}


def test_a_name_of_one_character_is_no_word_to_take_out() -> None:
    row = {"customer": {"name": "王", "phone": None}, "summary": "王府井店 13812345678"}
    assert masked("tickets", row)[0]["summary"] == "王府井店 138****5678"


def test_who_is_named_elsewhere_is_taken_out_of_lines_too() -> None:
    line = {"note": "李雷 rang from Road 1"}
    person = {"name": "李雷", "address": "Road 1"}
    assert masked("timeline", line, person=person) == ({"note": "** rang from **"}, True)


def test_words_in_the_record_are_gone_through_whatever_has_rules_beside_them() -> None:
    service = {"note": "13812345678", "measure": "told 13812345678", "photos": ["P-1"]}
    shown = masked("tickets", {"customer": {"name": "张三"}, "fields": {"service": service, "n": 3}})[0]["fields"]
    assert shown == {
        "service": {"note": "138****5678", "measure": "told 138****5678", "photos": ["P-1"]}, "n": 3,
    }  # fmt: skip


def test_when_a_person_goes_their_case_stays() -> None:
    row = {
        "id": "T-1", "kind": "repair", "assignee": "ann", "summary": "张三 rang",
        "customer": {"name": "张三", "phone": "1"},
        "fields": {"given": {"x": 1}, "follow_up": {"answer": "all well", "solved": True},
                   "service": {"measure": "told 张三", "person": "ann"}},
    }  # fmt: skip
    gone = emptied("tickets", row, "2031-06-01", "record")
    assert gone["customer"] == {PURGED: "2031-06-01"}
    assert gone["summary"] == GONE
    assert gone["fields"] == {
        "given": None, "follow_up": {"answer": GONE, "solved": True},
        "service": {"measure": "told **", "person": "ann"},
    }  # fmt: skip
    assert gone.keys() == {"customer", "summary", "fields"}


def test_what_a_row_lacks_hides_nothing_of_the_rest() -> None:
    assert emptied("tickets", {"summary": "rang", "customer": None}, "2031-06-01", "record") == {"summary": GONE}


def test_only_what_is_kept_for_that_term_goes() -> None:
    row = {"note": "张三 rang", "actor": "ann"}
    assert emptied("timeline", row, "2031-06-01", "location") == {}
    assert emptied("timeline", row, "2031-06-01", "record") == {"note": GONE}
    assert emptied("timeline", {"note": None}, "2031-06-01", "record") == {}
