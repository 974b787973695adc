"""The people of the town: technicians, agents, customers. They do what people do, sooner or later, mostly."""

from functools import partial
from typing import Any

from service.model import Actor
from service.records.base import Row
from service.tickets import AT_REST
from telemetry.units import DAY, HOUR
from tests.year.town import ZONES, Town

AGENT = Actor(id="dora", role="dispatcher")
SUPERVISOR = Actor(id="sun", role="dispatcher")
CUSTOMERS = Actor(id="customer", role="customer")
CUSTOMER = {"name": "张三", "phone": "13912345678", "address": "杭州市西湖区文三路 1 号"}
# Kind → how many a year per cabinet: about four faults, as fleets with faults have.
FAULTS = {
    "payment_down": 0.9, "door_left_open": 0.5, "camera_down": 0.4, "air_too_warm": 0.5, "mdb_silent": 0.4,
    "light_failed": 0.3, "lock_fault": 0.3, "compressor_weak": 0.2, "power_lost": 0.3, "weak_link": 0.2,
}  # fmt: skip
# Kind → how many a year for 1,000 cabinets.
ASKED = {"consultation": 1500, "complaint": 300, "return": 150, "refund": 250, "installation": 60, "incident": 12}
# What people write where the record has a hole.
WRITTEN: dict[str, Any] = {
    "price_cents": 350,
    "purchased": "2026-01-02T10:00:00+08:00",
    "date": "2026-01-02T10:00:00+08:00",
}
CHANNELS = ("phone", "online", "sms", "email", "official_account", "qr")


