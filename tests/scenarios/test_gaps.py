"""A gap never counts as a condition that holds (contract, *Order*): every detector with a hold-down, through the fold.

The regression has a name: on another platform a refrigeration rule ("above 6 °C for 90 minutes") fired during a data
gap, because a timer went on that only the next reading would have stopped (thingsboard #14210).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.kinds import KINDS
from telemetry.units import MINUTE, SECOND
from tests.gateway.rig import birth, telemetry
from tests.scenarios.bench import HEALTHY, Bench
from tests.scenarios.life import NINE

ILL = {
    "air_too_warm": {"air_c": 12.0},
    "door_left_open": {"door_open": 1.0},
    "compressor_not_starting": {"comp_a": 0.2},
    "power_lost": {"mains_v": 0.0},
    "payment_down": {"payment_ok": 0.0},
    "lock_fault": {"lock_closed": 0.0},
    "compressor_stuck_on": {"comp_on": 0.0, "comp_a": 1.2},
    "mains_low": {"mains_v": 170.0},
    "battery_low": {"battery_pct": 10.0},
    "weak_link": {"rsrp_dbm": -116.0},
    "payment_degraded": {"payment_success_pct": 80.0},
    "mdb_silent": {"mdb_ok": 0.0},
    "camera_down": {"camera_ok": 0.0},
    "camera_hot": {"camera_c": 80.0},
    "light_failed": {"light_on": 0.0},
    "air_too_cold": {"air_c": -6.0},
}
WELL = {"compressor_stuck_on": {"comp_on": 0.0, "comp_a": 0.2}}  # only a compressor that may stop shows that it does
LIMIT = 180 * SECOND  # a longer pause between readings of a cabinet that reports every minute is a gap


def test_every_kind_with_a_hold_down_is_tried_here() -> None:
    assert set(ILL) == {kind.name for kind in KINDS.values() if kind.hold_down}


def pace(hold_down: int) -> int:
    """How often (ms) it speaks, so that no story takes thousands of readings; never so seldom that there is a gap."""
    return min(LIMIT, max(30 * SECOND, hold_down // 30))


class Speaker:
    """A cabinet on a bench that says its next reading."""

    def __init__(self) -> None:
        self.bench, self.seq = Bench(), 1
        self.bench.take(0, [birth(1, 1, 1, NINE, holds=[])])

    def says(self, at: int, values: dict[str, float]) -> None:
        self.seq += 1
        self.bench.take(at, [telemetry(1, self.seq, NINE + at, **HEALTHY | values)])


def healthy_start() -> tuple[Speaker, int]:
    speaker = Speaker()
    for minute in range(1, 6):
        speaker.says(minute * MINUTE, {})
    return speaker, 5 * MINUTE


@pytest.mark.parametrize("silent", [True, False], ids=["no tick between", "ticks all along"])
@pytest.mark.parametrize("kind", ILL)
def test_thingsboard_14210_no_rule_fires_during_a_data_gap_nor_because_of_one(kind: str, silent: bool) -> None:
    speaker, at = healthy_start()
    hold_down = KINDS[kind].hold_down
    step = pace(hold_down)
    start = at + step
    for at in range(start, start + hold_down, step):  # ill for a little less than the hold-down
        speaker.says(at, ILL[kind])
    back = at + 2 * hold_down + 2 * LIMIT
    if not silent:
        speaker.bench.pass_time(back - at - MINUTE, max(10 * SECOND, hold_down // 100))
    speaker.says(back, ILL[kind])  # still ill when it is heard again
    assert kind not in speaker.bench.kinds()
    for at in range(back + step, back + hold_down, step):
        speaker.says(at, ILL[kind])
        assert kind not in speaker.bench.kinds()
    for at in range(back + hold_down, back + hold_down + 2 * step, step):
        speaker.says(at, ILL[kind])
    assert kind in speaker.bench.kinds()  # now it has been seen to hold


@pytest.mark.parametrize("kind", ILL)
def test_a_gap_does_not_count_as_recovery_either(kind: str) -> None:
    speaker, start = healthy_start()
    hold_down, hold_off = KINDS[kind].hold_down, KINDS[kind].hold_off
    at, step = start, pace(hold_down)
    for at in range(start + step, start + hold_down + 2 * MINUTE + step, step):
        speaker.says(at, ILL[kind])
    well = WELL.get(kind, {})
    speaker.says(at + 30 * SECOND, well)  # well once, then nothing for hours, then well once more
    back = at + 60 * MINUTE + hold_off
    speaker.says(back, well)
    (fault,) = [e for e in speaker.bench.episodes() if e.kind == kind]
    assert fault.cleared is None
    for at in range(back + 30 * SECOND, back + hold_off + 30 * SECOND, 30 * SECOND):
        speaker.says(at, well)
    (fault,) = [e for e in speaker.bench.episodes() if e.kind == kind]
    assert fault.cleared == back


def evidenced(readings: list[tuple[int, bool]], hold_down: int) -> bool:
    """By the contract's words: was it ill for the hold-down in readings of which none follows a gap?"""
    since, last = None, None
    for at, ill in readings:
        if not ill or (last is not None and at - last > LIMIT):
            since = None
        if ill and since is None:
            since = at
        if since is not None and at - since >= hold_down:
            return True
        last = at
    return False


pauses = st.sampled_from([MINUTE, MINUTE, MINUTE, MINUTE, LIMIT, LIMIT + SECOND, 20 * MINUTE])
stretches = st.lists(st.tuples(st.booleans(), st.integers(1, 12), pauses), min_size=1, max_size=6)


@pytest.mark.parametrize("kind", ["payment_down", "compressor_not_starting", "lock_fault", "door_left_open"])
@settings(max_examples=6, deadline=None)
@given(story=stretches)
def test_a_fault_is_one_exactly_when_it_was_seen_to_hold(kind: str, story: list[tuple[bool, int, int]]) -> None:
    speaker, at = Speaker(), 0
    readings: list[tuple[int, bool]] = []
    for ill, count, pause in story:
        at += pause
        for _ in range(count):
            speaker.says(at, ILL[kind] if ill else {})
            readings.append((at, ill))
            at += MINUTE
        at -= MINUTE
    assert (kind in speaker.bench.kinds()) == evidenced(readings, KINDS[kind].hold_down)
