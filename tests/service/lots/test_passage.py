"""Where a lot lies and lay: from when to when, in which lane of which cabinet (S1 7.5.2)."""

from telemetry.units import MINUTE
from tests.service.recalls.shop import Shop


def stays(shop: Shop) -> list[tuple[str, int | None, str, int, int | None]]:
    """(cabinet, lane, lot, from, to), times in minutes since `begin`."""
    begin = shop.rows("lot_stays")[0]["from"]
    times = ((s["from"] - begin, None if s["to"] is None else s["to"] - begin) for s in shop.rows("lot_stays"))
    minutes = [(first // MINUTE, None if last is None else last // MINUTE) for first, last in times]
    rows = zip(shop.rows("lot_stays"), minutes, strict=True)
    return [(s["cabinet"], s["lane"], s["lot"], *span) for s, span in rows]


def test_a_lot_moves_from_one_cabinet_to_another() -> None:
    shop = Shop()
    shop.load("C-0", 3)
    shop.run(10)
    shop.pull("C-0", 3)
    shop.run(5)
    shop.load("C-1", 4)
    assert stays(shop) == [("C-0", 3, "L1", 0, 10), ("C-1", 4, "L1", 15, None)]


def test_more_of_the_same_lot_is_the_same_stay() -> None:
    shop = Shop()
    shop.load("C-0", 3)
    shop.run(5)
    shop.load("C-0", 3)
    shop.load("C-0", 3, "L2")
    assert stays(shop) == [("C-0", 3, "L1", 0, None), ("C-0", 3, "L2", 5, None)]


def test_sold_out_it_lies_there_no_more() -> None:
    shop = Shop()
    shop.load("C-0", 3, units=2)
    shop.load("C-0", 4, units=2)
    shop.vend("C-0", 3)
    shop.run(7)
    shop.vend("C-0", 3)
    shop.event("C-0", "lot_sold", sku="milk-250", lot="L1")
    assert stays(shop) == [("C-0", 3, "L1", 0, 7), ("C-0", 4, "L1", 0, 7)]


def test_goods_of_which_nobody_named_the_lot_have_no_stay() -> None:
    shop = Shop()
    shop.load("C-0", 3, None)
    assert shop.rows("lot_stays") == []


def test_goods_that_were_known_before_have_a_stay_from_the_next_word_on() -> None:
    shop = Shop()
    shop.load("C-0", 3)
    shop.load("C-0", 4, "L2")
    shop.desk._books.lots.stays.clear()
    shop.tables["lot_stays"].clear()
    shop.run(1)
    shop.vend("C-0", 3)
    assert stays(shop) == [("C-0", 3, "L1", 0, None), ("C-0", 4, "L2", 0, None)]


def test_a_cabinet_out_of_service_keeps_nothing() -> None:
    shop = Shop()
    shop.load("C-0", 3)
    shop.fleet.retired[shop.fleet.index["C-0"]] = True
    shop.run(125)
    assert stays(shop)[0][4] is not None
    assert shop.desk._books.lots.stays == {}
