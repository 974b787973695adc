"""The cabinet models of the simulated fleet: their physics and what they report.

Figures follow a 500 l glass-door refrigerator: envelope 4-7 W/K, air with liner 15-25 kJ/K, evaporator 30-45 W/K,
cooling 285-430 W at 170-230 W electric (validated R290/R600a cabinet models; ENERGY STAR class A holding energy).
"""

from typing import NamedTuple

from telemetry.signals import COLUMN, SIGNAL


class Model(NamedTuple):
    """W/K, kJ/K, W, A, °C; `band` is the whole thermostat band in K; `share` its part of the fleet.

    `shelves`: how many shelves stand on scales.
    """

    name: str
    firmware: str
    share: float
    envelope: float
    door: float
    air: float
    product: float
    coupling: float
    evaporator: float
    evaporator_heat: float
    cooling: float
    compressor_w: float
    compressor_a: float
    fan_a: float
    set_c: float
    band: float
    without: tuple[str, ...] = ()
    shelves: int = 0


# The GX-500 sees what is taken with cameras, the other two weigh it.
MODELS: tuple[Model, ...] = (
    Model("GX-500", "1.4.2", 0.6, 5.2, 30, 20, 280, 18, 40, 5.5, 345, 195, 0.95, 0.25, 4.0, 3.0),
    Model(
        "GX-300", "1.3.9", 0.25, 4.2, 24, 16, 170, 13, 32, 4.5, 285, 170, 0.85, 0.22, 4.0, 3.0,
        without=("product_c", "humidity_pct", "camera_c"), shelves=4,
    ),
    Model(
        "LX-700", "2.0.1", 0.15, 6.6, 38, 25, 420, 24, 46, 7.0, 430, 225, 1.1, 0.30, 3.5, 3.0, without=("mdb_ok",),
        shelves=6,
    ),
)  # fmt: skip

SHELVES = max(model.shelves for model in MODELS)
SHELF_SIGNALS: tuple[str, ...] = tuple(f"shelf_g_{n + 1}" for n in range(SHELVES))
REPORTED: tuple[str, ...] = (
    "air_c", "evap_c", "cond_c", "product_c", "ambient_c", "humidity_pct", "set_c", "comp_on", "comp_a", "power_w",
    "energy_wh", "fan_rpm", "defrost_on", "door_open", "door_seconds", "lock_closed", "mains_v", "battery_pct",
    "rsrp_dbm", "payment_ok", "payment_success_pct", "camera_ok", "camera_c", "mdb_ok", "light_on", "uptime_s",
    *SHELF_SIGNALS,
)  # fmt: skip
AT: dict[str, int] = {name: COLUMN[name] for name in REPORTED}
DECIMALS: dict[str, int] = {
    "comp_on": 3, "comp_a": 3, "defrost_on": 3, "door_open": 3, "lock_closed": 3, "payment_ok": 3, "air_c": 2,
    "evap_c": 2, "cond_c": 2, "product_c": 2, "ambient_c": 2, "humidity_pct": 1, "set_c": 2, "mdb_ok": 3,
} | dict.fromkeys(SHELF_SIGNALS, 0)  # fmt: skip
CAPABILITIES: tuple[str, ...] = (
    "lock_sales", "unlock_sales", "open_door", "set_setpoint", "reboot", "self_test", "sample_fast", "show_code",
)  # fmt: skip


def signals_of(model: Model) -> list[str]:
    """The signals this model reports, in wire order."""
    shelves = SHELF_SIGNALS[model.shelves :]
    return [name for name in REPORTED if name in SIGNAL and name not in model.without and name not in shelves]
