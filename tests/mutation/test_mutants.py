"""Do the tests notice when the code is wrong? The measurement is long; what measures is tested here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.equivalent import EQUAL, is_equal, vanished
from tests.mutation.results import Row, keep, of_groups, page, percent, report, rows
from tests.mutation.tables import mutants
from tests.mutation.targets import GROUPS, LEAST, Target, chosen, targets
from tests.mutation.workshop import ROOT, Tried, code

SOURCE = '''"""A module."""
Pause = tuple[int, int]
LONGEST: int = 3
STATES = frozenset({"new", "done"})
WORDS = {"a": "b"}
MOVES = {"go": Move(_from("new") | MORE, ("done",), desk=True)}


def go() -> bool:
    return True
'''


def test_a_table_has_a_mutant_for_each_entry_figure_word_yes_and_union() -> None:
    found = [(m.place, m.change) for m in mutants("m", SOURCE)]
    assert found == [
        ("m.LONGEST", "3 + 1 #1"),
        ("m.STATES", 'without {"new", "done"} #1'), ("m.STATES", 'without "new" #1'), ("m.STATES", 'without "done" #1'),
        ("m.WORDS", 'without "a": "b" #1'), ("m.WORDS", '"a": "b" wrong #1'),
        ("m.MOVES", 'without "go": Move(_from("new") | MORE, ("done",), desk=True) #1'),
        ("m.MOVES", 'without _from("new") | MORE #1'), ("m.MOVES", 'without ("done",) #1'),
        ("m.MOVES", "without desk=True #1"), ("m.MOVES", '_from("new") | MORE intersected #1'),
        ("m.MOVES", 'without "new" #1'), ("m.MOVES", 'without "done" #1'), ("m.MOVES", "not True #1"),
    ]  # fmt: skip


def test_a_mutant_differs_in_one_place_and_is_a_module_still() -> None:
    for mutant in mutants("m", SOURCE):
        assert mutant.source != SOURCE
        assert mutant.source.count("\n") == SOURCE.count("\n")
        compile(mutant.source, "m.py", "exec")


def test_what_is_to_be_measured_is_there() -> None:
    assert [t.path for t in targets() if not (ROOT / t.path).is_file()] == []
    assert [file for file in chosen() if not (ROOT / file).exists()] == []
    assert Target("a/b.py").patterns == ["a.b.x*"]
    assert Target("a/b.py", ("f",)).patterns == ["a.b.x_f__mutmut_*"]
    assert len({t.path for t in targets()}) == len(targets())
    assert code() == code()


def tried(verdict: str, module: str = "service/moves.py", change: str = "c") -> Tried:
    return Tried(module, "service.moves.move", change, verdict)


def test_only_a_failing_test_kills_and_what_runs_for_ever_is_dead() -> None:
    killed = [v for v in ("killed", "timeout", "segfault", "survived", "no tests", "suspicious") if tried(v).killed]
    assert killed == ["killed", "timeout", "segfault"]
    row = rows([tried("killed"), tried("survived"), tried("no tests")], ["moves"], "digest")[0]
    assert (row.mutants, row.killed, row.survived, row.percent) == (3, 1, 2, 33.3)


def test_a_share_is_rounded_down() -> None:
    assert (percent(9496, 10000), percent(95, 100), percent(0, 0)) == (94.9, 95.0, 0.0)


def test_equal_mutants_are_named_with_a_reason_and_one_that_is_gone_is_told() -> None:
    entry = EQUAL[0]
    alive = Tried("service/hours.py", entry.place, f"- before\n+ {entry.change}", "survived")
    assert is_equal(alive)
    assert not is_equal(alive._replace(place="service.hours.other"))
    assert entry not in vanished([alive], {"service/hours.py"})
    assert entry in vanished([], {"service/hours.py"})
    assert vanished([], {"service/moves_not.py"}) == []
    assert all(len(e.reason) > 20 for e in EQUAL)


def test_results_of_other_groups_are_kept(tmp_path: Path) -> None:
    row = Row("moves", "service/moves.py", 10, 9, 1, 0, 90.0, "2026-11-22", "abc")
    keep(tmp_path, report([row], [tried("survived")]))
    other = row._replace(group="clocks", module="service/clocks.py")
    keep(tmp_path, report([other], []))
    kept = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert [r["module"] for r in kept["modules"]] == ["service/moves.py", "service/clocks.py"]
    assert of_groups([row, row._replace(killed=10)]) == {"moves": 95.0}
    assert "| moves | service/moves.py | 10 | 9 | 1 | 0 | 90.0 | 2026-11-22 | abc |" in page([row])


def test_a_group_that_is_none_is_refused() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "ghosts"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert "no group ghosts" in told.stderr


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_the_tests_kill_the_mutants() -> None:
    """A killed run goes on where it was; the dated table is kept in var/mutation."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-3000:] + told.stdout[-20000:]
    shares = json.loads(told.stdout)["groups"]
    assert shares.keys() == GROUPS.keys()
    assert min(shares.values()) >= LEAST
