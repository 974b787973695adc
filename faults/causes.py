"""Which fault explains which on one cabinet: the explained is suppressed and attached, and needs no own ticket.

Folding over sites and carriers is not done here.
"""

from telemetry.units import HOUR, MINUTE

# What the model of a cabinet's cooling finds (`faults/cooling`): it explains warmth; what stops all cooling upsets it.
COOLED = (
    "evaporator_fan_failed", "evaporator_iced", "refrigerant_leak", "condenser_dirty", "compressor_weak",
    "door_seal_leaking", "sensor_biased", "sensor_drifting",
)  # fmt: skip

# parent → what it explains; roots first: a fault explained by two hangs under the first.
EXPLAINS: dict[str, tuple[str, ...]] = {
    "power_lost": (
        "offline",
        "payment_down",
        "mdb_silent",
        "camera_down",
        "light_failed",
        "battery_low",
        "mains_low",
        "compressor_not_starting",
        "air_too_warm",
        *COOLED,
    ),
    "mains_low": ("compressor_not_starting", "air_too_warm", *COOLED),
    "payment_down": ("mdb_silent", "payment_degraded"),  # a dead terminal answers no poll of the bus
    "compressor_not_starting": ("air_too_warm", *COOLED),
    "compressor_stuck_on": COOLED,
    "sensor_stuck": ("air_too_warm", "compressor_stuck_on", *COOLED),
    "sensor_spiking": COOLED,
    "defrost_failed": ("evaporator_iced", "air_too_warm"),
    **dict.fromkeys(COOLED, ("air_too_warm",)),
    "door_left_open": ("air_too_warm",),
}

# How long a cleared parent still explains a child that needs time to recover: booting, a terminal's start, pull-down.
AFTERMATH: dict[str, int] = {
    **dict.fromkeys(COOLED, 6 * HOUR),
    "offline": 10 * MINUTE,
    "mdb_silent": 15 * MINUTE,
    "camera_down": 15 * MINUTE,
    "light_failed": 15 * MINUTE,
    "payment_degraded": HOUR,
    "battery_low": 12 * HOUR,
    "mains_low": 15 * MINUTE,
    "payment_down": 15 * MINUTE,
    "compressor_not_starting": 15 * MINUTE,
    "compressor_stuck_on": 15 * MINUTE,
    "air_too_warm": 2 * HOUR,
}


def parents(kind: str) -> tuple[str, ...]:
    """The kinds that may explain `kind`, roots first."""
    return tuple(parent for parent, children in EXPLAINS.items() if kind in children)
