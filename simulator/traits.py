"""What does not change about the cabinets: data sheet, place, carrier, habits of their controllers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.models import MODELS
from simulator.ranges import Ranges
from telemetry.units import HOUR

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator
CARRIERS = 3
DEFROST_EVERY = (6 * HOUR, 8 * HOUR, 12 * HOUR)  # makers' timers (cooler controllers: 6-8 h; two a day in dry rooms)


@dataclass(slots=True)
class Traits:
    """What does not change; arrays of shape [n]. W/K, J/K, W, A, °C; `pull` is openings per hour at an average hour.

    `site` and `carrier` number the places and the mobile networks; `weekend` is the demand of a free day relative to
    a working day; `night` what the controller adds to the set point at night (K); `scales` the shelves that weigh;
    `noise` the scatter of the sensors relative to the usual.
    """

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
    site: NDArray[np.intp]
    carrier: NDArray[np.intp]
    weekend: F64
    night: F64
    dark_hours: Bools
    defrost_every: I64
    volts: F64
    scales: NDArray[np.intp]
    noise: NDArray[np.float32]

    @staticmethod
    def draw(n: int, rng: Rng, sites: int = 1, ranges: Ranges | None = None) -> "Traits":
        """n cabinets of the three models at `sites` places, each a few percent off its data sheet, and farther off
        where `ranges` say so."""
        model = rng.choice(len(MODELS), n, p=[m.share for m in MODELS])

        def around(field: str, spread: float = 0.04, scale: float = 1.0) -> F64:
            sheet = np.array([float(getattr(m, field)) for m in MODELS])[model]
            return np.asarray(sheet * scale * (1 + spread * rng.standard_normal(n).clip(-2, 2)))

        site = np.arange(n) % sites
        drawn = Traits(
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
            site=site,
            carrier=np.arange(n) // sites % CARRIERS,
            # offices empty at weekends, malls and stations fill
            weekend=rng.choice([0.35, 0.9, 1.35], sites, p=[0.5, 0.3, 0.2])[site],
            night=rng.choice([0.0, 1.0, 2.0], n, p=[0.6, 0.25, 0.15]),
            dark_hours=rng.random(sites)[site] < 0.5,
            defrost_every=rng.choice(DEFROST_EVERY, n, p=[0.5, 0.35, 0.15]).astype(np.int64),
            volts=rng.normal(229, 3, sites).clip(220, 238)[site],
            scales=np.array([m.shelves for m in MODELS])[model],
            noise=np.ones(n, np.float32),
        )
        if ranges is not None:
            drawn._widen(ranges, rng)  # last, so that a fleet without ranges is the one it always was
        return drawn

    def _widen(self, ranges: Ranges, rng: Rng) -> None:
        """Each cabinet's factors, in place."""
        n = len(self.site)
        factors = (
            (self.envelope, ranges.envelope), (self.cooling, ranges.cooling), (self.coupling, ranges.exchange),
            (self.evaporator, ranges.exchange), (self.air, ranges.heat), (self.product, ranges.heat),
            (self.evaporator_heat, ranges.heat), (self.noise, ranges.noise), (self.pull, ranges.traffic),
            (self.swing, ranges.swing),
        )  # fmt: skip
        for column, between in factors:
            column[:] = column * rng.uniform(*between, n)
        self.warmth += rng.uniform(*ranges.climate_c, n)
