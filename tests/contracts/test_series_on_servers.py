"""What the stores on servers promise beyond the common suite, asked of real servers that are killed and forget."""

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from telemetry.clock import real_ms
from telemetry.series import line as line_store
from telemetry.series.base import Point, SeriesStore
from telemetry.series.influx import Influx
from telemetry.series.line import LineSeries
from telemetry.series.memory import MemorySeries
from telemetry.units import HOUR, SECOND
from tests.contracts.series_data import FOREVER, IDS, NAMES, Line, line, readings
from tests.contracts.series_servers import Running, append, at_once, values

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # each example costs a server's time
NOW = 1_790_000_000_000


@pytest.fixture
def store(server: Running, tmp_path: Path) -> Iterator[SeriesStore]:
    opened = at_once(server, tmp_path / "held")
    yield opened
    opened.close()


def emptied(store: LineSeries) -> LineSeries:
    """Nothing of it is in memory any more: what is read comes from the server."""
    store.flush()
    assert not store._pieces
    return store


STRANGE = (
    "a b", "a,b=c", 'quo"te', "it's", "back\\slash\\", "line\nbreak", "温度", "emoji😀", "time", "cabinet", "again",
    "_x", "%41", "A", "", "{}", "$1", "x" * 300, "x" * 301,
)  # fmt: skip


def test_any_name_is_a_series_of_its_own(store: LineSeries) -> None:
    names = (*NAMES, *STRANGE)
    told = [line(NOW, float(n), signal=name) for n, name in enumerate(STRANGE)]
    store.append(1, readings(told, IDS, names), IDS, names)
    emptied(store)
    assert [values(store, signal=name) for name in STRANGE] == [[(NOW, float(n))] for n in range(len(STRANGE))]


EXTREMES = (1e308, -1e308, 1e-300, 0.0, 123456789.123, -40.05, 2.0**53, 1e15 + 1)


def test_extreme_values_come_back(store: LineSeries) -> None:
    """VictoriaMetrics keeps at least 15 digits of the largest value that stands beside it."""
    for batch, value in enumerate(EXTREMES, 1):
        append(store, batch, line(NOW, value, cabinet="CAB-A", signal=f"shelf_g_{batch}"))
    emptied(store)
    for batch, value in enumerate(EXTREMES, 1):
        [(ts, found)] = values(store, signal=f"shelf_g_{batch}")
        assert ts == NOW
        assert found == value or math.isclose(found, value, rel_tol=1e-15)


def test_what_no_server_can_hold_is_left_out(store: LineSeries) -> None:
    append(
        store, 1, line(NOW, math.inf), line(NOW + 1, -math.inf), line(-5, 1.0), line(1 << 60, 1.0), line(NOW + 2, 2.0)
    )
    emptied(store)
    assert values(store) == [(NOW + 2, 2.0)]
    assert store.last_batch() == 1


def test_times_are_exact_to_the_millisecond(store: LineSeries) -> None:
    times = [NOW + n for n in (0, 1, 2, 998, 999, 1000, 86_399_999)]
    append(store, 1, *(line(ts, float(n)) for n, ts in enumerate(times)))
    emptied(store)
    assert values(store) == [(ts, float(n)) for n, ts in enumerate(times)]
    for start, end in ((1, 2), (999, 1001), (2, 998)):
        found = [p.ts - NOW for p in store.read("CAB-A", "air_c", NOW + start, NOW + end, 10)]
        assert found == [ts - NOW for ts in times if start <= ts - NOW < end]


