"""Agreed and delivered, side by side: what a real desk did, held against what it had agreed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import Action, Actor
from service.proof import prices
from service.proof.deviations import KINDS, Delivered, deviations
from service.proof.prices import PriceList
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import DISPATCHER, START, World

ANN = Actor(id="ann", role="technician")
FAN = {"what": "evaporator fan", "cents": 4500, "quantity": 2, "code": "P-7"}
WORK = {"what": "half an hour of work", "cents": 6000, "quantity": 1, "code": "W-1"}
LIST = [
    {"code": "P-7", "what_zh": "风扇", "what_en": "fan", "cents": 4500}, {"code": "W-1", "cents": 6000},
]  # fmt: skip


def priced(world: World, items: list[Any], **more: Any) -> str:
    body = {"kind": "price_list", "title": "Prices", "from": START - DAY, "body": {"items": items}, **more}
    answer = world.act("document.create", **body)
    assert answer.status == "created", answer
    return str(answer.body["id"])


def ask(world: World, verb: str, who: Actor = ANN, **body: Any) -> None:
    """Past `World.act`, for which `version` is that of the ticket."""
    asked = Action(id="a", actor=who, name=f"ticket.{verb}", target="T-000001", body=body)
    answer, effects = world.desk.act(asked, world.faults, world.fleet, world.clock.moment())
    assert answer.status == "ok", answer
    world.apply(effects)


def served(
    items: list[dict[str, Any]], *, window: tuple[float, float] = (0, 2), parts: Any = ("evaporator fan",),
    measure: str = "W-1 done", cents: int | None = None,
) -> World:  # fmt: skip
    """A repair agreed for a window (hours), arrived at after one, quoted, charged and resolved."""
    world = World()
    world.hire("ann")
    priced(world, LIST)
    world.act("ticket.create", kind="repair", summary="dark", cabinet="C-1")
    world.act("ticket.triage", "T-000001")
    world.act("ticket.dispatch", "T-000001", technician="ann", reason="dark")
    begin, end = window
    agreed = {"from": START + int(begin * HOUR), "to": START + int(end * HOUR), "agreed_with": "Li Lei"}
    assert world.act("ticket.appointment", "T-000001", **agreed).status == "ok"
    world.tech("accept", "V-000001")
    world.run(60)
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    ask(world, "quote", items=items)
    ask(world, "accept-quote", version=1, by="Li Lei", how="signature")
    ask(world, "charge", version=1, **({} if cents is None else {"cents": cents}))
    done = world.tech("finish", "V-000001", measure=measure, parts=list(parts))
    assert done.status == "ok", done
    world.act("ticket.verify", "T-000001", passed=True)
    world.act("ticket.resolve", "T-000001", text="all is well")
    return world


def found(world: World) -> list[dict[str, Any]]:
    lists = [prices.read(row) for row in world.rows("documents")]
    of = Delivered(world.ticket(), world.rows("visits"), world.rows("charges"), lists)
    return [d for d in deviations(of) if d["what"] != "clock"]


def test_what_was_delivered_as_agreed_deviates_in_nothing() -> None:
    world = served([FAN, WORK])
    assert world.ticket()["state"] in ("resolved", "follow_up")
    assert found(world) == []


@pytest.mark.parametrize(("window", "why", "minutes"), [((2, 4), "before", -60), ((0, 0.5), "after", 30)])
def test_an_arrival_outside_of_its_window_is_listed(window: Any, why: str, minutes: int) -> None:
    begin, end = (int(hours * HOUR) for hours in window)
    world = served([FAN, WORK], window=window)
    (one,) = found(world)
    assert (one["what"], one["why"], one["minutes"]) == ("window", why, minutes)
    assert one["agreed"] == {"from": START + begin, "to": START + end}
    assert one["actual"] == {"at": START + HOUR}


def test_less_than_the_quote_is_a_deviation_of_the_fee() -> None:
    (one,) = found(served([FAN, WORK], cents=9000))
    assert (one["what"], one["why"]) == ("fee", "less")
    assert (one["agreed"], one["actual"]) == ({"cents": 15_000}, {"cents": 9000})


def test_prices_off_the_list_are_flagged() -> None:
    odd = [{**FAN, "cents": 4600}, {**WORK, "code": "W-9"}, {"what": "W-1 done", "cents": 1, "quantity": 1}]
    flags = [(d["about"], d["why"], d["agreed"]) for d in found(served(odd)) if d["what"] == "price"]
    assert flags == [
        ("P-7", "other_price", {"listed_cents": [4500]}), ("W-9", "off_list", {"listed_cents": []}),
        ("W-1 done", "off_list", {"listed_cents": []}),
    ]  # fmt: skip


def test_parts_nobody_quoted_and_items_nobody_reported_are_listed() -> None:
    parts = ["Evaporator Fan", {"part": "belt", "quantity": 2}]
    told = [(d["what"], d["about"]) for d in found(served([FAN, WORK], parts=parts, measure="cleaned"))]
    assert told == [("part", "belt"), ("content", "W-1")]


def test_a_target_that_was_missed_is_listed_with_its_clock() -> None:
    world = World()
    world.act("ticket.create", kind="consultation", summary="how", cabinet="C-1")
    world.run(25 * 60)
    (one,) = deviations(Delivered(world.ticket(), [], [], []))
    assert (one["what"], one["about"], one["actual"], one["minutes"]) == ("clock", "REPLY", None, None)
    world.act("ticket.triage", "T-000001")
    world.act("ticket.reply", "T-000001", text="so")
    (one,) = deviations(Delivered(world.ticket(), [], [], []))
    assert (one["actual"], one["minutes"]) == ({"at": world.now}, 60)


def test_a_position_elsewhere_is_a_deviation_of_the_place() -> None:
    conflict = {"between": ["gps", "nfc"], "what": "elsewhere", "metres": 900.0}
    visit = {"id": "V-1", "cabinet": "C-1", "site": None, "evidence": {"conflicts": [conflict], "report": None}}
    ticket = {"fields": {}, "clocks": [], "state": "closed"}
    (one,) = deviations(Delivered(ticket, [visit], [], []))
    assert (one["what"], one["about"], one["actual"]) == ("place", "V-1", {"metres": 900.0})


def test_a_quote_is_held_against_the_list_of_its_own_day() -> None:
    world = served([FAN, WORK])
    key = world.rows("documents")[0]["id"]
    world.run(1)
    dearer = {"items": [{**line, "cents": 9999} for line in LIST]}
    assert world.act("document.supersede", key, **{"from": world.now, "body": dearer}).status == "created"
    assert found(world) == []
    assert world.act("document.end", key, reason="x").body["guard"] == "superseded"


def test_lines_that_cannot_be_read_are_counted_not_guessed() -> None:
    world = World()
    bad = [{"code": "A"}, {"code": "", "cents": 1}, {"code": "B", "cents": True}, "C", {"code": "D", "cents": -1}]
    priced(world, [*LIST, *bad])
    read = prices.read(world.rows("documents")[0])
    assert (read.wrong, [p.code for p in read.prices]) == (5, ["P-7", "W-1"])
    assert read.prices[1].what_zh == "W-1"


CODES = st.sampled_from(["A", "B", "C", None])
ITEMS = st.lists(
    st.builds(lambda c, n: {"what": "x", "code": c, "cents": n, "quantity": 1}, CODES, st.integers(0, 3)), max_size=6
)
LISTS = st.lists(
    st.builds(
        lambda since, length, of: PriceList(
            "D", 1, since, None if length is None else since + length,
            tuple(prices.Price(c, c, c, n) for c, n in of), 0,
        ),
        st.integers(0, 10), st.none() | st.integers(0, 10),
        st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 3)), max_size=4),
    ),
    max_size=4,
)  # fmt: skip


@given(ITEMS, LISTS, st.integers(0, 20))
def test_an_item_is_listed_exactly_if_some_list_of_the_day_has_it_at_its_price(
    items: list[dict[str, Any]], lists: list[PriceList], at: int
) -> None:
    held = [known for known in lists if known.since <= at and (known.until is None or at < known.until)]
    today = [price for known in held for price in known.prices]
    for item, told in zip(items, prices.compare(items, lists, at), strict=True):
        prices_of = {p.cents for p in today if p.code == item["code"]}
        if not held:
            assert told["flag"] == "no_list"
        else:
            expected = "listed" if item["cents"] in prices_of else "other_price" if prices_of else "off_list"
            assert (told["flag"], told["listed"]) == (expected, sorted(prices_of))


@given(st.integers(-3 * HOUR, 3 * HOUR), st.integers(0, 2 * HOUR))
def test_minutes_outside_of_a_window_are_whole_and_never_flatter(offset: int, length: int) -> None:
    held = {"n": 1, "from": START, "to": START + length, "missed": False, "arrived": START + offset, "kept": None}
    held["kept"] = "before" if offset < 0 else "inside" if offset <= length else "after"
    ticket = {"fields": {"appointments": [held]}, "clocks": [], "state": "closed"}
    told = deviations(Delivered(ticket, [], [], []))
    outside = max(-offset, offset - length, 0)
    assert bool(told) == (outside > 0)
    for one in told:
        assert one["what"] in KINDS
        assert (abs(one["minutes"]) - 1) * MINUTE < outside <= abs(one["minutes"]) * MINUTE
        assert (one["minutes"] < 0) == (offset < 0)


def test_a_quote_may_name_the_code_of_each_item() -> None:
    world = served([FAN, WORK])
    assert [item["code"] for item in world.ticket()["fields"]["quotes"][0]["items"]] == ["P-7", "W-1"]
    body = {"items": [{"what": "x", "cents": 1, "quantity": 1, "code": 7}]}
    assert world.act("ticket.quote", "T-000001", DISPATCHER, **body).status in ("invalid", "conflict")
