"""Silence, our own blindness, and the verdicts of ingest as faults."""

import pytest

from faults.kinds import KINDS
from telemetry.units import MINUTE
from tests.faults.rig import Rig, at


def test_silence_is_a_fault_from_the_last_word_to_the_next() -> None:
    rig = Rig()
    rig.silence(4)
    gone = rig.one("offline")
    assert (gone.state, gone.severity, gone.onset, gone.detected) == ("active", "major", at(0), at(4))
    rig.speak(30)
    assert rig.states("offline") == ["active", "cleared"]
    assert rig.log[-1].episode.cleared == at(30)


def test_nobody_goes_offline_while_retired_or_while_we_are_blind() -> None:
    rig = Rig(2)
    rig.fleet.retired[0] = True
    rig.fleet.status[:2] = 2
    rig.fleet.blind_since = at(0)
    rig.tick(10)
    assert {e.kind for e in rig.faults.open.values()} == {"platform_blind"}
    rig.fleet.blind_since = None
    rig.tick(20)
    assert [e.cabinet for e in rig.faults.open.values()] == ["C1"]


def test_blindness_is_one_warning_of_the_platform_without_a_ticket() -> None:
    rig = Rig(3)
    rig.fleet.blind_since = at(1)
    rig.tick(2)
    rig.tick(3)
    blind = rig.one("platform_blind")
    assert (blind.cabinet, blind.site, blind.onset, blind.severity) == (None, None, at(1), "warning")
    assert KINDS["platform_blind"].ticket is False
    rig.fleet.blind_since = None
    rig.tick(4)
    assert rig.states("platform_blind") == ["active", "cleared"]


@pytest.mark.parametrize(
    ("kind", "severity"), [("identity_conflict", "major"), ("clock_wrong", "minor"), ("flooding", "warning")]
)
def test_marks_of_ingest_are_faults_at_once(kind: str, severity: str) -> None:
    rig = Rig()
    rig.mark(1, kind, on=True)
    rig.mark(2, kind, on=True)
    assert (rig.one(kind).severity, rig.one(kind).why) == (severity, {"n": 1})
    rig.mark(3, kind, on=False)
    rig.mark(4, kind, on=False)
    assert rig.states(kind) == ["active", "cleared"]


def test_the_catalogue_speaks_both_languages() -> None:
    for name, kind in KINDS.items():
        assert kind.name == name
        assert all([kind.en, kind.zh, kind.advice_en, kind.advice_zh])
        assert kind.hold_off <= 15 * MINUTE
