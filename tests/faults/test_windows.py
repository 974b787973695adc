"""Windows in which what is wrong is expected: a restock, a start."""

import pytest

from faults.maintenance import Window, Windows
from telemetry.errors import Conflict
from tests.faults.rig import Rig, at, healthy

UNPAID = healthy(payment_ok=0.0)


def test_what_a_restock_brings_is_nobodys_business_until_it_should_be_over() -> None:
    rig = Rig()
    rig.tell(0, "restocked")
    rig.run(1, 12, UNPAID)
    assert rig.one("payment_down").state == "suppressed"
    rig.run(12, 22, UNPAID)
    assert rig.one("payment_down").state == "active"


def test_a_door_left_open_after_a_restock_is_told_all_the_same() -> None:
    rig = Rig()
    rig.tell(0, "restocked")
    rig.run(0, 27, healthy(door_open=1.0))
    assert (rig.one("door_left_open").state, rig.one("door_left_open").severity) == ("active", "major")


def test_a_cabinet_that_starts_is_not_ill_before_its_parts_had_time_to_start() -> None:
    """Start-up grace lies in the hold-downs: terminal, camera, bus and lamp take minutes."""
    rig = Rig()
    rig.run(0, 5, healthy(payment_ok=0.0, mdb_ok=0.0, camera_ok=0.0, light_on=0.0, lock_closed=0.0))
    rig.run(5, 60, healthy(mdb_ok=1.0, camera_ok=1.0, light_on=1.0))
    assert not [t for t in rig.log if t.episode.state == "active"]


def test_what_began_long_after_does_not_explain_what_was_there_before() -> None:
    rig = Rig()
    rig.run(0, 36, UNPAID)
    before = rig.one("payment_down")
    rig.tell(36, "power_lost")
    rig.tick(38)
    assert rig.one("power_lost").state == "active"
    assert (rig.one("payment_down").state, rig.one("payment_down").parent) == (before.state, None)


def test_the_door_a_technician_opens_is_not_why_the_air_was_warm() -> None:
    rig = Rig()
    rig.run(0, 120, healthy(air_c=9.0))
    rig.run(120, 132, healthy(air_c=9.0, door_open=1.0))
    rig.run(132, 140, healthy(air_c=9.0))
    assert (rig.one("air_too_warm").state, rig.one("air_too_warm").parent) == ("active", None)


@pytest.mark.parametrize(("cabinet", "site"), [("C0", None), (None, "S1")])
def test_maintenance_that_is_ended_gives_back_what_it_kept_quiet(cabinet: str | None, site: str | None) -> None:
    rig = Rig()
    rig.faults.maintain(cabinet, site, at(0), at(600), "M-000001")
    rig.run(0, 12, UNPAID)
    assert rig.one("payment_down").state == "suppressed"
    rig.faults.end_maintenance(cabinet, site, at(0), at(600), "M-000001", at(12))
    rig.run(12, 13, UNPAID)
    assert rig.one("payment_down").state == "active"
    with pytest.raises(Conflict):
        rig.faults.end_maintenance(cabinet, site, at(0), at(600), "M-000001", at(13))


def test_a_window_from_before_windows_had_ids_is_known_by_its_times() -> None:
    windows = Windows()
    windows.add(Window("C0", 5, 100))
    windows.add(Window("C0", 5, 90, id="M-000002"))
    windows.add(Window("C0", 0, 50, kinds=("stock_out",)))
    assert not windows.end(Window("C0", 5, 99, id="M-000001"), 10)
    assert not windows.end(Window("C0", 5, 90, id="M-000003"), 10)
    assert windows.end(Window("C0", 5, 100, id="M-000001"), 10)
    assert not windows.end(Window("C0", 5, 100, id="M-000001"), 10)
    assert [w.id for w in windows.items["C0"]] == ["M-000002", ""]
    assert windows.turned(10) == ["C0"]
