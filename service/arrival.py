"""How well an arrival is proven: from a pressed button (0) to the cabinet's own word (4). Pure; nothing is tracked."""

import hmac
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

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


def _position(evidence: dict[str, Any], spot: Spot, policy: Policy) -> tuple[str | None, dict[str, Any]]:
    """Why a position proves nothing (None: it does), and what to keep of it."""
    lat, lon, accuracy = (evidence.get(k) for k in ("lat", "lon", "accuracy_m"))
    if lat is None or lon is None or accuracy is None:
        return "no_position", {}
    kept: dict[str, Any] = {"accuracy_m": accuracy}
    if spot.lat is None or spot.lon is None:
        return "place_unknown", kept
    kept["distance_m"] = round(distance_m(lat, lon, spot.lat, spot.lon), 1)
    if accuracy > policy.accuracy_m:
        return "inaccurate", kept
    # the whole circle of uncertainty must lie inside the radius: "perhaps here" is no proof
    return ("too_far" if kept["distance_m"] + accuracy > policy.geofence_m else None), kept


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
        if qr_cabinet(secret, evidence["payload"]) not in spot.cabinets:
            raise Invalid({"evidence.payload": "belongs to another cabinet"})
        reason, detail = _position(evidence, spot, policy)
        level = 1 if reason else 2
    elif kind in ("rotating_code", "nfc"):
        _match_rotating(evidence["code"], spot, seen, secret)
        level = 3
    return Proof(
        type=kind, level=level, source="phone", at=seen.at, received=seen.received, reason=reason, detail=detail
    )  # fmt: skip


def _match_rotating(code: str, spot: Spot, seen: Seen, secret: bytes) -> None:
    """The code of this step or one beside it: clocks differ a little. Works for a proof that was made offline."""
    steps = (seen.at - _STEP_MS, seen.at, seen.at + _STEP_MS)
    valid = [rotating_code(secret, cabinet, at) for cabinet in spot.cabinets for at in steps]
    if not any(hmac.compare_digest(code.encode(), v.encode()) for v in valid):
        raise Invalid({"evidence.code": "is not the code this cabinet shows"})


def arrived_at(proofs: Sequence[Proof], level: int) -> tuple[int, bool]:
    """(arrival time, provisional): the earliest proof that reaches `level`, else the earliest of all, provisionally."""
    enough = [p.at for p in proofs if p.level >= level]
    return (min(enough), False) if enough else (min(p.at for p in proofs), True)
