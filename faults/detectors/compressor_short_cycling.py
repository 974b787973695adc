"""`compressor_short_cycling`: the compressor starts so often that it wears out, or is stopped before it has cooled."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import COOLING_A, NO, Mask, View
from faults.detectors.base import NONE, Verdict, evidence, grade
from faults.detectors.compressor_not_starting import STOPPED_A
from telemetry.batch import F64, I64
from telemetry.units import HOUR, MINUTE, SECOND

OFTEN, SELDOM = 7.0, 4.5  # starts per hour; a sound cabinet makes 2 to 4, makers bound it at 5 to 30
APART = 20 * SECOND  # readings closer together are not those of a cabinet's life, and are passed over
SHORT = 5 * MINUTE  # a protector that trips late lets it run so long …
WARM_K = 0.7  # … and the air is warmer than where the thermostat stops it
CUT, CURED, MOST = 2.5, 1.0, 4.0  # of such runs, fading: one in a hundred hours has a cause of its own
MEMORY = 2 * HOUR
PACE = 0.2  # of what is learned of where the thermostat stops it


class CompressorShortCycling:
    """`rate` of starts per hour, fading with a time constant of an hour; `on` whether it ran last; `at` that time.

    A strong or idle cabinet rests in between, and starts no oftener than others: its runs give it away. Of the one
    under way: `since` when, `low` the coldest air over the set point, `calm` that nothing but thermostat or protector
    can have stopped it. `usual`: where runs end; `cut`: how many of late ended before, fading.
    """

    kind = "compressor_short_cycling"
    columns = (
        Column("rate", "f4", 0),
        Column("on", "?", False),
        Column("at", "i8", 0),
        Column("since", "i8", 0),
        Column("low", "f4", np.nan),
        Column("calm", "?", False),
        Column("set", "f4", 0),
        Column("usual", "f4", np.nan),
        Column("cut", "f4", 0),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, amps = view.row, view.of("comp_a")
        known = ~np.isnan(amps) & (view.power != NO) & (np.abs(view.ts - col["at"][row]) >= APART)
        was = col["on"][row]
        on = np.where(amps >= COOLING_A, True, np.where(amps < STOPPED_A, False, was))
        started = known & on & ~was
        elapsed = np.clip(view.ts - col["at"][row], 0, 100 * HOUR)
        rate = np.where(known, col["rate"][row] * np.exp(-elapsed / HOUR) + started, col["rate"][row])
        short = self._follow(view, col, started, known & ~on & was)
        cut = np.where(known, col["cut"][row] * np.exp(-elapsed / MEMORY) + short, col["cut"][row])
        cut = np.minimum(cut, MOST)
        col["rate"][row], col["cut"][row] = rate, cut
        col["at"][row], col["on"][row] = np.where(known, view.ts, col["at"][row]), np.where(known, on, was)
        verdict = grade((rate >= OFTEN) | (cut >= CUT), (rate < SELDOM) & (cut < CURED), known)
        score = np.clip(np.maximum(rate / (3 * OFTEN), cut / (2 * MOST)), 0, 1)
        return Verdict(np.where(known, verdict, NONE).astype(np.int8), score, view.ts)

    def _follow(self, view: View, col: Columns, started: Mask, ended: Mask) -> Mask:
        """Keep the run under way; which of those that `ended` were cut short."""
        row, told = view.row, view.of("set_c")
        col["set"][row] = np.where(np.isnan(told), col["set"][row], told)
        low = np.fmin(np.where(started, np.nan, col["low"][row]), view.of("air_c") - col["set"][row])
        upset = view.moved | view.gap | (view.power == NO) | (view.of("defrost_on") > 0)
        calm = (started | col["calm"][row]) & ~upset
        since: I64 = np.where(started, view.ts, col["since"][row])
        col["low"][row], col["calm"][row], col["since"][row] = low, calm, since
        usual = col["usual"][row]
        cut: Mask = ended & calm & (view.ts - since <= SHORT) & (low > usual + WARM_K)
        well = ended & calm & ~cut & ~np.isnan(low)
        col["usual"][row] = np.where(well, np.where(np.isnan(usual), low, usual + PACE * (low - usual)), usual)
        return cut

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        observed = {"starts_per_hour": round(float(col["rate"][row]), 1), "cut_short": round(float(col["cut"][row]), 1)}
        limits = {"starts_per_hour": OFTEN, "cut_short": CUT}
        return evidence(values, "comp_a", "air_c", "set_c", threshold=limits) | {"rate": observed}
