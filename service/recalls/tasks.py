"""The tasks of a recall, one per cabinet: who is on the list, what is stopped, what is pulled, what proves it.

A cabinet is listed when it holds the goods, and also when nobody can tell: it is offline, or never told its contents.
A task is done when the cabinet itself says that the lot was taken out after its door was opened (`pulled`), or when the
pull ticket is resolved or a person answers for it (`confirmed`). Goods that turn up again make it a task again.
"""

from collections import Counter
from typing import Any, get_args

from service import deadlines, dispatch, intake
from service.moves import move
from service.recalls import stops
from service.recalls.model import DONE, Recall, Task, TaskState, Why
from service.recalls.stock import Found, find
from service.records.base import Put
from service.step import Step, name
from service.tickets import AFTER_RESOLVED, AT_REST, BEFORE_ARRIVAL, WAITING, Ticket
from telemetry.batch import CabinetEvent
from telemetry.fleet import ONLINE

AT_ONCE = 20  # tickets opened in one step


def listed(step: Step, recall: Recall) -> None:
    """Look through the whole fleet: every cabinet in service that holds the goods, or may."""
    for row, cabinet in enumerate(step.fleet.ids):
        if not step.fleet.retired[row]:
            _look(step, recall, row, cabinet)


def returned(step: Step, cabinet: str) -> None:
    """A cabinet is in service again: recalls that were started meanwhile know nothing of it."""
    for recall in step.books.goods.running():
        if cabinet not in recall.tasks:
            _look(step, recall, step.fleet.index[cabinet], cabinet)


def foreseen(step: Step, recall: Recall) -> dict[str, int]:
    """How many cabinets would be listed, and why; nothing changes."""
    seen = (_seen(step, recall, n, cabinet)[0] for n, cabinet in enumerate(step.fleet.ids) if not step.fleet.retired[n])
    counted = Counter(why for why in seen if why is not None)
    return {why: counted[why] for why in get_args(Why)}


def _look(step: Step, recall: Recall, row: int, cabinet: str) -> None:
    why, found = _seen(step, recall, row, cabinet)
    if why is not None:
        add(step, recall, cabinet, why, found)


def _seen(step: Step, recall: Recall, row: int, cabinet: str) -> tuple[Why | None, Found | None]:
    found = find(step.books.goods.shelves.get(cabinet), recall)
    return _why(found, online=bool(step.fleet.status[row] == ONLINE)), found


def _why(found: Found | None, *, online: bool) -> Why | None:
    if found is not None and found.lanes:
        return "holds"
    if found is None or found.maybe:
        return "contents"
    return None if online else "offline"


def add(step: Step, recall: Recall, cabinet: str, why: Why, found: Found | None = None) -> Task:
    """Put a cabinet on the list, or back on it. What holds the goods is stopped."""
    state: TaskState = "todo" if why == "holds" else "unknown"
    known = recall.tasks.get(cabinet)
    task = Task(cabinet=cabinet, state=state, why=why, created=step.now if known is None else known.created)
    if known is not None and known.state not in DONE:
        task.ticket, task.door = known.ticket, known.door
    task.lanes = list(found.lanes) if found is not None else []
    recall.tasks[cabinet] = task
    if why == "holds":
        _stop(step, recall, task)
    _tell_ticket(step, task)
    put(step, recall, task)
    return task


def _stop(step: Step, recall: Recall, task: Task) -> None:
    """The whole cabinet must not sell; with the policy off only the lanes that hold the goods, where it can do that."""
    args = {"sku": recall.sku, "lots": recall.lots, "why": "recall"}
    lanes = [place["lane"] for place in task.lanes]
    if step.policy.recall_lock_whole:
        task.lock = "whole"
        stops.require(step, task.cabinet, None, recall.key, args, task.ticket)
    elif stops.able(step, task.cabinet) and all(lanes):
        task.lock = "lane"
        for lane in lanes:
            stops.require(step, task.cabinet, lane, recall.key, args, task.ticket)


