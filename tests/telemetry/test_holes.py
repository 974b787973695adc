"""`Seqs` against a slow model that keeps plain sets of seqs (contract, *Holding*, *Acknowledging*)."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from telemetry.holes import Seqs
from telemetry.units import MINUTE, SECOND

START = 1_800_000_000_000
TOP = 24
seq_numbers = st.integers(1, TOP)
pauses = st.sampled_from([0, 500, 1500, 10 * SECOND, 29 * SECOND, 31 * SECOND, 3 * MINUTE])
some_ranges = st.lists(st.tuples(seq_numbers, st.integers(0, 8)), max_size=4)


def members(ranges):
    """The seqs in ranges; a seq that stands twice, or an empty range, is a bug."""
    found = [s for low, high in ranges for s in range(low, high + 1)]
    assert all(low <= high for low, high in ranges)
    assert found == sorted(set(found))
    return set(found)


def apart(ranges):
    """Sorted ranges without overlaps, as births give them to `hold`."""
    seqs = sorted({s for low, size in ranges for s in range(low, min(TOP, low + size) + 1)})
    return [(s, s) for s in seqs]


class Model(RuleBasedStateMachine):
    """What came, what was given up, what exists: sets. Requests and give-ups are checked against the words of the
    contract and then believed."""

    def __init__(self) -> None:
        super().__init__()
        self.seqs, self.real, self.flow = Seqs(), START, 0
        self.came, self.given, self.held = set(), set(), set()
        self.top = 0
        self.asked = {}
        self.connected = {}
        self.held_at = {}

    @property
    def awaited(self):
        return set(range(1, self.top + 1)) - self.came - self.given

    @rule(seq=seq_numbers, pause=pauses, awaited=st.booleans())
    def arrive(self, seq, pause, awaited):
        self.real += pause
        if seq in self.held & self.awaited:
            self.flow = self.real
        assert self.seqs.held_at(seq) == (seq in self.held & self.awaited)
        assert self.seqs.add(seq, self.real, awaited) == (seq not in self.came)
        if not awaited:
            self.given |= set(range(self.top + 1, seq))
        self.came.add(seq)
        self.given.discard(seq)
        self.top = max(self.top, seq)

    @rule(ranges=some_ranges, upto=st.integers(0, TOP))
    def birth(self, ranges, upto):
        held = apart(ranges)
        end = max([upto, *(high for _, high in held)])
        self.seqs.hold(held, upto, self.real)
        self.top = max(self.top, end)
        now_held = members(held)
        self.given |= {s for s in self.awaited if s <= end} - now_held
        self.held = now_held | {s for s in self.held if s > end}
        self.held_at |= dict.fromkeys(now_held, self.real)

    @rule(oldest=seq_numbers)
    def drop(self, oldest):
        self.seqs.drop_below(oldest)
        self.given |= {s for s in self.awaited if s < oldest}

    @rule(pause=st.sampled_from([500, 2 * SECOND, 5 * SECOND, 31 * SECOND]), connected=st.booleans())
    def tick(self, pause, connected):
        self.real += pause
        awaited = self.awaited
        for s in awaited:
            self.connected[s] = self.connected.get(s, 0) + (pause if connected else 0)
        self.seqs.expire(self.real, pause if connected else 0, self.flow)
        lost = awaited - members([(h.low, h.high) for h in self.seqs.holes])
        for s in lost:
            times = self.asked.get(s, [])
            assert (len(times) >= 3 and self.real - times[-1] >= 30 * SECOND) or self.connected[s] >= 10 * MINUTE
            assert not (s in self.held and self.real - self.flow <= 30 * SECOND), "given up while held messages come"
        self.given |= lost
        if connected:
            self._ask()

    def _ask(self):
        ranges = self.seqs.ask(self.real, self.flow)
        assert len(ranges) <= 64
        for s in members(ranges):
            assert s in self.awaited
            times = self.asked.setdefault(s, [])
            assert not times or self.real - times[-1] >= 30 * SECOND, "asked twice within 30 s"
            if s in self.held:
                assert self.real - max(self.flow, self.held_at[s]) >= 30 * SECOND
            times.append(self.real)

    @precondition(lambda self: self.top)
    @rule()
    def settle(self):
        """Whatever happened, after enough connected time everything is decided."""
        for _ in range(25):
            self.tick(31 * SECOND, True)
        assert self.seqs.acked() == self.top

    @invariant()
    def agrees(self):
        assert members([(h.low, h.high) for h in self.seqs.holes]) == self.awaited
        assert members(self.seqs.given) == self.given
        assert self.seqs.acked() == min(self.awaited, default=self.top + 1) - 1
        seen = max(self.came, default=0)
        missing = {s for s in range(1, seen) if s not in self.came}
        assert members(self.seqs.gaps()) == missing
        assert {s for s in range(1, TOP + 2) if self.seqs.has(s)} == self.came


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def opened(*came, at=START):
    seqs = Seqs()
    for seq in came:
        seqs.add(seq, at)
    return seqs


def test_three_requests_thirty_seconds_apart_then_given_up():
    seqs, asked, lost = opened(1, 5), [], None
    for half_second in range(1, 400):
        real = START + half_second * 500
        if seqs.expire(real, 500, 0):
            lost = real
            break
        if ranges := seqs.ask(real, 0):
            asked.append((real - START, ranges))
    assert asked == [(2000, [(2, 4)]), (32_000, [(2, 4)]), (62_000, [(2, 4)])]
    assert lost == START + 92_000
    assert seqs.given == ((2, 4),)


def test_waiting_for_an_answer_counts_only_while_connected():
    seqs = opened(1, 5)
    for minute in range(3):
        assert seqs.ask(START + 2000 + minute * 31_000, 0)
    later = START + 10_000 * MINUTE
    assert not seqs.expire(later, 0, 0)
    assert not seqs.expire(later + 500, 500, 0)
    assert seqs.expire(later + 31_000, 30_000, 0)


def test_ten_connected_minutes_with_nothing_arriving_give_up_without_requests():
    seqs = opened(1, 5)
    assert not any(seqs.expire(START + i * 1000, 1000, 0) for i in range(1, 600))
    assert seqs.expire(START + 600_000, 1000, 0)


def test_part_of_an_answer_starts_the_patience_anew_but_does_not_ask_again_at_once():
    seqs = opened(1, 9)
    for round_ in range(3):
        assert seqs.ask(START + 2000 + round_ * 30_000, 0)
    seqs.add(5, START + 65_000)
    assert seqs.ask(START + 70_000, 0) == []
    assert not seqs.expire(START + 92_000, 27_000, 0)
    assert seqs.ask(START + 92_000, 0) == [(2, 4), (6, 8)]


def test_a_held_range_waits_its_turn_while_another_boots_held_messages_come():
    """A long backlog of several ranges is sent oldest first: the last range must survive the first."""
    seqs = opened(1)
    seqs.hold([(2, 50)], 50, START)
    for second in range(1, 3600):
        real = START + second * 1000
        assert not seqs.ask(real, flow=real - 1000)
        assert not seqs.expire(real, 1000, flow=real - 1000)
        assert seqs.blocks(1, 51, real, flow=real - 1000)
    assert not seqs.blocks(1, 51, START + 3_640_000, flow=START + 3_600_000)


def test_a_birth_that_overtook_newer_messages_gives_up_only_what_is_older_than_itself():
    seqs = opened(1, 2, 12)
    seqs.add(10, START)
    seqs.hold([], 9, START)
    assert seqs.given == ((3, 9),)
    assert [(h.low, h.high) for h in seqs.holes] == [(11, 11)]


def test_hostile_holes_are_bounded():
    seqs = Seqs()
    for seq in range(2, 40_000, 2):
        seqs.add(seq, START)
    assert len(seqs.holes) <= 8192
    assert len(seqs.given) <= 8192
    assert not seqs.add(39_998, START)
