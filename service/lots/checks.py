"""Checks of a lot at purchase, outbound and before sale, as people note them (S1 7.5.1, 7.5.2)."""

from typing import Any

from service.bodies import known, one_of
from service.checks import Check, optional, text, truth
from service.lots import unchecked
from service.lots.model import STAGES, Checked, key_of
from service.model import Action, Answer
from service.records.base import Put
from service.step import Step, name
from telemetry.errors import Denied

PREFIX = "LC"
LONGEST = 100  # characters of an article and of a lot, as cabinets may name them


def _label(value: Any) -> str | None:
    return text(value) or (None if len(value) <= LONGEST else f"must have at most {LONGEST} characters")


_CREATE: dict[str, Check] = {
    "sku": _label, "lot": _label, "stage": one_of(*STAGES), "ok": truth, "note": optional(text),
    "attachment": optional(text),
}  # fmt: skip


def create(step: Step, action: Action) -> Answer:
    """Note a check: the newest of a stage counts. Answers with its row, `missing` (stages without a good check) and
    `failed` (stages whose newest check was not good). Raises Invalid; Denied for a technician before the last stage."""
    given = known(action.body, _CREATE, ("sku", "lot", "stage", "ok"))
    if action.actor.role == "technician" and given["stage"] != "before_sale":
        raise Denied("a technician checks a lot before its sale")
    sku, lot = given["sku"].strip(), given["lot"].strip()
    key, lots = key_of(sku, lot), step.books.lots
    row = {
        "id": name(PREFIX, step.books.number(PREFIX)), "lot_key": key, "sku": sku, "lot": lot, "stage": given["stage"],
        "ok": given["ok"], "note": given.get("note"), "attachment": given.get("attachment"), "at": step.now,
        "by": action.actor.id, "counts": True,
    }  # fmt: skip
    lacked = bool(lots.lacking(key))
    checked = lots.checks.setdefault(key, Checked())
    if row["stage"] in checked.stages:
        step.changes.append(Put("lot_checks", {"id": checked.stages[row["stage"]][1], "counts": False}))
    step.changes.append(Put("lot_checks", row))
    checked.stages[row["stage"]], checked.at = (row["ok"], row["id"]), step.now
    unchecked.judge(step, key, lacked=lacked)
    return Answer(status="created", body={**row, "missing": lots.lacking(key), "failed": lots.failed(key)})
