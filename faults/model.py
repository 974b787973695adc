"""The words of fault judging: kinds, episodes, and what changed."""

import base64
import hashlib
from typing import Any, Literal, NamedTuple

import msgspec

Severity = Literal["critical", "major", "minor", "warning"]
State = Literal["pending", "active", "clearing", "cleared", "flapping", "suppressed", "stale"]
Scope = Literal["cabinet", "site", "carrier", "platform"]
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
    scope: Scope = "cabinet"


class Whose(NamedTuple):
    """Whose fault it is: a cabinet's (with the site it stands at and the network it uses), a site's, a carrier's, or
    with nothing at all the platform's."""

    cabinet: str | None = None
    site: str | None = None
    carrier: str | None = None

    @property
    def subject(self) -> str:
        """One word for it; no cabinet's id has an `@`."""
        group = "" if self.site is None and self.carrier is None else f"@{self.site or ''}@{self.carrier or ''}"
        return group if self.cabinet is None else self.cabinet


class Episode(msgspec.Struct, kw_only=True):
    """One episode of a fault kind on a cabinet, or when that is None on a site, a carrier or the platform. Times in ms.

    `id` derives from whose it is, kind and onset, so a replay names it the same. `detected` is when it became active.
    `why`: {"features", "observed", "expected", "threshold", …}, shown to people as evidence.
    """

    id: str
    kind: str
    severity: Severity
    state: State
    cabinet: str | None
    site: str | None = None
    carrier: str | None = None
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

    @property
    def whose(self) -> Whose:
        return Whose(self.cabinet, self.site, self.carrier)


class Transition(NamedTuple):
    """An episode after a change of its state, and the state before (None: it is new; the same: a detail changed).

    `dropped`: a pending episode that never became active; its row is deleted.
    """

    episode: Episode
    was: State | None
    dropped: bool = False


def episode_id(whose: Whose, kind: str, onset: int) -> str:
    """The same in every replay: from whose it is, the kind and the onset (ms)."""
    digest = hashlib.blake2b(f"{whose.subject}|{kind}|{onset}".encode(), digest_size=8).digest()
    return "F-" + base64.b32encode(digest).decode()[:12]
