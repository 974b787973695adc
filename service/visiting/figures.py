"""The figures of dispatch, a part of the policy, and what work asks for: skills, and the part it will most likely need.

No source gives any of them but `plan_hours`; they are ours, and a policy may hold others.
"""

import msgspec

from telemetry.units import HOUR, MINUTE

# Only what a person must be allowed to do: opening a refrigerant circuit, working on the mains, setting a cabinet up.
SKILLS: dict[str, tuple[str, ...]] = {
    "refrigerant_leak": ("refrigeration",),
    "compressor_weak": ("refrigeration",),
    "mains_low": ("electrical",),
    "power_lost": ("electrical",),
    "installation": ("installation",),
}
LIKELY_PARTS: dict[str, str] = {
    "battery_low": "battery",
    "camera_down": "camera",
    "camera_hot": "camera_fan",
    "compressor_not_starting": "start_relay",
    "compressor_weak": "compressor",
    "defrost_failed": "defrost_heater",
    "door_seal_leaking": "door_gasket",
    "evaporator_fan_failed": "evaporator_fan",
    "light_failed": "lamp",
    "lock_fault": "lock",
    "mdb_silent": "mdb_cable",
    "offline": "modem",
    "payment_down": "payment_terminal",
    "refrigerant_leak": "refrigerant",
    "sensor_stuck": "sensor",
    "shelf_drift": "load_cell",
}


def _weights() -> dict[str, float]:
    return {"critical": 8.0, "major": 4.0, "minor": 2.0, "warning": 1.0}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Times in product ms, except `plan_seconds` (real).

    `skills`: fault kind, or kind of a ticket, → what it asks for; `likely_parts`: fault kind → part, named as in
    `faults/parts.py`. Travel: the great circle times `detour` at `speed_kmh`; `unknown_ms` where a place is unknown. A
    visit takes `visit_ms`, and `more_ms` for each further ticket. The cost of a candidate: travel, lateness times the
    severity's `late_weight`, `overload_ms` per open visit, `no_part_ms` for a van without the likely part.
    `eta_step_ms`: by how much a predicted lateness must grow to be told again. `escalate_ms`: work that nobody took for
    so long is the supervisor's. `plan_hours`: when those work whose shift nobody told, ms after 00:00 (S1 6.3: on-site
    service at least 09:00-18:00). A day plan has at most `plan_stops`, and `plan_seconds` to be found.
    """

    skills: dict[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: dict(SKILLS))
    likely_parts: dict[str, str] = msgspec.field(default_factory=lambda: dict(LIKELY_PARTS))
    speed_kmh: float = 30.0
    detour: float = 1.3
    unknown_ms: int = 30 * MINUTE
    visit_ms: int = 45 * MINUTE
    more_ms: int = 15 * MINUTE
    overload_ms: int = 30 * MINUTE
    no_part_ms: int = 30 * MINUTE
    late_weight: dict[str, float] = msgspec.field(default_factory=_weights)
    eta_step_ms: int = 15 * MINUTE
    escalate_ms: int = 30 * MINUTE
    plan_hours: tuple[int, int] = (9 * HOUR, 18 * HOUR)
    plan_seconds: float = 10.0
    plan_stops: int = 300

    def skills_for(self, kind: str, fault_kind: str | None) -> tuple[str, ...]:
        """What a ticket of this kind, about this fault, asks of a person."""
        asked = (*self.skills.get(kind, ()), *self.skills.get(fault_kind or "", ()))
        return tuple(dict.fromkeys(asked))

    def work_ms(self, tickets: int) -> int:
        """How long a visit for so many tickets takes."""
        return self.visit_ms + self.more_ms * max(0, tickets - 1)
