"""Assigning a rule forgets nothing that was evidenced: the same again is nothing, another takes over what fits."""

from faults.foodsafety.rules import choose
from tests.foodsafety.bench import Bench, at
from tests.foodsafety.shop import CABINET, Shop


def test_the_same_profile_again_changes_nothing() -> None:
    bench = Bench("uk-8c").warm(0, 200, product_c=14.0)
    assert bench.watch.assign(0, choose("uk-8c")) == []
    assert bench.watch.building(0)
    assert bench.warm(200, 245, product_c=14.0).minutes("breach") == [240]


def test_through_the_fold_the_clock_of_a_warm_cabinet_goes_on() -> None:
    shop = Shop("uk-8c").live(200, 14.0)
    assert shop.state()["state"] == "building"
    assert shop.act("food.profile", CABINET, {"pack": "uk-8c", "reason": "again"}).body["state"] == "building"
    assert shop.live(50, 14.0).state()["state"] == "locked"
    assert shop.log().count("profile") == 2


def test_a_tighter_rule_takes_over_what_was_spent() -> None:
    bench = Bench("cn-cold-chain").warm(0, 41, 14.0)
    found = bench.watch.assign(0, choose("nama"))
    assert [f.what for f in found] == ["temperature", "building"]
    assert (found[1].data["spent_s"], found[1].data["limit_c"]) == (2400, 5.0)
    assert bench.warm(41, 43, 14.0).minutes("breach") == [41]


def test_a_looser_rule_takes_over_only_what_is_beyond_its_own_limit() -> None:
    far = Bench("nama").warm(0, 11, 14.0)
    far.watch.assign(0, choose("cn-cold-chain"))
    assert far.warm(11, 70, 14.0).minutes("breach") == [60]
    near = Bench("nama").warm(0, 11, 7.0)  # within 8 °C
    near.watch.assign(0, choose("cn-cold-chain"))
    assert near.warm(11, 100, 14.0).minutes("breach") == [71]


def test_warm_air_is_no_evidence_of_warm_food_nor_warmth_of_food_that_must_be_hot() -> None:
    bench = Bench("nama").warm(0, 11, 14.0, product_c=6.0)
    bench.watch.assign(0, choose("uk-8c"))
    assert bench.warm(11, 240, 14.0, product_c=9.0).minutes("breach") == []
    hot = Bench("nama").warm(0, 14, 14.0)
    hot.watch.assign(0, choose("fda", None, "hot"))
    assert hot.warm(14, 29, 14.0).minutes("breach") == []


def test_without_a_rule_nothing_runs_and_the_next_one_starts_anew() -> None:
    bench = Bench("nama").warm(0, 11)
    assert [f.what for f in bench.watch.assign(0, None)] == ["temperature"]
    bench.watch.assign(0, choose("nama"))
    assert bench.warm(11, 26).minutes("breach") == []


def test_a_restock_under_way_keeps_its_excuse() -> None:
    bench = Bench("nama").warm(0, 10, 12.0, door_open=1.0).warm(10, 25, 7.0)
    bench.watch.assign(0, choose("fda"))
    assert bench.warm(25, 60, 7.0).minutes("breach") == [39]


def test_what_the_log_did_not_have_yet_is_written_when_the_rule_changes() -> None:
    bench = Bench("nama").warm(0, 20, 4.0)
    logged = [f for f in bench.found if f.what == "temperature"]
    (rest,) = bench.watch.assign(0, choose("uk-8c"))
    assert sum(f.data["n"] for f in [*logged, rest]) == 20
    assert rest.data["to"] == at(19) + 1
    shop = Shop("nama").live(20)
    shop.act("food.profile", CABINET, {"pack": "uk-8c"})
    shop.live(70)
    (_, since) = [row["n"] for row in shop.rows() if row["type"] == "profile"]
    sums = [row["data"]["n"] for row in shop.rows() if row["type"] == "temperature" and row["n"] < since]
    assert sum(sums) == 20
