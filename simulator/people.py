"""Simulated people: technicians who mostly do their job, and a desk clerk. They know only the HTTP API (contract).

What a technician does at the cabinet itself (open the door, type the visit's code, mend it) happens in the world.
"""

import asyncio
from typing import Any

import httpx2
import numpy as np
import structlog

from simulator.inspections import PROVEN, Inspections
from simulator.trips import Trips
from simulator.world import World
from telemetry.clock import Clock

log = structlog.get_logger()
POLL = 1.0  # real seconds
POLL_AT_MOST = 30.0  # while the API is away
UNDER_WAY = "offered,accepted,en_route,arrived,working"
TECHNICIANS = (
    ("tech-chen", "陈伟", "13800000001"),
    ("tech-li", "李娜", "13800000002"),
    ("tech-wang", "王强", "13800000003"),
    ("tech-zhao", "赵敏", "13800000004"),
    ("tech-liu", "刘洋", "13800000005"),
    ("tech-sun", "孙磊", "13800000006"),
)
TEAM = frozenset(who for who, _, _ in TECHNICIANS)
SHIFT = [[day, "08:00", "22:00"] for day in range(1, 8)]


class People:
    """Six technicians and a clerk at work; `work` runs until cancelled."""

    def __init__(self, api: str, token: str, world: World, clock: Clock, seed: int) -> None:
        self._api, self._token, self._clock = api, token, clock
        self._trips = Trips(world, np.random.default_rng([seed, 11]))
        self._inspections = Inspections(world)
        self.refused: list[str] = []

    async def work(self) -> None:
        """Look at the visits and tickets about once a real second, and do what is due."""
        headers = {"Authorization": f"Bearer {self._token}"}
        base = self._api.rstrip("/") + "/"
        async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=10, trust_env=False) as http:
            hired, wait = False, POLL
            while True:
                try:
                    hired = hired or await hire(http)
                    await self.look(http)
                    wait = POLL
                except (httpx2.TransportError, httpx2.HTTPStatusError) as error:
                    wait = min(2 * wait, POLL_AT_MOST)
                    log.warning("api_away", reason=str(error) or type(error).__name__, wait_s=wait)
                await asyncio.sleep(wait)

    async def look(self, http: httpx2.AsyncClient) -> None:
        """One round. Raises httpx2 errors when the API is away or refuses to answer."""
        visits = await items(http, "visits", q=f"state:{UNDER_WAY}", limit=200)
        ours = {visit["id"]: visit for visit in visits if visit["technician"] in TEAM}
        for move in self._trips.due(ours.values(), self._clock.moment()):
            if move.verb == "finish" and not await self._released(http, ours[move.visit]):
                continue
            if not await self._post(http, f"visits/{move.visit}/{move.verb}", move.body):
                self._trips.refused(move)
        await self._desk(http)

    async def _released(self, http: httpx2.AsyncClient, visit: dict[str, Any]) -> bool:
        """Whether the technician may leave: no cabinet is locked for food safety, or it cannot be helped today."""
        for cabinet in await self._inspections.locked(http, visit):
            body = self._inspections.record(cabinet)
            proven = (visit["level"] or 0) >= PROVEN
            if not (proven and await self._post(http, f"cabinets/{cabinet}/food-safety/release", body)):
                return not self._trips.stay(visit, self._clock.moment())
        return True

    async def _desk(self, http: httpx2.AsyncClient) -> None:
        """The clerk: calls after the repair of a fault, and closes. Tickets of people are left to people."""
        for ticket in await items(http, "tickets", q="state:resolved channel:telemetry", limit=50):
            answer = {"answer": "customer confirms: works again", "solved": True}
            if await self._post(http, f"tickets/{ticket['id']}/follow-up", answer):
                await self._post(http, f"tickets/{ticket['id']}/close", {})

    async def _post(self, http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> bool:
        """Whether the move was taken; a conflict means: somebody was faster, look again."""
        answer = await http.post(path, json=body)
        if answer.status_code in (404, 409, 412, 422):
            self.refused = [*self.refused[-99:], f"{path}: {answer.status_code}"]
            return False
        answer.raise_for_status()
        return True


async def hire(http: httpx2.AsyncClient) -> bool:
    """Make sure there are technicians; True when that is done."""
    if not await items(http, "technicians", limit=1):
        for who, name, phone in TECHNICIANS:
            body = {"id": who, "name": name, "phone": phone, "zones": [], "skills": [], "shift": SHIFT}
            answer = await http.post("technicians", json=body)
            if answer.status_code != 409:
                answer.raise_for_status()
    return True


async def items(http: httpx2.AsyncClient, path: str, **params: str | int) -> list[dict[str, Any]]:
    """The first page of a list."""
    answer = await http.get(path, params=params)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["items"]
    return found