chunks = st.lists(
    st.tuples(st.integers(1, 4 * HOUR), st.floats(-1e6, 1e6).map(lambda v: round(v, 3))),
    min_size=8, max_size=60, unique_by=lambda pair: pair[0],
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12, phases=UNSHRUNK)
@given(data=chunks, points=st.integers(1, 6), kept=st.booleans())
def test_long_ranges_keep_the_extremes(server: Running, data: list[tuple[int, float]], points: int, kept: bool) -> None:
    """Summed up by the server, whether or not some of it is still with us."""
    exact, line_store.EXACT = line_store.EXACT, 0
    with tempfile.TemporaryDirectory() as folder:
        store = at_once(server, Path(folder) / "held")
        for batch, (ts, value) in enumerate(data, 1):
            append(store, batch, line(NOW + ts, value))
            if batch == len(data) // 2 or not kept:
                store.flush()
        chart = store.read("CAB-A", "air_c", NOW, NOW + 4 * HOUR + 1, points)
        store.close()
        line_store.EXACT = exact
    assert 1 <= len(chart) <= points
    assert chart[0].ts == NOW + min(ts for ts, _ in data)
    for p, end in zip(chart, [*(p.ts for p in chart[1:]), FOREVER], strict=True):
        part = [v for ts, v in data if p.ts <= NOW + ts < end]
        assert (p.low, p.high) == (pytest.approx(min(part), rel=1e-12), pytest.approx(max(part), rel=1e-12))
        assert p.mean == pytest.approx(sum(part) / len(part), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("width", [1969, 3696, 4000])
def test_parts_are_as_wide_as_they_should_be(store: LineSeries, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """VictoriaMetrics takes a step of `1969ms` for 1968 ms."""
    monkeypatch.setattr(line_store, "EXACT", 0)
    append(store, 1, *(line(NOW + n, float(n)) for n in (0, 1, width - 1, width, 4 * width - 1)))
    emptied(store)
    chart = store.read("CAB-A", "air_c", NOW, NOW + 4 * width, 4)
    assert [(p.ts - NOW, p.low, p.high) for p in chart] == [
        (0, 0, width - 1), (width, width, width), (3 * width, 4 * width - 1, 4 * width - 1),
    ]  # fmt: skip


def test_the_last_seconds_are_summed_up_as_they_are(store: LineSeries, monkeypatch: pytest.MonkeyPatch) -> None:
    """VictoriaMetrics puts older sums in the place of those of its last 30 s."""
    monkeypatch.setattr(line_store, "EXACT", 0)
    start = real_ms() - 600 * SECOND
    append(store, 1, *(line(start + n * SECOND, float(n)) for n in range(600)))
    emptied(store)
    chart = store.read("CAB-A", "air_c", 0, FOREVER, 50)
    assert [(p.low, p.high) for p in chart] == [(n, n + 11) for n in range(0, 600, 12)]


def test_a_value_that_was_replaced_is_no_extreme(store: LineSeries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_store, "EXACT", 0)
    append(store, 1, *(line(NOW + n, 4.0) for n in range(50)))
    append(store, 2, line(NOW + 30, 99.0, seq=2))
    store.flush()
    append(store, 3, line(NOW + 30, 5.0, seq=3))
    emptied(store)
    assert store.read("CAB-A", "air_c", 0, FOREVER, 2) == [
        Point(NOW, 4, 4, 4),
        Point(NOW + 25, 4, pytest.approx(4.04), 5),
    ]


def test_who_spoke_last_is_known_after_a_restart(server: Running, tmp_path: Path) -> None:
    address = server.server(settle_s=0)
    for batch, (value, seq) in enumerate([(5.0, 5), (4.0, 4), (7.0, 7), (6.0, 6)], 1):
        store = at_once(server, tmp_path / "held", address)
        append(store, batch, line(NOW, value, seq=seq), line(NOW + batch, 0.0, seq=seq))
        emptied(store)
        assert values(store)[0] == (NOW, max(value, 5.0 if batch < 3 else 7.0))
        store.close()


def test_beyond_the_newest_hour_the_rule_of_the_server_holds(store: LineSeries) -> None:
    """InfluxDB keeps what was written last; VictoriaMetrics keeps one of them."""
    append(store, 1, line(NOW, 5.0, seq=5))
    append(store, 2, line(NOW + 2 * HOUR, 0.0, seq=6))
    store.flush()
    append(store, 3, line(NOW, 4.0, seq=4))
    emptied(store)
    expected = {4.0} if isinstance(store._dialect, Influx) else {4.0, 5.0}
    assert values(store)[0][1] in expected
    assert len(values(store)) == 2


def test_what_the_server_deletes_by_itself_we_do_not(victoria: Running, tmp_path: Path) -> None:
    store = at_once(victoria, tmp_path / "held")
    append(store, 1, line(NOW, 1.0))
    assert store.prune(FOREVER) == 0
    assert values(store) == [(NOW, 1.0)]
    store.close()


def test_prune_deletes_all_that_is_old_though_an_hour_at_a_time(influx: Running, tmp_path: Path) -> None:
    store = at_once(influx, tmp_path / "held")
    append(store, 1, *(line(NOW + n * HOUR, 1.0) for n in range(3)), line(NOW + 10, 2.0, signal="unheard_of"))
    assert [store.prune(NOW + 2 * HOUR) for _ in range(2)] == [3, 0]
    assert values(store) == [(NOW + 2 * HOUR, 1.0)]
    assert store.size()[0] == 1
    store.close()


# whatever is done, a server and a dict of Python say the same

said = st.tuples(
    st.sampled_from(IDS[:2]), st.sampled_from((*NAMES[:2], NAMES[-1])), st.integers(0, 9), st.integers(-9, 9)
)


class Twins(RuleBasedStateMachine):
    """All within an hour; a message, so a (boot, seq), stands in one batch."""

    server: Running

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.address = self.server.server(settle_s=0)
        self.theirs: SeriesStore = at_once(self.server, Path(self.folder.name) / "held", self.address)
        self.memory = MemorySeries()
        self.batch = 0
        self.unheld = dict[int, list[Line]]()

    def teardown(self) -> None:
        if hasattr(self, "theirs"):
            self.theirs.close()
            self.folder.cleanup()

    @rule(new=st.lists(said, max_size=6), boot=st.integers(1, 3))
    def append(self, new: list[tuple[str, str, int, int]], boot: int) -> None:
        self.batch += 1
        lines = [(c, s, NOW + ts, float(v), boot, self.batch) for c, s, ts, v in new]
        self.unheld[self.batch] = lines
        append(self.theirs, self.batch, *lines)
        append(self.memory, self.batch, *lines)

    @rule()
    def flush(self) -> None:
        assert self.theirs.flush() == self.memory.flush()
        self.unheld.clear()

    @rule()
    def restart(self) -> None:
        self.theirs.close()
        self.theirs = at_once(self.server, Path(self.folder.name) / "held", self.address)
        assert self.theirs.last_batch() == self.memory.last_batch()
        for batch, known in self.unheld.items():
            append(self.theirs, batch, *known)

    @invariant()
    def same_answers(self) -> None:
        if hasattr(self, "theirs"):
            for asked in (("CAB-A", "air_c", NOW + 1, NOW + 9, 1000), ("CAB-B", NAMES[-1], 0, FOREVER, 3)):
                assert self.theirs.read(*asked) == self.memory.read(*asked)
            assert self.theirs.size()[0] == self.memory.size()[0]


def live_as_twins(server: Running, examples: int, steps: int) -> None:
    machine = type("Twins", (Twins,), {"server": server}).TestCase
    machine.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None, phases=UNSHRUNK)
    machine("runTest").runTest()


def test_a_server_and_a_dict_say_the_same(server: Running) -> None:
    live_as_twins(server, 8, 12)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_server_and_a_dict_say_the_same_for_long(server: Running) -> None:
    live_as_twins(server, 300, 30)
