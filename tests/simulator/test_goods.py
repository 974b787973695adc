"""Goods are conserved, weigh what they weigh, and are told by lots that expire."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.goods import CAPACITY, LANES, SKUS, Goods
from simulator.said import Said
from telemetry.units import DAY, HOUR
from tests.simulator.rig import MONDAY_9

GRAMS = np.array([sku.grams for sku in SKUS])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.lists(st.integers(0, LANES - 1), min_size=1, max_size=30)),
        st.tuples(st.just("restock"), st.booleans()),
        st.tuples(st.just("steal"), st.integers(1, 60)),
        st.tuples(st.just("recall"), st.sampled_from([sku.name for sku in SKUS])),
    ),
    max_size=25,
)


def act(goods: Goods, ts: int, what: tuple[str, object], rng: np.random.Generator) -> list[Said]:
    name, arg = what
    if name == "sell":
        lanes = np.array(arg)
        return goods.sell(np.zeros(len(lanes), int), np.full(len(lanes), ts), lanes)
    if name == "restock":
        return goods.restock(0, ts, sorts=bool(arg), rng=rng)[0]
    if name == "steal":
        goods.steal(0, int(str(arg)), rng)
        return []
    return goods.recall(0, ts, str(arg))


@given(ACTS, st.integers(0, 2**32 - 1), st.sampled_from([0, 4, 6]))
def test_pieces_and_grams_add_up_whatever_happens(acts: list[tuple[str, object]], seed: int, scales: int) -> None:
    rng = np.random.default_rng(seed)
    goods = Goods(1, np.array([scales]), MONDAY_9, rng)
    for n, what in enumerate(acts):
        before, ts = int(goods.units.sum()), MONDAY_9 + n * 5 * HOUR
        said = act(goods, ts, what, rng)
        into = sum(s.data["units"] for s in said if s.name == "lot_loaded")
        out = sum(s.data["units"] for s in said if s.name == "lot_removed") + sum(s.name == "vend" for s in said)
        if what[0] != "steal":
            assert int(goods.units.sum()) == before + into - out
        assert (goods.units >= 0).all()
        assert (goods.units <= CAPACITY).all()
        assert (goods.old <= goods.units).all()
        weight = (goods.units * GRAMS[goods.sku]).sum() if scales else 0
        assert abs(goods.load.sum() - weight) < 1e-6


def test_who_sorts_never_offers_what_is_over_and_who_does_not_does() -> None:
    rng = np.random.default_rng(1)
    sorted_, unsorted = (Goods(1, np.array([0]), MONDAY_9, rng) for _ in range(2))
    for day in range(30):
        ts = MONDAY_9 + day * DAY
        sorted_.restock(0, ts, sorts=True, rng=rng)
        act(unsorted, ts, ("sell", [0, 1, 2]), rng)
        unsorted.restock(0, ts, sorts=False, rng=rng)
        assert not sorted_.expired(ts + DAY).any()
    assert unsorted.expired(MONDAY_9 + 30 * DAY).all()


def test_a_sold_lot_is_named_with_its_article() -> None:
    goods = Goods(1, np.array([4]), MONDAY_9, np.random.default_rng(1))
    said = [s for _ in range(CAPACITY) for s in act(goods, MONDAY_9, ("sell", [3]), np.random.default_rng(1))]
    sold = [s for s in said if s.name == "lot_sold"]
    assert [s.data for s in sold] == [{k: said[0].data[k] for k in ("sku", "lot", "lane")}]
    assert goods.units[0, 3] == 0
