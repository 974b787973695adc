"""The registers: numbers without gaps, entries that end, editions, receipts, and who may not do what."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import Actor, Answer
from service.policy import Policy
from service.privacy.audit import verify
from service.staff.fitness import unfit
from service.step import Books
from telemetry.units import DAY, HOUR
from tests.service.desk.world import START, World

READER = Actor(id="rita", role="agent")


def ready(**figures: Any) -> World:
    world = World(Policy(**figures))
    world.hire("li", "wu")
    return world


def certified(world: World, person: str = "li", skill: str = "cooling", days: int = 30, **more: Any) -> Answer:
    body = {"issued": START - DAY, "expires": START + days * DAY, "number": "A-1", "issuer": "TUV", **more}
    return world.act("certificate.create", person=person, skill=skill, **body)


def trained(world: World, person: str = "li", passed: bool = True, **more: Any) -> Answer:
    body = {"course": "safety", "planned": START - DAY, "done": START, "pre": 40, "post": 90, **more}
    return world.act("training.create", person=person, passed=passed, **body)


def paper(world: World, kind: str = "policy_document", **more: Any) -> Answer:
    return world.act("document.create", **{"kind": kind, "title": "Rules", "from": START, **more})


def reason(world: World, skill: str = "cooling", at: int = START, person: str = "li") -> str | None:
    return unfit(world.desk._books, person, skill, at, world.policy)


# -- fitness --------------------------------------------------------------------------------------------------------
def test_nobody_needs_a_certificate_until_the_policy_says_so() -> None:
    assert reason(ready()) is None
    assert reason(ready(certified_skills=frozenset({"cooling"}))) == "certificate_missing"
    assert reason(ready(certified_skills=frozenset({"cooling"})), "payment") is None


@pytest.mark.parametrize("needed", [frozenset(), frozenset({"cooling"})])
def test_a_certificate_counts_to_the_instant_of_its_expiry(needed: frozenset[str]) -> None:
    world = ready(certified_skills=needed)
    assert certified(world).status == "created"
    end = START + 30 * DAY
    assert reason(world, at=end - 1) is None
    assert reason(world, at=end) == "certificate_expired"
    assert reason(world, "payment", end) is None
    certified(world, days=60, issued=end)
    assert reason(world, at=end) is None


def test_a_withdrawn_certificate_makes_unfit_and_a_mistaken_one_does_not() -> None:
    world = ready()
    certified(world), certified(world, "wu")
    assert world.act("certificate.end", "CE-000001", reason="withdrawn").status == "ok"
    assert world.act("certificate.end", "CE-000002", reason="wrong person", void=True).status == "ok"
    assert reason(world) == "certificate_expired"
    assert reason(world, person="wu") is None
    assert world.act("certificate.end", "CE-000001", reason="again").body["guard"] == "ended"
    assert world.act("certificate.end", "CE-000002", reason="again").body["guard"] == "archived"


def test_staff_and_technician_are_one_person() -> None:
    world = ready(certified_skills=frozenset({"cooling"}))
    world.act("staff.create", name="Li", role="field", technician="li")
    certified(world, "ST-000001")
    assert reason(world) is None


def test_what_is_true_of_fitness_survives_a_snapshot_and_the_sweep() -> None:
    world = ready(certified_skills=frozenset({"cooling"}), duty_courses={"field": ("safety",)})
    certified(world, days=1), trained(world)
    world.act(
        "roster.create", channel="on_site", person="li", windows={"work": ["09:00-18:00"]}, **{"from": "2026-10-14"}
    )
    world.clock.advance(90 * DAY)
    world.run(1)
    books = msgspec.msgpack.decode(world.desk.dump(), type=Books)
    assert unfit(books, "li", "cooling", world.now, world.policy) == "certificate_expired"
    assert unfit(books, "li", "payment", world.now, world.policy) is None


# -- training and shifts --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("exam", [None, False])
def test_without_a_passed_exam_nobody_takes_a_shift(exam: bool | None) -> None:
    world = ready(duty_courses={"field": ("safety",)})
    if exam is not None:
        trained(world, passed=exam, post=30)
    shift = {"channel": "on_site", "person": "li", "windows": {"work": ["09:00-18:00"]}, "from": "2026-10-14"}
    answer = world.act("roster.create", **shift)
    assert (answer.status, answer.body) == ("conflict", {"guard": "not_trained", "missing": ["training.safety"]})
    assert reason(world) == "not_trained"
    trained(world)
    assert world.act("roster.create", **shift).body["id"] == "RO-000001"
    assert reason(world) is None


def test_the_newest_exam_counts_and_only_while_it_holds() -> None:
    world = ready(duty_courses={"field": ("safety",)})
    trained(world, until=START + DAY)
    assert reason(world) is None
    assert reason(world, at=START + DAY) == "not_trained"
    world.clock.advance(HOUR)
    trained(world, passed=False, done=world.now)
    assert reason(world, at=world.now) == "not_trained"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"done": None, "passed": True}, "done"), ({"done": START + DAY}, "done"), ({"passed": None}, "passed"),
        ({"until": START - DAY}, "until"), ({"person": "nobody"}, "person"), ({"post": 101}, "post"),
    ],
)  # fmt: skip
def test_a_training_that_cannot_be_is_refused(body: dict[str, Any], field: str) -> None:
    given_ = {"person": "li", "course": "safety", "planned": START, "done": START, "passed": True, **body}
    answer = ready().act("training.create", **given_)
    assert (answer.status, list(answer.body["fields"])) == ("invalid", [field])


# -- entries --------------------------------------------------------------------------------------------------------
good = st.sampled_from([{"name": "Li", "role": "hotline"}, {"name": "Wu", "role": "it"}])
bad = st.sampled_from([{}, {"name": "Li"}, {"name": "Li", "role": "king"}, {"name": "", "role": "it"}])
steps = st.lists(st.tuples(st.sampled_from(["create", "patch", "end"]), st.one_of(good, bad), st.integers(1, 6)))


@settings(max_examples=30, deadline=None)
@given(steps)
def test_numbers_have_no_holes_and_the_audit_chain_is_whole(asked: list[tuple[str, dict[str, Any], int]]) -> None:
    world, made = World(), 0
    for verb, body, n in asked:
        sent = {"reason": "gone"} if verb == "end" else body
        answer = world.act(f"staff.{verb}", "" if verb == "create" else f"ST-{n:06d}", **sent)
        made += answer.status == "created"
    rows = world.rows("staff")
    assert [r["id"] for r in rows] == [f"ST-{n + 1:06d}" for n in range(made)]
    changes = sum(r["version"] for r in rows)
    chain = sorted(world.rows("audit"), key=lambda r: r["n"])
    assert len(chain) == changes
    assert verify(chain, world.desk._books.audit) is None


def test_an_entry_is_changed_at_its_version_and_stays_when_it_ends() -> None:
    world = World()
    assert world.act("staff.create", name="Li", role="hotline").body["version"] == 1
    assert world.act("staff.patch", "ST-000001", version=7, role="it").status == "stale"
    assert world.act("staff.patch", "ST-000001", version=1, role="it").body["role"] == "it"
    assert world.act("staff.end", "ST-000001", reason="left").body["ended_by"] == "dora"
    assert world.act("staff.patch", "ST-000001", role="it").body == {"guard": "ended", "missing": []}
    assert world.act("staff.patch", "ST-000009", role="it").status == "not_found"
    world.clock.advance(60 * DAY)
    world.run(1)
    assert world.act("staff.patch", "ST-000001", role="it").body["guard"] == "archived"
    assert world.rows("staff")[0]["name"] == "Li"


@pytest.mark.parametrize(
    "windows", [{}, {"work": []}, {"monday": ["09:00-18:00"]}, {"work": ["9-18"]}, {"rest": "09:00-18:00"}, [], "x"]
)
def test_a_roster_needs_windows(windows: Any) -> None:
    body = {"channel": "hotline", "person": "li", "windows": windows, "from": "2026-10-14"}
    assert ready().act("roster.create", **body).status == "invalid"


@pytest.mark.parametrize("day", ["2026-13-01", "20261014", "14.10.2026", START])
def test_a_roster_is_for_days(day: Any) -> None:
    body = {"channel": "hotline", "person": "li", "windows": {"rest": ["08:00-12:00"]}, "from": day}
    assert ready().act("roster.create", **body).status == "invalid"


# -- documents ------------------------------------------------------------------------------------------------------
def test_a_new_edition_supersedes_the_old_one_which_stays() -> None:
    world = World()
    first = paper(world, body={"text": "one"}, owner="dora").body
    world.clock.advance(DAY)
    new = world.act("document.supersede", first["id"], **{"from": world.now, "body": {"text": "two"}}).body
    assert (new["edition"], new["first"], new["owner"], new["body"]) == (2, first["id"], "dora", {"text": "two"})
    old = world.tables["documents"][first["id"]]
    assert (old["superseded_by"], old["until"], old["body"]) == (new["id"], world.now, {"text": "one"})
    again = world.act("document.supersede", first["id"], **{"from": world.now})
    assert again.body == {"guard": "superseded", "missing": [new["id"]]}
    assert world.act("document.patch", first["id"], title="x").body["guard"] == "superseded"
    assert world.act("document.supersede", new["id"], **{"from": START}).body["guard"] == "edition_order"


@pytest.mark.parametrize("kind", ["finding", "audit_plan"])
def test_a_finding_without_owner_is_refused(kind: str) -> None:
    world = World()
    assert paper(world, kind).body == {"guard": f"{kind}_record", "missing": ["owner"]}
    key = paper(world, kind, owner="dora").body["id"]
    assert world.act("document.patch", key, owner=None).status == "conflict"


def test_the_first_reading_of_an_edition_counts() -> None:
    world = World()
    key = paper(world).body["id"]
    world.act("document.receipt", key, READER)
    world.clock.advance(DAY)
    assert world.act("document.receipt", key, READER).body["at"] == START
    assert [(r["person"], r["edition"]) for r in world.rows("read_receipts")] == [("rita", 1)]
    assert world.act("document.receipt", "DO-000009", READER).status == "not_found"
