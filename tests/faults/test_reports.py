"""What devices report of themselves: known codes raise their kind, unknown ones are told as they are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.codes import CODES, ELSEWHERE, EVA, MDB, OTHER, VENDOR, codes_of, lookup
from faults.detectors.reported import ANNOUNCED
from faults.kinds import KINDS
from faults.observations import WORD
from faults.reports import LASTS, mark
from telemetry.units import HOUR
from tests.faults.rig import Rig, at, healthy

HOURS = LASTS // HOUR


def report(rig: Rig, minute: float, code: Any, scheme: Any = EVA) -> None:
    rig.tell(minute, "device_fault", scheme=scheme, code=code)


def active(rig: Rig) -> set[str]:
    return {e.kind for e in rig.faults.open.values() if e.state == "active"}


def test_every_code_is_named_once_and_is_a_kind_of_ours() -> None:
    keys = [(code.scheme, code.code) for code in CODES]
    assert len(keys) == len(set(keys))
    assert {code.kind for code in CODES} - {None} <= set(KINDS)
    assert {code.scheme for code in CODES} == {EVA, MDB, VENDOR}
    assert {code.kind for code in CODES if code.kind} == ELSEWHERE | ANNOUNCED
    assert all(code.en and code.zh and code.source for code in CODES)


def test_the_marks_of_kinds_are_all_different() -> None:
    assert len({mark(kind) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("scheme", "code", "kind"),
    [
        (EVA, "EOM", "refrigerant_leak"), (EVA, "egc_2", "lock_fault"), (EVA, "EC1C", "sensor_implausible"),
        (EVA, "EKM", "payment_down"), (EVA, "EK2A", "payment_down"), (EVA, "ENE", "payment_degraded"),
        (EVA, "EO", OTHER), (EVA, "EJB3", OTHER), (MDB, "0x05", "payment_degraded"), (MDB, "5", "payment_degraded"),
        (VENDOR, "lock_front", "lock_fault"), (VENDOR, "V00", "mdb_silent"), (VENDOR, "AL20", "compressor_stuck_on"),
        ("?", "EGC", "lock_fault"),
    ],
)  # fmt: skip
def test_codes_are_read_by_their_beginning(scheme: str, code: str, kind: str) -> None:
    found = lookup(scheme, code)
    assert found is not None
    assert found.kind == kind
    assert found in codes_of(kind)


@pytest.mark.parametrize(("scheme", "code"), [(VENDOR, "EGC"), (EVA, "XYZ"), (MDB, "77"), (EVA, ""), ("?", "05")])
def test_a_code_nobody_listed_is_unknown(scheme: str, code: str) -> None:
    assert lookup(scheme, code) is None


@pytest.mark.parametrize("code", [c for c in CODES if c.kind in ANNOUNCED and not c.ends], ids=lambda c: c.code)
def test_a_known_code_raises_its_kind_with_the_raw_code(code: Any) -> None:
    """On a cabinet whose own readings say nothing of it."""
    rig = Rig()
    said = f"{code.code}_2"
    report(rig, 0.5, said, code.scheme)
    rig.run(1, 5, {"air_c": 4.0, "set_c": 4.0})
    rig.tick(26 * 60)
    (found,) = [e for e in rig.faults.open.values() if e.kind == code.kind]
    assert (found.state, found.onset) == ("active", at(0.5))
    assert found.why["reported"] is True
    assert (found.why["scheme"], found.why["code"]) == (code.scheme, said)


@pytest.mark.parametrize(("scheme", "code"), [(EVA, "QQ1"), (VENDOR, "溢出-7"), (MDB, 119), ("acme", "E-42")])
def test_an_unknown_code_is_told_as_it_is(scheme: str, code: Any) -> None:
    rig = Rig()
    report(rig, 0.5, code, scheme)
    rig.run(1, 3, healthy())
    found = rig.one(OTHER)
    assert (found.severity, found.onset) == ("minor", at(0.5))
    assert (found.why["scheme"], found.why["code"]) == (scheme, str(code))


@pytest.mark.parametrize("code", [c.code for c in CODES if c.kind is None and c.scheme == EVA] + ["EJH"])
def test_what_is_no_fault_raises_none(code: str) -> None:
    """Cash collected, a lane sold out; and what the food-safety clock takes itself."""
    rig = Rig()
    report(rig, 0.5, code)
    rig.run(1, 60, healthy())
    assert not rig.log


def test_a_door_that_the_device_says_was_closed_again_was_no_fault() -> None:
    rig = Rig()
    report(rig, 0.5, "EGS")
    report(rig, 6, "EGT")
    rig.run(7, 40, {"air_c": 4.0})
    assert not active(rig)


@pytest.mark.parametrize(("code", "said"), [("EGS", {"door_open": 0.0}), ("OCF", {"mains_v": 230.0})])
def test_a_reading_of_the_very_thing_is_better_than_a_report(code: str, said: dict[str, float]) -> None:
    rig = Rig()
    report(rig, 0.5, code)
    rig.run(1, 40, {"air_c": 4.0, **said})
    assert not active(rig)


def test_a_report_stands_until_a_technician_was_there() -> None:
    rig = Rig()
    report(rig, 0.5, "EOM")
    rig.run(1, 120, healthy())
    assert rig.one("refrigerant_leak").state == "active"
    rig.tell(120, "service_code_entered", code="123456")
    rig.run(121, 140, healthy())
    assert not rig.faults.open
    report(rig, 140.5, "EOM")
    rig.run(141, 143, healthy())
    assert rig.one("refrigerant_leak").onset == at(140.5)


def test_a_report_that_is_not_repeated_is_over_after_a_day_and_a_half() -> None:
    rig = Rig()
    report(rig, 0.5, "XYZ")
    for hour in range(HOURS):
        rig.run(hour * 60 + 1, hour * 60 + 60, healthy()) if hour % 6 == 0 else None
    assert rig.one(OTHER).state in ("active", "stale")
    rig.run(HOURS * 60 + 1, HOURS * 60 + 5, healthy())
    assert not rig.faults.open


def test_a_repeated_report_stands_and_keeps_its_onset() -> None:
    rig = Rig()
    for day in range(4):
        report(rig, day * 1440 + 0.5, f"XYZ_{day}")
        rig.run(day * 1440 + 1, day * 1440 + 5, healthy())
    assert rig.one(OTHER).onset == at(0.5)


def test_a_report_is_believed_for_an_hour_against_a_terminal_that_says_it_is_well() -> None:
    rig = Rig()
    report(rig, 0.5, "EKM")
    rig.run(1, 30, healthy())
    assert rig.one("payment_down").state == "active"
    rig.run(30, 70, healthy())
    assert not rig.faults.open


def test_missing_readings_neither_end_a_report_nor_does_silence() -> None:
    rig = Rig()
    report(rig, 0.5, "EOM")
    rig.run(1, 3, {"air_c": 4.0})
    rig.run(300, 330, {"rsrp_dbm": -80.0})
    assert rig.one("refrigerant_leak").state == "active"


def test_a_report_of_a_cabinet_that_falls_silent_at_once_is_told_all_the_same() -> None:
    rig = Rig()
    report(rig, 0.5, "EKM")
    rig.tick(15)
    assert rig.one("payment_down").onset == at(0.5)


SPOKEN = ["EOM", "EGC", "EKM", "QQ", "EON", "OF", "EGT", "\0", "号" * 30]


@given(st.lists(st.tuples(st.integers(1, 600), st.sampled_from(SPOKEN)), max_size=12), st.integers(1, 300))
@settings(max_examples=20, deadline=None)
def test_any_restart_among_reports_gives_the_same(said: list[tuple[int, str]], cut: int) -> None:
    through, broken = Rig(), Rig()
    for minute, code in sorted(said):
        for rig in (through, broken):
            report(rig, minute - 0.5, code)
            rig.say(minute, healthy())
        if minute > cut:
            data = broken.faults.dump()
            broken.faults = type(broken.faults)()
            broken.faults.load(data)
    assert through.log == broken.log
    assert through.faults.dump() == broken.faults.dump()


def test_what_is_kept_of_a_code_fits_its_place() -> None:
    rig = Rig()
    report(rig, 0.5, "X" * 100)
    rig.say(1, healthy())
    assert rig.one(OTHER).why["code"] == "X" * (WORD - len("eva-dts "))
