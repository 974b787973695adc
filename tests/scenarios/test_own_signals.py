"""A signal that only the operator knows, through the real fold: from the message to the hint that names it."""

from typing import Any
from unittest.mock import patch

from faults.detectors.signal_anomaly import WINDOW
from service.records.base import Where
from telemetry.units import HOUR, MINUTE
from tests.gateway.rig import birth, up
from tests.scenarios.bench import HEALTHY, Bench
from tests.scenarios.life import NINE

SIGNAL = "syrup_kpa"


class Cabinet:
    """It sends the means of five minutes once an hour, as battery-driven ones do, or more often."""

    def __init__(self) -> None:
        self.bench, self.at, self.seq = Bench(), 0, 1
        self.bench.take(0, [birth(1, 1, 1, ts=NINE, interval_s=3600, holds=[])])

    def live(self, ms: int, every: int = HOUR, kpa: float | None = None) -> "Cabinet":
        for _ in range(ms // every):
            self.at, self.seq = self.at + every, self.seq + 1
            times = range(self.at - every + WINDOW, self.at + 1, WINDOW)
            samples = [{"ts": NINE + t, "m": HEALTHY | {SIGNAL: kpa or 300.0 + t // WINDOW % 7}} for t in times]
            self.bench.take(self.at, [up("telemetry", boot=1, seq=self.seq, ts=NINE + self.at, samples=samples)])
        return self

    def hints(self) -> list[dict[str, Any]]:
        return self.bench.records.find("episodes", [Where("kind", "=", "signal_anomaly")], limit=100)


@patch("faults.detectors.signal_anomaly.LEARNING", 24 * HOUR // WINDOW)  # a day, not a week: for speed
def test_a_signal_of_the_operators_own_that_jumps_is_told_by_its_name_and_opens_no_ticket() -> None:
    one, other = Cabinet(), Cabinet()
    for cabinet in (one, other):
        cabinet.live(36 * HOUR)
        assert cabinet.hints() == [], "it is quiet"
    other.bench.restart()
    for cabinet in (one, other):
        cabinet.live(20 * MINUTE, WINDOW, kpa=40.0)
    (hint,) = one.hints()
    assert (hint["severity"], hint["state"], one.bench.tickets()) == ("warning", "active", [])
    assert hint["onset"] - (NINE + one.at) <= 20 * MINUTE
    assert hint["why"]["features"] == [SIGNAL]
    assert hint["why"]["observed"][SIGNAL] == 40.0
    assert 299 < hint["why"]["expected"][SIGNAL] < 307
    assert other.hints() == [hint], "a restart makes no difference"
    assert one.bench.fold.dump() == other.bench.fold.dump()
    one.live(3 * HOUR, kpa=40.0)
    assert [found["state"] for found in one.hints()] == ["cleared"], "one pulse, however long it lasts"
