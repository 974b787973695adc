"""The lock of one cabinet: breach → lock requested → locked → released → over. Pure; who sends commands is `service`.

A lock is believed when the cabinet answered `done` **and** its telemetry afterwards shows the bolt closed. Neither a
cold reading nor silence undoes it; only a release does (`service/foodsafety.py` says what that takes). A cabinet that
sells, restarts or shows its bolt open with the door shut is locked again.
"""

from math import isnan
from typing import Any, Literal, NamedTuple

import msgspec

from telemetry.fleet import NEVER
from telemetry.units import MINUTE

LOCK, UNLOCK = "lock_sales", "unlock_sales"
CLOSED = 0.99  # of the interval, as the bolt is reported
LONGEST_PAUSE = 60 * MINUTE
DOUBTS = 3  # readings in a row; one may fall between the lock's command and the bolt, or be a flicker

State = Literal["breach", "lock_requested", "locked", "released", "over"]
Step = Literal["wait", "ask", "confirmed", "unconfirmed"]


class Case(msgspec.Struct, kw_only=True):
    """One breach of a cabinet's rule and what came of it. Times in product ms.

    `released`: it is to sell again, but has not said yet that it does; `over`: it does.
    `breach`: event time at which the time allowed was used up; `known`: when we learnt of it; `why`: the evidence, as
    the log has it. `command`: the one under way; `attempts` so far, the next not before `retry_at`; `boot`: of the
    cabinet when the lock was believed; `opened`: the readings since `open_at` that show its bolt open. `release`: who
    released it, by which visit, what was found and thrown away.
    """

    cabinet: str
    breach: int
    known: int
    why: dict[str, Any]
    state: State = "breach"
    attempts: int = 0
    command: str | None = None
    retry_at: int = 0
    boot: int = NEVER
    locked: int | None = None
    opened: int = 0
    open_at: int = NEVER
    release: dict[str, Any] | None = None

    @property
    def wants(self) -> str:
        """The command that the cabinet must carry out."""
        return UNLOCK if self.state == "released" else LOCK

    @property
    def settled(self) -> bool:
        """Nothing is to be done until somebody releases it, or the cabinet restarts."""
        return self.state == "locked" and self.command is None


class Told(NamedTuple):
    """What is known of a command: its state, what the bolt showed afterwards, and whether that is still looked for."""

    state: str
    detail: str | None
    closed: float | None
    watched: bool


def begin(cabinet: str, breach: int, known: int, why: dict[str, Any]) -> Case:
    return Case(cabinet=cabinet, breach=breach, known=known, why=why)


def step(case: Case, told: Told | None, *, online: bool, boot: int, now: int) -> Step:
    """What is to be done now. `told` None: nothing is known of the command any more."""
    if case.settled:
        return "ask" if boot != case.boot and online else "wait"  # a controller that restarted is told again
    if case.command is None:
        return "ask" if online and now >= case.retry_at else "wait"
    if told is None:
        return "unconfirmed"
    if told.state in ("queued", "sent") or (told.watched and case.wants == LOCK):
        return "wait"
    return "confirmed" if _shown(case, told) else "unconfirmed"


def _shown(case: Case, told: Told) -> bool:
    """A closed bolt proves a lock; after an unlocking it is no proof of anything, so the answer must do."""
    if told.state != "done":
        return False
    return case.wants == UNLOCK or (told.closed is not None and told.closed >= CLOSED)


def asked(case: Case, command: str, now: int) -> None:
    """A command went out."""
    case.command, case.attempts = command, case.attempts + 1
    case.retry_at = now + pause(case.attempts)
    if case.wants == LOCK:
        case.state = "lock_requested"


def confirmed(case: Case, boot: int, now: int) -> None:
    """The cabinet shows what was asked of it."""
    case.command, case.boot = None, boot
    if case.wants == LOCK:
        case.state, case.locked, case.attempts, case.opened = "locked", now, 0, 0
    else:
        case.state = "over"


def failed(case: Case) -> None:
    """The command came to nothing, or nobody can tell: it is sent again after the pause."""
    case.command = None


def doubted(case: Case) -> None:
    """The cabinet sold something, or its bolt shows open: it is not locked, whatever it said."""
    if case.settled:
        case.state, case.retry_at = "lock_requested", 0


def bolt(case: Case, closed: float, door: float, ts: int) -> bool:
    """Take a reading of the bolt and the door (shares of its interval, NaN: not told; `ts` ms) of a cabinet that is
    locked: is the lock to be doubted? With the door open, as for who clears the goods out, an open bolt says
    nothing."""
    if not case.settled or isnan(closed) or ts <= (case.locked or 0):
        return False
    case.opened = case.opened + 1 if closed < CLOSED and not door > 0 else 0
    if case.opened == 1:
        case.open_at = ts
    return case.opened >= DOUBTS


def released(case: Case, release: dict[str, Any]) -> None:
    """Inspected on site: the cabinet is to sell again."""
    case.state, case.command, case.attempts, case.retry_at = "released", None, 0, 0
    case.release = release


def pause(attempts: int) -> int:
    """Between one attempt and the next (ms): a minute, doubled up to an hour."""
    return min(MINUTE << min(attempts - 1, 6), LONGEST_PAUSE)


def why_not(told: Told | None) -> str:
    """Why a command is not believed, as a code."""
    if told is None:
        return "forgotten"
    if told.state != "done":
        return told.detail if told.state == "expired" and told.detail else told.state
    return "not_observed" if told.closed is None else "bolt_open"