def put(step: Step, recall: Recall, task: Task) -> None:
    task.updated = step.now
    step.changes.append(Put("recall_tasks", recall.task_row(task)))


def hear(step: Step, recall: Recall, event: CabinetEvent) -> None:
    """A cabinet told of its goods, and the book is up to date: is the task still to be done, or a new one?"""
    task = recall.tasks.get(event.cabinet)
    found = find(step.books.goods.shelves.get(event.cabinet), recall)
    if found is not None and found.lanes:
        _held(step, recall, task, event.cabinet, found)
    elif task is not None and task.lanes and task.state not in DONE:
        _gone(step, recall, task, event, found)


def _held(step: Step, recall: Recall, task: Task | None, cabinet: str, found: Found) -> None:
    if task is None or task.why != "holds" or task.state in DONE:
        add(step, recall, cabinet, "holds", found)
    elif task.lanes != found.lanes:
        task.lanes = list(found.lanes)
        _stop(step, recall, task)
        _tell_ticket(step, task)
        put(step, recall, task)


def _tell_ticket(step: Step, task: Task) -> None:
    """Whoever goes there sees where the goods lie now."""
    ticket = step.books.tickets.get(task.ticket or "")
    if ticket is not None and "pull" in ticket.extra:
        ticket.extra["pull"] = {**ticket.extra["pull"], "lanes": task.lanes}
        step.touch(ticket)


def _gone(step: Step, recall: Recall, task: Task, event: CabinetEvent, found: Found | None) -> None:
    """The last of it left the cabinet: sold out by the cabinet's word, or taken out by hand, which counts once the door
    was open before. What may have been miscounted somebody looks at."""
    proof = {"type": event.name, "level": 4, "source": "cabinet", "at": event.ts, "boot": event.boot, "seq": event.seq}
    task.lanes = []
    opened = task.door is not None and task.door["at"] <= event.ts
    sure = found is not None and not found.maybe
    if sure and event.name == "lot_sold":
        finish(step, recall, task, "confirmed", proof)
    elif sure and opened:
        finish(step, recall, task, "pulled", {**proof, "door": task.door})
    else:
        task.proof = {**proof, "door": None}
        put(step, recall, task)


def door(step: Step, recall: Recall, event: CabinetEvent) -> None:
    """Somebody opened it: what is taken out from now on was taken out by hand."""
    task = recall.tasks.get(event.cabinet)
    if task is not None and task.state not in DONE:
        task.door = {"at": event.ts, "boot": event.boot, "seq": event.seq}
        put(step, recall, task)


def finish(step: Step, recall: Recall, task: Task, state: TaskState, proof: dict[str, Any]) -> None:
    """The task is done; its ticket follows, unless somebody is there, who ends the visit first."""
    task.state, task.proof, task.done = state, proof, step.now
    ticket = step.books.tickets.get(task.ticket or "")
    if ticket is not None and ticket.state not in AFTER_RESOLVED | AT_REST:
        _resolve(step, ticket, state, proof)
    put(step, recall, task)


def _resolve(step: Step, ticket: Ticket, note: str, proof: dict[str, Any]) -> None:
    """The cabinet's own word, or a person's, is the proof: nothing is left to verify."""
    evidence = {
        "type": proof["type"], "level": proof.get("level", 0), "source": proof["source"], "at": proof["at"],
        "uncertainty_s": max(0, step.now - proof["at"]) // 1000,
    }  # fmt: skip
    if ticket.state in BEFORE_ARRIVAL | WAITING:
        move(step, ticket, "healed", note=note)
        dispatch.leave(step, ticket)
        move(step, ticket, "healthy", evidence=evidence, note=note)
    else:
        step.line(ticket, "evidence", evidence=evidence, note=note)


def open_tickets(step: Step, recall: Recall) -> None:
    """A pull ticket for every task that has none, some at a time: it rides on visits as any other."""
    waiting = [task for task in recall.tasks.values() if task.ticket is None and task.state not in DONE]
    for task in waiting[:AT_ONCE]:
        _open(step, recall, task)


