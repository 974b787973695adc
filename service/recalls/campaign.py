"""A recall as people run it: start, add sales, acknowledge, confirm a cabinet, close (S1 7.6)."""

from typing import Any

from service import dispatch
from service.bodies import known, one_of, said, texts
from service.checks import Check, optional, text, truth
from service.model import Action, Actor, Answer
from service.moves import move
from service.recalls import sales, stops, tasks
from service.recalls.model import DONE, PARTIES, Recall
from service.records.base import Put, Row
from service.step import Step, name
from service.tickets import BEFORE_ARRIVAL, WAITING
from telemetry.errors import Conflict, Invalid, NotFound

PREFIX = "RC"
LONGEST = 4000  # characters of instructions and notices
LOTS = 200
ROLES = {"dispatcher": "dispatcher", "operator": "operators"}


def _long(value: Any) -> str | None:
    fine = isinstance(value, str) and value.strip() and "\x00" not in value and len(value) <= LONGEST
    return None if fine else f"must be a text of at most {LONGEST} characters"


def _lots(value: Any) -> str | None:
    fine = texts(value) is None and 0 < len(value) <= LOTS
    return None if fine else f"must be a list of 1 to {LOTS} lots, or null for all"


def _rows(value: Any) -> str | None:
    return None if isinstance(value, list) else "must be a list"


_CREATE: dict[str, Check] = {
    "sku": text, "lots": optional(_lots), "reason": text, "instructions_zh": _long,
    "instructions_en": optional(_long), "party": one_of(*PARTIES), "notice_zh": optional(_long),
    "notice_en": optional(_long), "sales": optional(_rows),
}  # fmt: skip
_NOTE: dict[str, Check] = {"note": optional(text), "reason": optional(text), "text": optional(text)}


def create(step: Step, action: Action) -> Answer:
    """Start a recall: its cabinets are listed and stopped, its tickets opened, all units told. Raises Invalid."""
    given = known(action.body, _CREATE, ("sku", "reason", "instructions_zh", "party"))
    n = step.books.number(PREFIX)
    lots = given.get("lots")
    recall = Recall(
        id=name(PREFIX, n), n=n, sku=given["sku"], lots=None if lots is None else list(dict.fromkeys(lots)),
        reason=given["reason"], party=given["party"], instructions_zh=given["instructions_zh"],
        instructions_en=given.get("instructions_en"), notice_zh=given.get("notice_zh"),
        notice_en=given.get("notice_en"), created=step.now, by=action.actor.id,
    )  # fmt: skip
    step.books.goods.recalls[recall.id] = recall
    tasks.listed(step, recall)
    tasks.open_tickets(step, recall)
    _add_sales(step, recall, given.get("sales") or [])
    _tell(step, recall)
    return _answer(step, recall, "created")


def preview(step: Step, action: Action) -> Answer:
    """What a recall of these lots would set off: how many cabinets hold the goods, or may, being offline or silent
    about their contents. Nothing changes. Raises Invalid."""
    given = known(action.body, {"sku": text, "lots": optional(_lots)}, ("sku",))
    meant = Recall(
        id="", n=0, sku=given["sku"], lots=given.get("lots"), reason="", party="", instructions_zh="", created=step.now,
        by=action.actor.id,
    )  # fmt: skip
    return Answer(status="ok", body=tasks.foreseen(step, meant))


def _tell(step: Step, recall: Recall) -> None:
    """All units: the office's roles and every technician (S1 7.6.4.1)."""
    people = [t.id for t in step.books.technicians.values() if t.active]
    params = {"recall": recall.id, "sku": recall.sku, "lots": ", ".join(recall.lots or []) or None}
    params |= {"reason": recall.reason, "instructions": recall.instructions_en or recall.instructions_zh}
    params |= {"instructions_zh": recall.instructions_zh, "severity": "major"}
    for unit in (*ROLES.values(), *people):
        recall.units[unit] = None
        step.notice(unit, "recall", params)


def _add_sales(step: Step, recall: Recall, rows: list[Any]) -> int:
    """Rows of `sales` that the API found in the records, each with the `ticket` of its customer's claim, if any."""
    listed = [row for row in rows if sales.add(step, recall, row, row.get("ticket"))]
    for ticket in dict.fromkeys(row["ticket"] for row in listed if row.get("ticket")):
        sales.tell_buyer(step, recall, ticket)
    return len(listed)


