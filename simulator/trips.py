"""What technicians do next on their visits: pure, time and chance are given; the effects happen in the world."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from simulator.state import FAR, Rng
from simulator.world import World
from telemetry.clock import Moment
from telemetry.units import MINUTE, SECOND

# How long each state of a visit lasts before its technician moves on (shortest, longest; product ms).
LASTS: dict[str, tuple[int, int]] = {
    "offered": (1 * MINUTE, 5 * MINUTE),
    "accepted": (1 * MINUTE, 5 * MINUTE),
    "en_route": (10 * MINUTE, 30 * MINUTE),
    "arrived": (10 * MINUTE, 20 * MINUTE),
    "working": (10 * MINUTE, 20 * MINUTE),
}
FORGETS = 0.08  # share of offers nobody answers
IN_VAIN = 0.12  # share of repairs that do not help
NO_ANSWER_AFTER = 3 * MINUTE  # the cabinet's report of the code has not come through: press the button on the phone
NO_ANSWER_AFTER_REAL = 5 * SECOND
STAYS = 6  # so often a technician waits for a cabinet that does not pass the code on
DOOR_SHARE = 0.6  # part of a repair with the door open
MEASURES: dict[str, tuple[str, list[str]]] = {
    "default": ("checked, cleaned and restarted / 检查、清洁并重启", []),
    "offline": ("modem replaced / 更换通信模块", ["modem"]),
    "air_too_warm": ("refrigerant recharged, leak sealed / 补漏并加注制冷剂", ["R290"]),
    "door_left_open": ("door closed, hinge adjusted / 关门并调整铰链", []),
    "compressor_not_starting": ("start relay replaced / 更换压缩机启动继电器", ["start relay"]),
    "power_lost": ("breaker reset / 恢复供电", []),
    "payment_down": ("payment terminal replaced / 更换支付终端", ["payment terminal"]),
    "sensor_implausible": ("temperature probe replaced / 更换温度探头", ["NTC probe"]),
    "lock_fault": ("lock replaced / 更换电控锁", ["lock"]),
    "compressor_weak": ("compressor replaced / 更换压缩机", ["compressor"]),
    "compressor_stuck_on": ("relay replaced / 更换继电器", ["relay"]),
    "compressor_short_cycling": ("overload protector replaced / 更换过载保护器", ["overload protector"]),
    "evaporator_fan_failed": ("evaporator fan replaced / 更换蒸发器风扇", ["evaporator fan"]),
    "evaporator_iced": ("evaporator thawed, drain cleared / 蒸发器除冰、疏通排水", []),
    "refrigerant_leak": ("leak sealed, refrigerant recharged / 补漏并加注制冷剂", ["R290"]),
    "condenser_dirty": ("condenser cleaned / 清洁冷凝器", []),
    "door_seal_leaking": ("door gasket replaced / 更换门封条", ["door gasket"]),
    "defrost_failed": ("defrost heater replaced / 更换除霜加热器", ["defrost heater"]),
    "battery_low": ("battery replaced / 更换电池", ["battery"]),
    "weak_link": ("antenna replaced / 更换天线", ["antenna"]),
}


class Move(NamedTuple):
    """A request to make: `POST /visits/{visit}/{verb}`."""

    visit: str
    verb: str
    body: dict[str, Any]


class Trip:
    """What a technician means to do on one visit, and when (`due`, product ms).

    `code_at`: when the code was typed; `report`: the repair is done, this is said of it; `stays`: how often the
    technician has waited for the cabinet since.
    """

    __slots__ = ("code_at", "due", "report", "state", "stays")

    def __init__(self, state: str, due: int) -> None:
        self.state, self.due, self.stays = state, due, 0
        self.code_at: Moment | None = None
        self.report: Move | None = None


class Trips:
    """All visits under way, as the technicians see them; one per simulation."""

    def __init__(self, world: World, rng: Rng) -> None:
        self._world, self._rng = world, rng
        self._row = {cabinet: row for row, cabinet in enumerate(world.ids)}
        self._trips: dict[str, Trip] = {}

    def due(self, visits: Iterable[dict[str, Any]], moment: Moment) -> list[Move]:
        """The moves to make now, given all visits under way (as the API shows them)."""
        seen = [(visit, self._trip(visit, moment)) for visit in visits]
        self._trips = {visit["id"]: trip for visit, trip in seen}
        moves = [self._move(visit, trip, moment) for visit, trip in seen if moment.now >= trip.due]
        return [move for move in moves if move]

    def refused(self, move: Move) -> None:
        """The move was not taken: look again in a while."""
        self._trips[move.visit].due += MINUTE

    def stay(self, visit: dict[str, Any], moment: Moment) -> bool:
        """Type the code once more and wait for the cabinet to pass it on; False when that has lasted long enough."""
        trip = self._trips[visit["id"]]
        trip.stays += 1
        trip.due, trip.code_at = moment.now + NO_ANSWER_AFTER, moment
        row = self._row.get(visit["cabinet"] or "")
        if row is not None and visit.get("code"):
            self._world.say(row, "service_code_entered", code=visit["code"])
        return trip.stays <= STAYS

    def _trip(self, visit: dict[str, Any], moment: Moment) -> Trip:
        trip = self._trips.get(visit["id"])
        if trip is None or trip.state != visit["state"]:
            trip = Trip(visit["state"], moment.now + int(self._rng.integers(*LASTS[visit["state"]])))
            if trip.state == "offered" and self._rng.random() < FORGETS:
                trip.due = FAR
            if trip.state in ("arrived", "working"):
                self._open(visit, trip.due - moment.now)
        return trip

    def _move(self, visit: dict[str, Any], trip: Trip, moment: Moment) -> Move | None:
        if trip.state == "offered":
            return Move(visit["id"], "accept", {})
        if trip.state == "accepted":
            return Move(visit["id"], "depart", {})
        if trip.state == "en_route":
            return self._arrive(visit, trip, moment)
        if trip.code_at and moment.real - trip.code_at.real < NO_ANSWER_AFTER_REAL:
            return None
        trip.report = trip.report or self._finish(visit)
        return trip.report

    def _arrive(self, visit: dict[str, Any], trip: Trip, moment: Moment) -> Move | None:
        """Type the code at the cabinet; if nothing comes of it, check in by phone."""
        row = self._row.get(visit["cabinet"] or "")
        if trip.code_at is None and row is not None and visit.get("code"):
            trip.code_at = moment
            trip.due = moment.now + NO_ANSWER_AFTER
            self._world.say(row, "service_code_entered", code=visit["code"])
            return None
        if trip.code_at and moment.real - trip.code_at.real < NO_ANSWER_AFTER_REAL:
            return None
        return Move(visit["id"], "check-in", {"evidence": {"type": "button"}})

    def _open(self, visit: dict[str, Any], repair_ms: int) -> None:
        row = self._row.get(visit["cabinet"] or "")
        if row is not None:
            self._world.open_door(row, int(repair_ms * DOOR_SHARE))

    def _finish(self, visit: dict[str, Any]) -> Move:
        """Mend the cabinet (mostly), and report."""
        row = self._row.get(visit["cabinet"] or "")
        kinds = self._world.lasting(row) if row is not None else []
        measure, parts = MEASURES.get(kinds[0] if kinds else "default", MEASURES["default"])
        if row is not None and (not kinds or self._rng.random() >= IN_VAIN):
            self._world.repair(row)
            self._world.close_door(row)
        return Move(visit["id"], "finish", {"measure": measure, "parts": parts, "note": "simulated"})
