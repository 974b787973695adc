"""The simulated fleet as a struct of arrays: how each cabinet stands now."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.goods import Goods
from simulator.models import MODELS, SHELVES
from simulator.traits import F64, I64, Bools, Rng, Traits
from telemetry.units import DAY, HOUR, MINUTE, SECOND

__all__ = ["F64", "FAR", "I64", "STEP_MS", "Bools", "Rng", "State", "Traits", "settled"]
FAR = 1 << 60  # a time that never comes (ms)
STEP_MS = 5 * SECOND


@dataclass(slots=True)
class State:
    """How the cabinets stand; arrays of shape [n]. Times in product ms, `FAR` for never; temperatures in °C.

    `set_c` is the set point by command, `back` what the night adds to it (K); `ice` the share of the evaporator's
    exchange that frost blocks; `part` the share of its substeps that an opening really lasts; `buying` how many pieces
    whoever stands at the open door will take, -1 for nobody.
    The block named "broken" is what injections set and repairs undo; everything else is the cabinet's own life.
    """

    step_ms: int
    air: F64
    stock: F64
    evap: F64
    cond: F64
    probe: F64
    seen: F64
    set_c: F64
    back: F64
    ambient: F64
    call: Bools
    started: I64
    stopped: I64
    fan: Bools
    defrost: Bools
    defrost_at: I64
    defrost_since: I64
    ice: F64
    door: Bools
    door_since: I64
    door_until: I64
    gap: F64
    part: F64
    restock_at: I64
    restocking: Bools
    buying: NDArray[np.int8]
    payment_back: I64
    link_back: I64
    fade_until: I64
    dip_until: I64
    reboot_until: I64
    booted: I64
    dark: Bools
    sales_locked: Bools
    breached: Bools  # the food-safety rule it keeps was broken, and nobody has unlocked it since
    fast_until: I64
    battery: F64
    energy: F64
    rsrp: F64
    mains: Bools
    lamp: Bools
    goods: Goods
    # broken: cooling
    capacity: F64  # share of the cooling power left
    charge: F64  # share of the refrigerant left
    dirt: F64  # share of the condenser blocked
    frosting: F64  # ice that grows per hour beyond the usual
    thaw: F64  # share of the ice that a defrost takes away
    fan_dead: Bools
    seal: F64  # heat through envelope and door, relative to a tight one
    ajar: F64  # gap of a door that its switch says is closed
    stalled: Bools
    welded: Bools
    trip_ms: I64  # the compressor's protector lets it run so long
    heater_dead: Bools
    timer_dead: Bools
    # broken: the probe of the air
    probe_open: NDArray[np.int8]
    bias: F64
    frozen: F64  # what it reads for good, NaN when it follows
    spikes: F64  # share of the readings that are nonsense
    # broken: power, network, controller
    plugged: Bools
    grid: Bools  # the site's mains
    sag: F64  # volts missing
    cell: F64  # share of the battery's capacity left
    radio_dead: Bools
    network_dead: Bools  # nothing wrong with the cabinet: the network of its site or carrier is away
    weak: F64  # dB missing
    loop_ms: I64  # reboots every so often
    skew: F64  # what its clock is ahead (ms)
    # broken: sales, eyes, lock, shelves
    terminal_dead: Bools
    approved: F64  # share of the payments that go through
    mdb_dead: Bools
    lock_dead: Bools
    forced: Bools
    camera_dead: Bools
    camera_heat: F64
    lamp_dead: Bools
    offset_g: F64  # [n, SHELVES]: what the scales read too much
    shunned: Bools
    unstocked: Bools
    unsorted: Bools
    warming: Bools  # something broken that lets the air get warm

    @property
    def powered(self) -> Bools:
        """Cabinets whose controller runs: on mains or on their battery."""
        return np.asarray(self.mains | (self.battery > 0))

    def alive(self, now: int) -> Bools:
        """Cabinets whose controller runs and is not starting up."""
        return np.asarray(self.powered & (self.reboot_until <= now))

    def linked(self, now: int) -> Bools:
        """Cabinets that reach the broker."""
        return np.asarray(self.alive(now) & ~self.radio_dead & ~self.network_dead & (self.link_back <= now))

    def paying(self, now: int) -> Bools:
        """Cabinets whose payment terminal answers."""
        return np.asarray(self.mains & ~self.terminal_dead & (self.payment_back <= now))

    def door_ms(self, now: int) -> I64:
        """How long each door has been open, 0 where it is closed (or its switch says so)."""
        return np.asarray(np.where(self.door, now - self.door_since, 0))


# The broken block of a healthy cabinet.
FREE = 0.03  # share of a coil blocked by frost when it has just been thawed
WELL: dict[str, float] = {
    "capacity": 1, "charge": 1, "dirt": 0, "frosting": 0, "thaw": 1, "seal": 1, "ajar": 0, "bias": 0, "frozen": np.nan,
    "spikes": 0, "sag": 0, "cell": 1, "weak": 0, "skew": 0, "approved": 1, "camera_heat": 0,
}  # fmt: skip
_WRONG = (
    "fan_dead", "stalled", "welded", "heater_dead", "timer_dead", "radio_dead", "network_dead", "terminal_dead",
    "mdb_dead", "lock_dead", "forced", "camera_dead", "lamp_dead", "shunned", "unstocked", "unsorted", "warming",
)  # fmt: skip


def settled(n: int, traits: Traits, start: int, rng: Rng, step_ms: int = STEP_MS) -> State:
    """A healthy fleet in the middle of its life at `start`."""
    set_c = np.array([m.set_c for m in MODELS])[traits.model]
    air = set_c + traits.band * rng.uniform(-0.4, 0.4, n)
    midnight = (start + 8 * HOUR) // DAY * DAY - 8 * HOUR
    restock = midnight + rng.integers(6 * HOUR, 20 * HOUR, n)

    def no() -> Any:
        return np.zeros(n, bool)

    def at(value: int) -> I64:
        return np.full(n, value, np.int64)

    broken: dict[str, Any] = {name: np.full(n, value, float) for name, value in WELL.items()}
    broken |= {name: no() for name in _WRONG}
    return State(
        step_ms=step_ms, air=air, stock=set_c + rng.uniform(-0.5, 0.5, n), evap=air - 2, cond=np.full(n, 30.0),
        probe=air.copy(), seen=air.copy(), set_c=set_c, back=np.zeros(n), ambient=np.full(n, 24.0),
        call=rng.random(n) < 0.4, started=at(start - MINUTE), stopped=at(start - 5 * MINUTE), fan=~no(), defrost=no(),
        defrost_at=start + (rng.random(n) * traits.defrost_every).astype(np.int64), defrost_since=at(start),
        ice=np.full(n, FREE), door=no(), door_since=at(start), door_until=at(FAR), gap=np.zeros(n), part=np.ones(n),
        restock_at=np.where(restock < start, restock + DAY, restock), restocking=no(), buying=np.full(n, -1, np.int8),
        payment_back=at(0), link_back=at(0), fade_until=at(0), dip_until=at(0), reboot_until=at(0),
        booted=start - rng.integers(HOUR, 30 * DAY, n), dark=no(), sales_locked=no(), breached=no(), fast_until=at(0),
        battery=np.full(n, 100.0), energy=rng.uniform(1e4, 1e6, n).round(), rsrp=traits.radio.copy(), mains=~no(),
        lamp=~no(), trip_ms=at(FAR), loop_ms=at(FAR), plugged=~no(), grid=~no(), probe_open=np.zeros(n, np.int8),
        offset_g=np.zeros((n, SHELVES)),
        goods=Goods(n, traits.scales, start, rng), **broken,
    )  # fmt: skip
