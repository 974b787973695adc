"""Masking shows no more than its rule says, whatever people type; every column is classified."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Column, Float, MetaData, Table, Text

from api.roles import MAY
from service.policy import Policy
from service.privacy.fields import BY_TABLE, FIELDS, TERMS
from service.privacy.masking import HIDDEN, RULE_WORDS, RULES, name, phone, position, scrubbed
from service.privacy.matrix import matrix
from service.privacy.others import OTHERS
from service.privacy.view import emptied, masked
from service.records.tables import metadata
from service.technicians import Technician
from service.visits import Proof

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
DIGITS = st.text("0123456789", min_size=1, max_size=20)


# -- rules --------------------------------------------------------------------------------------------------------
@given(st.text(max_size=40))
def test_a_name_shows_its_first_character_at_most_and_not_how_long_it_is(value: str) -> None:
    shown = name(value)
    plain = value.strip()
    if not plain:
        assert shown is None
    elif len(plain) == 1:
        assert shown == "**"
    else:
        assert shown == f"{plain[0]}**"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800001234", "138****1234"), ("138 0000 1234", "138****1234"), ("+8613800001234", "861****1234"),
        ("88001234", "****34"), ("110", "****"), ("nobody", "****"), ("", None), (None, None), (13800001234, "****"),
    ],
)  # fmt: skip
def test_a_phone_number_as_its_rule_says(value: Any, shown: str | None) -> None:
    assert phone(value) == shown


@given(DIGITS)
def test_a_phone_number_never_shows_more_than_seven_digits_of_eleven_or_two_of_fewer(digits: str) -> None:
    shown = phone(digits) or ""
    seen = [c for c in shown if c.isdigit()]
    assert len(seen) <= (7 if len(digits) >= 11 else 2 if len(digits) >= 7 else 0)
    assert len(digits) - len(seen) >= min(4, len(digits)), "some of it is hidden"
    assert HIDDEN in shown


@given(st.floats(-180, 180))
def test_a_position_is_rounded_to_a_tenth_of_a_degree(value: float) -> None:
    shown = position(value)
    assert shown is not None
    assert abs(shown - value) <= 0.0501
    assert round(shown * 10) == pytest.approx(shown * 10)


@given(
    st.text(max_size=20), st.sampled_from(["电话", " ", "，", "(", ""]), st.sampled_from(["打不开", " ", "。", ")", ""])
)
def test_a_number_in_free_text_does_not_show(before: str, left: str, right: str) -> None:
    for number in ("13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "0571-88001234"):
        text = f"{left}{number}{right}"
        assert number not in scrubbed(text)
        assert "12345678" not in scrubbed(text).replace(" ", "").replace("-", "")
    assert "a.b@c.cn" not in scrubbed(f"{before} a.b@c.cn")


@pytest.mark.parametrize(
    "text",
    [
        "T-000001 and V-000123",
        "on 2026-10-14 at 09:00",
        "from=1791939600000 to=1791943200000",
        "9.2 °C, 12 items",
        "柜 C-1",
    ],
)
def test_ids_times_and_figures_stay_readable(text: str) -> None:
    assert scrubbed(text) == text


@given(st.text("张王李三四五丰abc ", min_size=2, max_size=6).filter(lambda s: len(s.strip()) > 1), st.text(max_size=10))
def test_a_customers_name_in_free_text_does_not_show(person: str, text: str) -> None:
    row = {"id": "T-1", "customer": {"name": person}, "summary": f"{text}{person}{text}"}
    shown, hidden = masked("tickets", row)
    assert hidden
    assert person not in shown["summary"] or person in "**"


@given(st.dictionaries(st.sampled_from(["name", "phone", "address", "wechat", "id_card", "note"]), JSONS), JSONS)
def test_a_customer_shows_only_what_the_rules_leave(person: dict[str, Any], given_: Any) -> None:
    row = {"id": "T-1", "customer": person, "fields": {"given": given_}}
    shown = masked("tickets", row)[0]
    for key, value in shown["customer"].items():
        declined = isinstance(person[key], dict) and set(person[key]) == {"declined"}
        rule = {"name": name, "phone": phone}.get(key, lambda _: None)
        assert declined or value == rule(person[key])
    assert shown["fields"]["given"] is None or set(given_) == {"declined"}


@given(st.sampled_from(sorted(BY_TABLE)), st.data())
def test_any_shape_of_any_column_is_masked_and_emptied_without_error(table: str, data: st.DataObject) -> None:
    columns = {f.column for f in BY_TABLE[table]}
    row = {"id": "X", **{column: data.draw(JSONS) for column in sorted(columns)}}
    shown, _ = masked(table, row)
    again, _ = masked(table, shown)
    assert again.keys() == row.keys() == shown.keys()
    for term in TERMS:
        gone = emptied(table, row, "2031-01-01", term)
        assert gone.keys() <= columns
        assert emptied(table, {**row, **gone}, "2031-01-01", term) == {}, "twice changes nothing"


def test_what_is_revealed_is_shown_and_nothing_else() -> None:
    person = {"name": "张三", "phone": "13812345678", "address": "Road 1"}
    row = {
        "id": "T-1",
        "customer": person,
        "summary": "13812345678 rang",
        "fields": {"service": {"note": "13812345678"}},
    }
    shown = masked("tickets", row, clear=("customer.phone", "fields.service.note"))[0]
    assert shown["customer"] == {"name": "张**", "phone": "13812345678", "address": None}
    assert shown["fields"]["service"]["note"] == "13812345678"
    assert shown["summary"] == "** rang"


def test_what_somebody_declined_to_say_is_no_secret() -> None:
    row = {"customer": {"phone": {"declined": "does not want calls"}}}
    assert masked("tickets", row) == (row, False)


# -- the tables of fields -----------------------------------------------------------------------------------------
def unclassified(tables: dict[str, Any]) -> list[str]:
    """Columns that can hold personal data and are in neither table, or in both."""
    wrong = []
    for table in tables.values():
        personal = {f.column for f in BY_TABLE.get(table.name, ())}
        others = set(OTHERS.get(table.name, "").split())
        able = {c.name for c in table.columns if isinstance(c.type, JSON | Text | Float)}
        wrong += [f"{table.name}.{c}" for c in (able ^ (personal | others)) | (personal & others)]
    return sorted(wrong)


def test_every_column_has_a_purpose_or_is_declared_to_hold_nothing_personal() -> None:
    assert unclassified(dict(metadata.tables)) == []


def test_a_new_column_without_a_purpose_is_found() -> None:
    grown = Table("sites", MetaData(), *(Column(c.name, c.type) for c in metadata.tables["sites"].columns))
    grown.append_column(Column("owner_phone", Text))
    assert unclassified({"sites": grown}) == ["sites.owner_phone"]


def test_every_field_that_the_records_of_people_declare_is_classified() -> None:
    """JSON that our own structs fill: proofs of arrival, technicians; a field added there is seen here."""
    paths = {f.where for f in FIELDS}
    innocent = {"type", "level", "source", "at", "received", "reason", "detail"}
    for field in set(Proof.__struct_fields__) - innocent:
        assert f"visits.evidence.items.[].{field}" in paths, field
    columns = {f.column for f in BY_TABLE["technicians"]} | set(OTHERS["technicians"].split())
    assert set(Technician.__struct_fields__) - columns <= {"active", "version", "created", "updated", "home", "van"}


def test_every_field_says_why_on_what_basis_how_long_and_who() -> None:
    assert len({f.where for f in FIELDS}) == len(FIELDS)
    for field in FIELDS:
        assert all((field.en, field.zh, field.purpose_en, field.purpose_zh, field.basis)), field.where
        assert field.full in MAY, field.where
        assert field.term in TERMS
        assert field.rule in RULES
        assert field.column in metadata.tables[field.table].columns, field.where
    assert set(RULE_WORDS) == set(RULES)


def test_the_matrix_is_what_the_tables_say() -> None:
    made = matrix(MAY, Policy(retention_years=5))
    found = {f["field"]: f for f in made["fields"]}
    assert found["tickets.customer.phone"]["full"] == sorted(MAY["personal.read"])
    assert found["tickets.customer.phone"]["others_see"] == "138****1234"
    assert "5 years" in made["terms"]["record"]["en"]
    assert "5 年" in made["terms"]["record"]["zh"]
    assert not any("{" in words for term in made["terms"].values() for words in term.values())
