"""The post of customers: looked up and worded when it is sent, delivered at least once, never dropped in silence."""

import asyncio
import random
import string
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.cases.figures import Front
from service.hours import hours
from service.notify.base import Addressee, Letter
from service.notify.customers import Customers
from service.notify.customertexts import PIECES, TEXTS, WHY
from service.notify.outbox import MAX_ATTEMPTS, Outbox
from service.notify.plan import PER_PERSON, WINDOW, plan_singly
from service.notify.post import People
from service.policy import Policy
from service.records.base import Change, Put, Row, Where
from service.records.memory import MemoryRecords
from service.telling.figures import GROUPS, Messages
from service.telling.kinds import CUSTOMER, KINDS
from telemetry.clock import ManualClock
from telemetry.errors import Invalid, Unavailable
from telemetry.units import SECOND
from tests.service.notify.fakes import FakeChannel

START = 1_791_939_600_000  # 2026-10-14, 09:00 in Shanghai
PERSON = {"name": "王小丽", "phone": "+86 138-0000-1234", "address": "天城路 1 号"}
FRONT = Front(unit="小柜", hotline="400-1", public_url="https://help.example")
POLICY = Policy(front=FRONT, messages=Messages(groups=frozenset(GROUPS)))
AWAY = Unavailable("away", retry_after=0)


class Records(MemoryRecords):
    """Records whose writes fail while `away`."""

    away = False

    def write(self, changes: Sequence[Change]) -> None:
        if self.away:
            raise Unavailable("disk full")
        super().write(changes)


class Office:
    """The outbox of customers over a case `T-1` with everything that messages refer to."""

    def __init__(self, *errors: Any, policy: Policy = POLICY, reached: bool = True, language: Any = "zh") -> None:
        self.records, self.clock, self.channel = Records(), ManualClock(START), FakeChannel(*errors)
        self.post = Customers(self.records, policy, language, reached=reached)
        self.put("tickets", id="T-1", n=1, customer=PERSON, purged=None)
        self.put("surveys", id="T-1", state="invited", token="ab12")
        self.put("timeline", id="T-1/3", ticket="T-1", n=3, note="全额退款 {braces}")
        self.put("visits", id="V-1", technician="ann")
        self.put("technicians", id="ann", name="张三丰")
        self.restart()

    def restart(self) -> None:
        self.outbox = Outbox(self.records, [self.channel], self.clock, self.post, chance=random.Random(1))

    def put(self, table: str, **row: Any) -> None:
        self.records.write([Put(table, row)])

    def owe(self, kind: str = "time_promised", ticket: str = "T-1", visit: str | None = None, **params: Any) -> None:
        row = {
            "id": f"N-{self.records.count('notices') + 1:06d}", "at": self.clock.moment().now, "to": CUSTOMER,
            "kind": kind, "params": params, "ticket": ticket, "visit": visit, "state": "queued", "attempts": 0,
            "next_real": self.clock.moment().real, "delivered": None, "error": None,
        }  # fmt: skip
        self.put("notices", **row)

    def step(self, ms: int = 0) -> int:
        self.clock.advance(ms)
        return asyncio.run(self.outbox.step())

    def told(self, kind: str, **params: Any) -> Letter:
        """The letter that comes of it."""
        self.owe(kind, **params)
        self.step(WINDOW)
        return self.channel.letters[-1]

    def state(self) -> list[tuple[str, str | None]]:
        rows = self.records.find("notices", [Where("to", "=", CUSTOMER)], ["id"], 1000)
        return [(row["state"], row["error"]) for row in rows]


def test_a_message_says_what_happens_and_who_says_it() -> None:
    office = Office()
    letter = office.told("appointment_agreed", **{"from": START, "to": START + 3600 * SECOND})
    assert (letter.to, letter.addressee) == (CUSTOMER, Addressee("13800001234", "王小丽"))
    assert (letter.id, letter.kind, letter.ticket, letter.link) == ("N-000001", "appointment_agreed", "T-1", None)
    assert letter.body == (
        "您的事项 T-1 已预约上门服务，时段为 10-14 09:00 至 10-14 10:00。\n"
        "咨询请拨打 400-1（每日 08:00-01:00）。我们不会向您索要钱物。回复“退订”不再接收。小柜"
    )
    assert office.state() == [("sent", None)]


