"""What a customer is still owed when a case seems over."""

from telemetry.units import DAY, HOUR
from tests.service.desk.world import START, World

WHO = {"name": "张三", "phone": "13912345678", "address": "文三路 1 号"}


def told(world: World, kind: str) -> str:
    """A case that was resolved and followed up."""
    key = str(world.act("ticket.create", kind=kind, summary="x", customer=WHO).body["id"])
    for verb, body in (("triage", {}), ("reply", {"text": "we look"}), ("resolve", {"text": "done"})):
        assert world.act(f"ticket.{verb}", key, **body).status == "ok"
    return key


def test_a_case_does_not_close_over_an_open_promise() -> None:
    world = World()
    key = told(world, "consultation")
    contact = {"channel": "phone", "direction": "in", "text": "and the price?", "ticket": key}
    assert world.act("contact.create", **contact, promised_at=START + DAY).status == "created"
    assert world.act("ticket.follow-up", key, answer="fine", solved=True).status == "ok"
    refused = world.act("ticket.close", key)
    assert refused.body == {"guard": "promise_kept", "missing": ["reply"]}
    assert world.act("ticket.reply", key, text="3.50 yuan", source="price list").status == "ok"
    assert world.act("ticket.close", key).status == "ok"


def test_a_complaint_that_comes_back_is_to_be_answered_again() -> None:
    world = World()
    key = told(world, "complaint")
    world.run(2 * 60)
    assert world.act("ticket.follow-up", key, answer="still broken", solved=False).status == "ok"
    clocks = [c for c in world.ticket(key)["clocks"] if c["name"] == "COMPLAINT"]
    assert [c["state"] for c in clocks] == ["met", "running"]
    assert clocks[-1]["started"] == START + 2 * HOUR
    refused = world.act("ticket.resolve", key, text="done")
    assert refused.body == {"guard": "result_told", "missing": ["reply"]}
