"""The simulated fleet as a struct of arrays: what each cabinet is (`Traits`) and how it stands now (`State`)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.models import MODELS
from telemetry.units import DAY, HOUR, MINUTE, SECOND

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator
FAR = 1 << 60  # a time that never comes (ms)
DEFROST_EVERY = 6 * HOUR
STEP_MS = 5 * SECOND


@dataclass(slots=True)
class Traits:
    """What does not change; arrays of shape [n]. W/K, J/K, W, A, °C; `pull` is openings per hour at an average hour."""

    model: NDArray[np.intp]
    envelope: F64
    door: F64
    air: F64
    product: F64
    coupling: F64
    evaporator: F64
    evaporator_heat: F64
    cooling: F64
    compressor_w: F64
    compressor_a: F64
    fan_a: F64
    band: F64
    pull: F64
    warmth: F64
    swing: F64
    radio: F64

    @staticmethod
    def draw(n: int, rng: Rng) -> "Traits":
        """n cabinets of the three models, each a few percent off its data sheet."""
        model = rng.choice(len(MODELS), n, p=[m.share for m in MODELS])

        def around(field: str, spread: float = 0.04, scale: float = 1.0) -> F64:
            sheet = np.array([float(getattr(m, field)) for m in MODELS])[model]
            return np.asarray(sheet * scale * (1 + spread * rng.standard_normal(n).clip(-2, 2)))

        return Traits(
            model=model,
            envelope=around("envelope", 0.06),
            door=around("door", 0.08),
            air=around("air", scale=1e3),
            product=around("product", 0.2, 1e3),
            coupling=around("coupling"),
            evaporator=around("evaporator"),
            evaporator_heat=around("evaporator_heat", scale=1e3),
            cooling=around("cooling"),
            compressor_w=around("compressor_w"),
            compressor_a=around("compressor_a"),
            fan_a=around("fan_a"),
            band=np.array([m.band for m in MODELS])[model],
            pull=rng.lognormal(np.log(2.5), 0.4, n).clip(0.5, 6),
            warmth=rng.normal(0, 1.2, n).clip(-3, 3),
            swing=rng.uniform(0.5, 2.5, n),
            radio=rng.uniform(-98, -72, n),
        )


@dataclass(slots=True)
class State:
    """How the cabinets stand; arrays of shape [n]. Times in product ms, `FAR` for never; temperatures in °C.

    The block named "broken" is what injections set and repairs undo; everything else is the cabinet's own life.
    """

    air: F64
    stock: F64
    evap: F64
    cond: F64
    probe: F64
    seen: F64
    set_c: F64
    ambient: F64
    call: Bools
    stopped: I64
    fan: Bools
    defrost: Bools
    defrost_at: I64
    door: Bools
    door_since: I64
    door_until: I64
    gap: F64
    restock_at: I64
    restocking: Bools
    buying: Bools
    payment_back: I64
    link_back: I64
    reboot_until: I64
    booted: I64
    dark: Bools
    sales_locked: Bools
    fast_until: I64
    battery: F64
    energy: F64
    rsrp: F64
    # broken
    capacity: F64
    stalled: Bools
    mains: Bools
    terminal_dead: Bools
    lock_dead: Bools
    radio_dead: Bools
    probe_open: NDArray[np.int8]

    @property
    def powered(self) -> Bools:
        """Cabinets whose controller runs: on mains or on their battery."""
        return np.asarray(self.mains | (self.battery > 0))

    def alive(self, now: int) -> Bools:
        """Cabinets whose controller runs and is not starting up."""
        return np.asarray(self.powered & (self.reboot_until <= now))

    def linked(self, now: int) -> Bools:
        """Cabinets that reach the broker."""
        return np.asarray(self.alive(now) & ~self.radio_dead & (self.link_back <= now))

    def paying(self, now: int) -> Bools:
        """Cabinets whose payment terminal answers."""
        return np.asarray(self.mains & ~self.terminal_dead & (self.payment_back <= now))

    def door_ms(self, now: int) -> I64:
        """How long each door has been open, 0 where it is closed."""
        return np.asarray(np.where(self.door, now - self.door_since, 0))


def settled(n: int, traits: Traits, start: int, rng: Rng) -> State:
    """A healthy fleet in the middle of its life at `start`."""
    set_c = np.array([m.set_c for m in MODELS])[traits.model]
    air = set_c + traits.band * rng.uniform(-0.4, 0.4, n)
    midnight = (start + 8 * HOUR) // DAY * DAY - 8 * HOUR
    restock = midnight + rng.integers(6 * HOUR, 20 * HOUR, n)

    def no() -> Any:
        return np.zeros(n, bool)

    def at(value: int) -> I64:
        return np.full(n, value, np.int64)

    return State(
        air=air, stock=set_c + rng.uniform(-0.5, 0.5, n), evap=air - 2, cond=np.full(n, 30.0), probe=air.copy(),
        seen=air.copy(), set_c=set_c, ambient=np.full(n, 24.0), call=rng.random(n) < 0.4,
        stopped=at(start - 5 * MINUTE), fan=~no(), defrost=no(),
        defrost_at=start + rng.integers(0, DEFROST_EVERY, n), door=no(), door_since=at(start), door_until=at(FAR),
        gap=np.zeros(n), restock_at=np.where(restock < start, restock + DAY, restock), restocking=no(), buying=no(),
        payment_back=at(0), link_back=at(0), reboot_until=at(0), booted=start - rng.integers(HOUR, 30 * DAY, n),
        dark=no(), sales_locked=no(), fast_until=at(0), battery=np.full(n, 100.0),
        energy=rng.uniform(1e4, 1e6, n).round(),
        rsrp=traits.radio.copy(), capacity=np.ones(n), stalled=no(), mains=~no(), terminal_dead=no(), lock_dead=no(),
        radio_dead=no(), probe_open=np.zeros(n, np.int8),
    )  # fmt: skip
