"""Plans come from their seed alone, use every fault, and do in an installation only what it is made for."""

import re
from pathlib import Path

import pytest

from gateway.failpoint import STEPS
from tests.chaos.faults import FAULTS, PROMISES
from tests.chaos.plan import SETUPS, stage, stages
from tests.chaos.report import page
from tests.chaos.run import Cycle
from tests.chaos.tally import Tally, load, save

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("broker", ["nats", "mosquitto"])
def test_the_same_seed_gives_the_same_plan_with_every_fault_in_it(broker: str) -> None:
    plan = list(stages(broker, list(FAULTS), 400, 7))
    assert plan == list(stages(broker, list(FAULTS), 400, 7))
    assert plan != list(stages(broker, list(FAULTS), 400, 8))
    assert sum(len(s.faults) for s in plan) == 400
    assert {name for s in plan for name in s.faults} == set(FAULTS)
    for one in plan:
        assert one == stage(broker, list(FAULTS), len(one.faults), one.seed, one.setup), "it can be repeated alone"
        outside = broker != "nats" and one.setup == "plain"
        for name in one.faults:
            assert FAULTS[name].setup in ("", one.setup) or (FAULTS[name].setup == "outside" and outside)


def test_faults_that_need_no_special_installation_get_a_plain_one() -> None:
    assert {s.setup for s in stages("nats", ["kill_gateway"], 80, 1)} == {"plain"}
    assert {s.setup for s in stages("nats", ["full_disk"], 80, 1)} == {"small-disk"}
    assert set(SETUPS) >= {"nats", "mosquitto"}


def test_every_promise_held_against_a_fault_is_one_we_make() -> None:
    assert {p for fault in FAULTS.values() for p in fault.promises} == set(PROMISES)


def test_every_fail_point_stands_in_the_data_path_once() -> None:
    source = "".join(p.read_text("utf-8") for p in (ROOT / "gateway").glob("*.py"))
    assert sorted(re.findall(r'failpoint\.here\("(\w+)"\)', source)) == sorted(STEPS)


def test_numbers_of_several_runs_add_up(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    tally = Tally()
    for seed in (1, 2):
        tally = load(path)
        tally.begin(date="2026-01-01", commit="abc", command="chaos", seed=seed)
        tally.add(Cycle("kill_gateway", "nats", "plain", seed, ready_s=seed))
        tally.add(Cycle("cut_cabinets", "nats", "plain", seed))
        save(tally, path)
    assert (tally.cycles, tally.kills, tally.broken()) == (4, 2, 0)
    assert load(path).as_dict() == tally.as_dict()
    assert tally.cells["nats"]["kill_gateway"].ready_s == 2


def test_a_broken_promise_stands_in_the_numbers_and_on_the_page() -> None:
    tally = Tally()
    cycle = Cycle("kill_broker", "mosquitto", "plain", 5)
    cycle.fail("P1", "acknowledged and lost", "n 7")
    tally.add(cycle)
    assert tally.broken() == 1
    assert "seed 5" in page(tally)
    assert "✗ 1" in page(tally)


def test_the_page_on_promises_is_the_one_the_numbers_make() -> None:
    assert (ROOT / "docs/promises.md").read_text("utf-8") == page(load(ROOT / "docs/promises.json"))
