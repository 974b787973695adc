"""Which sales were it: one row per vend as cabinets tell of them, and those of a recall among them (S1 7.6.1-7.6.3)."""

from typing import Any

from service.recalls.model import Recall
from service.recalls.stock import Told, told
from service.records.base import Put, Row
from service.step import Step
from service.tickets import Ticket
from telemetry.batch import CabinetEvent


def key_of(cabinet: str, boot: int, seq: int, ts: int) -> str:
    """The id of a sale: the message that told of it, in every place alike."""
    return f"{cabinet}-{boot}-{seq}-{ts}"


def hear(step: Step, event: CabinetEvent) -> None:
    """Write a vend down, late or not, and add it to the recalls of its lot."""
    row = _row(event, told(event.data))
    step.changes.append(Put("sales", row))
    for recall in step.books.goods.recalls.values():  # closed ones too: what was sold was sold
        add(step, recall, row)


def _row(event: CabinetEvent, said: Told) -> Row:
    return {
        "id": key_of(event.cabinet, event.boot, event.seq, event.ts), "cabinet": event.cabinet, "at": event.ts,
        "sku": said.sku, "lot": said.lot, "lane": said.lane, "price_cents": said.price_cents, "vend_id": said.vend_id,
    }  # fmt: skip


def add(step: Step, recall: Recall, sale: Row, ticket: str | None = None) -> bool:
    """Put a sale (a row of `sales`) on the recall's list, if it is of its lots; `ticket`: its customer's claim."""
    concerned = recall.concerns(sale["sku"], sale["lot"])
    if concerned is False:
        return False
    row = {
        "id": f"{recall.id}/{sale['id']}", "recall": recall.id, "sale": sale["id"], "cabinet": sale["cabinet"],
        "at": sale["at"], "lot": sale["lot"], "vend_id": sale["vend_id"], "price_cents": sale["price_cents"],
        "certain": concerned is True, "ticket": ticket,
        "reachable": sale.get("reachable") is True or _reachable(step, ticket),
    }  # fmt: skip
    step.changes.append(Put("recall_sales", row))
    return True


def _reachable(step: Step, key: str | None) -> bool:
    """Is there a customer who can be called or written to?"""
    ticket = step.books.tickets.get(key or "")
    return ticket is not None and reachable(ticket.customer)


def reachable(customer: dict[str, Any] | None) -> bool:
    return bool(customer) and any((customer or {}).get(way) for way in ("phone", "address"))


def claimed(step: Step, ticket: Ticket, sale: Row) -> list[str]:
    """A customer turned up for this sale: the recalls it belongs to, where that customer can be reached from now on."""
    known = step.books.goods.claimed.setdefault(sale["id"], [])
    fresh = ticket.id not in known
    if fresh:
        known.append(ticket.id)
    of = [recall for recall in step.books.goods.recalls.values() if add(step, recall, sale, ticket.id)]
    for recall in of if fresh else ():
        tell_buyer(step, recall, ticket.id)
    return [recall.id for recall in of]


def tell_buyer(step: Step, recall: Recall, key: str) -> None:
    """Whoever claimed a recalled sale is told of the recall, the ticket in memory or not (S1 7.6.1-7.6.3)."""
    step.tell(step.books.tickets.get(key) or key, "goods_recalled", {"recall": recall.id})
