"""The air around the cabinets: the day's swing, each place's own weather and air conditioning, a heat wave."""

import numpy as np

from simulator.scenario import Disturbances
from simulator.state import F64, Rng, Traits
from simulator.thermal import ambient, hour_of_day
from telemetry.units import HOUR, SECOND

RAMP = 6 * HOUR  # a heat wave comes and goes over so long
HELD = 0.97  # share of an hour's deviation that the next one keeps: places stay warm or cool for a day or so
AIR_CONDITIONED = (8.0, 19.0, -1.5)  # from, to (hour of the day), K
AFTERNOON = 0.5  # how much more a heat wave warms at 15:00, and less at 3:00


class Weather:
    """`around(now)` is the ambient temperature of every cabinet; the cabinets of a site share its swings."""

    def __init__(self, traits: Traits, disturb: Disturbances, start: int, rng: Rng) -> None:
        self._traits, self._disturb, self._start, self._rng = traits, disturb, start, rng
        sites = int(traits.site.max()) + 1
        self._cooled = rng.random(sites) < 0.5
        self._hour = start // HOUR
        self._from = rng.normal(0, disturb.weather_c, sites)
        self._to = self._from.copy()

    def around(self, now: int) -> F64:
        """°C, [n]; call with rising times."""
        air = ambient(self._traits, now, self._heat(now))
        if self._disturb.weather_c:
            air += self._site(now)[self._traits.site]
        return air

    def _heat(self, now: int) -> float:
        """What a heat wave adds, most in the afternoon."""
        disturb = self._disturb
        if not disturb.heat_wave_c or disturb.heat_wave_for_s is None:
            return disturb.heat_wave_c
        into = now - self._start - disturb.heat_wave_at_s * SECOND
        left = disturb.heat_wave_for_s * SECOND - into
        share = min(1.0, max(0.0, min(into, left) / RAMP))
        return float(disturb.heat_wave_c * share * (1 + AFTERNOON * np.cos((hour_of_day(now) - 15) / 12 * np.pi)))

    def _site(self, now: int) -> F64:
        while self._hour < now // HOUR:
            self._hour += 1
            self._from = self._to
            push = self._rng.normal(0, self._disturb.weather_c, len(self._to)) * (1 - HELD**2) ** 0.5
            self._to = HELD * self._to + push
        share = now % HOUR / HOUR
        begin, end, cooler = AIR_CONDITIONED
        cool = cooler * min(1.0, max(0.0, min(hour_of_day(now) - begin, end - hour_of_day(now))))
        return np.asarray(self._from * (1 - share) + self._to * share + cool * self._cooled)
