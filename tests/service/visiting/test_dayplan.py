"""A day's plan keeps every window, skill and shift; what it cannot place it names. Checked beside the solver."""

import subprocess
import sys
from datetime import date
from typing import Any

import msgspec

from service.calendars import Calendar
from service.policy import Policy
from service.step import Books
from service.technicians import Technician
from service.visiting import dayplan
from service.visiting.candidates import Job, Scene
from service.visiting.dayplan import Stop
from service.visiting.figures import Figures
from service.visiting.routing import Solution
from service.visiting.solver import solve
from service.visiting.travel import Place, way_ms
from service.visits import Visit
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import START

CALENDAR = Calendar.china()
POLICY = Policy(dispatch=Figures(plan_seconds=1.0))
TODAY = date(2026, 10, 14)
SIX = START - 3 * HOUR  # 06:00 in Shanghai
MIDNIGHT = START - 9 * HOUR


def person(key: str, **fields: Any) -> Technician:
    return Technician(id=key, name=key.upper(), created=0, updated=0, lat=30.0, lon=120.0, **fields)


def scene(*people: Technician, now: int = SIX, visits: tuple[Visit, ...] = ()) -> Scene:
    books = Books(technicians={p.id: p for p in people}, visits={v.id: v for v in visits})
    books.unfinished = list(books.visits)
    return Scene(now, POLICY, CALENDAR, books, lambda _cabinet, _site: Place("hz", 30.1, 120.0))


