"""The search grammar: over the fleet as masks, checked against plain Python; over the records as conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.lists import Listing
from api.masks import Columns, mask_of
from api.query import Term, conditions, parse, time
from api.tables import FAULTS, TICKETS, VISITS
from service.records.base import Put, Where
from telemetry.errors import Invalid
from telemetry.fleet import HEALTH, STATUS
from telemetry.signals import COLUMN
from tests.api.fake import FakeBackend


def test_terms_are_read_with_comparisons_quotes_lists_and_negation() -> None:
    assert parse('status:offline -health:major,minor air_c:>=8.5 "two words" -x') == [
        Term("status", "=", ("offline",), False),
        Term("health", "=", ("major", "minor"), True),
        Term("air_c", ">=", ("8.5",), False),
        Term("", "=", ("two words",), False),
        Term("", "=", ("x",), True),
    ]
    assert parse('site:"Old Town"') == [Term("site", "=", ("Old Town",), False)]


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_refused_by_name(text: str) -> None:
    refused = ["q"]
    try:
        parse(text)
    except Invalid as error:
        refused = list(error.fields)
    assert refused == ["q"]


@pytest.mark.parametrize(
    ("listing", "q"), [(FAULTS, "state:activ"), (FAULTS, "-severity:bad"), (TICKETS, "state:new,x")]
)
def test_a_word_that_is_none_is_refused_with_those_there_are(listing: Listing, q: str) -> None:
    with pytest.raises(Invalid) as refused:
        conditions(FakeBackend().records, listing.search, parse(q))
    assert "there are" in refused.value.fields["q"]


def test_times_are_iso_or_ms() -> None:
    assert time("from", "1970-01-01T08:00:01+08:00") == 1000
    assert time("from", "1970-01-01T00:00:01Z") == 1000
    assert time("from", "1500") == 1500
    with pytest.raises(Invalid):
        time("from", "yesterday")


def _fleet(specs: list[tuple[int, int, float | None, str | None, bool]]) -> FakeBackend:
    backend = FakeBackend()
    backend.records.write([Put("sites", {"id": "S-1", "zone": "HZ-West"}), Put("sites", {"id": "S-2", "zone": None})])
    for i, (status, health, air, site, retired) in enumerate(specs):
        row = backend.fleet.add(f"CAB-{i:02d}", site)
        backend.fleet.info[row]["model"] = f"M{i % 2}"
        backend.fleet.status[row], backend.fleet.health[row] = status, health
        backend.fleet.retired[row] = retired
        backend.fleet.latest[row, COLUMN["air_c"]] = np.nan if air is None else air
    return backend


CHECKS = {
    "status:offline": lambda s, i: STATUS[s[0]] == "offline",
    "-status:offline": lambda s, i: STATUS[s[0]] != "offline",
    "status:online,unknown": lambda s, i: STATUS[s[0]] != "offline",
    "health:none": lambda s, i: s[1] == 0,
    "health:>=major": lambda s, i: HEALTH[s[1]] in ("major", "critical"),
    "air_c:>8": lambda s, i: s[2] is not None and s[2] > 8,
    "-air_c:>8": lambda s, i: s[2] is None or s[2] <= 8,
    "retired:true": lambda s, i: s[4],
    "site:s-1": lambda s, i: s[3] == "S-1",
    "site:S-*": lambda s, i: s[3] is not None,
    "region:hz*": lambda s, i: s[3] == "S-1",
    "zone:nowhere": lambda s, i: False,
    "model:m1": lambda s, i: i % 2 == 1,
    "cab-0": lambda s, i: i < 10,
    "id:CAB-?1": lambda s, i: i % 10 == 1,
    "id:cab-03": lambda s, i: i == 3,
}
cabinets = st.tuples(
    st.integers(0, 2),
    st.integers(0, 4),
    st.none() | st.floats(-20, 20),
    st.sampled_from([None, "S-1", "S-2"]),
    st.booleans(),
)


@settings(deadline=None)
@given(st.lists(cabinets, max_size=15), st.lists(st.sampled_from(sorted(CHECKS)), min_size=1, max_size=3))
def test_a_mask_selects_what_plain_python_selects(specs: list[tuple], queries: list[str]) -> None:  # type: ignore[type-arg]
    backend = _fleet(specs)
    mask = mask_of(backend.fleet, Columns(backend.fleet), backend.records, parse(" ".join(queries)))
    assert mask.tolist() == [all(CHECKS[q](spec, i) for q in queries) for i, spec in enumerate(specs)]


@pytest.mark.parametrize("q", ["colour:red", "air_c:>warm", "air_c:nan", "status:asleep", "site:>S-1"])
def test_what_cannot_be_searched_is_refused_by_name(q: str) -> None:
    backend = _fleet([(0, 0, None, None, False)])
    with pytest.raises(Invalid, match=q.split(":", maxsplit=1)[0]):
        mask_of(backend.fleet, Columns(backend.fleet), backend.records, parse(q))


def test_record_terms_become_conditions(backend: FakeBackend) -> None:
    found = conditions(
        backend.records, TICKETS.search, parse("state:new,triaged -severity:minor cabinet:c-1 opened:>5")
    )
    assert found == [
        Where("state", "in", ["new", "triaged"]),
        Where("severity", "!=", "minor"),
        Where("cabinet", "=", "C-1"),
        Where("opened", ">", 5),
    ]
    assert conditions(backend.records, VISITS.search, parse("-level:>=2")) == [Where("level", "!>=", 2)]


def test_free_text_looks_into_each_text_column(backend: FakeBackend) -> None:
    backend.put("tickets", id="T-1", n=1, summary="Door hangs", cabinet="C-1")
    backend.put("tickets", id="T-2", n=2, summary="warm", cabinet="DOOR-9")
    backend.put("tickets", id="T-3", n=3, summary="warm", cabinet="C-1")
    assert conditions(backend.records, TICKETS.search, parse("door")) == [Where("id", "in", ["T-1", "T-2"])]


@pytest.mark.parametrize("q", ["colour:red", "-door", "level:2.5", "level:1e300", "offered:soon"])
def test_what_records_cannot_answer_is_refused(backend: FakeBackend, q: str) -> None:
    with pytest.raises(Invalid):
        conditions(backend.records, VISITS.search, parse(q))
