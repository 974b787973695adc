"""Commands to cabinets: asked for, sent, answered, and what the cabinet showed afterwards. Pure, run by the fold."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from service.checks import Check, demand, json_object, like, optional, text, within
from service.model import REFUSALS, Action, Answer, Effects, Publish, refusal
from service.orders import SHOWS, SLOW, check_args, matches
from service.records.base import Put, Row, visible
from telemetry.clock import Moment
from telemetry.errors import Conflict, NotFound
from telemetry.fleet import NEVER, ONLINE, Fleet
from telemetry.signals import COLUMN
from telemetry.units import DAY, MINUTE, SECOND
from telemetry.wire import COMMANDS, Command, encode, topic

OPEN = ("queued", "sent")
FINAL = ("done", "failed", "rejected", "expired")
_EXPIRES = MINUTE
_EXPIRES_REAL = 30 * SECOND
_OBSERVE_REAL = 10 * SECOND
_REMEMBERED = DAY
_SHOWN = 200  # characters of a cabinet's detail in a timeline
_FIELDS: dict[str, Check] = {
    "name": like("|".join(COMMANDS)), "args": optional(json_object), "reason": text,
    "expires_s": optional(within(1, DAY // SECOND)), "ticket": optional(text),
}  # fmt: skip

Barred = Callable[[str, str], bool]  # may this command (name) not go to this cabinet (id) now?


def nothing_barred(_cabinet: str, _name: str) -> bool:
    return False


class CommandReply(NamedTuple):
    """What a cabinet answered to a command; `ts` is its device clock (ms)."""

    cabinet: str
    id: str
    status: str
    detail: str
    ts: int


class Remark(NamedTuple):
    """What became of a command that was sent for a ticket, as a line of its timeline. `actor`: who asked for it; None
    for what followed."""

    ticket: str
    actor: str | None
    note: str


class _Order(msgspec.Struct):
    """A command and what we remember of it: the boot it was sent in, since when its effect is looked for.

    `presumed`: we ended it, for want of an answer. `ticket`: what it was sent for.
    """

    row: Row
    boot: int = NEVER
    since: int | None = None
    presumed: bool = False
    ticket: str | None = None


class Commands:
    """The state machine queued → sent → done | failed | rejected | expired.

    `speed` is product ms per real ms: what waits for a cabinet or a person also waits a while of real time.
    A command is given up by us (`expired`, detail `no_answer`) without knowing what the cabinet did; an answer that
    comes after that still counts, because only the cabinet knows. A cabinet's own answer is never changed.
    """

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._count = 0
        self._orders: dict[str, _Order] = {}
        self._open: set[str] = set()
        self._watched: set[str] = set()
        self._remarks: list[Remark] = []

    def act(self, action: Action, fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        """Judge `command.create` with body {"name", "args", "reason", "expires_s"?, "ticket"?} (product seconds)."""
        try:
            order = self._create(action, fleet, moment)
        except REFUSALS as error:
            return refusal(action, error), Effects()
        effects = Effects()
        if fleet.status[fleet.index[action.target]] == ONLINE:
            effects.extend(_send(order, fleet, moment))
        effects.changes = [_put(order)]
        self._remark(order, order.row["state"], actor=action.actor.id)
        return Answer(status="created", body=dict(order.row)), effects

    def on_births(
        self, cabinets: Iterable[str], fleet: Fleet, moment: Moment, barred: Barred = nothing_barred
    ) -> Effects:
        """Send what waits for these cabinets, and once more what they have not answered: they know a command by id.
        What is `barred` by now is ended instead."""
        return self._resend(set(cabinets), fleet, moment, barred)

    def on_start(self, fleet: Fleet, moment: Moment, barred: Barred = nothing_barred) -> Effects:
        """Send again, after a restart, what cabinets online have not answered: the first time may have been lost."""
        online = {fleet.ids[row] for row in range(len(fleet)) if fleet.status[row] == ONLINE}
        return self._resend(online, fleet, moment, barred)

    def withdraw(self, cabinet: str, name: str, moment: Moment) -> tuple[list[str], Effects]:
        """End the open commands of that name to a cabinet, which food safety forbids now; their ids."""
        mine = [key for key in sorted(self._open) if self._is(key, cabinet, name)]
        return mine, Effects(changes=[self._forbid(self._orders[key], moment) for key in mine])

    def on_replies(self, replies: Sequence[CommandReply], moment: Moment) -> tuple[Effects, int]:
        """Take answers; the second value counts those to no command of that cabinet. Repeated answers do nothing."""
        effects, unknown = Effects(), 0
        for reply in replies:
            order = self._orders.get(reply.id)
            if order is None or order.row["cabinet"] != reply.cabinet or reply.status not in FINAL:
                unknown += 1
            elif order.row["state"] in OPEN or order.presumed:
                late = {"late": "true"} if order.presumed else {}
                self._end(order, reply.status, visible(reply.detail), moment, **late)
                if reply.status == "done" and order.row["name"] in SHOWS:
                    order.since = _since(reply.ts, moment)
                    self._watched.add(reply.id)
                effects.changes.append(_put(order))
        return effects, unknown

    def on_tick(self, fleet: Fleet, moment: Moment) -> Effects:
        """Expire what nobody answered, note what done commands show by now, forget what ended a day ago."""
        effects = Effects()
        for key in sorted(self._open):
            order = self._orders[key]
            if moment.now > order.row["expires"]:
                self._end(order, "expired", "no_answer" if order.row["sent"] else "not_sent", moment)
                order.presumed = True
                effects.changes.append(_put(order))
        for key in sorted(self._watched):
            effects.changes.extend(self._watch(self._orders[key], fleet, moment))
        self._forget(moment)
        return effects

    def remarks(self) -> list[Remark]:
        """What the timelines of tickets are owed since the last call."""
        owed, self._remarks = self._remarks, []
        return owed

    def told(self, key: str) -> tuple[Row, bool] | None:
        """The row of a command, and whether its effect is still looked for; None once it is forgotten."""
        order = self._orders.get(key)
        return None if order is None else (order.row, key in self._watched)

    def dump(self) -> bytes:
        return msgspec.msgpack.encode((self._count, list(self._orders.values())))

    def load(self, data: bytes) -> None:
        """Take over a dump; `on_start` sends again what is open."""
        self._count, orders = msgspec.msgpack.decode(data, type=tuple[int, list[_Order]])
        self._orders = {order.row["id"]: order for order in orders}
        self._open = {key for key, order in self._orders.items() if order.row["state"] in OPEN}
        self._watched = {key for key, order in self._orders.items() if order.since is not None}

    def _create(self, action: Action, fleet: Fleet, moment: Moment) -> _Order:
        row = fleet.index.get(action.target)
        if row is None:
            raise NotFound(action.target)
        if fleet.retired[row]:
            raise Conflict("retired")
        demand(action.body, _FIELDS, required=("name", "reason"))
        check_args(action.body["name"], action.body.get("args") or {})
        self._count += 1
        order = _Order(row=_row(f"C-{self._count:06d}", action, self._expiry(action.body, moment), moment))
        order.ticket = action.body.get("ticket")
        self._orders[order.row["id"]] = order
        self._open.add(order.row["id"])
        return order

    def _expiry(self, body: dict[str, Any], moment: Moment) -> int:
        if body.get("expires_s") is not None:
            return moment.now + int(body["expires_s"] * SECOND)
        return moment.now + max(_EXPIRES, int(_EXPIRES_REAL * self._speed))

    def _resend(self, cabinets: set[str], fleet: Fleet, moment: Moment, barred: Barred) -> Effects:
        effects = Effects()
        for key in sorted(self._open):
            order = self._orders[key]
            if order.row["cabinet"] not in cabinets or moment.now > order.row["expires"]:
                continue
            if barred(order.row["cabinet"], order.row["name"]):
                effects.changes.append(self._forbid(order, moment))
                continue
            first = order.row["state"] == "queued"
            effects.extend(_send(order, fleet, moment))
            if first:
                self._remark(order, "sent")
        return effects

    def _is(self, key: str, cabinet: str, name: str) -> bool:
        row = self._orders[key].row
        return bool(row["cabinet"] == cabinet and row["name"] == name)

    def _forbid(self, order: _Order, moment: Moment) -> Put:
        """End it by our own word. A cabinet that has it already may carry it out all the same: its answer counts."""
        self._end(order, "rejected", "food_safety", moment)
        order.presumed = order.row["sent"] is not None
        return _put(order)

    def _end(self, order: _Order, state: str, detail: str, moment: Moment, **more: str) -> None:
        order.row.update(state=state, detail=detail, done=moment.now)
        order.presumed = False
        self._open.discard(order.row["id"])
        self._remark(order, state, detail="_".join(detail.split())[:_SHOWN], **more)

    def _remark(self, order: _Order, what: str, *, actor: str | None = None, **facts: str) -> None:
        """Owe the ticket a line: `command_… command=… name=…`."""
        if order.ticket is not None:
            told = {"command": order.row["id"], "name": order.row["name"], **facts}
            note = " ".join([f"command_{what}", *(f"{key}={value}" for key, value in told.items() if value)])
            self._remarks.append(Remark(order.ticket, actor, note))

    def _watch(self, order: _Order, fleet: Fleet, moment: Moment) -> list[Put]:
        """What the cabinet's next telemetry shows, looked for during three intervals (and 10 s of real time)."""
        row, since = fleet.index[order.row["cabinet"]], order.since or 0
        observed = _observed(order, row, since, fleet, moment)
        patience = max(3 * int(fleet.interval_ms[row]), int(_OBSERVE_REAL * self._speed))
        as_asked = matches({**order.row, "observed": observed})
        not_yet = observed is None or (as_asked is False and order.row["name"] in SLOW)
        if not_yet and moment.now - since <= patience:
            return []
        order.since = None
        self._watched.discard(order.row["id"])
        order.row["observed"] = observed
        if observed is None:
            self._remark(order, "unobserved")
            return []
        verdict = {} if as_asked is None else {"matches": str(as_asked).lower()}
        self._remark(order, "observed", **{observed["signal"]: f"{observed['value']:.10g}"}, **verdict)
        return [_put(order)]

    def _forget(self, moment: Moment) -> None:
        """Orders are in the order of creation, so the oldest stand first."""
        while self._orders:
            key = next(iter(self._orders))
            row = self._orders[key].row
            if row["state"] in OPEN or moment.now - row["done"] <= _REMEMBERED:
                return
            del self._orders[key]
            self._watched.discard(key)


