"""The detectors, one line each. A new fault kind is one file here, one line below and its row in `faults/kinds.py`."""

from faults.detectors.air_too_cold import AirTooCold
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
from faults.detectors.lots import lot_expired, lot_near_expiry
from faults.detectors.mains_low import MainsLow
from faults.detectors.no_sales import NoSales
from faults.detectors.payment_down import PaymentDown
from faults.detectors.power_lost import PowerLost
from faults.detectors.reboot_loop import RebootLoop
from faults.detectors.reported import DeviceReported, announced
from faults.detectors.sensor_implausible import SensorImplausible
from faults.detectors.sensor_spiking import SensorSpiking
from faults.detectors.sensor_stuck import SensorStuck
from faults.detectors.shelf_drift import ShelfDrift
from faults.detectors.shelf_tamper import ShelfTamper
from faults.detectors.signal_anomaly import SignalAnomaly
from faults.detectors.stock_out import StockOut

# In this order within one observation: what explains others comes before what it explains.
_OWN: tuple[Make, ...] = (
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
    AirTooCold,
    PaymentDown,
    *AT_LEVEL,
    LockFault,
    RebootLoop,
    SensorImplausible,
    StockOut,
    lot_expired,
    lot_near_expiry,
    NoSales,
    ShelfDrift,
    ShelfTamper,
    DeviceReported,
    SignalAnomaly,
)

# Each hears the device too, where devices have codes for its kind.
DETECTORS: tuple[Make, ...] = tuple(map(announced, _OWN))
