"""Which fault explains which on one cabinet: the explained is suppressed and attached, and needs no own ticket.

Folding over sites and carriers is not done here.
"""

from telemetry.units import DAY, HOUR, MINUTE

# What the model of a cabinet's cooling finds (`faults/cooling`): it explains warmth; what stops all cooling upsets it.
COOLED = (
    "evaporator_fan_failed", "evaporator_iced", "refrigerant_leak", "condenser_dirty", "compressor_weak",
    "door_seal_leaking", "door_ajar_undetected", "sensor_biased", "sensor_drifting",
)  # fmt: skip

# A controller that believes in a wrong temperature cools too much as well as too little.
MISLED = ("sensor_biased", "sensor_drifting")

# What follows from any lack of cooling. A breach is the last of it: it was allowed its time; it stands until released.
WARMTH = ("air_too_warm", "food_safety_breach")

# What no cause excuses: explained or not, it keeps its severity and its duties, and stands until somebody ends it.
STANDING = frozenset({"food_safety_breach"})

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
        "no_sales",
        *WARMTH,
        *COOLED,
    ),
    "mains_low": ("compressor_not_starting", *WARMTH, *COOLED),
    "payment_down": ("mdb_silent", "payment_degraded", "no_sales"),  # a dead terminal answers no poll of the bus
    "compressor_not_starting": (*WARMTH, *COOLED),
    "compressor_stuck_on": ("air_too_cold", *COOLED),
    "compressor_short_cycling": COOLED,
    "sensor_stuck": (*WARMTH, "air_too_cold", "compressor_stuck_on", *COOLED),
    "sensor_spiking": ("air_too_cold", "compressor_short_cycling", *COOLED),
    "defrost_failed": ("evaporator_iced", *WARMTH),
    **dict.fromkeys(COOLED, WARMTH),
    **dict.fromkeys(MISLED, (*WARMTH, "air_too_cold")),
    "door_left_open": (*WARMTH, "no_sales"),
    "air_too_warm": ("food_safety_breach", "no_sales"),  # a controller that is too warm stops selling
    # what keeps buyers away, or leaves them nothing to buy
    **dict.fromkeys(("food_safety_breach", "lock_fault", "mdb_silent", "payment_degraded", "stock_out"), ("no_sales",)),
    "lot_expired": ("lot_near_expiry",),
    "shelf_drift": ("shelf_tamper",),  # who puts the shelf right makes it jump
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
    "compressor_short_cycling": 6 * HOUR,  # its cut runs are forgotten over hours
    "air_too_warm": 2 * HOUR,
    "air_too_cold": 2 * HOUR,
    "no_sales": 6 * HOUR,  # until the next buyer
    "lot_near_expiry": 0,
    "shelf_tamper": 2 * DAY,  # it may weigh like that from now on
    "food_safety_breach": 0,  # it outlives its cause on its own ticket, or leads that of its cause
}


# How much later than its effect a cause may seem to begin: what a model dates by the hour, an effect by the minute.
LATER = 20 * MINUTE
DATED_LATE: dict[str, int] = dict.fromkeys((*COOLED, "defrost_failed", "sensor_stuck", "sensor_spiking"), DAY)
DATED_LATE |= dict.fromkeys(("compressor_stuck_on", "compressor_short_cycling", "air_too_warm"), 2 * HOUR)


def precedes(cause: str, began: int, effect: int) -> bool:
    """Whether a fault of kind `cause` that began then (ms) may be why something else began at `effect` (ms)."""
    return began <= effect + DATED_LATE.get(cause, LATER)


def parents(kind: str) -> tuple[str, ...]:
    """The kinds that may explain `kind`, roots first."""
    return tuple(parent for parent, children in EXPLAINS.items() if kind in children)
