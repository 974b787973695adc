"""The benchmark itself: the programs it measures with, and the page it writes."""

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.perf.figures import Figure, Part, Table, median, medians
from tests.perf.programs import Loader, StandIn
from tests.perf.report import Result, page

FACTS = {"machine": "m", "system": "s", "versions": {}, "commit": "c", "load_before": 0.5}

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed (apt-get install gcc libc6-dev)")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs are compiled, once."""
    return tmp_path_factory.mktemp("bench")


@needs_gcc
def test_the_loader_counts_what_is_confirmed_and_notes_when_it_sent(room: Path) -> None:
    with (
        StandIn(room, "sink", 0) as sink,
        Loader(room, sink.port, cabinets=20, connections=4, acks=0, window=5, patience=30) as loader,
    ):
        loader.do("connect")
        births = loader.do("births")
        done = loader.do(f"send 200 2000 {room / 'times'}")
    assert (births.sent, births.pubacks) == (20, 20)
    assert (done.sent, done.pubacks, done.complete) == (200, 200, True)
    assert done.seconds >= 199 / 2000
    sent, acked = np.fromfile(room / "times").reshape(-1, 2).T
    assert np.all(np.sort(sent) == sent)
    assert not acked.any()


@needs_gcc
def test_the_loader_says_when_not_everything_is_acknowledged(room: Path) -> None:
    """A sink confirms to the connection but never sends `down/ack`."""
    with (
        StandIn(room, "sink", 0) as sink,
        Loader(room, sink.port, cabinets=4, connections=4, acks=1, patience=1) as loader,
    ):
        loader.do("connect")
        with pytest.raises(RuntimeError, match="not everything was acknowledged"):
            loader.do("births")


@pytest.mark.parametrize(
    ("value", "goal", "floor", "more_is_better", "verdict"),
    [
        (90.0, 100.0, None, False, "met"),
        (110.0, 100.0, None, False, "missed"),
        (0.95, 0.9, 0.7, True, "met"),
        (0.8, 0.9, 0.7, True, "missed"),
        (0.6, 0.9, 0.7, True, "below the floor"),
        (1.0, None, None, True, ""),
    ],
)
def test_a_goal_that_is_missed_is_said_to_be_missed(
    value: float, goal: float | None, floor: float | None, more_is_better: bool, verdict: str
) -> None:
    assert Figure("f", value, "x", goal=goal, floor=floor, more_is_better=more_is_better).verdict == verdict


def test_of_several_rounds_the_median_counts_and_all_are_shown() -> None:
    rounds = [[Figure("wait", value, "ms", goal=20, more={"p50": value / 2})] for value in (30.0, 10.0, 12.0)]
    (figure,) = medians(rounds)
    assert (figure.value, figure.runs, figure.more, figure.verdict) == (12.0, [30.0, 10.0, 12.0], {"p50": 6.0}, "met")


def test_a_page_keeps_the_parts_that_were_not_run_again(tmp_path: Path) -> None:
    def result(name: str, value: float, date: str) -> Result:
        part = Part(name, "How.", [median("speed", "msg/s", [value], goal=1e6)], [Table("T", ["a"], [[1.0]])])
        return Result(part, date, 1.0, False, FACTS)

    target, order = tmp_path / "performance.md", ["feed", "broker"]
    page(target, [result("broker", 222, "monday"), result("feed", 111, "monday")], order)
    page(target, [result("feed", 333, "tuesday")], order)
    text = target.read_text()
    assert "333" in text
    assert "111" not in text
    assert "222" in text
    assert "missed" in text
    kept = msgspec.json.decode(target.with_suffix(".json").read_bytes(), type=list[Result])
    assert [(r.part.name, r.date) for r in kept] == [("feed", "tuesday"), ("broker", "monday")]
