"""A snapshot's file is written beside the fold, which goes on: whatever happens to it, nothing is lost."""

import threading

import pytest

from gateway import writer as module
from gateway.snapshot import Snapshots
from telemetry.errors import Unavailable
from tests.gateway.lab import Lab
from tests.gateway.rig import T0, telemetry

PATIENCE = 30


class Gate:
    """Holds every write of a snapshot until it is opened; `fail` makes the next one fail."""

    def __init__(self, monkeypatch):
        self.begun, self.opened, self.fail = threading.Event(), threading.Event(), False
        real = Snapshots.save

        def save(snapshots, *args, **more):
            self.begun.set()
            assert self.opened.wait(PATIENCE)
            if self.fail:
                raise Unavailable("no room")
            real(snapshots, *args, **more)

        monkeypatch.setattr(Snapshots, "save", save)


@pytest.fixture
def gate(monkeypatch):
    monkeypatch.setattr(module, "SNAPSHOT_EVERY", 0)  # one is always due
    made = Gate(monkeypatch)
    yield made
    made.opened.set()


def speak(lab):
    n = lab.number + 1
    return lab.take(telemetry(1, n, ts=T0 + n), tick=True)


def settled(lab):
    """Wait for the file that is being written, if any."""
    if lab.writer._saving is not None:
        lab.writer._saving.exception(PATIENCE)


def newest(lab):
    found = lab.writer.snapshots.newest(10**9)
    return found[0] if found else 0


def test_the_fold_goes_on_while_the_file_is_written_and_the_file_is_of_the_moment_it_was_begun(tmp_path, gate):
    lab = Lab(tmp_path).fill(1)
    assert gate.begun.wait(PATIENCE)
    for _ in range(5):
        speak(lab)
    assert (newest(lab), lab.stored()) == (0, 6)
    gate.opened.set()
    settled(lab)
    assert newest(lab) == 1
    lab.crash()
    assert lab.start().stored() == 6
    assert lab.writer.fold.ingest.look("HZ-01").stored == 6


def test_a_file_that_could_not_be_written_costs_nothing_and_is_tried_again(tmp_path, gate):
    gate.fail = True
    gate.opened.set()
    lab = Lab(tmp_path).fill(3)
    settled(lab)
    assert newest(lab) == 0
    gate.fail = False
    for _ in range(3):
        speak(lab)
        settled(lab)
    assert newest(lab) > 3
    lab.crash()
    assert lab.start().stored() == 6


def test_the_end_waits_for_the_file_and_writes_the_last_one(tmp_path, gate):
    lab = Lab(tmp_path).fill(2)
    opener = threading.Timer(0.05, gate.opened.set)
    opener.start()
    lab.writer.finish()
    opener.join()
    assert newest(lab) == 2
    assert lab.writer._saving is None


def test_the_journal_goes_only_when_the_file_is_there(tmp_path, gate, monkeypatch):
    lab = Lab(tmp_path).fill(1)
    trimmed = []
    real = lab.writer.journal.trim
    monkeypatch.setattr(lab.writer.journal, "trim", lambda upto: (trimmed.append((upto, newest(lab))), real(upto)))
    for _ in range(4):
        speak(lab)
    assert trimmed == []
    gate.opened.set()
    for _ in range(6):
        settled(lab)
        speak(lab)
    settled(lab)
    assert trimmed
    assert all(upto <= there for upto, there in trimmed)
