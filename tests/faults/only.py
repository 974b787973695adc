"""A rig that asks few detectors, for lives of days."""

from faults.detectors.base import Detector
from tests.faults.rig import Rig


def only(rig: Rig, *kinds: str) -> None:
    """Ask only the detectors of these kinds."""
    engine = rig.faults._engine
    wanted: tuple[Detector, ...] = tuple(d for d in engine.detectors if d.kind in kinds)
    assert {d.kind for d in wanted} == set(kinds)
    engine.detectors = wanted
