"""The score counts what it says, a killed run goes on where it was, and hard faults are found in a fleet that lives."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.truth import Label
from telemetry.units import DAY, HOUR
from tests.score.figures import class_of, healthy, injected, upper
from tests.score.judge import Alarm
from tests.score.live import START, Lived, live
from tests.score.load import chattering, desk, flooded, load
from tests.score.match import match
from tests.score.plan import Plan
from tests.score.results import append, done, fulfil, newest, read

HARD = ("power_lost", "compressor_not_starting", "compressor_stuck_on", "offline")
BEGIN = START + DAY


def plan(**changed: Any) -> Plan:
    return Plan(mode="injected", seed=7, cabinets=4, days=10, learning=1, tail=1, **changed)


def lived(truth: list[Label], told: list[Alarm], **changed: Any) -> Lived:
    """What came of four cabinets at two sites: rows 0 and 2 at the first."""
    return Lived(plan=plan(**changed), code="c", date="d", cpu_s=1, lines=1, sites=2, told=told, truth=truth)


def label(row: int, kind: str, onset: float, end: float | None = None, **more: Any) -> Label:
    """Hours behind the days of learning."""
    return Label(row, kind, BEGIN + int(onset * HOUR), None if end is None else BEGIN + int(end * HOUR), **more)


def alarm(row: int, kind: str, at: float, severity: str = "major", **more: Any) -> Alarm:
    ts = BEGIN + int(at * HOUR)
    told = None if severity == "warning" else ts
    where = {"site": None, "carrier": None} | more
    return Alarm(kind=kind, row=row, severity=severity, onset=ts, shown=ts, at=told, **where)


def test_a_fault_is_found_by_the_first_alarm_from_its_onset_on() -> None:
    truth = [label(0, "refrigerant_leak", 10, 50, slow=True)]
    found = injected([lived(truth, [alarm(0, "evaporator_iced", 20), alarm(0, "refrigerant_leak", 30)])])
    (kind,) = found.kinds
    assert (kind.true, kind.found, kind.named, kind.right_first, kind.median_h) == (1, 1.0, 1.0, 0.0, 10.0)
    assert kind.firsts == {"evaporator_iced": 1}
    assert (found.false, found.tickets_per_fault) == ({}, 2.0)
    assert [c.true for c in found.classes] == [0, 0, 1]


def test_an_alarm_belongs_to_its_own_kind_or_to_what_explains_it() -> None:
    truth = [
        label(0, "stock_out", 1, 90),
        label(0, "compressor_not_starting", 10, 30),
        label(0, "air_too_warm", 12, 31, cause="compressor_not_starting"),
        label(0, "lock_fault", 20, 40),
    ]
    told = [alarm(0, "compressor_not_starting", 10.2), alarm(0, "air_too_warm", 21), alarm(0, "lock_fault", 20.3)]
    faults = {f.label.kind: [a.kind for a in f.alarms] for f in match(lived(truth, told)).faults}
    assert faults == {
        "stock_out": [], "compressor_not_starting": ["compressor_not_starting", "air_too_warm"],
        "lock_fault": ["lock_fault"],
    }  # fmt: skip


def test_what_is_told_of_a_sound_cabinet_is_false_and_of_a_recovering_one_one_ticket_more() -> None:
    truth = [label(0, "power_lost", 10, 11)]
    told = [alarm(0, "power_lost", 10.1), alarm(0, "air_too_warm", 14), alarm(1, "air_too_warm", 14)]
    found = injected([lived(truth, [*told, alarm(0, "lock_fault", 60)])])
    assert found.false == {"air_too_warm": 1, "lock_fault": 1}
    assert found.tickets_per_fault == 2.0


def test_what_was_told_before_it_was_so_or_long_after_has_not_found_it() -> None:
    truth = [label(0, "lock_fault", 10, 11)]
    early, late = alarm(0, "lock_fault", 10 - 11 / 60), alarm(0, "lock_fault", 13.1)
    (kind,) = injected([lived(truth, [early, late])]).kinds
    assert (kind.found, kind.firsts) == (0.0, {"nothing": 1})


def test_faults_too_early_to_be_known_or_too_late_to_be_told_are_not_counted_whatever_came_of_them() -> None:
    truth = [label(0, "power_lost", -3, 1), label(1, "power_lost", 24 * 9 + 1), label(2, "power_lost", 24 * 8)]
    found = injected([lived(truth, [alarm(1, "power_lost", 24 * 9 + 1.1)])])
    assert (found.total.true, found.total.found, found.false) == (1, 0.0, {})


def test_an_outage_of_a_site_is_one_fault_found_by_what_is_told_of_the_site() -> None:
    truth = [label(row, "site_outage", 10, 12) for row in (0, 2)]
    truth.append(label(-1, "site_outage", 10, 12, site="HZ-01"))
    told = [
        alarm(-1, "site_outage", 10.1, site="HZ-01"),
        alarm(2, "offline", 10.2),
        alarm(-1, "site_outage", 11, site="HZ-02"),
    ]
    (fault,) = (matched := match(lived(truth, told))).faults
    assert [a.kind for a in fault.alarms] == ["site_outage", "offline"]
    assert fault.rows == {0, 2}
    assert [a.site for a in matched.false] == ["HZ-02"]


def test_warnings_count_for_nothing_but_kinds_that_are_no_more() -> None:
    truth = [label(0, "lock_fault", 10, 20), label(1, "lot_near_expiry", 10, 20)]
    told = [alarm(0, "flooding", 11, "warning"), alarm(1, "lock_fault", 90, "warning")]
    matched = match(lived(truth, told))
    assert [f.alarms for f in matched.faults if f.label.kind == "lock_fault"] == [[]]
    assert matched.false == []
    assert [f.label.kind for f in matched.hints] == ["lot_near_expiry"]


def test_false_alarms_of_new_cabinets_are_told_apart() -> None:
    told = [alarm(0, "lock_fault", -1), alarm(1, "lock_fault", 1), alarm(1, "door_forced", 5)]
    found = healthy([lived([], told)])
    assert (found.early, found.false) == ({"lock_fault": 1}, {"lock_fault": 1, "door_forced": 1})
    assert found.per_year == pytest.approx(2 / (4 * 10 / 365))
    assert found.at_most > found.per_year


def test_the_upper_bound_is_that_of_the_books() -> None:
    assert [round(upper(n), 2) for n in (0, 1, 10, 100)] == [
        3.0,
        4.74,
        16.96,
        118.08,
    ]  # Garwood's table, one-sided 95 %


def test_days_of_a_small_fleet_are_laid_over_each_other_at_their_time_of_day() -> None:
    told = [alarm(0, "lock_fault", 24 * day + 3) for day in range(10)]
    laid, days = desk([lived([], told)])
    assert days == pytest.approx(4 * 10 / 100_000)
    assert {t.at for t in laid} == {(BEGIN + 3 * HOUR) % DAY}
    assert load([lived([], told)]).rows[0].value == pytest.approx(10 / days)


@given(st.lists(st.integers(0, 25), max_size=60))
def test_a_flood_lasts_from_more_than_ten_until_fewer_than_five(counts: list[int]) -> None:
    flood = flooded(np.array(counts, np.int64))
    for i, (count, on) in enumerate(zip(counts, flood.tolist(), strict=True)):
        before = i > 0 and bool(flood[i - 1])
        assert on == (count > 10 or (before and count >= 5))


def test_three_within_a_minute_chatter() -> None:
    told = [alarm(0, "lock_fault", s / 3600) for s in (0, 20, 59, 300)] + [alarm(1, "lock_fault", 0.001)]
    assert chattering(desk([lived([], told)])[0]) == 1


def test_a_killed_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    rough = Plan(mode="injected", seed=5, cabinets=12, days=0.15, learning=0.05, rate=9000, tail=0)
    file = tmp_path / "under-way.pickle"
    assert live(rough, checkpoint=file, legs=3, leg=HOUR) is None
    resumed, whole = live(rough, checkpoint=file), live(rough)
    assert resumed is not None
    assert whole is not None
    assert (resumed.told, resumed.truth, resumed.lines) == (whole.told, whole.truth, whole.lines)
    assert len(whole.told) > 1
    other = msgspec.structs.replace(rough, seed=6, days=0.01, learning=0.01)
    assert live(other, checkpoint=file) is not None, "what another plan left is of no use"


def test_what_is_done_is_not_lived_again_and_a_torn_line_is(tmp_path: Path) -> None:
    plans = [Plan(mode="healthy", seed=seed, cabinets=2, days=0.01, learning=0.01) for seed in (1, 2)]
    first = fulfil(tmp_path, plans[:1], lambda _: None)
    with (tmp_path / "healthy.jsonl").open("ab") as file:
        file.write(b'{"plan":')
    heard: list[float] = []
    both = fulfil(tmp_path, plans, heard.append)
    assert both[0] == first[0] == done(tmp_path, plans)[plans[0]]
    assert [chunk.plan for chunk in read(tmp_path, "healthy")] == plans
    assert heard == sorted(heard)
    append(tmp_path, msgspec.structs.replace(both[1], code="later"))
    assert [chunk.code for chunk in newest(read(tmp_path, "healthy"))] == ["later"]


@pytest.mark.parametrize("asked", [["--kinds", "ghost"], ["--cabinets", "0"], ["--seeds", "9..8"], ["--days", "x"]])
def test_wrong_wishes_are_refused(asked: list[str]) -> None:
    said = subprocess.run([sys.executable, "-m", "tests.score", *asked], capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "error:" in said.stderr


def test_hard_faults_are_found_within_minutes_in_a_fleet_that_lives() -> None:
    sample = Plan(
        mode="injected", seed=1001, cabinets=150, days=0.3, learning=0.02, tail=0.03, rate=1200, kinds=HARD
    )  # fmt: skip
    chunk = live(sample)
    assert chunk is not None
    found = injected([chunk])
    hard = found.classes[0]
    assert hard.true >= 40
    assert hard.found >= 0.95
    assert hard.median_h is not None
    assert hard.median_h <= 0.25
    assert hard.right_first >= 0.6
    assert sum(found.false.values()) + sum(found.early.values()) <= 1


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_faults_of_every_kind_are_found_in_a_fleet_that_lives() -> None:
    chunk = live(Plan(mode="injected", seed=1001, cabinets=300, days=9, learning=3, tail=4, rate=60))
    assert chunk is not None
    found = injected([chunk])
    assert found.total.true >= 150
    assert found.total.found >= 0.95
    assert found.total.right_first >= 0.6
    assert {class_of(f) for f in match(chunk).faults} == {"hard", "sudden", "degrading"}
