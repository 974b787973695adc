"""A detector that breaks is switched off alone: its faults are unknown, others found; a new version tries it again."""

import pytest

from faults.config import FaultsConfig
from faults.engine import STRIKES
from faults.faults import Faults
from tests.faults.rig import Rig, healthy


class Broken(Exception):
    """What the detector of a test raises."""


def rig_with_a_broken_detector(monkeypatch: pytest.MonkeyPatch, kind: str = "payment_down") -> Rig:
    """Its fault is active when the detector breaks."""
    rig = Rig(faults=Faults(FaultsConfig(version="1")))
    rig.run(0, 30, healthy(payment_ok=0.0))
    assert rig.one(kind).state == "active"
    (detector,) = [d for d in rig.faults._engine.detectors if d.kind == kind]

    def judge(*_: object) -> None:
        raise Broken("a bug")

    monkeypatch.setattr(detector, "judge", judge, raising=True)
    rig.run(30, 30 + STRIKES, healthy(payment_ok=0.0))
    return rig


def test_three_times_and_its_faults_are_unknown_while_others_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = rig_with_a_broken_detector(monkeypatch)
    assert set(rig.faults.disabled) == {"payment_down"}
    assert "a bug" in rig.faults.errors["payment_down"]
    assert rig.one("payment_down").state == "stale"
    rig.run(40, 60, healthy(payment_ok=0.0, camera_ok=0.0))
    assert rig.one("camera_down").state == "active"


@pytest.mark.parametrize(("version", "state"), [("1", "stale"), ("2", "active")])
def test_a_restart_leaves_it_off_and_another_version_tries_it_again(
    monkeypatch: pytest.MonkeyPatch, version: str, state: str
) -> None:
    rig = rig_with_a_broken_detector(monkeypatch)
    saved = rig.faults.dump()
    rig.faults = Faults(FaultsConfig(version=version))
    rig.faults.load(saved)
    rig.run(40, 60, healthy(payment_ok=0.0))
    assert rig.one("payment_down").state == state
    assert bool(rig.faults.disabled) == (state == "stale")
