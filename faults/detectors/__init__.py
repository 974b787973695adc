"""The detectors, one line each. A new fault kind is one file here, one line below and its row in `faults/kinds.py`."""

from faults.detectors.air_too_warm import AirTooWarm
from faults.detectors.base import Make
from faults.detectors.compressor_not_starting import CompressorNotStarting
from faults.detectors.door_left_open import DoorLeftOpen
from faults.detectors.lock_fault import LockFault
from faults.detectors.payment_down import PaymentDown
from faults.detectors.power_lost import PowerLost
from faults.detectors.sensor_implausible import SensorImplausible

# In this order within one observation: what explains others comes before what it explains.
DETECTORS: tuple[Make, ...] = (
    PowerLost,
    DoorLeftOpen,
    CompressorNotStarting,
    AirTooWarm,
    PaymentDown,
    LockFault,
    SensorImplausible,
)