def test_the_link_of_the_survey_is_put_in_when_it_is_sent() -> None:
    office = Office()
    letter = office.told("survey_invited", until=START)
    assert letter.link == "https://help.example/s/ab12"
    assert letter.link in letter.body
    assert "ab12" not in str(office.records.find("notices"))


def test_the_words_of_a_reply_come_from_its_line() -> None:
    office = Office()
    assert "全额退款 {braces}" in office.told("case_settled", line=3).body
    assert office.told("case_settled", line=None).body.startswith("您的事项 T-1 已处理完毕。\n")


@pytest.mark.parametrize(
    ("named", "badge", "said"), [(False, "full", "：服务人员已出发"), (True, "full", "张三丰"), (True, "short", "张**")]
)
def test_who_comes_is_named_only_if_the_policy_says_so(named: bool, badge: Any, said: str) -> None:
    front = Front(badge_name=badge)
    office = Office(policy=Policy(front=front, messages=Messages(name_technician=named)))
    body = office.told("on_the_way", visit="V-1", eta=START).body
    assert said in body
    assert "预计 10-14 09:00 到达" in body
    assert ("三丰" in body) == (named and badge == "full")
    assert "预计" not in office.told("on_the_way", visit="V-1", eta=None).body


def test_money_that_is_paid_back_is_told_to_the_cent() -> None:
    office = Office(language="en")
    assert "CNY 6.05 will be paid back to you by 10-14 09:00." in office.told(
        "refund_approved", cents=605, until=START
    ).body  # fmt: skip
    assert "CNY 100.00 have been paid back" in office.told("refund_paid", cents=10_000).body


def test_a_recall_is_told_with_its_notice() -> None:
    office = Office()
    office.put(
        "recalls", id="RC-1", sku="milk", lots=["L1"], reason="变质", party="maker", instructions_zh="停止食用",
        instructions_en=None, notice_zh=None, notice_en=None, created=START,
    )  # fmt: skip
    body = office.told("goods_recalled", recall="RC-1").body
    assert all(word in body for word in ("召回公告（RC-1）", "L1", "停止食用"))


@pytest.mark.parametrize(
    ("customer", "why"),
    [
        (None, "no_phone"), ({"name": "Li"}, "no_phone"), ({"phone": "none"}, "no_phone"),
        ({"phone": "12"}, "no_phone"),
        ({"phone": {"declined": "private"}}, "declined"), ({**PERSON, "no_messages": True}, "stopped"),
        ({"purged": "2031-01-01"}, "purged"),
    ],
)  # fmt: skip
def test_who_cannot_or_will_not_be_told_is_shown_with_the_reason(customer: Row | None, why: str) -> None:
    office = Office()
    office.put("tickets", id="T-1", customer=customer)
    office.owe()
    assert office.step() == 0
    assert office.state() == [("dropped", why)]
    assert why in WHY
    assert office.channel.letters == []


@pytest.mark.parametrize(
    ("kind", "table", "row", "why"),
    [
        ("survey_invited", "surveys", {"state": "answered"}, "over"),
        ("time_promised", "tickets", {"purged": 1}, "purged"),
        ("no_such_kind", "tickets", {}, "unknown"),
    ],
)  # fmt: skip
def test_what_is_over_is_not_sent(kind: str, table: str, row: Row, why: str) -> None:
    office = Office()
    office.put(table, id="T-1", **row)
    office.owe(kind, until=START)
    office.step()
    assert office.state() == [("dropped", why)]


def test_without_an_address_of_our_own_there_is_no_survey_to_send() -> None:
    office = Office(policy=Policy())
    office.owe("survey_invited", until=START)
    office.step()
    assert office.state() == [("dropped", "no_address")]


