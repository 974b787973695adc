"""How well an arrival is proven: from a pressed button (0) to the cabinet's own word (4). Pure; nothing is tracked."""

import hmac
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from service.bodies import instant
from service.policy import Policy
from service.visits import Proof
from telemetry.errors import Invalid
from telemetry.units import SECOND

_EARTH_M = 6_371_000.0
_STEP_MS = 30 * SECOND
_QR = "VW1"


class Spot(NamedTuple):
    """Where the visit goes: the cabinets whose proofs count, and the coordinates if they are known."""

    cabinets: Sequence[str]
    lat: float | None
    lon: float | None


def _digest(secret: bytes, *words: str) -> bytes:
    return hmac.digest(secret, "\x1f".join(words).encode(), "sha256")


def _digits(digest: bytes) -> str:
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def service_code(secret: bytes, visit: str) -> str:
    """The one-time code of a visit, six digits, typed at the cabinet."""
    return _digits(_digest(secret, "service", visit))


def rotating_code(secret: bytes, cabinet: str, at: int) -> str:
    """The code a cabinet's screen (or NFC tag) shows during the 30 s around `at` (ms)."""
    return _digits(_digest(secret, "rotating", cabinet, str(at // _STEP_MS)))


def qr_payload(secret: bytes, cabinet: str) -> str:
    """The signed text of a cabinet's QR code: `VW1:cabinet:signature`."""
    return f"{_QR}:{cabinet}:{_digest(secret, 'qr', cabinet).hex()[:32]}"


def qr_cabinet(secret: bytes, payload: str) -> str:
    """The cabinet of a QR code. Raises Invalid when it is not one of ours or was forged."""
    cabinet = payload.split(":")[1] if payload.count(":") == 2 else ""
    if not hmac.compare_digest(payload.encode(), qr_payload(secret, cabinet).encode()):
        raise Invalid({"evidence.payload": "is not a QR code of ours"})
    return cabinet


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in metres (haversine), degrees WGS 84."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((phi_b - phi_a) / 2) ** 2
    half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(min(1.0, half)))


class Fix(NamedTuple):
    """A position the phone gave: degrees WGS 84, metres, and when (ms), if it said so."""

    lat: float
    lon: float
    accuracy_m: float
    at: int | None


def _fix(said: dict[str, Any]) -> Fix:
    at = said.get("at")
    return Fix(said["lat"], said["lon"], said["accuracy_m"], None if at is None else instant(at))


def _fixes(evidence: dict[str, Any]) -> list[Fix]:
    """The different positions of a check-in, in order of time; the one it names first may stand among `fixes` too."""
    found = list(dict.fromkeys(map(_fix, evidence.get("fixes") or ())))
    named = all(evidence.get(key) is not None for key in ("lat", "lon", "accuracy_m"))
    if named and not any((f.lat, f.lon) == (evidence["lat"], evidence["lon"]) for f in found):
        found.append(_fix(evidence))
    return sorted(found, key=lambda f: f.at or 0)


def _apart_m(one: Fix, other: Fix) -> float:
    return distance_m(one.lat, one.lon, other.lat, other.lon)


def _jumped(one: Fix, other: Fix, policy: Policy) -> bool:
    """Whether nobody on foot can be at both positions: further apart than their uncertainty and the time allow."""
    seconds = abs(other.at - one.at) / SECOND if one.at is not None and other.at is not None else 0.0
    return _apart_m(one, other) > one.accuracy_m + other.accuracy_m + policy.proof.walk_mps * seconds


def _position(evidence: dict[str, Any], spot: Spot, policy: Policy) -> tuple[str | None, dict[str, Any]]:
    """Why a position proves nothing (None: it does), and what to keep of it: distances, never where somebody was."""
    fixes = _fixes(evidence)
    if not fixes:
        return "no_position", {}
    kept: dict[str, Any] = {"accuracy_m": max(f.accuracy_m for f in fixes)}
    if len(fixes) > 1:
        kept |= {"fixes": len(fixes), "apart_m": round(max(_apart_m(a, b) for a, b in pairwise(fixes)), 1)}
    if evidence.get("mocked"):
        return "mocked", kept
    if spot.lat is None or spot.lon is None:
        return "place_unknown", kept
    away = [distance_m(f.lat, f.lon, spot.lat, spot.lon) for f in fixes]
    kept["distance_m"] = round(max(away), 1)
    if kept["accuracy_m"] > policy.accuracy_m:
        return "inaccurate", kept
    if any(_jumped(a, b, policy) for a, b in pairwise(fixes)):
        return "jump", kept
    # the whole circle of uncertainty must lie inside the radius: "perhaps here" is no proof
    if any(round(d, 1) + f.accuracy_m > policy.geofence_m for d, f in zip(away, fixes, strict=True)):
        return "too_far", kept
    return ("too_few_fixes" if len(fixes) < policy.proof.fixes else None), kept


class Seen(NamedTuple):
    """When the proof happened by the phone's clock (clipped to what is plausible), and when we heard of it (ms)."""

    at: int
    received: int


def grade(evidence: dict[str, Any], spot: Spot, seen: Seen, policy: Policy, secret: bytes) -> Proof:
    """The proof that a check-in's evidence amounts to. Its fields have passed their check.

    Raises Invalid for a forged or foreign QR code and a wrong rotating code: those are refused, not graded down.
    """
    kind: str = evidence["type"]
    level, reason = 0, None
    detail: dict[str, Any] = {}
    if kind == "gps":
        reason, detail = _position(evidence, spot, policy)
        level = 0 if reason else 1
    elif kind == "qr":
        cabinet = qr_cabinet(secret, evidence["payload"])
        if cabinet not in spot.cabinets:
            raise Invalid({"evidence.payload": "belongs to another cabinet"})
        reason, detail = _position(evidence, spot, policy)
        detail["cabinet"] = cabinet
        level = 1 if reason else 2
    elif kind in ("rotating_code", "nfc"):
        # A position beside the code does not change its level: a code can be read out to somebody who is elsewhere,
        # and that is shown as a conflict (standards 6.4).
        _, detail = _position(evidence, spot, policy)
        detail["cabinet"] = _match_rotating(evidence["code"], spot, seen, secret)
        level = 3
    return Proof(
        type=kind, level=level, source="phone", at=seen.at, received=seen.received, reason=reason, detail=detail
    )  # fmt: skip


def _match_rotating(code: str, spot: Spot, seen: Seen, secret: bytes) -> str:
    """The cabinet whose code of this step, or one beside it, this is: clocks differ a little. Works for a proof that
    was made offline."""
    steps = (seen.at - _STEP_MS, seen.at, seen.at + _STEP_MS)
    shown = [(cabinet, rotating_code(secret, cabinet, at)) for cabinet in spot.cabinets for at in steps]
    fitting = [cabinet for cabinet, valid in shown if hmac.compare_digest(code.encode(), valid.encode())]
    if not fitting:
        raise Invalid({"evidence.code": "is not the code this cabinet shows"})
    return fitting[0]


def arrived_at(proofs: Sequence[Proof], level: int) -> tuple[int, bool]:
    """(arrival time, provisional): the earliest proof that reaches `level`, else the earliest of all, provisionally."""
    enough = [p.at for p in proofs if p.level >= level]
    return (min(enough), False) if enough else (min(p.at for p in proofs), True)
