"""What the record of each kind needs before it is closed, and what fills itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.cases.kinds import CASE, CUSTOMER, GOODS, KINDS, MACHINE, SERVICE, lacking, required
from service.tickets import KINDS as OF_CONTRACT
from telemetry.units import DAY
from tests.service.desk.test_life import CLERK, close, finish, staffed
from tests.service.desk.world import START, World

LI = {"name": "Li Lei", "address": "Road 1", "phone": "13812345678"}
COLA = {"name": "cola", "price_cents": 350, "validity": "2027-01", "purchased": START - DAY, "place": "C-1"}
T = "T-000001"


def registered() -> World:
    facts = {"C-1": {"model": "VM-8", "created": START - 400 * DAY}}
    world = World(cabinet_row=facts.get)
    world.hire("ann", "bob")
    return world


def asked(kind: str, **fields: Any) -> World:
    """A person's ticket, answered, resolved and called about: only the record is between it and its end."""
    world = registered()
    assert world.act("ticket.create", kind=kind, summary="It hums", **fields).status == "created"
    for verb, body in (
        ("triage", {}), ("reply", {"text": "We look at it"}), ("resolve", {"reason": "reset from afar"}),
        ("follow-up", {"answer": "fine", "solved": True}),
    ):  # fmt: skip
        assert world.act(f"ticket.{verb}", T, **body).status == "ok", verb
    return world


def refusal(world: World) -> tuple[str, list[str]]:
    answer = world.act("ticket.close", T, CLERK)
    assert answer.status == "conflict", answer
    return answer.body["guard"], answer.body["missing"]


# Kind, asked by a person, about → the groups whose fields the record needs.
DECISIONS: list[tuple[str, bool, str | None, tuple[str, ...]]] = [
    ("repair", True, None, (*CUSTOMER, *MACHINE, *SERVICE, *CASE)),
    ("repair", False, None, (*MACHINE, *SERVICE, *CASE)),
    ("consultation", True, None, (*CUSTOMER, *CASE)),
    ("complaint", True, None, (*CUSTOMER, *CASE, "case.about")),
    ("complaint", True, "conduct", (*CUSTOMER, *CASE, "case.about")),
    ("complaint", True, "goods", (*CUSTOMER, *CASE, "case.about", *GOODS)),
    ("installation", True, None, (*CUSTOMER, *MACHINE, *SERVICE, *CASE)),
    ("return", True, None, (*CUSTOMER, *GOODS, *CASE)),
    ("refund", True, None, (*CUSTOMER, *GOODS, *CASE)),
    ("recall", True, None, (*SERVICE, *CASE)),
    ("incident", True, None, CASE),
    ("followup", True, None, CASE),
]


@pytest.mark.parametrize(("kind", "by_person", "about", "fields"), DECISIONS)
def test_the_fields_that_each_kind_needs(
    kind: str, by_person: bool, about: str | None, fields: tuple[str, ...]
) -> None:
    assert set(required(kind, by_person=by_person, about=about)) == set(fields)
    record: dict[str, dict[str, str]] = {"case": {"about": about}} if about else {}
    assert set(lacking(kind, record, by_person=by_person)) == set(fields) - ({"case.about"} if about else set())


def test_every_kind_of_the_contract_has_its_row() -> None:
    assert set(KINDS) == set(OF_CONTRACT)
    assert all(kind.clauses and "record" in kind.close for kind in KINDS.values())


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(sorted(KINDS)), by_person=st.booleans(), data=st.data())
def test_exactly_the_empty_required_fields_are_missing(kind: str, by_person: bool, data: st.DataObject) -> None:
    about = data.draw(st.sampled_from((None, "goods", "service")))
    needed = required(kind, by_person=by_person, about=about)
    filled = data.draw(st.sets(st.sampled_from(sorted({*CUSTOMER, *GOODS, *SERVICE, *CASE}))))
    record: dict[str, dict[str, Any]] = {"customer": {}, "product": {}, "service": {}, "case": {"about": about}}
    for field in filled:
        group, name = field.split(".")
        record[group][name] = data.draw(st.sampled_from(("x", 0, {"declined": "no"})))
    wanted = [f for f in needed if f not in filled and not (f == "case.about" and about)]
    assert lacking(kind, record, by_person=by_person) == wanted


def test_a_persons_ticket_closes_with_the_customer_and_not_before() -> None:
    world = asked("consultation")
    assert refusal(world) == ("record", list(CUSTOMER))
    world.act("ticket.record", T, customer={"name": "Li", "phone": "138"})
    assert refusal(world) == ("record", ["customer.address"])
    world.act("ticket.record", T, customer={"address": {"declined": "lives nearby"}})
    assert world.act("ticket.close", T).body["state"] == "closed"
    assert world.ticket()["customer"]["address"] == {"declined": "lives nearby"}


