"""Wrong clocks through the real fold (contract, *Clocks*, *Order*), of cabinets and of our own machine."""

import pytest

from gateway.blindness import Blindness
from telemetry import clock
from telemetry.clock import Moment, ProductClock
from telemetry.units import HOUR, MINUTE, SECOND
from tests.gateway.rig import CABINET, birth, telemetry
from tests.scenarios.bench import HEALTHY, Bench
from tests.scenarios.life import NINE
from tests.telemetry.test_clock import Machine

STEP = 4 * SECOND  # between two entries: no stall
WARM = HEALTHY | {"air_c": 12.0}


class Device:
    """A cabinet whose clock is off by `error` ms; `lag`: from its word to us."""

    def __init__(self, bench: Bench, error: int = 0, lag: int = 2 * SECOND) -> None:
        self.bench, self.error, self.lag, self.seq, self.boot = bench, error, lag, 0, 1

    def says(self, at: int, values: dict[str, float] | None = None) -> int:
        """A birth first, then a sample, at `at` in truth; the time it arrives."""
        self.seq += 1
        ts = NINE + at + self.error
        said = telemetry(self.boot, self.seq, ts, **values or HEALTHY)
        self.bench.take(at + self.lag, [birth(self.boot, 1, self.boot, ts, holds=[]) if self.seq == 1 else said])
        return at

    def lives(self, start: int, end: int, values: dict[str, float] | None = None) -> None:
        """A sample a minute from minute `start` up to, not with, `end`."""
        for minute in range(start, end):
            self.says(minute * MINUTE, values)


def filed(bench: Bench) -> list[int]:
    """When the readings of the air are filed, ms since NINE."""
    return sorted(ts for _, signal, ts in bench.series() if signal == "air_c")


@pytest.mark.parametrize("error", [-8 * HOUR, 8 * HOUR, -NINE, -NINE + 20 * MINUTE, 10 * MINUTE])
def test_a_wrong_clock_is_told_and_corrected_and_nothing_else_is_wrong(error: int) -> None:
    bench = Bench()
    device = Device(bench, error)
    device.lives(0, 30)
    assert [(e.kind, e.cleared) for e in bench.episodes(without=())] == [("clock_wrong", None)]
    assert all(abs(ts - n * MINUTE) <= 4 * SECOND for n, ts in enumerate(filed(bench), 1))
    assert {raw - ts for ts, raw in bench.raw.items()} == {error - device.lag}
    device.boot, device.seq, device.error = 2, 0, 0
    device.lives(30, 40)
    (told,) = bench.episodes(without=())
    assert told.cleared is not None


@pytest.mark.parametrize("error", [-8 * HOUR, 8 * HOUR])
def test_a_fault_under_a_wrong_clock_has_its_true_times(error: int) -> None:
    bench = Bench()
    device = Device(bench, error)
    device.lives(0, 10)
    device.lives(10, 40, WARM)
    device.lives(40, 70)
    (warm,) = bench.episodes()
    assert warm.cleared is not None
    assert abs(warm.onset - 10 * MINUTE) <= 4 * SECOND
    assert abs(warm.cleared - 40 * MINUTE) <= 4 * SECOND


@pytest.mark.parametrize("jump", [-8 * HOUR, 8 * HOUR])
def test_a_clock_that_jumps_is_followed_and_shifts_nothing_that_was_right(jump: int) -> None:
    """Back only after ten minutes that all say so; ahead at once."""
    bench = Bench()
    device = Device(bench)
    device.lives(0, 20)
    device.error = jump
    device.lives(20, 50)
    right = [ts for ts in filed(bench) if 0 <= ts < HOUR]
    assert all(n * MINUTE in right for n in range(1, 20))
    assert all(any(abs(ts - n * MINUTE) <= 4 * SECOND for ts in right) for n in range(31, 50))
    assert bench.kinds() == {"clock_wrong"}
    device.error = 0
    device.lives(50, 80)
    (told,) = bench.episodes(without=())
    assert told.cleared is not None


@pytest.mark.parametrize("lag", [20 * SECOND, 100 * SECOND])
def test_a_slow_network_is_no_wrong_clock(lag: int) -> None:
    bench = Bench()
    Device(bench, lag=lag).lives(0, 30)
    assert bench.kinds() == set()
    assert filed(bench) == [n * MINUTE for n in range(1, 30)]


