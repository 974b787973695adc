"""Walking through a series a day at a time loses nothing, whatever lies between the readings."""

from hypothesis import given
from hypothesis import strategies as st

from telemetry.series.memory import MemorySeries
from telemetry.series.walk import days
from telemetry.units import DAY
from tests.contracts.series_data import FOREVER, IDS, NAMES, line, readings


@given(
    st.dictionaries(st.integers(0, 400 * DAY), st.floats(-9, 9), max_size=30), st.integers(0, 400 * DAY), st.booleans()
)
def test_every_reading_of_the_range_comes_once_and_in_order(said: dict[int, float], start: int, bounded: bool) -> None:
    store = MemorySeries()
    store.append(1, readings([line(ts, value) for ts, value in said.items()]), IDS, NAMES)
    end = start + 30 * DAY if bounded else FOREVER
    found = list(days(store, IDS[0], "air_c", start, end))
    assert [(p.ts, p.mean) for day in found for p in day] == sorted((t, v) for t, v in said.items() if start <= t < end)
    assert all(len({p.ts // DAY for p in day}) == 1 for day in found)
