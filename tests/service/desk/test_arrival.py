"""How evidence is graded, and when somebody counts as arrived."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import arrival
from service.arrival import Seen, Spot
from service.policy import Policy
from service.visits import Proof
from telemetry.errors import Invalid
from telemetry.units import MINUTE

SECRET = b"s"
POLICY = Policy()
HERE = Spot(("C-1",), 30.0, 120.0)
NOW = 1_791_939_600_000
M = 1 / 111_195  # degrees of latitude per metre


def grade(spot: Spot = HERE, **evidence: Any) -> Proof:
    return arrival.grade(evidence, spot, Seen(NOW, NOW), POLICY, SECRET)


@pytest.mark.parametrize(
    ("metres", "accuracy", "level", "reason"),
    [
        (0, 10, 1, None),
        (149, 0, 1, None),
        (49, 100, 1, None),
        (51, 100, 0, "too_far"),
        (160, 5, 0, "too_far"),
        (0, 101, 0, "inaccurate"),
        (5000, 99, 0, "too_far"),
    ],
)
def test_a_position_counts_inside_the_radius_and_accuracy(
    metres: float, accuracy: float, level: int, reason: str | None
) -> None:
    proof = grade(type="gps", lat=30.0 + metres * M, lon=120.0, accuracy_m=accuracy)
    assert (proof.level, proof.reason) == (level, reason)


def test_a_position_at_an_unknown_place_proves_nothing_and_says_why() -> None:
    proof = grade(Spot(("C-1",), None, None), type="gps", lat=30.0, lon=120.0, accuracy_m=5)
    assert (proof.level, proof.reason) == (0, "place_unknown")


def test_a_button_is_level_0() -> None:
    assert grade(type="button").level == 0


def test_a_signed_code_is_level_2_with_a_position_and_1_without() -> None:
    payload = arrival.qr_payload(SECRET, "C-1")
    assert grade(type="qr", payload=payload, lat=30.0, lon=120.0, accuracy_m=20).level == 2
    alone = grade(type="qr", payload=payload)
    assert (alone.level, alone.reason) == (1, "no_position")
    assert grade(type="qr", payload=payload, lat=31.0, lon=120.0, accuracy_m=20).reason == "too_far"


@pytest.mark.parametrize(
    "payload",
    ["", "x", "VW1:C-1:", "VW1:C-1:" + "0" * 32, arrival.qr_payload(b"other", "C-1"), "VW1:C-1:é:"],
)
def test_a_forged_code_is_refused(payload: str) -> None:
    with pytest.raises(Invalid):
        grade(type="qr", payload=payload)


def test_the_code_of_another_cabinet_is_refused() -> None:
    with pytest.raises(Invalid):
        grade(type="qr", payload=arrival.qr_payload(SECRET, "C-2"))


@pytest.mark.parametrize(("shift", "fits"), [(0, True), (-30_000, True), (30_000, True), (-90_000, False)])
def test_a_rotating_code_counts_in_its_step_and_the_ones_beside(shift: int, fits: bool) -> None:
    code = arrival.rotating_code(SECRET, "C-1", NOW + shift)
    if fits:
        assert grade(type="rotating_code", code=code).level == 3
    else:
        with pytest.raises(Invalid):
            grade(type="rotating_code", code=code)


def test_one_time_codes_differ_between_visits_and_secrets() -> None:
    codes = {arrival.service_code(s, f"V-{n}") for s in (b"a", b"b") for n in range(200)}
    assert len(codes) > 390
    assert all(len(c) == 6 and c.isdecimal() for c in codes)


_PROOFS = st.builds(
    lambda level, minute: Proof(
        type="x", level=level, source="t", at=NOW + minute * MINUTE, received=NOW + 99 * MINUTE
    ),
    st.integers(0, 4),
    st.integers(0, 60),
)


@given(st.lists(_PROOFS, min_size=1, max_size=6), st.integers(0, 4))
def test_arrival_is_the_earliest_proof_of_the_level_and_more_proof_never_unproves(
    proofs: list[Proof], level: int
) -> None:
    at, provisional = arrival.arrived_at(proofs, level)
    assert provisional == (max(p.level for p in proofs) < level)
    assert at in {p.at for p in proofs if provisional or p.level >= level}
    more = [*proofs, Proof(type="y", level=4, source="t", at=NOW + 61 * MINUTE, received=NOW + 99 * MINUTE)]
    later, still = arrival.arrived_at(more, level)
    assert not still
    assert provisional or later == at


def test_uncertainty_is_rounded_up_to_whole_seconds() -> None:
    assert Proof(type="x", level=1, source="t", at=NOW - 1001, received=NOW).uncertainty_s == 2


def test_distance_of_a_known_pair() -> None:
    # Shanghai People's Square to Beijing Tian'anmen: about 1067 km on the sphere.
    assert arrival.distance_m(31.2304, 121.4737, 39.9087, 116.3975) == pytest.approx(1_067_000, rel=0.005)
