"""A message on which the fold dies is found, set aside and shown; everything else goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway import failpoint
from gateway.poison import Poison
from service.records.base import Put, Where
from telemetry.errors import Unavailable
from tests.gateway.lab import Lab, action
from tests.gateway.rig import birth, event, telemetry

DEADLY = "deadly-word"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def raising(monkeypatch):
    monkeypatch.setattr(failpoint, "_MARK", DEADLY.encode())
    monkeypatch.setattr(failpoint, "WATCHED", True)
    monkeypatch.setattr(failpoint, "_HOW", "raise")


def quarantined(lab):
    return [(r["reason"], r["boot"], r["seq"]) for r in lab.records.find("quarantine")]


def deadly(boot, seq):
    return event(boot, seq, what=DEADLY)


@pytest.mark.usefixtures("raising")
def test_one_that_raises_is_quarantined_under_its_seq_and_the_others_are_stored(tmp_path):
    lab = Lab(tmp_path).fill(3)
    outcome = lab.take(telemetry(1, 4), deadly(1, 5), telemetry(1, 6), deadly(1, 7), telemetry(1, 8), tick=True)
    assert quarantined(lab) == [("poison", 1, 5), ("poison", 1, 7)]
    assert outcome.acks["HZ-01", 1].seq == 8
    row = lab.records.get("accounting", "HZ-01")
    assert (row["received"], row["stored"], row["quarantined"], row["gaps"]) == (8, 6, 2, [])
    lab.take(deadly(1, 5))
    assert lab.records.get("accounting", "HZ-01")["duplicate"] == 1


@pytest.mark.usefixtures("raising")
def test_folding_it_again_from_an_older_snapshot_gives_the_same(tmp_path):
    lab = Lab(tmp_path).fill(2)
    lab.writer.save()
    lab.writer._save_or_say = lambda: None
    lab.take(telemetry(1, 3), deadly(1, 4))
    lab.fill(2)
    before = lab.writer.fold.dump()
    lab.crash()
    assert lab.start().writer.fold.dump() == before


@pytest.mark.usefixtures("raising")
def test_what_has_no_readable_seq_is_quarantined_too(tmp_path):
    lab = Lab(tmp_path).fill(1)
    lab.take(("cabinets/HZ-01/up/event", DEADLY.encode()), ("other/topic", DEADLY.encode()), telemetry(1, 2))
    assert lab.stored() == 2
    assert sorted(r for r, *_ in quarantined(lab)) == ["poison", "topic"]


@pytest.mark.usefixtures("raising")
def test_a_snapshot_follows_so_that_it_is_not_gone_through_again(tmp_path):
    lab = Lab(tmp_path).fill(2)
    lab.take(deadly(1, 3))
    assert lab.writer.snapshots.newest(10**9)[0] == 3


def test_an_action_on_which_the_fold_dies_is_refused(tmp_path, monkeypatch):
    lab = Lab(tmp_path).fill(1)
    real = type(lab.writer.fold.registry).act

    def act(self, asked, *more):
        if asked.body["name"] == DEADLY:
            raise RuntimeError(DEADLY)
        return real(self, asked, *more)

    monkeypatch.setattr(type(lab.writer.fold.registry), "act", act)
    lab.records.write([Put("inbox", {"id": "a1", "state": "new"})])
    outcome = lab.take(
        telemetry(1, 2),
        actions=[action("site.create", "", "a1", name=DEADLY), action("site.create", "", "a2", name="x")],
    )
    assert outcome.answers["a1"].body["guard"] == "poison"
    assert outcome.answers["a2"].status == "created"
    assert lab.records.get("inbox", "a1")["state"] == "done"
    assert lab.stored() == 2


def test_a_tick_that_always_dies_ends_the_process_and_leaves_no_torn_snapshot(tmp_path, monkeypatch):
    lab = Lab(tmp_path).fill(2)
    lab.writer.save()

    def die(*_):
        raise RuntimeError("always")

    monkeypatch.setattr(type(lab.writer.fold.desk), "on_events", die)
    with pytest.raises(RuntimeError, match="always"):
        lab.take(tick=True)
    assert lab.writer.finish() is None
    assert lab.writer.snapshots.newest(10**9)[0] == 2


def test_attempts_outlive_the_process_and_are_counted_per_entry(tmp_path):
    def dies(number):
        poison = Poison(tmp_path)
        for n in range(1, number):
            assert not poison.begin(n)
            poison.done()
        isolated = poison.begin(number)
        poison.close()
        return isolated

    assert [dies(5), dies(5), dies(5)] == [False, False, True]


def test_an_entry_that_was_stored_is_not_held_against_anybody(tmp_path):
    for _ in range(5):
        poison = Poison(tmp_path)
        assert not poison.begin(7)
        poison.done()
        poison.close()


def test_what_was_found_is_forgotten_with_the_journal(tmp_path):
    poison = Poison(tmp_path)
    poison.blame(3, 1)
    poison.blame(9, 2)
    poison.forget(5)
    poison.close()
    again = Poison(tmp_path)
    assert (again.begin(3), again.begin(9)) == (False, True)
    again.close()


def test_a_damaged_file_is_a_clear_refusal(tmp_path):
    (tmp_path / "poison.json").write_text("{")
    with pytest.raises(Unavailable, match="poisonous"):
        Poison(tmp_path)


def test_three_deaths_of_a_real_process_find_the_message(tmp_path):
    """SIGKILL by a fail point while one message is folded: whole, whole again, alone; the fourth start goes on."""
    lab = Lab(tmp_path)
    lab.entry(birth(1, 1, 1), telemetry(1, 2), deadly(1, 3), telemetry(1, 4), tick=True)
    lab.entry(telemetry(1, 5), tick=True)
    lab.crash()
    ends = [die(tmp_path) for _ in range(4)]
    assert [e.returncode for e in ends] == [-signal.SIGKILL] * 3 + [0], ends[-1].stderr
    assert "4 1" in ends[-1].stdout
    again = Lab(tmp_path).start()
    assert quarantined(again) == [("poison", 1, 3)]
    assert again.stored() == 4
    assert again.records.count("events", [Where("name", "=", "door_opened")]) == 0


def die(folder):
    code = (
        "import sys; from pathlib import Path; from tests.gateway.lab import Lab; lab = Lab(Path(sys.argv[1])).start();"
        "row = lab.records.get('accounting', 'HZ-01'); print(row['stored'], row['quarantined'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
        env={**os.environ, "FAILPOINT_FOLD": f"kill:{DEADLY}"},
    )  # fmt: skip