def stop(n: int, fault: str = "payment_down", window: tuple[int, int] | None = None, **fields: Any) -> Stop:
    """Work at the n-th of places a kilometre or two apart."""
    place = Place("hz", 30.0 + 0.01 * (n % 5), 120.0 + 0.01 * (n // 5))
    job = Job("repair", fault, fields.pop("severity", "minor"), place, fields.pop("due", None), window)
    return Stop((f"T-{n}",), (job,), f"C-{n}", None, window, **fields)


def plan(seen: Scene, stops: list[Stop], day: date = TODAY) -> dict[str, Any]:
    asked = dayplan.sheet(seen, day, stops)
    found = solve(asked.problem) if asked.problem.vans and asked.problem.jobs else Solution([], [])
    return dayplan.routes(seen, asked, found)


def planned(made: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    return {t: (r["technician"], s) for r in made["routes"] for s in r["stops"] for t in s["tickets"]}


def left(made: dict[str, Any]) -> dict[str, str]:
    return {t: one["why"] for one in made["left_out"] for t in one["tickets"]}


def test_24_jobs_of_3_vans_keep_every_window_skill_shift_and_way() -> None:
    crew = {
        "cool": person("cool", skills=["refrigeration"], shift=[(3, "08:00", "18:00")]),
        "wire": person("wire", skills=["electrical"], shift=[(3, "08:00", "18:00")]),
        "any": person("any", shift=[(3, "10:00", "20:00")]),
    }
    hour = {n: MIDNIGHT + (9 + n) * HOUR for n in range(9)}
    stops = [
        *(stop(n, "refrigerant_leak", (hour[n], hour[n] + HOUR)) for n in range(4)),
        *(stop(n, "mains_low", (hour[n - 3], hour[n - 3] + HOUR)) for n in range(4, 8)),
        *(stop(n, window=(hour[n - 6], hour[n - 6] + 2 * HOUR)) for n in range(8, 12)),
        *(stop(n) for n in range(12, 24)),
    ]
    made = plan(scene(*crew.values()), stops)
    known = planned(made)
    assert len(known) + len(left(made)) == 24
    assert len(known) == 24, "three days of ten hours hold twenty-four hours of work"
    asked = {"refrigerant_leak": "refrigeration", "mains_low": "electrical", "payment_down": None}
    for one in stops:
        who, shown = known[one.tickets[0]]
        begin, end = one.window or (0, 1 << 60)
        assert begin <= shown["arrive"] <= end
        skill = asked[one.jobs[0].fault_kind or ""]
        assert skill is None or not crew[who].skills or skill in crew[who].skills
        assert crew[who].on_shift(shown["arrive"], CALENDAR)
        assert crew[who].on_shift(shown["leave"] - 1, CALENDAR)
    for route in made["routes"]:
        here, free = (30.0, 120.0), 0
        for shown in route["stops"]:
            there = stops[int(shown["tickets"][0].removeprefix("T-"))].jobs[0].place.point
            way = way_ms(POLICY.dispatch, here, there)
            assert way is not None
            assert free == 0 or shown["arrive"] >= free + way
            assert shown["leave"] == shown["arrive"] + POLICY.dispatch.visit_ms
            here, free = there or here, shown["leave"]


def test_a_window_over_midnight_is_kept_by_the_night_shift() -> None:
    window = (MIDNIGHT + 23 * HOUR, MIDNIGHT + 25 * HOUR)
    seen = scene(person("day", shift=[(3, "08:00", "17:00")]), person("night", shift=[(3, "22:00", "06:00")]))
    who, shown = planned(plan(seen, [stop(1, window=window)]))["T-1"]
    assert who == "night"
    assert window[0] <= shown["arrive"] <= window[1]


def test_a_break_between_two_shifts_of_a_day_is_kept_free() -> None:
    split = person("split", shift=[(3, "08:00", "10:00"), (3, "14:00", "16:00")])
    made = plan(scene(split), [stop(n) for n in range(6)])
    for _, shown in planned(made).values():
        assert split.on_shift(shown["arrive"], CALENDAR)
        assert split.on_shift(shown["leave"] - 1, CALENDAR)
    assert set(left(made).values()) == {"no_room"}


def test_what_cannot_be_placed_is_named_with_its_reason() -> None:
    wire = person("wire", skills=["electrical"])
    stops = [
        stop(1, "refrigerant_leak"),
        stop(2, window=(SIX - 2 * HOUR, SIX - HOUR)),
        stop(3, window=(SIX + 3 * DAY, SIX + 3 * DAY + HOUR)),
        stop(4, window=(MIDNIGHT + 5 * HOUR, MIDNIGHT + 8 * HOUR)),
        stop(5),
    ]
    made = plan(scene(wire), stops)
    assert left(made) == {"T-1": "nobody", "T-2": "window_over", "T-3": "other_day", "T-4": "no_room"}
    assert list(planned(made)) == ["T-5"]
    assert all(one["en"] and one["zh"] for one in made["left_out"])


def test_when_there_is_too_much_the_severe_stays_and_promises_before_all() -> None:
    short = person("short", shift=[(3, "08:00", "10:00")])
    window = (MIDNIGHT + 8 * HOUR, MIDNIGHT + 10 * HOUR)
    stops = [stop(n, severity="warning") for n in range(6)]
    stops += [stop(6, severity="critical"), stop(7, severity="minor", window=window)]
    made = plan(scene(short), stops)
    assert {"T-6", "T-7"} <= set(planned(made))
    assert left(made)


def test_the_most_urgent_stand_in_a_plan_that_may_have_few_stops() -> None:
    few = Policy(dispatch=Figures(plan_stops=2, plan_seconds=1.0))
    seen = scene(person("a"))._replace(policy=few)
    stops = [stop(1, severity="minor"), stop(2, severity="critical"), stop(3, severity="minor", due=SIX)]
    assert left(plan(seen, stops)) == {"T-1": "too_many"}


def test_who_accepted_keeps_the_visit_even_if_others_are_nearer() -> None:
    ann = Technician(id="ann", name="A", created=0, updated=0, lat=30.4, lon=120.0)
    held = Visit(id="V-1", technician="ann", offered=0, offered_real=0, expires=0, state="accepted")
    made = plan(scene(ann, person("bob"), visits=(held,)), [stop(1, visit="V-1", pinned="ann")])
    who, shown = planned(made)["T-1"]
    assert (who, shown["accepted"], shown["visit"]) == ("ann", True, "V-1")


def test_today_begins_now_and_who_is_at_work_when_that_is_done() -> None:
    now = START + 2 * HOUR
    busy = Visit(
        id="V-9", technician="busy", offered=0, offered_real=0, expires=0, state="working", arrived=now - 5 * MINUTE
    )
    seen = scene(person("busy"), now=now, visits=(busy,))
    _, shown = planned(plan(seen, [stop(1)]))["T-1"]
    assert shown["arrive"] >= now + 40 * MINUTE
    away = planned(plan(scene(person("idle"), now=START + 10 * HOUR), [stop(1)]))
    assert away == {}, "it is 19:00, and nobody has a shift then"


def test_ways_may_come_from_a_map_instead() -> None:
    seen = scene(person("a"))
    slow = [[0, 7200], [7200, 0]]
    asked = dayplan.sheet(seen, TODAY, [stop(1)], slow)
    made = dayplan.routes(seen, asked, solve(asked.problem))
    _, shown = planned(made)["T-1"]
    assert shown["arrive"] == MIDNIGHT + 11 * HOUR


def test_the_solver_is_a_program_of_its_own() -> None:
    seen = scene(person("a"))
    asked = dayplan.sheet(seen, TODAY, [stop(1), stop(2)])
    told = subprocess.run(
        [sys.executable, "-m", "service.visiting.solver"], input=msgspec.json.encode(asked.problem),
        capture_output=True, check=True,
    )  # fmt: skip
    found = msgspec.json.decode(told.stdout, type=Solution)
    assert sorted(leg.job for leg in found.legs) == [0, 1]


def test_nothing_in_the_product_loads_the_solver_into_its_own_process() -> None:
    code = "import sys, app.product, api.app; sys.exit('vroom' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