def _open(step: Step, recall: Recall, task: Task) -> None:
    n = step.books.number("T")
    what = "check" if task.state == "unknown" else "pull"
    ticket = Ticket(
        id=name("T", n), n=n, kind="recall", severity="major", channel="telemetry", cabinet=task.cabinet,
        site=step.fleet.site[step.fleet.index[task.cabinet]], received=step.now, opened=step.now,
        summary=f"Recall {recall.id}, {what} {recall.sku}: {task.cabinet}",
        extra={
            "summary_zh": f"召回 {recall.id}，{'核查' if what == 'check' else '下架'} {recall.sku}：{task.cabinet}",
            "recall": recall.id,
            "pull": {
                "why": "recall", "sku": recall.sku, "lots": recall.lots, "lanes": task.lanes,
                "instructions_zh": recall.instructions_zh, "instructions_en": recall.instructions_en,
            },
        },
    )  # fmt: skip
    task.ticket = ticket.id
    for stop in stops.of_cabinet(step.books.goods, task.cabinet, recall.key):
        stop.ticket = stop.ticket or ticket.id
    intake.register(step, ticket)
    step.line(ticket, "state", to="new", note=f"opened recall={recall.id}")
    deadlines.begin(step, ticket, step.now)
    intake.send_out(step, ticket)
    put(step, recall, task)


def follow(step: Step, recall: Recall) -> None:
    """What time brings: tickets that were resolved, commands that were answered, cabinets that speak again."""
    for task in list(recall.tasks.values()):
        _follow_ticket(step, recall, task)
        show_stop(step, recall, task)
        if task.state == "unknown" and task.why == "offline":
            _settle(step, recall, task)


def _follow_ticket(step: Step, recall: Recall, task: Task) -> None:
    ticket = step.books.tickets.get(task.ticket or "")
    while ticket is not None and ticket.state == "merged":
        ticket = step.books.tickets.get(ticket.extra["merged_into"])
    if ticket is None or task.state in DONE:
        return
    if ticket.id != task.ticket:
        task.ticket = ticket.id
        put(step, recall, task)
    if ticket.state in AFTER_RESOLVED:
        _over(step, recall, task, ticket)


def _over(step: Step, recall: Recall, task: Task, ticket: Ticket) -> None:
    """Its ticket is resolved. That proves nothing while the cabinet says that the goods are there, or where the pull
    was merged into a repair that nobody came for: then the task gets a ticket anew."""
    seen_to = ticket.extra.get("recall") == recall.id or ticket.extra.get("service")
    if seen_to and not task.lanes:
        finish(step, recall, task, "confirmed", {"type": "ticket", "source": ticket.id, "at": step.now})
    else:
        task.ticket = None
        put(step, recall, task)


def show_stop(step: Step, recall: Recall, task: Task) -> None:
    """How far the cabinet has obeyed, in the task."""
    mine = stops.of_cabinet(step.books.goods, task.cabinet, recall.key)
    if not mine:
        return
    shown = all(stop.shown is True for stop in mine)
    state = "stopped" if shown else next(stop.state for stop in mine if stop.shown is not True)
    command = next((stop.last for stop in mine if stop.last is not None), None)
    reached: TaskState = "stopped" if shown else "todo"
    if (state, command) != (task.stop, task.command) or (task.state in ("todo", "stopped") and task.state != reached):
        task.stop, task.command = state, command
        if task.state in ("todo", "stopped"):
            task.state = reached
        put(step, recall, task)


def _settle(step: Step, recall: Recall, task: Task) -> None:
    """It was offline, and did not hold the goods as far as we knew: once it has spoken long enough to have told what it
    held back, and still does not, it is cleared."""
    row = step.fleet.index[task.cabinet]
    if step.fleet.status[row] != ONLINE:
        task.online = None
    elif task.online is None:
        task.online = step.now
    elif step.now - task.online >= step.policy.recall_settle_ms:
        proof = {"type": "contents", "source": "cabinet", "at": step.now, "since": task.online}
        finish(step, recall, task, "confirmed", proof)