def test_an_ordered_backlog_is_judged_in_event_time() -> None:
    """What was over by then is a cleared fault without a ticket; what still is so is a fault with its true onset."""
    bench = Bench()
    bench.take(0, [birth(1, 1, 1, NINE, holds=[])])
    held = [telemetry(1, n, NINE + n * MINUTE, **(WARM if 10 <= n < 40 else HEALTHY)) for n in range(2, 90)]
    unpaid = HEALTHY | {"payment_ok": 0.0}
    held += [telemetry(1, n, NINE + n * MINUTE, **unpaid) for n in range(90, 120)]
    bench.take(HOUR, [])
    bench.take(2 * HOUR, [birth(1, 120, 2, NINE + 2 * HOUR, holds=[[1, 2, 119]]), *held])
    for n in range(121, 126):
        bench.take(n * MINUTE, [telemetry(1, n, NINE + n * MINUTE, **unpaid)])
    assert [(e.kind, e.onset, e.cleared) for e in bench.episodes()] == [
        ("air_too_warm", 10 * MINUTE, 40 * MINUTE), ("payment_down", 90 * MINUTE, None),
    ]  # fmt: skip
    repairs = [t for t in bench.tickets() if t["summary"] and t["kind"] == "repair" and "offline" not in str(t)]
    assert len(repairs) == 1
    assert bench.account()["late"] == 0


def test_late_data_goes_to_history_only() -> None:
    """Half an hour of warm air that arrives after what came later was judged raises nothing, and is stored."""
    bench = Bench()
    device = Device(bench)
    device.lives(0, 20)
    device.seq += 30
    device.lives(50, 70)
    before = bench.episodes()
    for n in range(21, 51):
        bench.take(70 * MINUTE + n * SECOND, [telemetry(1, n, NINE + (n - 1) * MINUTE, **WARM)])
    bench.pass_time(MINUTE)
    assert bench.episodes() == before
    assert bench.account()["late"] == 30
    assert bench.account()["gaps"] == []
    assert [ts for ts in filed(bench) if bench.series()[CABINET, "air_c", ts] == 12.0] == [
        n * MINUTE for n in range(20, 50)
    ]


def through(monkeypatch: pytest.MonkeyPatch, jumps: tuple[int, ...]) -> Bench:
    """40 minutes of a cabinet whose clock is right while our machine's is set by `jumps`, ten minutes apart."""
    machine, bench, truth, seen = Machine(), Bench(), 0, list[Moment]()
    machine.wall = NINE
    monkeypatch.setattr(clock, "time", machine)
    ours, blindness = ProductClock(NINE, 1), Blindness()
    for half in range(40 * MINUTE // STEP):
        if half and half % (10 * MINUTE // STEP) == 0 and half * STEP // (10 * MINUTE) <= len(jumps):
            machine.wall += jumps[half * STEP // (10 * MINUTE) - 1]
        seen.append(ours.moment())
        said = [] if truth % MINUTE else [telemetry(1, truth // MINUTE + 1, NINE + truth, **HEALTHY)]
        messages = said if truth else [birth(1, 1, 1, NINE, holds=[])]
        bench.commit(seen[-1], messages, blinds=blindness.take(seen[-1]))
        machine.pass_by(STEP)
        truth += STEP
    assert seen == sorted(seen)
    assert bench.sums() == (40, 40, 0, 0)
    assert bench.account()["gaps"] == []
    return bench


@pytest.mark.parametrize("jumps", [(-8 * HOUR,), (-8 * HOUR, 8 * HOUR), (-8 * HOUR, 8 * HOUR, -HOUR)])
def test_our_own_clock_set_back_and_forth_is_nobodys_fault(
    monkeypatch: pytest.MonkeyPatch, jumps: tuple[int, ...]
) -> None:
    bench = through(monkeypatch, jumps)
    assert bench.episodes(without=()) == []
    assert filed(bench) == [n * MINUTE for n in range(1, 40)]


def test_our_own_clock_set_ahead_is_blindness_and_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours that nobody lived through are no silence; that clocks differ from ours from now on is said, once."""
    bench = through(monkeypatch, (8 * HOUR,))
    assert bench.kinds() <= {"platform_blind", "clock_wrong"}
    assert len([e for e in bench.episodes(without=()) if e.kind == "platform_blind"]) == 1
