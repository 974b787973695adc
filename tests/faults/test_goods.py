"""The book of goods: what follows from events about lanes and lots, and the faults that are read from it."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from faults import goods
from faults.columns import Columns
from faults.observations import observe
from simulator.goods import Goods
from simulator.said import Said
from telemetry.batch import CabinetEvent, Judged
from telemetry.units import DAY, HOUR, MINUTE
from tests.faults.rig import T0, Rig, at, frames, healthy

LANES = 12


class Shop:
    """A cabinet with simulated goods and, beside it, what Vendwatch makes of its words."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.goods = Goods(1, np.array([0]), T0, self.rng)
        self.col = Columns(goods.COLUMNS)
        self.col.grow(1)
        self.rig = Rig(1)
        self.now = T0

    def hear(self, said: list[Said]) -> None:
        events = [CabinetEvent(0, "C0", s.ts, s.ts, s.name, s.data, 1, 1) for s in said]
        goods.keep(self.col, observe(Judged(events=events), self.rig.fleet).trades)

    def live(self, visits: list[int], *, sorts: bool, restocks: bool = True) -> None:
        """A day: so many buyers after each other, each of one piece, then a restock."""
        for lane in visits:
            self.now += DAY // (len(visits) + 1)
            self.hear(self.goods.sell(np.array([0]), np.array([self.now]), np.array([lane])))
        self.now += DAY // (len(visits) + 1)
        if restocks:
            self.hear(self.goods.restock(0, self.now, sorts=sorts, rng=self.rng)[0])

    @property
    def empty(self) -> set[int]:
        mask = int(self.col["empty"][0])
        return {lane for lane in range(LANES) if mask >> lane & 1}

    @property
    def expired(self) -> bool:
        lane, over = self.col["lane"][0], self.col["over"][0].astype(np.int64) * MINUTE
        return bool((lane > 0)[over <= self.now].any())


days = st.lists(st.lists(st.integers(0, LANES - 1), min_size=24, max_size=90), min_size=3, max_size=9)


@given(days, st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_nothing_is_said_to_be_expired_where_somebody_sorts_every_day(visits: list[list[int]], seed: int) -> None:
    shop = Shop(seed)
    for day in visits:
        # The one day's lanes that sell nothing would hide which lot lies first: everybody sells a little.
        shop.live(day + list(range(LANES)), sorts=True)
        assert not shop.expired
        assert not shop.goods.expired(shop.now).any()


@given(days, st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_lanes_are_empty_when_they_are(visits: list[list[int]], seed: int) -> None:
    shop = Shop(seed)
    shop.live(visits[0], sorts=True)
    for day in visits[1:]:
        shop.live(day * 3, sorts=True, restocks=False)
        assert shop.empty == set(np.flatnonzero(shop.goods.units[0] == 0).tolist())
    shop.live([], sorts=True)
    assert not shop.empty


def test_goods_that_nobody_sorts_out_are_said_to_be_expired_when_they_are() -> None:
    shop, agree = Shop(3), 0
    for _ in range(12):
        shop.live(list(range(LANES)) * 2, sorts=False)
        agree += shop.expired == bool(shop.goods.expired(shop.now)[0])
    assert shop.expired
    assert agree >= 10


MAD: list[Any] = [None, -1, 0, 1, 3, 12, 200, 2**60, 1e300, float("nan"), "3", [], {}, True]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["vend", "lot_loaded", "lot_sold", "lot_removed"]), st.sampled_from(MAD),
            st.sampled_from([None, "L1", "L2", "L3", "", 7, []]), st.sampled_from(MAD), st.sampled_from(MAD),
        ),
        max_size=40,
    )
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whatever_is_told_the_book_stays_a_book(words: list[tuple[str, Any, Any, Any, Any]]) -> None:
    shop = Shop(1)
    for name, lane, lot, units, expires in words:
        shop.hear([Said(0, T0, name, {"lane": lane, "lot": lot, "units": units, "expires": expires})])
    lanes, lots = shop.col["lane"][0].tolist(), shop.col["lot"][0].tolist()
    used = [(lane, lot) for lane, lot in zip(lanes, lots, strict=True) if lane]
    assert len(used) == len(set(used))
    assert not any(lanes[len(used) :]), "the free places are the last"
    assert not int(shop.col["empty"][0]) & ~int(shop.col["known"][0])


def test_the_table_keeps_what_is_over_soonest() -> None:
    shop = Shop(1)
    said = [("lot_loaded", {"lane": n + 1, "lot": "A", "units": 5, "expires": T0 + (n + 1) * DAY}) for n in range(30)]
    shop.hear([Said(0, T0 + n, name, data) for n, (name, data) in enumerate(reversed(said))])
    assert sorted(shop.col["lane"][0].tolist()) == list(range(1, goods.LOTS + 1))


