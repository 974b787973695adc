"""Sign-in attempts per account and address, in real time."""

from telemetry.units import MINUTE, SECOND

FREE = 5
WINDOW = 15 * MINUTE
LONGEST = 5 * MINUTE
KEPT = 10_000


class Throttle:
    """After `FREE` failures each further attempt waits twice as long, up to `LONGEST`; a success forgets them.

    An attempt counts before its password is looked at, so that many at once gain nothing. Bounded: `KEPT` keys.
    """

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], tuple[int, int]] = {}

    def attempt(self, account: str, address: str, real: int) -> int:
        """Take one attempt at `real` ms: 0 if it may go on, otherwise the ms to wait."""
        key = (account, address)
        count, last = self._failures.pop(key, (0, real))
        if real - last > WINDOW:
            count = 0
        wait = last + self._pause(count) - real
        if wait > 0:
            self._failures[key] = (count, last)
            return wait
        self._failures[key] = (count + 1, real)
        if len(self._failures) > KEPT:
            del self._failures[next(iter(self._failures))]
        return 0

    def succeed(self, account: str, address: str) -> None:
        self._failures.pop((account, address), None)

    @staticmethod
    def _pause(count: int) -> int:
        return 0 if count < FREE else int(min(LONGEST, SECOND * 2 ** min(count - FREE, 20)))
