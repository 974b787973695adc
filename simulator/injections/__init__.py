"""The faults that can be put into a cabinet. A new kind is one file here and one line below; what a healthy controller
or people may bring about as well has a line in `truth.py`."""

from simulator.injections.air_too_warm import AIR_TOO_WARM
from simulator.injections.base import Injection
from simulator.injections.battery_low import BATTERY_LOW
from simulator.injections.camera_down import CAMERA_DOWN
from simulator.injections.camera_hot import CAMERA_HOT
from simulator.injections.clock_wrong import CLOCK_WRONG
from simulator.injections.compressor_not_starting import COMPRESSOR_NOT_STARTING
from simulator.injections.compressor_short_cycling import COMPRESSOR_SHORT_CYCLING
from simulator.injections.compressor_stuck_on import COMPRESSOR_STUCK_ON
from simulator.injections.compressor_weak import COMPRESSOR_WEAK
from simulator.injections.condenser_dirty import CONDENSER_DIRTY
from simulator.injections.defrost_failed import DEFROST_FAILED
from simulator.injections.door_ajar_undetected import DOOR_AJAR_UNDETECTED
from simulator.injections.door_forced import DOOR_FORCED
from simulator.injections.door_left_open import DOOR_LEFT_OPEN
from simulator.injections.door_seal_leaking import DOOR_SEAL_LEAKING
from simulator.injections.evaporator_fan_failed import EVAPORATOR_FAN_FAILED
from simulator.injections.evaporator_iced import EVAPORATOR_ICED
from simulator.injections.light_failed import LIGHT_FAILED
from simulator.injections.lock_fault import LOCK_FAULT
from simulator.injections.lot_expired import LOT_EXPIRED
from simulator.injections.mains_low import MAINS_LOW
from simulator.injections.mdb_silent import MDB_SILENT
from simulator.injections.no_sales import NO_SALES
from simulator.injections.offline import OFFLINE
from simulator.injections.payment_degraded import PAYMENT_DEGRADED
from simulator.injections.payment_down import PAYMENT_DOWN
from simulator.injections.power_lost import POWER_LOST
from simulator.injections.reboot_loop import REBOOT_LOOP
from simulator.injections.refrigerant_leak import REFRIGERANT_LEAK
from simulator.injections.sensor_biased import SENSOR_BIASED
from simulator.injections.sensor_drifting import SENSOR_DRIFTING
from simulator.injections.sensor_implausible import SENSOR_IMPLAUSIBLE
from simulator.injections.sensor_spiking import SENSOR_SPIKING
from simulator.injections.sensor_stuck import SENSOR_STUCK
from simulator.injections.shelf_drift import SHELF_DRIFT
from simulator.injections.shelf_tamper import SHELF_TAMPER
from simulator.injections.stock_out import STOCK_OUT
from simulator.injections.weak_link import WEAK_LINK

INJECTIONS: dict[str, Injection] = {
    "offline": OFFLINE,
    "air_too_warm": AIR_TOO_WARM,
    "door_left_open": DOOR_LEFT_OPEN,
    "compressor_not_starting": COMPRESSOR_NOT_STARTING,
    "power_lost": POWER_LOST,
    "payment_down": PAYMENT_DOWN,
    "sensor_implausible": SENSOR_IMPLAUSIBLE,
    "lock_fault": LOCK_FAULT,
    "compressor_weak": COMPRESSOR_WEAK,
    "compressor_stuck_on": COMPRESSOR_STUCK_ON,
    "compressor_short_cycling": COMPRESSOR_SHORT_CYCLING,
    "evaporator_fan_failed": EVAPORATOR_FAN_FAILED,
    "evaporator_iced": EVAPORATOR_ICED,
    "refrigerant_leak": REFRIGERANT_LEAK,
    "condenser_dirty": CONDENSER_DIRTY,
    "door_seal_leaking": DOOR_SEAL_LEAKING,
    "door_ajar_undetected": DOOR_AJAR_UNDETECTED,
    "sensor_stuck": SENSOR_STUCK,
    "sensor_biased": SENSOR_BIASED,
    "sensor_drifting": SENSOR_DRIFTING,
    "sensor_spiking": SENSOR_SPIKING,
    "defrost_failed": DEFROST_FAILED,
    "mains_low": MAINS_LOW,
    "battery_low": BATTERY_LOW,
    "weak_link": WEAK_LINK,
    "reboot_loop": REBOOT_LOOP,
    "clock_wrong": CLOCK_WRONG,
    "door_forced": DOOR_FORCED,
    "payment_degraded": PAYMENT_DEGRADED,
    "mdb_silent": MDB_SILENT,
    "camera_down": CAMERA_DOWN,
    "camera_hot": CAMERA_HOT,
    "light_failed": LIGHT_FAILED,
    "shelf_drift": SHELF_DRIFT,
    "shelf_tamper": SHELF_TAMPER,
    "stock_out": STOCK_OUT,
    "lot_expired": LOT_EXPIRED,
    "no_sales": NO_SALES,
}
