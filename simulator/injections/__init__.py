"""The faults that can be put into a cabinet. A new kind is one file here, one line below and one in `truth.py`."""

from simulator.injections.air_too_warm import AIR_TOO_WARM
from simulator.injections.base import Injection
from simulator.injections.compressor_not_starting import COMPRESSOR_NOT_STARTING
from simulator.injections.door_left_open import DOOR_LEFT_OPEN
from simulator.injections.lock_fault import LOCK_FAULT
from simulator.injections.offline import OFFLINE
from simulator.injections.payment_down import PAYMENT_DOWN
from simulator.injections.power_lost import POWER_LOST
from simulator.injections.sensor_implausible import SENSOR_IMPLAUSIBLE

INJECTIONS: dict[str, Injection] = {
    "offline": OFFLINE,
    "air_too_warm": AIR_TOO_WARM,
    "door_left_open": DOOR_LEFT_OPEN,
    "compressor_not_starting": COMPRESSOR_NOT_STARTING,
    "power_lost": POWER_LOST,
    "payment_down": PAYMENT_DOWN,
    "sensor_implausible": SENSOR_IMPLAUSIBLE,
    "lock_fault": LOCK_FAULT,
}