# the faults


def load(rig: Rig, minute: float, lane: int, lot: str = "L1", expires_h: float = 48, units: int = 5) -> None:
    rig.tell(minute, "lot_loaded", lane=lane, lot=lot, units=units, expires=at(minute) + int(expires_h * HOUR))


def test_half_of_the_lanes_sold_out_is_a_fault_until_three_quarters_are_filled() -> None:
    rig = Rig()
    for lane in range(1, 9):
        load(rig, 0, lane)
    rig.run(1, 5, healthy())
    for lane in range(1, 5):
        rig.tell(5, "vend", lane=lane, lot="L1", sku="tea", price_cents=300, vend_id=str(lane))
        rig.tell(5, "lot_sold", lane=lane, lot="L1", sku="tea")
    rig.run(6, 40, healthy())
    out = rig.one("stock_out")
    assert (out.severity, out.onset, out.detected) == ("minor", at(6), at(36))
    assert out.why["observed"] == {"empty_lanes": 4}
    load(rig, 40, 1, "L2")
    rig.run(41, 43, healthy())
    assert rig.one("stock_out").state == "active"
    load(rig, 43, 2, "L2")
    rig.run(44, 46, healthy())
    assert not rig.faults.open


def test_lanes_that_sold_their_old_lot_but_not_the_one_behind_are_not_empty() -> None:
    rig = Rig()
    for lane in range(1, 9):
        load(rig, 0, lane, "L1")
        load(rig, 1, lane, "L2")
        rig.tell(2, "lot_sold", lane=lane, lot="L1", sku="tea")
    rig.run(3, 60, healthy())
    assert not rig.log


def test_a_restock_that_is_under_way_is_no_stock_out() -> None:
    rig = Rig()
    for lane in range(1, 9):
        load(rig, 0, lane)
    rig.run(1, 5, healthy())
    for lane in range(1, 9):
        rig.tell(5, "lot_removed", lane=lane, lot="L1", units=5)
    rig.run(6, 26, healthy(door_open=1.0))
    for lane in range(1, 9):
        load(rig, 26, lane, "L2")
    rig.run(27, 60, healthy())
    assert "stock_out" not in {t.episode.kind for t in rig.log if t.episode.state == "active"}


def test_a_cabinet_that_tells_nothing_of_its_lanes_is_not_judged() -> None:
    rig = Rig()
    for _ in range(8):
        rig.tell(1, "vend", sku="tea", price_cents=300)
    rig.run(2, 60, healthy())
    assert not rig.log


# T0 is 20 seconds after a full minute: a lot counts as over from the next full one.
def test_a_lot_warns_before_it_is_over_and_is_a_fault_from_that_minute() -> None:
    rig = Rig()
    load(rig, 0, 3, "L7", expires_h=10)
    load(rig, 0, 4, "L7", expires_h=400)
    rig.run(110, 119, healthy())
    assert not rig.log
    rig.run(119, 122, healthy())
    rig.run(590, 600, healthy())
    assert rig.one("lot_near_expiry").severity == "warning"
    assert rig.one("lot_near_expiry").why["observed"]["lane"] == 3
    rig.run(600, 602, healthy())
    over = rig.one("lot_expired")
    assert (over.severity, over.onset, over.why["observed"]["lane"]) == ("major", at(600) + 40_000, 3)
    assert over.why["observed"]["expires"].startswith("2026-")
    rig.tell(602, "lot_removed", lane=3, lot="L7", units=5)
    rig.run(603, 605, healthy())
    assert not rig.faults.open


def test_a_lot_that_was_sold_in_time_never_expires() -> None:
    rig = Rig()
    load(rig, 0, 3, "L7", expires_h=2)
    rig.tell(60, "lot_sold", lane=3, lot="L7", sku="milk")
    rig.run(61, 200, healthy())
    assert rig.states("lot_expired") == []


def test_a_late_event_changes_nothing() -> None:
    rig = Rig()
    rig.tell(0, "lot_loaded", late=True, lane=3, lot="L7", units=5, expires=at(1))
    rig.run(1, 20, healthy())
    assert not rig.log


def test_sold_before_and_loaded_after_a_reading_of_the_same_batch_count_in_their_order() -> None:
    rig = Rig()
    expires = at(30)
    events = [
        CabinetEvent(
            0, "C0", at(minute), at(minute), name, {"lane": 1, "lot": "A", "units": 5, "expires": expires}, 1, 1
        )
        for minute, name in ((1, "lot_loaded"), (45.5, "lot_removed"))
    ]
    rig.step(Judged(frames=frames([(0, at(m), healthy()) for m in range(60)]), events=events), at(60))
    told = [(t.episode.onset, t.episode.cleared) for t in rig.log if t.episode.kind == "lot_expired"]
    assert told[-1] == (at(30) + 40_000, at(46))
