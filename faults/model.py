"""The words of fault judging: kinds, episodes, and what changed."""

from typing import Any, Literal, NamedTuple

import msgspec

Severity = Literal["critical", "major", "minor", "warning"]
State = Literal["pending", "active", "clearing", "cleared", "flapping", "suppressed", "stale"]
RANK: dict[str, int] = {"warning": 1, "minor": 2, "major": 3, "critical": 4}


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A fault kind: how sure we must be, how bad it is, and what to do. Times in product ms."""

    name: str
    severity: Severity
    hold_down: int
    hold_off: int
    en: str
    zh: str
    advice_en: str
    advice_zh: str
    parts: tuple[str, ...] = ()
    ticket: bool = True


class Episode(msgspec.Struct, kw_only=True):
    """One episode of a fault kind on a cabinet (or a site, or the platform when both are None). Times in ms.

    `id` derives from cabinet, kind and onset, so a replay names it the same. `detected` is when it became active.
    `why`: {"features", "observed", "expected", "threshold", …}, shown to people as evidence.
    """

    id: str
    kind: str
    severity: Severity
    state: State
    cabinet: str | None
    site: str | None = None
    onset: int
    detected: int | None = None
    cleared: int | None = None
    score: float = 0.0
    cause: str | None = None
    parent: str | None = None
    ticket: str | None = None
    why: dict[str, Any] = msgspec.field(default_factory=dict)
    acknowledged: dict[str, Any] | None = None
    snoozed_until: int | None = None
    comments: list[dict[str, Any]] = msgspec.field(default_factory=list)
    backlog: bool = False


class Transition(NamedTuple):
    """An episode after a change of its state, and the state before (None: it is new; the same: a detail changed).

    `dropped`: a pending episode that never became active; its row is deleted.
    """

    episode: Episode
    was: State | None
    dropped: bool = False
