"""What must hold after any race, told from the lists alone that everybody can read (`GET /tickets`, `/visits`,
`/faults`). Every line of a result is a broken promise."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Item = dict[str, Any]
AT_REST = ("closed", "archived", "merged", "cancelled")
UNDER_WAY = ("offered", "accepted", "en_route", "arrived", "working")
OPEN_FAULT = ("active", "flapping", "clearing")


def broken(tickets: list[Item], visits: list[Item], faults: list[Item]) -> list[str]:
    """Every broken promise, in words."""
    checks = (numbers(tickets), chains(tickets), merges(tickets), episodes(tickets, faults), offers(tickets, visits))
    return [line for check in checks for line in check]


def numbers(tickets: list[Item]) -> Iterator[str]:
    """One register, without gaps and without a number given twice (S1 6.2)."""
    given = sorted(int(t["id"].rpartition("-")[2]) for t in tickets)
    if given != list(range(1, len(given) + 1)):
        yield f"ticket numbers are not 1 to {len(given)}: {given[:5]} … {given[-5:]}"


def chains(tickets: list[Item]) -> Iterator[str]:
    """Each state follows from the one before, and the last is the present one."""
    for ticket in tickets:
        state = None
        for line in (x for x in ticket["timeline"] if x["type"] == "state"):
            if line["from"] != state:
                yield f"{ticket['id']}: from {line['from']} to {line['to']} while it was {state}"
            state = line["to"]
        if state != ticket["state"]:
            yield f"{ticket['id']}: is {ticket['state']}, its timeline ends with {state}"


def merges(tickets: list[Item]) -> Iterator[str]:
    """Who follows merged tickets comes to one that is not merged."""
    known = {t["id"]: t for t in tickets}
    for ticket in (t for t in tickets if t["state"] == "merged"):
        at, steps = ticket, 0
        while at is not None and at["state"] == "merged" and steps <= len(tickets):
            at, steps = known.get(at["fields"]["merged_into"]), steps + 1
        if at is None or at["state"] == "merged":
            yield f"{ticket['id']}: was merged into nothing"


def episodes(tickets: list[Item], faults: list[Item]) -> Iterator[str]:
    """The desk opened at most one ticket for each episode; at most one is open, and none that deserves one has none."""
    made = Counter(t["fields"]["faults"][0] for t in tickets if t["channel"] == "telemetry")
    alive = Counter(t["fault"] for t in tickets if t["fault"] and t["state"] not in AT_REST)
    explained = {child for fault in faults for child in fault["children"]}
    for fault in faults:
        if made[fault["id"]] > 1:
            yield f"{fault['id']}: {made[fault['id']]} tickets were opened for it"
        if alive[fault["id"]] > 1:
            yield f"{fault['id']}: {alive[fault['id']]} tickets are open for it"
        root = fault["id"] not in explained and fault["severity"] != "warning"
        if root and fault["state"] in OPEN_FAULT and fault["ticket"] not in {t["id"] for t in tickets}:
            yield f"{fault['id']}: has no ticket"


def offers(tickets: list[Item], visits: list[Item]) -> Iterator[str]:
    """No visit was accepted twice, and no cabinet has two visits under way."""
    accepted = Counter((t["id"], line["note"]) for t in tickets for line in t["timeline"] if line["to"] == "scheduled")
    yield from (f"{ticket}: {note} was accepted {n} times" for (ticket, note), n in accepted.items() if n > 1)
    going = Counter(v["cabinet"] for v in visits if v["state"] in UNDER_WAY and v["cabinet"])
    yield from (f"{cabinet}: {n} visits under way" for cabinet, n in going.items() if n > 1)
