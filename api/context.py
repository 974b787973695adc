"""What every route needs, found through the application: backend, identity, settings, the fleet's view."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from weakref import WeakValueDictionary

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.backend import Backend
from api.fleetview import FleetView
from api.identity import Identity
from api.throttle import Throttle


@dataclass(frozen=True)
class ApiSettings:
    """`secret`: key from which shown-once credentials derive; `attachments`: folder; `web`: the built console."""

    secret: bytes
    attachments: Path
    web: Path = Path(__file__).parent / "web"
    delta_ms: int = 1000


@dataclass(frozen=True)
class Context:
    """One per application. `locks`: requests under way, by idempotency key; `reports`: how often the public form was
    sent; `codes`: how often the code of a visit's check-in was wrong; `badges`: how often badges were checked."""

    backend: Backend
    identity: Identity
    settings: ApiSettings
    view: FleetView
    locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    reports: Throttle = field(default_factory=Throttle)
    codes: Throttle = field(default_factory=Throttle)
    badges: Throttle = field(default_factory=Throttle)

    def real(self) -> int:
        return self.backend.moment().real

    def now(self) -> int:
        return self.backend.moment().now


async def _context(conn: HTTPConnection) -> Context:
    context: Context = conn.app.state.context
    return context


Ctx = Annotated[Context, Depends(_context)]
