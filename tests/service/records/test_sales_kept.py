"""The step of the history that brings returns and recalls takes over the vends that are kept, on either database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.recalls.sales import key_of
from service.records.base import Put
from service.records.migrate import HISTORY, open_postgresql, open_records
from service.records.sql import SqlRecords
from tests.postgres import Postgres
from tests.service.records.test_history import upto

Open = Callable[[Path], SqlRecords]
GOOD = {"sku": "milk", "lot": 7, "lane": 2, "price_cents": 580, "vend_id": "v1"}
ODD: list[Any] = [
    {}, {"sku": None, "lot": [1], "lane": "2", "price_cents": "cheap", "vend_id": {"a": 1}},
    {"sku": True, "lane": 999, "price_cents": -1}, {"sku": "x" * 500, "lane": 2.5, "price_cents": 2**62},
    {"sku": "nul\x00"},
]  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one and the same empty database, whichever its kind."""
    if request.param == "sqlite":
        yield lambda history: open_records(tmp_path / "records.sqlite", history)
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.make(tmp_path.name)
    yield lambda history: open_postgresql(url, history)
    server.run(f'DROP DATABASE "{tmp_path.name}" WITH (FORCE)')


def event(n: int, data: Any, name: str = "vend") -> Put:
    facts = {"id": f"E-{n}", "cabinet": "C-1", "ts": 1000 + n, "at": 2000, "boot": 1, "seq": n, "late": False}
    return Put("events", {**facts, "name": name, "data": data})


def test_vends_become_sales_and_what_no_column_can_keep_is_left_out(opened: Open, tmp_path: Path) -> None:
    old = opened(upto("0008", tmp_path / "old"))
    old.commit(1, [event(1, GOOD), event(2, GOOD, "restocked"), *(event(n, d) for n, d in enumerate(ODD, 3))])
    old.close()
    store = opened(HISTORY)
    rows = {row["id"]: row for row in store.find("sales")}
    first = rows.pop(key_of("C-1", 1, 1, 1001))
    assert first == {
        "id": key_of("C-1", 1, 1, 1001), "cabinet": "C-1", "at": 1001, "sku": "milk", "lot": "7", "lane": 2,
        "price_cents": 580, "vend_id": "v1",
    }  # fmt: skip
    odd = {(r["sku"] or "")[:1] + str(len(r["sku"] or "")): (r["lane"], r["price_cents"]) for r in rows.values()}
    assert set(odd) == {"0", "x100"}
    assert set(odd.values()) == {(None, None)}
    assert len(rows) == len(ODD) - 1
    store.close()
