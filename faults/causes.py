"""Which fault explains which on one cabinet: the explained is suppressed and attached, and needs no own ticket.

Folding over sites and carriers is not done here.
"""

from telemetry.units import HOUR, MINUTE

# parent → what it explains; roots first: a fault explained by two hangs under the first.
EXPLAINS: dict[str, tuple[str, ...]] = {
    "power_lost": ("offline", "payment_down", "compressor_not_starting", "air_too_warm"),
    "compressor_not_starting": ("air_too_warm",),
    "door_left_open": ("air_too_warm",),
}

# How long a cleared parent still explains a child that needs time to recover: booting, a terminal's start, pull-down.
AFTERMATH: dict[str, int] = {
    "offline": 10 * MINUTE,
    "payment_down": 15 * MINUTE,
    "compressor_not_starting": 15 * MINUTE,
    "air_too_warm": 2 * HOUR,
}


def parents(kind: str) -> tuple[str, ...]:
    """The kinds that may explain `kind`, roots first."""
    return tuple(parent for parent, children in EXPLAINS.items() if kind in children)
