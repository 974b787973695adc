"""Parts in vans and depots: what each holder has, what a visit used up, what must be ordered (S0 4.1.6, 4.1.7)."""

from collections.abc import Callable
from typing import Any

from service.bodies import known
from service.checks import Check, optional, text
from service.model import Action, Answer
from service.records.base import Put, Row
from service.step import Books, Step
from service.tickets import Ticket
from service.visiting.shelf import Item
from service.visits import Visit
from telemetry.errors import Invalid

MOST = 1_000_000
ENTRIES = 20_000  # what people write down by hand; more is a slip of a program


def _count(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST
    return None if whole else f"must be a whole number from 0 to {MOST}"


_SET: dict[str, Check] = {"holder": text, "part": text, "quantity": _count, "minimum": optional(_count)}


def put(step: Step, action: Action) -> Answer:
    """Write down what a holder has of a part: a technician's van (the technician's id), or a depot, by any other name.

    `minimum` left out keeps it, null takes it away. Raises Invalid.
    """
    given = known(action.body, _SET, ("holder", "part", "quantity"))
    holder, part = given["holder"].strip(), given["part"].strip()
    shelf = step.books.stock.setdefault(holder, {})
    if part not in shelf and sum(map(len, step.books.stock.values())) >= ENTRIES:
        if not shelf:
            del step.books.stock[holder]
        raise Invalid({"part": f"the register is full at {ENTRIES} entries"})
    item = shelf.setdefault(part, Item(quantity=0))
    item.quantity = given["quantity"]
    if "minimum" in given:
        item.minimum = given["minimum"]
    _settle(step, holder, part, item)
    return Answer(status="ok", body=row(step, holder, part, item))


def _settle(step: Step, holder: str, part: str, item: Item) -> None:
    """Write the row; below its minimum an order is proposed, once until it was enough again."""
    item.updated = step.now
    low = item.minimum is not None and item.quantity < item.minimum
    if low and not item.told:
        params = {"holder": holder, "part": part, "quantity": item.quantity, "minimum": item.minimum}
        step.notice("dispatcher", "stock_low", {**params, "order": item.order})
    item.told = low
    step.changes.append(Put("stock", row(step, holder, part, item)))


def row(step: Step, holder: str, part: str, item: Item) -> Row:
    """The row of table `stock`; `order`: how many are proposed to be ordered."""
    kind = "van" if holder in step.books.technicians else "depot"
    return {
        "id": f"{holder}/{part}", "holder": holder, "kind": kind, "part": part, "quantity": item.quantity,
        "minimum": item.minimum, "order": item.order, "updated": item.updated,
    }  # fmt: skip


def whereabouts(books: Books, part: str, technician: str) -> str | None:
    """Where the part is for this technician: `van`, `depot` or `nowhere`; None: the register does not know the part.

    Other technicians' vans do not count: nobody lends on the road.
    """
    holders = [h for h, shelf in books.stock.items() if part in shelf]
    if not holders:
        return None
    full = {h for h in holders if books.stock[h][part].quantity > 0}
    if technician in full:
        return "van"
    return "depot" if full - books.technicians.keys() else "nowhere"


def used(step: Step, visit: Visit) -> None:
    """Take what a visit's report says was used out of its technician's van, as far as the register knows it."""
    shelf = step.books.stock.get(visit.technician, {})
    for part, quantity in reported((visit.report or {}).get("parts") or ()):
        item = shelf.get(part)
        if item is not None:
            item.quantity = max(0, item.quantity - quantity)
            _settle(step, visit.technician, part, item)


def reported(parts: Any) -> list[tuple[str, int]]:
    """(part, quantity) of a report: texts count one, objects name `part` and perhaps `quantity`."""
    found = []
    for entry in parts:
        named = entry if isinstance(entry, dict) else {"part": entry}
        part, quantity = named.get("part"), named.get("quantity", 1)
        if isinstance(part, str):
            found.append((part.strip(), quantity if _count(quantity) is None else 1))
    return found


def propose_wait(step: Step, ticket: Ticket, technician: str) -> None:
    """Neither the van nor a depot has the likely part: dispatchers are told once that the ticket may have to wait for
    it. The work goes on: who is there may find another cause, or another part."""
    part = step.policy.dispatch.likely_parts.get(ticket.fault_kind or "")
    if part is None or part in ticket.parts_told or whereabouts(step.books, part, technician) != "nowhere":
        return
    ticket.parts_told.append(part)
    step.line(ticket, "dispatch", note=f"parts_missing part={part} proposed=wait_parts")
    params = {"part": part, "cabinet": ticket.cabinet, "severity": ticket.severity, "summary": ticket.summary}
    step.notice("dispatcher", "parts_missing", params, ticket=ticket.id)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"stock.set": put}