def _row(key: str, action: Action, expires: int, moment: Moment) -> Row:
    body = action.body
    ticket = body.get("ticket") or ""
    named = re.search(rf"\b{re.escape(ticket)}\b", body["reason"])
    reason = body["reason"] if named or not ticket else f"{ticket}: {body['reason']}"
    return {
        "id": key, "cabinet": action.target, "name": body["name"], "args": body.get("args") or {},
        "reason": reason, "actor": action.actor.id, "state": "queued", "detail": None, "observed": None,
        "created": moment.now, "expires": expires, "sent": None, "done": None,
    }  # fmt: skip


def _send(order: _Order, fleet: Fleet, moment: Moment) -> Effects:
    """The message of a command; the row changes the first time only."""
    row = order.row
    message = Command(id=row["id"], name=row["name"], args=row["args"], expires=row["expires"])
    publish = Publish(topic=topic(row["cabinet"], "down", "command"), payload=encode(message))
    if row["state"] == "sent":
        return Effects(publish=[publish])
    row.update(state="sent", sent=moment.now)
    order.boot = int(fleet.boot[fleet.index[row["cabinet"]]])
    return Effects(changes=[_put(order)], publish=[publish])


def _put(order: _Order) -> Put:
    return Put("commands", dict(order.row))


def _since(ts: int, moment: Moment) -> int:
    """From when on readings show the effect: the answer's own time, unless that clock cannot be ours."""
    return ts if moment.now - 2 * MINUTE <= ts <= moment.now else moment.now


def _observed(order: _Order, row: int, since: int, fleet: Fleet, moment: Moment) -> dict[str, Any] | None:
    signal = SHOWS[order.row["name"]]
    if signal == "boot":
        boot = int(fleet.boot[row])
        return {"signal": signal, "value": boot, "ts": moment.now} if boot > order.boot else None
    ts = int(fleet.latest_ts[row, COLUMN[signal]])
    if ts <= since:
        return None
    return {"signal": signal, "value": float(fleet.latest[row, COLUMN[signal]]), "ts": ts}
