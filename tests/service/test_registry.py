"""Registering, changing and retiring; what a birth may change; dumps."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.credentials import hashed
from service.model import Action, Actor, Answer, Effects
from service.records.base import Put
from service.records.tables import metadata
from service.registry import Registry
from telemetry.clock import Moment
from telemetry.fleet import Fleet
from telemetry.units import DAY

T = Moment(1_800_000_000_000, 1_800_000_000_000)
LATER = Moment(T.now + 5_000, T.real + 5_000)
OLD, NEW = hashed("old"), hashed("new")
BIRTH = {
    "boot": 1,
    "interval_s": 30,
    "model": "VW-2",
    "firmware": "1.4",
    "signals": ["air_c"],
    "capabilities": ["lock"],
}


class Desk:
    """A registry with its fleet, spoken to in one line."""

    def __init__(self) -> None:
        self.fleet, self.registry, self.effects = Fleet(), Registry(), Effects()

    def __call__(self, verb: str, target: str = "", /, at: int | None = None, **body: Any) -> Answer:
        action = Action(id="a", actor=Actor("u", "operator"), name=verb, target=target, body=body, version=at)
        answer, self.effects = self.registry.act(action, self.fleet, T)
        return answer


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made("site.create", id="HZ", name="Hangzhou East", zone="hz", lat=30.29, lon=120.21)
    made("cabinet.create", id="CAB-1", model="VW-1", site="HZ", credential={"hash": OLD})
    return made


def test_a_created_cabinet_is_a_full_row_and_in_the_fleet(desk: Desk) -> None:
    answer = desk("cabinet.create", id="CAB-2", model="VW-1", lat=30.0, lon=120.0, credential={"hash": "secret"})
    assert answer.status == "created"
    assert "credential" not in answer.body
    (put,) = desk.effects.changes
    assert isinstance(put, Put)
    assert set(put.row) == {column.name for column in metadata.tables["cabinets"].columns}
    assert put.row["credential"] == {"hash": "secret"}
    assert (put.row["version"], put.row["retired"], put.row["created"]) == (1, False, T.now)
    assert desk.fleet.ids == ["CAB-1", "CAB-2"]
    assert desk.registry.known("CAB-2")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": "cab", "model": "m"}, "id"),
        ({"id": "C", "model": "m"}, "id"),
        ({"id": "CAB/1", "model": "m"}, "id"),
        ({"id": 7, "model": "m"}, "id"),
        ({"model": "m"}, "id"),
        ({"id": "CAB-9"}, "model"),
        ({"id": "CAB-9", "model": " "}, "model"),
        ({"id": "CAB-9", "model": "x" * 501}, "model"),
        ({"id": "CAB-9", "model": "m", "site": "nowhere"}, "site"),
        ({"id": "CAB-9", "model": "m", "lat": 91, "lon": 0}, "lat"),
        ({"id": "CAB-9", "model": "m", "lat": True, "lon": 0}, "lat"),
        ({"id": "CAB-9", "model": "m", "lat": 10**400, "lon": 0}, "lat"),
        ({"id": "CAB-9", "model": "m", "lat": 10}, "lon"),
        ({"id": "CAB-9", "model": "m", "firmware": "1"}, "firmware"),
        ({"id": "CAB-9", "model": "m", "credential": "plain"}, "credential"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(desk: Desk, body: dict[str, Any], field: str) -> None:
    before = desk.registry.dump()
    answer = desk("cabinet.create", **body)
    assert answer.status == "invalid"
    assert list(answer.body["fields"]) == [field]
    assert not desk.effects.changes
    assert desk.registry.dump() == before
    assert desk.fleet.ids == ["CAB-1"]


def test_an_id_is_given_out_once_even_when_retired(desk: Desk) -> None:
    assert desk("cabinet.create", id="CAB-1", model="m").body == {"guard": "exists", "missing": []}
    desk("cabinet.retire", "CAB-1")
    assert desk("cabinet.create", id="CAB-1", model="m").status == "conflict"


def test_a_patch_at_an_old_version_is_stale(desk: Desk) -> None:
    assert desk("cabinet.patch", "CAB-1", at=1, model="VW-3").body["version"] == 2
    assert desk("cabinet.patch", "CAB-1", at=1, model="VW-4").status == "stale"
    assert desk.registry.cabinets["CAB-1"]["model"] == "VW-3"
    assert desk("cabinet.retire", "CAB-1", at=1).status == "stale"
    assert desk("site.patch", "HZ", at=9, zone="x").status == "stale"


def test_a_patch_moves_the_cabinet_in_the_fleet_too(desk: Desk) -> None:
    desk("site.create", id="SH", name="Shanghai")
    desk("cabinet.patch", "CAB-1", site="SH")
    assert desk.fleet.site[0] == "SH"
    desk("cabinet.patch", "CAB-1", site=None)
    assert desk.fleet.site[0] is None
    assert desk("cabinet.patch", "CAB-1", id="CAB-7").body["fields"] == {"id": "unknown field"}
    assert desk("cabinet.patch", "CAB-7", model="m").status == "not_found"


def test_half_a_position_is_refused_also_across_patches(desk: Desk) -> None:
    desk("cabinet.patch", "CAB-1", lat=1.0, lon=2.0)
    assert desk("cabinet.patch", "CAB-1", lon=None).status == "invalid"
    assert desk("cabinet.patch", "CAB-1", lat=None, lon=None).status == "ok"


def test_a_profile_is_published_retained_to_the_cabinet(desk: Desk) -> None:
    desk("cabinet.patch", "CAB-1", profile={"air_max_c": 8})
    (message,) = desk.effects.publish
    assert (message.topic, message.retain, message.qos) == ("cabinets/CAB-1/down/config", True, 1)
    assert msgspec.json.decode(message.payload) == {"version": 2, "profile": {"air_max_c": 8}}
    assert desk("cabinet.patch", "CAB-1", profile={"x": "y" * 20_000}).status == "invalid"


def test_a_retired_cabinet_is_unknown_until_taken_back(desk: Desk) -> None:
    assert desk("cabinet.retire", "CAB-1").status == "ok"
    assert desk.fleet.retired[0]
    assert not desk.registry.known("CAB-1")
    assert desk("cabinet.retire", "CAB-1").status == "ok"
    assert not desk.effects.changes
    assert not desk.registry.birth("CAB-1", BIRTH, desk.fleet, LATER).changes
    desk("cabinet.patch", "CAB-1", retired=False)
    assert desk.registry.known("CAB-1")
    assert not desk.fleet.retired[0]


def test_a_birth_takes_an_unknown_cabinet_in(desk: Desk) -> None:
    (put,) = desk.registry.birth("CAB-9", BIRTH, desk.fleet, LATER).changes
    assert isinstance(put, Put)
    assert {k: put.row[k] for k in ("model", "firmware", "interval_s", "signals", "capabilities")} == {
        "model": "VW-2", "firmware": "1.4", "interval_s": 30.0, "signals": ["air_c"], "capabilities": ["lock"],
    }  # fmt: skip
    assert desk.fleet.interval_ms[desk.fleet.index["CAB-9"]] == 30_000
    assert desk.registry.known("CAB-9")


def test_a_birth_writes_only_what_changed_and_leaves_the_version_alone(desk: Desk) -> None:
    desk.registry.birth("CAB-1", BIRTH, desk.fleet, T)
    assert not desk.registry.birth("CAB-1", {**BIRTH, "boot": 2}, desk.fleet, LATER).changes
    put, history = desk.registry.birth("CAB-1", {**BIRTH, "firmware": "1.5"}, desk.fleet, LATER).changes
    assert isinstance(put, Put)
    assert isinstance(history, Put)
    assert history.table == "firmwares"
    told = {"cabinet": "CAB-1", "at": LATER.now, "firmware": "1.5", "before": "1.4"}
    assert {key: history.row[key] for key in told} == told
    assert (put.row["firmware"], put.row["version"], put.row["site"]) == ("1.5", 1, "HZ")
    assert put.row["updated"] == LATER.now


def test_a_birth_that_says_no_interval_means_a_minute(desk: Desk) -> None:
    desk.registry.birth("CAB-1", BIRTH, desk.fleet, T)
    desk.registry.birth("CAB-1", {"model": "VW-2"}, desk.fleet, LATER)
    assert desk.fleet.interval_ms[0] == 60_000


@pytest.mark.parametrize(
    ("interval", "kept"),
    [
        ("60", 60_000),
        (0.001, 1_000),
        (1e8, DAY),
        (float("nan"), 60_000),
        (-5, 60_000),
        (True, 60_000),
        (10**30, 60_000),
    ],
)
def test_an_odd_interval_never_stops_presence(desk: Desk, interval: Any, kept: int) -> None:
    desk.registry.birth("CAB-9", {"interval_s": interval, "model": 5, "signals": "x"}, desk.fleet, T)
    assert desk.fleet.interval_ms[desk.fleet.index["CAB-9"]] == kept
    assert desk.registry.cabinets["CAB-9"]["signals"] == []


def test_sites_get_a_free_number_when_they_bring_no_id(desk: Desk) -> None:
    desk("site.create", id="S-0003", name="third")
    assert desk("site.create", name="next").body["id"] == "S-0004"
    answer = desk("site.create", name="after", contact={"name": "Li"})
    assert (answer.status, answer.body["id"]) == ("created", "S-0005")
    (put,) = desk.effects.changes
    assert isinstance(put, Put)
    assert set(put.row) == {column.name for column in metadata.tables["sites"].columns}


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "name"), ({"name": "n", "colour": 1}, "colour"), ({"name": "n", "id": "a/b"}, "id"),
     ({"name": "n", "lat": 1, "lon": 181}, "lon"), ({"name": "n", "zone": ""}, "zone")],
)  # fmt: skip
def test_a_bad_site_names_its_field(desk: Desk, body: dict[str, Any], field: str) -> None:
    assert list(desk("site.create", **body).body["fields"]) == [field]


def test_place_and_coordinates(desk: Desk) -> None:
    assert desk.registry.place("HZ") == ("hz", 30.29, 120.21)
    assert desk.registry.place("XX") is None
    assert desk.registry.place(None) is None
    assert desk.registry.coordinates("CAB-1") == (30.29, 120.21)
    desk("cabinet.patch", "CAB-1", lat=1.0, lon=2.0)
    assert desk.registry.coordinates("CAB-1") == (1.0, 2.0)
    assert desk.registry.coordinates("CAB-7") is None


def test_an_action_nobody_knows_is_refused(desk: Desk) -> None:
    assert desk("cabinet.paint", "CAB-1").status == "invalid"


IDS = st.sampled_from(["CAB-1", "CAB-2", "CAB-3"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("cabinet.create"), IDS, st.fixed_dictionaries({"model": st.sampled_from(["A", "B"])})),
        st.tuples(st.just("cabinet.patch"), IDS, st.fixed_dictionaries({"site": st.sampled_from([None, "HZ"])})),
        st.tuples(st.just("cabinet.retire"), IDS, st.just({})),
        st.tuples(st.just("birth"), IDS, st.fixed_dictionaries({"interval_s": st.floats(1, 500)})),
    ),
    max_size=20,
)


@settings(deadline=None)
@given(STEPS)
def test_rows_dump_and_fleet_always_agree(steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    desk, rows = Desk(), {}
    desk("site.create", id="HZ", name="h")
    for name, cabinet, body in steps:
        if name == "birth":
            effects = desk.registry.birth(cabinet, body, desk.fleet, LATER)
        else:
            said: dict[str, Any] = {**body, "id": cabinet} if name == "cabinet.create" else body
            desk(name, cabinet, **said)
            effects = desk.effects
        rows.update({c.row["id"]: c.row for c in effects.changes if isinstance(c, Put)})
    assert rows == desk.registry.cabinets
    again, fleet = Registry(), Fleet()
    again.load(desk.registry.dump(), fleet)
    assert (again.cabinets, again.sites) == (desk.registry.cabinets, desk.registry.sites)
    n = len(fleet)
    assert fleet.ids == desk.fleet.ids
    assert fleet.site == desk.fleet.site
    assert (fleet.retired[:n] == desk.fleet.retired[:n]).all()
    assert (fleet.interval_ms[:n] == desk.fleet.interval_ms[:n]).all()


def test_a_new_credential_takes_the_place_of_the_old_one_and_a_revoked_one_of_none(desk: Desk) -> None:
    assert desk.registry.credential("CAB-1") == OLD
    answer = desk("cabinet.credential", "CAB-1", credential={"hash": NEW})
    assert (answer.status, answer.body["enrolled"], answer.body["version"]) == ("created", True, 2)
    assert "credential" not in answer.body
    (put,) = desk.effects.changes
    assert isinstance(put, Put)
    assert put.row["credential"] == {"hash": NEW}
    assert desk.registry.credential("CAB-1") == NEW
    answer = desk("cabinet.revoke", "CAB-1")
    assert (answer.status, answer.body["enrolled"]) == ("ok", False)
    assert desk.registry.credential("CAB-1") is None


@pytest.mark.parametrize("retire", [("cabinet.retire", {}), ("cabinet.patch", {"retired": True})])
def test_a_retired_cabinet_has_no_credential_and_gets_none(desk: Desk, retire: tuple[str, dict[str, Any]]) -> None:
    verb, body = retire
    assert desk(verb, "CAB-1", **body).body["enrolled"] is False
    assert desk.registry.credential("CAB-1") is None
    refused = desk("cabinet.credential", "CAB-1", credential={"hash": NEW})
    assert (refused.status, refused.body["guard"]) == ("conflict", "retired")
    desk("cabinet.patch", "CAB-1", retired=False)
    assert desk.registry.credential("CAB-1") is None, "the old secret must not open again"


@pytest.mark.parametrize("body", [{}, {"credential": None}, {"credential": "plain"}, {"credential": {}, "more": 1}])
def test_a_credential_that_is_none_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert desk("cabinet.credential", "CAB-1", **body).status == "invalid"
    assert desk("cabinet.credential", "NOBODY", credential={"hash": "x"}).status == "not_found"
    assert desk("cabinet.revoke", "CAB-1", reason="x").status == "invalid"
    assert desk.registry.credential("CAB-1") == OLD


def test_who_was_taken_in_by_a_birth_has_no_credential(desk: Desk) -> None:
    desk.registry.birth("CAB-9", BIRTH, desk.fleet, T)
    assert desk.registry.credential("CAB-9") is None
    assert desk.registry.credential("NOBODY") is None
