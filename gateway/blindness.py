"""When we could not see: the broker was away, or we were not taking anything in (contract, *Presence*)."""

from telemetry.clock import Moment
from telemetry.fleet import BLIND_AFTER
from telemetry.journal import Blind
from telemetry.units import SECOND

STALLED = 5 * SECOND  # real time between two entries of a journal that gets one twice a second


class Blindness:
    """Intervals for the journal, from what the session, the runner and the disk say."""

    def __init__(self) -> None:
        self._found: list[Blind] = []
        self._since: Moment | None = None
        self._told = False
        self._last: Moment | None = None

    def __bool__(self) -> bool:
        return bool(self._found)

    def begin(self, away: Moment | None, moment: Moment) -> None:
        """We start; `away`: when we were there last. The broker is not in sight yet."""
        if away is not None:
            self._found.append(Blind("gateway", away, moment))
        self._since = moment

    def sight(self, sees: bool, moment: Moment) -> None:
        """The broker came or went."""
        if sees and self._since is not None:
            self._found.append(Blind("broker", self._since, moment))
            self._since, self._told = None, False
        elif not sees and self._since is None:
            self._since = moment

    def tick(self, moment: Moment) -> None:
        """Tell a blindness that lasts."""
        if self._since and not self._told and moment.real - self._since.real >= BLIND_AFTER:
            self._found.append(Blind("broker", self._since))
            self._told = True

    def take(self, moment: Moment) -> list[Blind]:
        """What the entry made now has to tell. Ticks are entries twice a second: where they are missing we took
        nothing in (a full disk, a store away, a suspended machine), whatever cabinets said meanwhile."""
        if self._last is not None and moment.real - self._last.real > STALLED:
            self._found.append(Blind("gateway", self._last, moment))
        self._last = moment
        found, self._found = self._found, []
        return found
