"""Ranges take cabinets away from their data sheets, each by itself, and leave a fleet without them as it was."""

from pathlib import Path

import numpy as np
import pytest

from simulator.ranges import Ranges
from simulator.scenario import load_scenario
from simulator.traits import Traits
from telemetry.errors import ConfigError

N = 2000
OF = {
    "envelope": "envelope", "cooling": "cooling", "coupling": "exchange", "evaporator": "exchange", "air": "heat",
    "product": "heat", "evaporator_heat": "heat", "noise": "noise", "pull": "traffic", "swing": "swing",
}  # fmt: skip


def drawn(ranges: Ranges | None) -> Traits:
    return Traits.draw(N, np.random.default_rng(5), 40, ranges)


def test_held_out_cabinets_lie_all_over_their_ranges_and_apart_from_each_other() -> None:
    ranges = load_scenario(Path("held_out")).ranges
    assert ranges is not None
    sheet, far = drawn(None), drawn(ranges)
    factors = {name: getattr(far, name) / getattr(sheet, name) for name in OF}
    for name, between in OF.items():
        low, high = getattr(ranges, between)
        assert low - 1e-6 <= factors[name].min() < low + 0.02 * (high - low) + 1e-6
        assert high - 0.02 * (high - low) < factors[name].max() <= high + 1e-6
    assert abs(np.corrcoef(factors["air"], factors["product"])[0, 1]) < 0.1
    warmer = far.warmth - sheet.warmth
    assert ranges.climate_c[0] <= warmer.min() < -5
    assert 4 < warmer.max() <= ranges.climate_c[1]
    assert np.array_equal(far.site, sheet.site)
    assert np.array_equal(far.night, sheet.night)


def test_ranges_of_one_change_nothing() -> None:
    plain, same = drawn(None), drawn(Ranges())
    assert all(np.array_equal(getattr(plain, name), getattr(same, name)) for name in (*OF, "warmth", "radio"))


@pytest.mark.parametrize("bad", ["envelope = [1.2, 0.8]", "noise = [-1.0, 1.0]", "heat = [1.0]", "fog = [1.0, 2.0]"])
def test_a_range_that_is_none_is_refused(bad: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(f"[ranges]\n{bad}\n")
    with pytest.raises(ConfigError, match=r"odd\.toml"):
        load_scenario(file)
