"""The clock of the product: never back, waits when told to, does not live through a pause of the process."""

import pytest

from telemetry import clock
from telemetry.clock import ProductClock

WALL = 1_800_000_000_000


class Machine:
    """The machine's own clocks, set by hand (ms)."""

    def __init__(self) -> None:
        self.wall, self.mono = WALL, 5_000

    def pass_by(self, ms: int) -> None:
        self.wall, self.mono = self.wall + ms, self.mono + ms

    def time_ns(self) -> int:
        return self.wall * 1_000_000

    def monotonic(self) -> float:
        return self.mono / 1000


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(clock, "time", made)
    return made


def test_product_time_runs_at_its_speed_beside_real_time(machine: Machine) -> None:
    product = ProductClock(1_000, 60)
    machine.pass_by(2_000)
    assert product.moment() == (1_000 + 120_000, WALL + 2_000)


def test_it_waits_while_it_is_held_and_real_time_does_not(machine: Machine) -> None:
    product = ProductClock(0, 60)
    product.hold()
    machine.pass_by(4_000)
    assert product.moment() == (0, WALL + 4_000)
    product.release()
    machine.pass_by(1_000)
    assert product.moment() == (60_000, WALL + 5_000)


def test_at_speed_one_it_is_real_time_and_does_not_wait_because_cabinets_do_not(machine: Machine) -> None:
    product = ProductClock(0, 1)
    product.hold()
    machine.pass_by(600_000)
    assert product.moment() == (WALL + 600_000, WALL + 600_000)


@pytest.mark.parametrize("speed", [1, 60])
def test_a_machine_set_back_takes_neither_time_back_and_both_go_on(machine: Machine, speed: float) -> None:
    product = ProductClock(WALL, speed)
    machine.pass_by(1_000)
    before = product.moment()
    machine.wall -= 3_600_000
    machine.pass_by(1_000)
    after = product.moment()
    assert after.real - before.real == 1_000
    assert after.now - before.now == 1_000 * speed


def test_a_machine_set_ahead_is_followed(machine: Machine) -> None:
    product = ProductClock(0, 1)
    machine.wall += 3_600_000
    assert product.moment() == (WALL + 3_600_000,) * 2


def test_it_never_begins_before_where_it_ended(machine: Machine) -> None:
    assert ProductClock(WALL + 50_000, 1).moment().now == WALL + 50_000


def test_at_another_speed_a_stopped_process_does_not_live_through_the_pause(machine: Machine) -> None:
    product = ProductClock(0, 60)
    machine.pass_by(600_000)
    now, real = product.moment()
    assert now <= 60 * 5_000
    assert real == WALL + 600_000
