"""What the recall room hears and does: cabinets' events, the passing of time, answers to commands, people."""

from collections.abc import Callable

from service.model import Action, Answer
from service.recalls import campaign, expired, sales, stock, stops, tasks
from service.recalls.model import Shelf
from service.records.base import Row
from service.step import Step
from service.tickets import BEFORE_RESOLVED
from telemetry.batch import CabinetEvent
from telemetry.units import HOUR, SECOND

_LOOK = 10 * SECOND

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "recall.create": campaign.create,
    "recall.preview": campaign.preview,
    "recall.sales": campaign.add_sales,
    "recall.acknowledge": campaign.acknowledge,
    "recall.confirm": campaign.confirm,
    "recall.close": campaign.close,
}


def hear_goods(step: Step, event: CabinetEvent) -> None:
    """Goods were loaded, sold or taken out. What comes late is history: it says where they were, not where they are."""
    goods = step.books.goods
    if event.late:
        _hear_late(step, event)
        return
    stock.take(goods.shelves.setdefault(event.cabinet, Shelf()), event.name, stock.told(event.data))
    for recall in goods.running():
        tasks.hear(step, recall, event)
    expired.hear(step, event.cabinet)


def _hear_late(step: Step, event: CabinetEvent) -> None:
    """A recalled lot was loaded, and nobody can tell whether it still lies there."""
    said = stock.told(event.data)
    for recall in step.books.goods.running() if event.name == "lot_loaded" else ():
        if event.cabinet not in recall.tasks and recall.concerns(said.sku, said.lot) is not False:
            tasks.add(step, recall, event.cabinet, "contents")


def hear_vend(step: Step, event: CabinetEvent) -> None:
    """A sale: written down, added to recalls, and no proof of a stop."""
    sales.hear(step, event)
    for stop in stops.on_vend(step, event):
        ticket = step.books.tickets.get(stop.ticket or "")
        if ticket is not None and ticket.state in BEFORE_RESOLVED:
            step.line(ticket, "goods", note=f"sold_while_stopped cabinet={stop.cabinet} seq={event.seq}")


def hear_door(step: Step, event: CabinetEvent) -> None:
    for recall in step.books.goods.running():
        tasks.door(step, recall, event)


EVENTS: dict[str, tuple[Callable[[Step, CabinetEvent], None], ...]] = {
    "lot_loaded": (hear_goods,),
    "lot_sold": (hear_goods,),
    "lot_removed": (hear_goods,),
    "vend": (hear_vend, hear_goods),
    "door_opened": (hear_door,),
}


def hear_answer(step: Step, action: Action, answer: Answer) -> None:
    """A command of ours went out, or was forbidden."""
    stops.on_answer(step, action, answer)
    _show_stops(step, action.target)


def hear_command(step: Step, row: Row) -> None:
    """A command's row changed, whoever asked for it."""
    stops.on_command(step, row)
    _show_stops(step, row["cabinet"])


def _show_stops(step: Step, cabinet: str) -> None:
    for recall in step.books.goods.running():
        if cabinet in recall.tasks:
            tasks.show_stop(step, recall, recall.tasks[cabinet])


def tick(step: Step) -> None:
    """Recalls and expired lots are looked through every ten seconds; what cabinets are to be asked goes out at once."""
    goods = step.books.goods
    if step.now - goods.looked >= _LOOK:
        goods.looked = step.now
        for recall in goods.running():
            tasks.open_tickets(step, recall)
            tasks.follow(step, recall)
        expired.tick(step)
        _sweep(step)
    stops.tick(step)


def _sweep(step: Step) -> None:
    """Once an hour, what is over leaves memory: recalls closed long ago, claims of tickets that have left, the goods of
    cabinets out of service."""
    goods = step.books.goods
    if step.now - goods.swept < HOUR:
        return
    goods.swept = step.now
    before = step.now - step.policy.archive_ms
    goods.recalls = {key: r for key, r in goods.recalls.items() if r.closed is None or r.closed > before}
    here = ((sale, [key for key in keys if key in step.books.tickets]) for sale, keys in goods.claimed.items())
    goods.claimed = {sale: keys for sale, keys in here if keys}
    for row in step.fleet.retired[: len(step.fleet)].nonzero()[0].tolist():
        for book in (goods.shelves, goods.by_hand):
            book.pop(step.fleet.ids[row], None)


TICKS: tuple[Callable[[Step], None], ...] = (tick,)
ORDERS = (hear_answer,)
COMMANDS = (hear_command,)