class People:
    """Everybody, at work. `fixed` is the share of repairs that hold, `lazy` of what agents do late."""

    def __init__(self, town: Town, technicians: int, fixed: float = 0.92) -> None:
        self.town, self.fixed = town, fixed
        self.rng, self.paid_cents = town.rng, 0
        for n in range(technicians):
            shift = [[day, "08:00", "20:00"] for day in range(1, 6)] if n % 4 else []
            zone, lat, lon = town.places[f"S-{n % max(1, town.cabinets // 5):03d}"]
            town.act(
                "technician.create", "", AGENT, id=f"W-{n:02d}", name=f"师傅{n}", lat=lat, lon=lon, shift=shift,
                zones=[] if n % 5 == 0 else [zone, ZONES[n % len(ZONES)]],
            )  # fmt: skip
        town.watchers["visit_offered"] = self._offered
        town.on_ticket = self._moved
        town.on_survey = self._asked

    def year(self, since: int, until: int) -> None:
        """Put a year's faults and questions on the agenda."""
        years = (until - since) / (365 * DAY)
        for kind, rate in FAULTS.items():
            for when in self._times(rate * self.town.cabinets * years, since, until):
                self.town.at(when, partial(self._fall_ill, kind))
        for kind, rate in ASKED.items():
            for when in self._times(rate * self.town.cabinets / 1000 * years, since, until):
                self.town.at(when, partial(self._ask, kind))

    def _times(self, mean: float, since: int, until: int) -> list[float]:
        return list(self.rng.uniform(since, until, self.rng.poisson(mean)))

    def _fall_ill(self, kind: str) -> None:
        cabinet = int(self.rng.integers(self.town.cabinets))
        name = f"C-{cabinet:04d}"
        if any(e.cabinet == name and e.kind == kind for e in self.town.faults.open.values()):
            return
        fault = self.town.fault(cabinet, kind)
        if self.rng.random() < 0.1:  # some heal before anybody comes
            self.town.after(float(self.rng.uniform(10, 90)), partial(self.town.heal, fault))

    def _ask(self, kind: str) -> None:
        body: dict[str, Any] = {"kind": kind, "summary": f"{kind} of a customer"}
        body["channel"] = CHANNELS[int(self.rng.integers(len(CHANNELS)))]
        body["customer"] = CUSTOMER
        if kind in ("installation", "return") or self.rng.random() < 0.5:
            body["cabinet"] = f"C-{int(self.rng.integers(self.town.cabinets)):04d}"
        self.town.act("ticket.create", "", AGENT, **body)

    # -- technicians -------------------------------------------------------------------------------------------
    def _offered(self, notice: Row) -> None:
        if self.rng.random() < 0.93:
            self.town.after(
                float(self.rng.uniform(1, 9)), partial(self._visit, notice["visit"], "accept", notice["to"])
            )

    def _visit(self, visit: str, verb: str, who: str) -> None:
        """One step of a visit, and the next one later; a visit that was called off ends here."""
        town, books = self.town, self.town.desk._books
        here = books.visits.get(visit)
        if here is None or here.state not in ("offered", "accepted", "en_route", "arrived", "working"):
            return
        actor, chance = Actor(id=who, role="technician"), float(self.rng.random())
        if verb == "check-in" and chance < 0.7 and here.cabinets:
            town.event(here.cabinets[0], "service_code_entered", code=here.code)
            town.event(here.cabinets[0], "door_opened")
        elif verb == "check-in":
            town.act(
                "visit.check-in", visit, actor, evidence=self._fix(here.site) if chance < 0.95 else {"type": "button"}
            )
        elif verb == "finish":
            for fault in [f for t in here.tickets if t in books.tickets for f in books.tickets[t].faults]:
                if self.rng.random() < self.fixed:
                    town.heal(fault)
            town.act("visit.finish", visit, actor, measure="repaired", parts=["lock"] if chance < 0.2 else [])
        else:
            town.act(f"visit.{verb}", visit, actor)
        following = {"accept": ("depart", 3, 30), "depart": ("check-in", 8, 70), "check-in": ("finish", 10, 80)}
        if verb in following:
            then, low, high = following[verb]
            town.after(float(self.rng.uniform(low, high)), partial(self._visit, visit, then, who))

    def _fix(self, site: str | None) -> dict[str, Any]:
        _, lat, lon = self.town.places[site or "S-000"]
        return {"type": "gps", "lat": lat, "lon": lon, "accuracy_m": float(self.rng.uniform(5, 140))}

    # -- agents ------------------------------------------------------------------------------------------------
    def _moved(self, row: Row, was: str | None) -> None:
        """A ticket is in a new state: somebody takes care of it, soon or not so soon."""
        ticket, state = row["id"], row["state"]
        if was is None and row["fault"] is None:
            self.town.after(float(self.rng.exponential(300)), partial(self._answer, ticket, row["kind"]))
        elif state == "resolved":
            self.town.after(float(self.rng.uniform(60, 4 * 24 * 60)), partial(self._follow_up, ticket))
        elif state == "verifying" and row["fault"] is None:
            self.town.after(60, partial(self._ask_for, ticket, "resolve", reason="the customer says so"))
        elif state in ("dispatching", "triaged") and was == "verifying":
            pass  # the desk sends somebody again by itself

    def _answer(self, ticket: str, kind: str) -> None:
        self._ask_for(ticket, "triage")
        self._ask_for(ticket, "reply", text="我们正在处理")
        if kind in ("installation", "incident") and self.town.desk._books.tickets[ticket].cabinet:
            self._ask_for(ticket, "dispatch")
            return
        days = float(self.rng.uniform(0.05, 8 if kind in ("complaint", "refund") else 2))
        if kind == "refund":
            self.town.after(days * 720, partial(self._refund, ticket))
        self.town.after(days * DAY / HOUR * 60, partial(self._ask_for, ticket, "resolve", text="处理完毕"))

    def _refund(self, ticket: str) -> None:
        basis = "售后规则：货不对款"
        cents = int(self.rng.integers(100, 5000))
        if self._ask_for(ticket, "approve", amount_cents=cents, basis=basis):
            self.paid_cents += cents if self._ask_for(ticket, "refund", receipt="R-1") else 0

    def _asked(self, row: Row) -> None:
        """A survey's invitation: three in ten answer it."""
        if self.rng.random() < 0.3:
            scores = {
                item: int(self.rng.integers(3, 6)) for item in ("attitude", "quality", "timeliness", "effectiveness")
            }
            answer = partial(self.town.act, "survey.answer", row["id"], CUSTOMERS, token=row["token"], **scores)
            self.town.after(float(self.rng.uniform(10, 10_000)), answer)

    def _follow_up(self, ticket: str) -> None:
        solved = bool(self.rng.random() < 0.97)
        if self._ask_for(ticket, "follow-up", answer="满意" if solved else "还是不行", solved=solved) and solved:
            self.town.after(float(self.rng.uniform(5, 600)), partial(self._close, ticket))

    def _close(self, ticket: str) -> None:
        """Close it; what the desk misses is written down first, as it says."""
        found = self.town.desk._books.tickets.get(ticket)
        if found is None or found.state in AT_REST:
            return
        if found.kind == "complaint":
            self._ask_for(ticket, "record", case={"about": "service"})
            basis = {"type": "law", "reference": "消费者权益保护法"}
            self._ask_for(ticket, "decide", decision="道歉并整改", basis=basis, root_cause="配送延误")
        answer = self.town.act("ticket.close", ticket, SUPERVISOR)
        if answer.body.get("guard") == "record":
            self.town.refused.pop()  # as people do: they look what is missing
            groups: dict[str, dict[str, Any]] = {}
            for field in answer.body["missing"]:
                group, _, name = field.partition(".")
                groups.setdefault(group, {})[name] = WRITTEN.get(name, "已登记")
            self._ask_for(ticket, "record", **groups)
            self._ask_for(ticket, "close")

    def _ask_for(self, ticket: str, verb: str, **body: Any) -> bool:
        found = self.town.desk._books.tickets.get(ticket)
        if found is None or found.state in AT_REST:
            return False
        return self.town.act(f"ticket.{verb}", ticket, SUPERVISOR, **body).status == "ok"
