"""What a technician does about a food-safety lock before leaving: look at the goods, throw away, write down, release.

Asked over the HTTP API as anybody would (docs/food-safety.md, *Breach, lock, release*); what is thrown away goes from
the simulated cabinet as well.
"""

from typing import Any

import httpx2

from simulator.world import World

LOCKED = frozenset({"breach", "lock_requested", "locked"})
PROVEN = 2  # a release asks for an arrival of this level
AT_A_SITE = 1000


class Inspections:
    """`record` is made once per lock: what was thrown away cannot be thrown away again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._row = {cabinet: row for row, cabinet in enumerate(world.ids)}
        self._records: dict[str, dict[str, Any]] = {}

    async def locked(self, http: httpx2.AsyncClient, visit: dict[str, Any]) -> list[str]:
        """The cabinets of a visit whose lock nobody has released. Raises httpx2 errors."""
        cabinets = [visit["cabinet"]] if visit["cabinet"] else await self._at(http, visit.get("site"))
        return [c for c in cabinets if c in self._row and await self._is_locked(http, c)]

    def record(self, cabinet: str) -> dict[str, Any]:
        """The body of a release: what was found in the cabinet, and what was thrown away."""
        if cabinet not in self._records:
            self._records[cabinet] = self._inspect(self._row[cabinet])
        return self._records[cabinet]

    def _inspect(self, row: int) -> dict[str, Any]:
        warm = round(float(self._world.state.stock[row]), 1)
        gone = self._world.discard(row)
        if not gone:
            text = f"only drinks, at {warm} °C / 仅有饮料，{warm} °C"
            found = {"result": "safe", "text": text, "measured_c": warm}
            return {"inspection": found, "nothing_because": "nothing in it needs chilling / 无需冷藏的商品"}
        text = f"goods at {warm} °C, chilled food taken out / 商品 {warm} °C，已清出冷藏食品"
        return {"inspection": {"result": "unsafe", "text": text, "measured_c": warm}, "discarded": gone}

    async def _is_locked(self, http: httpx2.AsyncClient, cabinet: str) -> bool:
        answer = await http.get(f"cabinets/{cabinet}/food-safety")
        answer.raise_for_status()
        if answer.json()["state"] in LOCKED:
            return True
        self._records.pop(cabinet, None)
        return False

    @staticmethod
    async def _at(http: httpx2.AsyncClient, site: str | None) -> list[str]:
        if not site:
            return []
        answer = await http.get("cabinets", params={"q": f"site:{site}", "limit": AT_A_SITE})
        answer.raise_for_status()
        return [cabinet["id"] for cabinet in answer.json()["items"]]