def add_sales(step: Step, action: Action) -> Answer:
    """More of the recall's sales, found in the records. Raises NotFound."""
    recall = _recall(step, action)
    given = known(action.body, {"sales": _rows}, ("sales",))
    _add_sales(step, recall, given["sales"])
    return _answer(step, recall)


def acknowledge(step: Step, action: Action) -> Answer:
    """A unit has taken note (S1 7.6.4.1): technicians for themselves, the office for its role, an administrator for
    whom `unit` names. Raises NotFound, Invalid."""
    recall = _recall(step, action)
    given = known(action.body, {"unit": optional(text), **_NOTE})
    unit = _unit(action.actor, given.get("unit"))
    if unit not in recall.units:
        raise Invalid({"unit": "must be one of those who were told"})
    if recall.units[unit] is None:
        recall.units[unit] = {"by": action.actor.id, "at": step.now, "note": said(given)}
    return _answer(step, recall)


def _unit(actor: Actor, named: str | None) -> str:
    if actor.role == "administrator":
        return named or ROLES["operator"]
    return ROLES.get(actor.role, actor.id)


def confirm(step: Step, action: Action) -> Answer:
    """A person answers for a cabinet, where telemetry cannot tell: looked, and nothing is left. Raises NotFound,
    Invalid, Conflict `recall_held` while the cabinet itself says that the goods are there."""
    recall = _recall(step, action, running=True)
    given = known(action.body, {"cabinet": text, "note": text, "anyway": optional(truth)}, ("cabinet", "note"))
    task = recall.tasks.get(given["cabinet"])
    if task is None:
        raise Invalid({"cabinet": "has no task in this recall"})
    if task.state in DONE:
        raise Conflict("state", ["todo", "stopped", "unknown"])
    if task.lanes and not given.get("anyway"):
        raise Conflict("recall_held", [f"lane {place['lane'] or '-'}: {place['lot'] or '-'}" for place in task.lanes])
    proof = {"type": "person", "source": action.actor.id, "at": step.now, "note": given["note"]}
    tasks.finish(step, recall, task, "confirmed", proof)
    return _answer(step, recall)


def close(step: Step, action: Action) -> Answer:
    """End a recall; its cabinets sell again unless something else stops them. While tasks are not done it takes
    `anyway` and a reason. Raises NotFound, Invalid, Conflict `recall_done` with the cabinets that are missing."""
    recall = _recall(step, action, running=True)
    given = known(action.body, {"anyway": optional(truth), **_NOTE})
    missing = [task.cabinet for task in recall.tasks.values() if task.state not in DONE]
    if missing and not given.get("anyway"):
        raise Conflict("recall_done", missing)
    if missing and said(given) is None:
        raise Invalid({"reason": "is required while cabinets are not done"})
    recall.state, recall.closed, recall.closed_by = "closed", step.now, action.actor.id
    recall.close_reason = said(given)
    for task in recall.tasks.values():
        if stops.of_cabinet(step.books.goods, task.cabinet, recall.key):
            stops.release(step, task.cabinet, recall.key)
            task.stop = "lifted"
            tasks.put(step, recall, task)
        if task.state not in DONE:
            _call_off(step, recall, task.ticket)
    return _answer(step, recall)


def _call_off(step: Step, recall: Recall, key: str | None) -> None:
    """Nobody need go any more, unless the ticket has other work by now."""
    ticket = step.books.tickets.get(key or "")
    if ticket is not None and ticket.state in BEFORE_ARRIVAL | WAITING and not ticket.faults:
        move(step, ticket, "cancel", note=f"recall_closed recall={recall.id}")
        dispatch.leave(step, ticket)


def _recall(step: Step, action: Action, *, running: bool = False) -> Recall:
    """The recall an action means, at the version it means. Raises NotFound, Conflict `archived`, `stale`, `state`."""
    recall = step.books.goods.recalls.get(action.target)
    if recall is None:
        if step.books.given_out(PREFIX, action.target):
            raise Conflict("archived")
        raise NotFound(action.target)
    action.expects(recall.version)
    if running and recall.state != "open":
        raise Conflict("state", ["open"])
    return recall


def _answer(step: Step, recall: Recall, status: Any = "ok") -> Answer:
    recall.updated, recall.version = step.now, recall.version + 1
    row: Row = recall.row()
    step.changes.append(Put("recalls", row))
    return Answer(status=status, body=row)