@pytest.mark.parametrize("kind", ["return", "refund"])
def test_goods_that_come_back_are_described(kind: str) -> None:
    world = asked(kind, cabinet="C-1", customer=LI)
    assert refusal(world) == (
        "record",
        ["product.name", "product.price_cents", "product.validity", "product.purchased"],
    )
    assert world.act("ticket.record", T, product={k: v for k, v in COLA.items() if k != "place"}).status == "ok"
    assert world.act("ticket.close", T).status == "ok"
    assert world.ticket()["fields"]["record"]["product"]["place"] == "C-1", "where the cabinet is that it came from"


def test_a_repair_fills_its_record_from_the_register_and_the_visit() -> None:
    world = registered()
    world.act("ticket.create", kind="repair", summary="dark", cabinet="C-1", customer=LI)
    for verb in ("triage", "dispatch"):
        world.act(f"ticket.{verb}", T)
    finish(world)
    world.run(16)
    assert world.ticket()["state"] == "resolved"
    record = world.ticket()["fields"]["record"]
    assert record["product"] == {"cabinet": "C-1", "model": "VM-8", "installed": START - 400 * DAY, "name": "VM-8 C-1"}
    assert {k: record["service"][k] for k in ("person", "measure", "situation", "mode")} == {
        "person": "ann", "measure": "replaced the terminal", "situation": "ok", "mode": "on_site",
    }  # fmt: skip
    assert record["service"]["confirmation"]["by"] == "telemetry"
    assert record["service"]["unit"] == world.policy.front.unit


def test_model_and_day_of_installation_are_there_from_the_first_moment() -> None:
    world = registered()
    world.act("ticket.create", kind="repair", summary="dark", cabinet="C-1", channel="qr")
    product = world.ticket()["fields"]["record"]["product"]
    assert (product["model"], product["installed"]) == ("VM-8", START - 400 * DAY)
    world.fault("C-1")
    assert world.ticket("T-000002")["fields"]["record"]["product"]["model"] == "VM-8"


def test_telemetrys_ticket_closes_without_anybody_writing_anything() -> None:
    world = staffed()
    world.fleet.site[1] = "S-1"
    fault = world.fault("C-1")
    world.clear(fault)
    world.run(11)
    close(world)
    record = world.ticket()["fields"]["record"]
    assert world.ticket()["customer"] is None
    assert record["customer"] == {"site": "S-1"}
    assert (record["service"]["measure"], record["service"]["person"]) == ("cleared_by_itself", "system")
    assert record["service"]["confirmation"]["how"] == "verification"


def test_what_people_write_comes_first_and_can_be_taken_back() -> None:
    world = asked("repair", cabinet="C-1", customer=LI)
    assert world.act("ticket.record", T, service={"measure": "new lamp", "charge_cents": 900}).status == "ok"
    assert world.ticket()["fields"]["record"]["service"]["measure"] == "new lamp"
    world.act("ticket.record", T, service={"measure": None})
    assert world.ticket()["fields"]["record"]["service"]["measure"] == "reset from afar"
    assert world.ticket()["fields"]["record"]["service"]["charge_cents"] == 900


def test_the_timeline_tells_which_fields_and_not_what_they_say() -> None:
    world = asked("consultation")
    world.act("ticket.record", T, customer=LI, case={"note": "speaks English"})
    line = world.lines()[-1]
    assert (line["type"], line["actor"]) == ("record", "dora")
    assert line["note"] == "record fields=case.note,customer.address,customer.name,customer.phone"
    assert "Li" not in str([x for x in world.lines() if x["type"] == "record"])


@pytest.mark.parametrize(
    "body",
    [
        {}, {"customer": None}, {"customer": {"name": 7}}, {"customer": {"name": {"declined": ""}}},
        {"customer": {"name": {"declined": "x", "also": "y"}}}, {"customer": {"number": {"declined": "x"}}},
        {"product": {"price_cents": -1}}, {"product": {"colour": "red"}}, {"product": {"purchased": "then"}},
        {"service": {"mode": "pigeon"}}, {"case": {"about": "weather"}}, {"case": "x"},
    ],
)  # fmt: skip
def test_a_malformed_record_is_refused_and_changes_nothing(body: dict[str, Any]) -> None:
    world = asked("consultation")
    before = world.desk.dump()
    assert world.act("ticket.record", T, **body).status == "invalid"
    assert world.desk.dump() == before
