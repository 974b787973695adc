"""What keeps faults quiet is seen and can be ended: maintenance by people, a detector that was switched off."""

from typing import Any

import pytest

from app import measures
from faults.columns import Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors import DETECTORS
from faults.detectors.base import Detector
from faults.engine import STRIKES
from service.records.base import Where
from tests.foodsafety.shop import CABINET, MINUTE, Shop, image, new_fold

UNPAID, PAID = {"payment_ok": 0.0}, {"payment_ok": 1.0}
DARK = {"light_on": 0.0}
KIND = "light_failed"


def window(shop: Shop, minutes: int) -> dict[str, Any]:
    return {"cabinet": CABINET, "from": shop.now, "to": shop.now + minutes * MINUTE, "reason": "new terminal"}


def kept(shop: Shop) -> list[str]:
    return [ticket["state"] for ticket in shop.records.find("tickets")]


def test_maintenance_that_is_ended_early_opens_the_ticket_it_kept_back() -> None:
    shop = Shop(None).live(3, **PAID)
    made = shop.act("maintenance.create", "", window(shop, 600)).body
    shop.live(60, **UNPAID)
    assert [e["state"] for e in shop.records.find("episodes", [Where("kind", "=", "payment_down")])] == ["suppressed"]
    assert kept(shop) == []
    planned = {key: made[key] for key in ("cabinet", "site", "from", "to")}
    assert shop.act("maintenance.end", made["id"], planned).status == "ok"
    ended = shop.now
    shop.live(2, **UNPAID)
    assert len(kept(shop)) == 1
    row = shop.records.get("maintenance", made["id"])
    assert row == made | {"ended": ended, "ended_by": "clerk"}
    again = shop.act("maintenance.end", made["id"], planned)
    assert (again.status, again.body["guard"]) == ("conflict", "over")


def test_a_window_that_is_over_by_itself_cannot_be_ended_and_one_to_come_can() -> None:
    shop = Shop(None).live(3, **PAID)
    past, coming = window(shop, 5), window(shop, 900) | {"from": shop.now + 600 * MINUTE}
    over, later = (shop.act("maintenance.create", "", body).body["id"] for body in (past, coming))
    shop.live(6, **PAID)
    for key, body, status in ((over, past, "conflict"), (later, coming, "ok")):
        planned = {field: value for field, value in body.items() if field != "reason"}
        assert shop.act("maintenance.end", key, planned).status == status, key


def test_ending_maintenance_is_folded_again_as_it_was() -> None:
    shop = Shop(None).live(3, **PAID)
    made = shop.act("maintenance.create", "", window(shop, 600)).body
    shop.live(30, **UNPAID)
    cut, dump = len(shop.entries), shop.fold.dump()
    shop.act("maintenance.end", made["id"], {key: made[key] for key in ("cabinet", "site", "from", "to")})
    shop.live(5, **UNPAID)
    again = new_fold()
    again.load(dump)
    assert [image(again.step(entry)) for entry in shop.entries[cut:]] == [image(out) for out in shop.outcomes[cut:]]
    assert again.dump() == shop.fold.dump()


class Raises:
    """A detector with a bug."""

    def __init__(self, config: FaultsConfig) -> None:
        del config
        self.kind, self.columns = KIND, ()

    def judge(self, view: View, col: Columns) -> Any:
        raise ZeroDivisionError("half a lamp")

    def why(self, values: Any, col: Columns, row: int) -> dict[str, Any]:
        return {}


def test_a_detector_that_is_switched_off_is_told_to_operators_once_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(config: FaultsConfig) -> list[Detector]:
        return [each for make in DETECTORS if (each := make(config)).kind != KIND]

    others = [lambda config, n=n: made(config)[n] for n in range(len(made(FaultsConfig())))]
    monkeypatch.setattr("faults.engine.DETECTORS", (*others, Raises))
    shop = Shop(None).live(2, **DARK)
    assert shop.fold.faults.disabled == {}
    shop.live(STRIKES + 10, **DARK)
    notices = shop.records.find("notices", [Where("kind", "=", "detector_disabled")])
    error = "ZeroDivisionError('half a lamp')"
    since = shop.fold.faults.disabled[KIND]
    assert [(n["to"], n["params"]) for n in notices] == [("operators", {"kind": KIND, "since": since, "error": error})]
    assert measures.disabled(shop.fold.faults) == [{"kind": KIND, "since": since, "error": error}]
    shown = {sample.labels["kind"]: sample.value for sample in measures.switches(shop.fold.faults).samples}
    assert (shown[KIND], shown["offline"], sum(shown.values())) == (1, 0, 1)
