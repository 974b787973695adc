"""The detectors, one line each. A new fault kind is one file here, one line below and its row in `faults/kinds.py`."""

from faults.detectors.air_too_warm import AirTooWarm
from faults.detectors.base import Make
from faults.detectors.compressor_not_starting import CompressorNotStarting
from faults.detectors.compressor_short_cycling import CompressorShortCycling
from faults.detectors.compressor_stuck_on import CompressorStuckOn
from faults.detectors.cooling import DIAGNOSED
from faults.detectors.defrost_failed import DefrostFailed
from faults.detectors.door_forced import DoorForced
from faults.detectors.door_left_open import DoorLeftOpen
from faults.detectors.levels import AT_LEVEL
from faults.detectors.lock_fault import LockFault
from faults.detectors.mains_low import MainsLow
from faults.detectors.payment_down import PaymentDown
from faults.detectors.power_lost import PowerLost
from faults.detectors.reboot_loop import RebootLoop
from faults.detectors.sensor_implausible import SensorImplausible
from faults.detectors.sensor_spiking import SensorSpiking
from faults.detectors.sensor_stuck import SensorStuck

# In this order within one observation: what explains others comes before what it explains.
DETECTORS: tuple[Make, ...] = (
    PowerLost,
    MainsLow,
    DoorLeftOpen,
    DoorForced,
    CompressorNotStarting,
    CompressorStuckOn,
    CompressorShortCycling,
    SensorStuck,
    SensorSpiking,
    DefrostFailed,
    *DIAGNOSED,
    AirTooWarm,
    PaymentDown,
    *AT_LEVEL,
    LockFault,
    RebootLoop,
    SensorImplausible,
)