def test_what_was_owed_when_the_gateway_was_taken_away_is_dropped_and_reaches_nobody_else() -> None:
    office, ours = Office(reached=False), FakeChannel()
    office.owe(until=START)
    people = Outbox(office.records, [ours], office.clock, People())
    assert asyncio.run(people.step()) == 0
    office.step()
    assert office.state() == [("dropped", "no_gateway")]
    assert asyncio.run(people.step()) == 0
    assert ours.got == []


def test_a_crash_between_the_sending_and_its_note_sends_again_under_the_same_id() -> None:
    office = Office()
    office.owe(until=START)
    send, records = office.channel.send, office.records

    async def crash(letter: Letter) -> None:
        await send(letter)
        records.away = True

    office.channel.send = crash  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        office.step()
    records.away = False
    office.channel.send = send  # type: ignore[method-assign]
    office.restart()
    assert office.step(SECOND) == 1
    assert [letter.id for letter in office.channel.letters] == ["N-000001", "N-000001"]
    assert office.state() == [("sent", None)]


def test_a_gateway_that_is_away_is_tried_again_and_one_that_refuses_is_told_to_operators() -> None:
    office = Office(AWAY, AWAY, Invalid({"customers.url": "h: HTTP 400"}))
    office.owe(until=START)
    for _ in range(3):
        office.step(WINDOW)
    assert office.state() == [("failed", "customers.url: h: HTTP 400")]
    (told,) = office.records.find("notices", [Where("to", "=", "operators")])
    assert (told["kind"], told["params"]["person"], told["ticket"]) == ("undelivered", CUSTOMER, "T-1")
    office.step(WINDOW)
    assert office.channel.letters == [], "what operators are told does not go to the customer"


def test_after_the_last_try_it_is_given_up() -> None:
    office = Office(*[AWAY] * MAX_ATTEMPTS)
    office.owe(until=START)
    for _ in range(MAX_ATTEMPTS + 2):
        office.step(WINDOW)
    assert office.state() == [("failed", "away")]


def test_one_customer_is_not_flooded_and_another_does_not_wait() -> None:
    office = Office()
    office.put("tickets", id="T-2", n=2, customer=PERSON, purged=None)
    for _ in range(PER_PERSON + 2):
        office.owe(until=START)
    office.owe(ticket="T-2", until=START)
    assert office.step() == PER_PERSON + 1
    assert office.step(WINDOW) == 2
    assert [letter.id for letter in office.channel.letters if letter.ticket == "T-1"] == [
        f"N-{n:06d}" for n in range(1, PER_PERSON + 3)
    ]  # fmt: skip


def test_the_hours_of_the_hotline_are_told_by_type_of_day() -> None:
    office = Office(policy=Policy(front=FRONT, coverage={"hotline": hours({"work": ["09:00-24:00"], "rest": []})}))
    assert "400-1（工作日 09:00-24:00，其他日 不服务）" in office.told("time_promised", until=START).body


def test_every_message_has_its_words_in_both_languages() -> None:
    assert TEXTS.keys() == KINDS.keys()
    messages = [{language: " ".join(text) for language, text in texts.items()} for texts in TEXTS.values()]
    for texts in (*messages, *PIECES.values(), *WHY.values()):
        assert set(texts) == {"zh", "en"}
        zh, en = ({field for _, field, _, _ in string.Formatter().parse(texts[key]) if field} for key in ("zh", "en"))
        assert zh == en


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=12), st.lists(st.integers(0, WINDOW), max_size=8))
def test_a_plan_for_a_customer_keeps_every_message_and_the_limit(tries: list[int], recent: list[int]) -> None:
    due: list[Row] = [{"id": n, "attempts": tried} for n, tried in enumerate(tries)]
    made = plan_singly(due, recent, WINDOW)
    assert sorted(n["id"] for n in made.send + made.wait) == [n["id"] for n in due]
    assert made.digest == []
    assert sum(not n["attempts"] for n in made.send) <= max(0, PER_PERSON - len(recent))
    assert not any(n["attempts"] for n in made.wait)
    assert not made.wait or made.until > WINDOW - 1
