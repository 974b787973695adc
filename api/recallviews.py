"""Recalls as people see them: the row, the progress of its cabinets, its sales; and the search for sales."""

from typing import Any, get_args

from api import views
from service.recalls.model import DONE, TaskState
from service.recalls.sales import reachable
from service.records.base import RecordStore, Row, Where

PAGE = 20_000
Json = dict[str, Any]


def recall(records: RecordStore, row: Row) -> Json:
    """A recall with its progress and its sales counted."""
    # Counts carry names that would be read as times, so they are added last.
    return {**views.times(row), "progress": _progress(records, row["id"]), "sold": _sold(records, row["id"])}


def _progress(records: RecordStore, key: str) -> Json:
    mine = Where("recall", "=", key)
    states = {s: records.count("recall_tasks", [mine, Where("state", "=", s)]) for s in get_args(TaskState)}
    return {
        "total": sum(states.values()), "complete": sum(n for s, n in states.items() if s in DONE), "by_state": states,
    }  # fmt: skip


def _sold(records: RecordStore, key: str) -> Json:
    mine = Where("recall", "=", key)
    return {
        "certain": records.count("recall_sales", [mine, Where("certain", "=", True)]),
        "possible": records.count("recall_sales", [mine, Where("certain", "=", False)]),
        "reachable": records.count("recall_sales", [mine, Where("reachable", "=", True)]),
    }


def task(row: Row) -> Json:
    return {**views.times(row), "online": views.iso(row["online"])}  # elsewhere `online` is a count


def sale(row: Row, customer: Json | None) -> Json:
    return {**views.times(row), "customer": customer}


def sold(records: RecordStore, sku: Any, lots: Any) -> list[Row]:
    """Rows of `sales` of these lots (None: all), and of a lot nobody named, each with the ticket that claims it and
    whether its customer can be reached."""
    if not isinstance(sku, str) or not (lots is None or _texts(lots)):
        return []
    mine = Where("sku", "=", sku)
    rows = _all(records, [mine] if lots is None else [mine, Where("lot", "in", lots)])
    rows += [] if lots is None else _all(records, [mine, Where("lot", "null")])
    tickets = {row["sale"]: row["id"] for row in _all(records, [mine, Where("sale", "notnull")], "claims")}
    return [{**row, **_claimed(records, tickets.get(row["id"]))} for row in rows]


def would_be_sold(records: RecordStore, sku: Any, lots: Any) -> Json:
    """`_sold` of a recall that was not started, from the sales it would list."""
    found = sold(records, sku, lots)
    certain = sum(lots is None or row["lot"] is not None for row in found)
    reached = sum(row["reachable"] for row in found)
    return {"certain": certain, "possible": len(found) - certain, "reachable": reached}


def _claimed(records: RecordStore, key: str | None) -> Row:
    ticket = records.get("tickets", key) if key is not None else None
    return {"ticket": key, "reachable": ticket is not None and reachable(ticket["customer"])}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and "\0" not in v for v in value)


def _all(records: RecordStore, where: list[Where], table: str = "sales") -> list[Row]:
    rows: list[Row] = []
    while len(found := records.find(table, where, ["at"], PAGE, len(rows))) == PAGE:
        rows += found
    return rows + found


def missing(records: RecordStore, row: Row) -> list[Row]:
    """Sales of a recall that are not on its list yet."""
    listed = {each["sale"] for each in _all(records, [Where("recall", "=", row["id"])], "recall_sales")}
    return [found for found in sold(records, row["sku"], row["lots"]) if found["id"] not in listed]
