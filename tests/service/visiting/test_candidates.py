"""Who may go and who goes first: never somebody who may not, always the same for the same scene."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.calendars import Calendar
from service.policy import Policy
from service.staff.model import Certificate, Registers
from service.step import Books
from service.technicians import Technician
from service.tickets import SEVERITIES
from service.visiting import explain
from service.visiting.candidates import Candidate, Job, Scene, obstacles, weigh
from service.visiting.figures import Figures
from service.visiting.shelf import Item
from service.visiting.shifts import begun_on, on_duty
from service.visiting.travel import Place, way_ms
from service.visits import Visit
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import START, World

CALENDAR, POLICY = Calendar.china(), Policy()
HERE = Place("hz", 30.0, 120.0)


def person(key: str, **fields: Any) -> Technician:
    return Technician(id=key, name=key.upper(), created=0, updated=0, **fields)


def scene(*people: Technician, busy: dict[str, int] | None = None, **books: Any) -> Scene:
    """These people now; `busy`: how many open visits each has."""
    visits = {
        f"V-{who}-{n}": Visit(id=f"V-{who}-{n}", technician=who, offered=0, offered_real=0, expires=0)
        for who, count in (busy or {}).items()
        for n in range(count)
    }
    known = Books(technicians={p.id: p for p in people}, visits=visits, unfinished=list(visits), **books)
    return Scene(START, POLICY, CALENDAR, known, lambda _cabinet, _site: HERE)


def repair(fault: str | None = None, **fields: Any) -> Job:
    return Job("repair", fault, fields.pop("severity", "minor"), fields.pop("place", HERE), **fields)


def order(found: list[Candidate]) -> list[str]:
    return [c.technician.id for c in found if not c.obstacles]


def codes(found: list[Candidate]) -> dict[str, list[str]]:
    return {c.technician.id: [o.code for o in c.obstacles] for c in found}


def test_who_lists_skills_gets_only_what_they_cover_and_who_lists_none_is_a_generalist() -> None:
    people = person("all"), person("cool", skills=["refrigeration"]), person("wire", skills=["electrical"])
    found = codes(weigh(scene(*people), repair("refrigerant_leak")))
    assert found == {"all": [], "cool": [], "wire": ["skill"]}
    assert codes(weigh(scene(*people), repair("payment_down"))) == {"all": [], "cool": [], "wire": []}
    installation = Job("installation", None, "minor", HERE)
    assert codes(weigh(scene(*people), installation)) == {"all": [], "cool": ["skill"], "wire": ["skill"]}


def test_a_certificate_that_ran_out_stops_whoever_it_belongs_to() -> None:
    paper = Certificate(
        id="Z-1", created=0, updated=0, person="cool", skill="refrigeration", number="1", issuer="x", issued=0,
        expires=START + HOUR,
    )  # fmt: skip
    registers = Registers(certificates={"Z-1": paper})
    seen = scene(person("cool", skills=["refrigeration"]), registers=registers)
    assert codes(weigh(seen, repair("refrigerant_leak"))) == {"cool": []}
    later = repair("refrigerant_leak", window=(START + 2 * HOUR, START + 3 * HOUR))
    assert codes(weigh(seen, later)) == {"cool": ["certificate_expired"]}, "it runs out before the appointment"
    assert codes(weigh(seen, repair("payment_down"))) == {"cool": []}


def test_travel_load_lateness_and_parts_make_the_cost() -> None:
    near, far = person("near", lat=30.0, lon=120.0), person("far", lat=30.3, lon=120.0)
    assert order(weigh(scene(near, far), repair())) == ["near", "far"]
    assert order(weigh(scene(near, far, busy={"near": 4}), repair())) == ["far", "near"]
    stock = {"far": {"payment_terminal": Item(quantity=1)}, "near": {"payment_terminal": Item(quantity=0)}}
    beside = person("far", lat=30.05, lon=120.0)
    assert order(weigh(scene(near, beside, stock=stock), repair("payment_down"))) == ["far", "near"]
    assert order(weigh(scene(near, beside), repair("payment_down"))) == ["near", "far"], "no register, no preference"


def test_lateness_weighs_by_severity() -> None:
    late = {s: weigh(scene(person("a", lat=30.3, lon=120.0)), repair(severity=s, due=START))[0] for s in SEVERITIES}
    assert [late[s].late_cost / late[s].late for s in SEVERITIES] == [8, 4, 2, 1]
    assert late["minor"].late == late["minor"].travel


def test_nobody_is_shut_out_for_a_part_that_only_a_depot_has() -> None:
    stock = {"depot": {"lock": Item(quantity=3)}}
    (found,) = weigh(scene(person("a"), stock=stock), repair("lock_fault"))
    assert (found.obstacles, found.part, found.part_where) == ((), "lock", "depot")
    others = {"b": {"lock": Item(quantity=3)}}
    assert weigh(scene(person("a"), person("b"), stock=others), repair("lock_fault"))[-1].part_where == "nowhere"


def test_a_way_is_the_great_circle_times_a_detour_at_a_speed() -> None:
    figures = Figures(speed_kmh=60, detour=1.5)
    way = way_ms(figures, (30.0, 120.0), (31.0, 120.0))
    assert way is not None
    assert abs(way - 111.195 * 1.5 * MINUTE) < MINUTE / 10
    assert way_ms(figures, None, (31.0, 120.0)) is None


def test_every_reason_has_words_in_both_languages() -> None:
    out = person("out", active=False, zones=["sh"], shift=[(1, "08:00", "09:00")], skills=["electrical"])
    job = repair("refrigerant_leak", tried=("out",))
    shown = explain.candidate(weigh(scene(out), job)[0], None)
    assert [o["code"] for o in shown["obstacles"]] == ["inactive", "passed", "zone", "off_shift", "skill"]
    assert [o["detail"] for o in shown["obstacles"]] == [None, None, "hz", None, "refrigeration"]
    assert all(o["en"] and o["zh"] and "{" not in o["en"] + o["zh"] for o in shown["obstacles"])
    stock = {"ann": {"lock": Item(quantity=0)}}
    ann = scene(person("ann"), busy={"ann": 2}, stock=stock)
    told = explain.candidate(weigh(ann, repair("lock_fault", due=START))[0], 1)
    assert told["why"] == (
        "travel unknown, counted as 30 min; 120 min late, weighs 240 min by severity; 2 open visits, weigh 60 min; "
        "neither van nor depot has lock, weighs 30 min"
    )
    assert told["cost_s"] == 360 * 60
    assert told["why_zh"].startswith("路程未知，按 30 分钟计；迟到 120 分钟")


def test_an_offer_goes_to_the_first_candidate_and_to_nobody_who_may_not() -> None:
    world = World()
    world.hire("wire", skills=["electrical"])
    world.fault("C-1", "refrigerant_leak")
    assert world.rows("visits") == []
    assert [n["to"] for n in world.notices("no_technician")] == ["dispatcher"]
    world.hire("cool", skills=["refrigeration"])
    world.run(11)
    assert world.visit()["technician"] == "cool"


texts = st.sampled_from(["hz", "sh"])
times = st.sampled_from(["00:00", "06:30", "09:00", "17:00", "22:00", "24:00"])
shifts = st.lists(st.tuples(st.integers(0, 7), times, times), max_size=3)
people = st.lists(
    st.builds(
        Technician, id=st.sampled_from("abcdefgh"), name=st.just("x"), created=st.just(0), updated=st.just(0),
        zones=st.lists(texts, max_size=2),
        skills=st.lists(st.sampled_from(["refrigeration", "electrical"]), max_size=2),
        shift=shifts, lat=st.none() | st.floats(29, 31), lon=st.none() | st.floats(119, 121), active=st.booleans(),
    ),
    max_size=8, unique_by=lambda t: t.id,
)  # fmt: skip
jobs = st.builds(
    Job, st.sampled_from(["repair", "installation"]),
    st.sampled_from([None, "payment_down", "refrigerant_leak", "mains_low", "lock_fault"]), st.sampled_from(SEVERITIES),
    st.builds(Place, st.none() | texts, st.none() | st.floats(29, 31), st.none() | st.floats(119, 121)),
    st.none() | st.integers(START - DAY, START + DAY),
    st.none() | st.integers(START, START + DAY).map(lambda b: (b, b + 3 * HOUR)), st.lists(st.sampled_from("abc")),
)  # fmt: skip


@settings(deadline=None)
@given(people, jobs, st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 5)), st.randoms(use_true_random=False))
def test_nobody_who_may_not_go_is_ever_before_one_who_may_and_the_order_is_the_same_for_the_same_scene(
    crew: list[Technician], job: Job, busy: dict[str, int], random: Any
) -> None:
    known = {t.id for t in crew}
    load = {who: n for who, n in busy.items() if who in known}
    found = weigh(scene(*crew, busy=load), job)
    assert sorted(c.technician.id for c in found) == sorted(known)
    flags = [bool(c.obstacles) for c in found]
    assert flags == sorted(flags)
    costs = [c.cost for c in found if not c.obstacles]
    assert costs == sorted(costs)
    for c in found:
        assert bool(c.obstacles) != _allowed(c.technician, job)
    shuffled = random.sample(crew, len(crew))
    assert [c.technician.id for c in weigh(scene(*shuffled, busy=load), job)] == [c.technician.id for c in found]


def _allowed(who: Technician, job: Job) -> bool:
    """The rules once more, said differently: minute by minute for the shift."""
    need = {"refrigerant_leak": {"refrigeration"}, "mains_low": {"electrical"}}.get(job.fault_kind or "", set())
    need = need | ({"installation"} if job.kind == "installation" else set())
    begin, end = job.window or (START, START)
    on = any(who.on_shift(at, CALENDAR) for at in range(begin, end + 1, MINUTE))
    zone = not who.zones or job.place.zone is None or job.place.zone in who.zones
    skilled = not who.skills or need <= set(who.skills)
    return who.active and who.id not in job.tried and on and zone and skilled


@settings(deadline=None)
@given(shifts.filter(bool), st.integers(0, 14 * 24 * 60))
def test_stretches_of_work_are_what_the_shift_says_minute_by_minute(shift: list[Any], minutes: int) -> None:
    who, at = person("a", shift=shift), START + minutes * MINUTE
    today = CALENDAR.local(at).date()
    yesterday = CALENDAR.local(at - DAY).date()
    stretches = [s for day in (yesterday, today) for s in begun_on(who, day, CALENDAR, (0, DAY))]
    assert any(b <= at < e for b, e in stretches) == who.on_shift(at, CALENDAR)
    assert on_duty(who, at, at, CALENDAR) == who.on_shift(at, CALENDAR)


def test_obstacles_are_judged_at_the_time_that_is_asked() -> None:
    early = person("early", shift=[(3, "06:00", "10:00")])
    seen = scene(early)
    assert list(obstacles(seen, repair(), early, START, START)) == []
    assert [o.code for o in obstacles(seen, repair(), early, START + HOUR, START + 2 * HOUR)] == ["off_shift"]
