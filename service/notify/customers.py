"""The post of customers: who it goes to is looked up when it is sent, for a notice names nobody (S1 4.3.1, 8.5)."""

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from service.cases.customers import phone_of
from service.hours import Hours, Window
from service.notify.base import Addressee, Dropped, Letter
from service.notify.customertexts import PIECES, TEXTS
from service.notify.plan import Plan, plan_singly
from service.notify.templates import clock_time
from service.notify.texts import Language, Message
from service.policy import Policy
from service.privacy.masking import PURGED, declined
from service.privacy.masking import name as first_character
from service.recalls.notice import draft
from service.records.base import RecordStore, Row, Where
from service.telling.kinds import CUSTOMER
from telemetry.units import DAY, HOUR, MINUTE

_NUMBER = re.compile(r"\+?\d{5,15}")  # E.164 has fifteen digits at most
_OPEN = ("invited",)


class Customers:
    """Looks up, words and plans what customers are told. `reached`: whether there is a gateway."""

    mine = Where("to", "=", CUSTOMER)

    def __init__(self, records: RecordStore, policy: Policy, language: Language = "zh", *, reached: bool) -> None:
        self._records, self._policy, self._language, self._reached = records, policy, language, reached
        self._zone = ZoneInfo(policy.zone)

    def whose(self, notice: Row) -> tuple[Where, ...]:
        return (self.mine, Where("ticket", "=", notice["ticket"]))

    def plans(self, due: Sequence[Row], usual: list[int], urgent: list[int], real: int) -> list[Plan]:
        return [plan_singly(due, usual + urgent, real)]

    def letter(self, notice: Row) -> Letter | Dropped:
        """The message, or why there is none. Raises Unavailable."""
        if not self._reached:
            return Dropped("no_gateway")
        if notice["kind"] not in TEXTS:
            return Dropped("unknown")
        ticket = self._records.get("tickets", notice["ticket"])
        to = addressee(ticket)
        if isinstance(to, Dropped) or ticket is None:
            return to if isinstance(to, Dropped) else Dropped("over")
        words = self._words(notice, ticket)
        if isinstance(words, Dropped):
            return words
        message = TEXTS[notice["kind"]][self._language]
        text = Message(message.title.format_map(words), f"{message.body.format_map(words).strip()}\n{self._end()}")
        return Letter(
            CUSTOMER, text.title, text.body, notice["id"], notice["kind"], notice["ticket"], words.get("link"), to
        )

    def _words(self, notice: Row, ticket: Row) -> dict[str, str] | Dropped:
        """What stands in the text, as words."""
        params: dict[str, Any] = notice["params"] or {}
        words = {"ticket": ticket["id"]}
        words |= {key: clock_time(at, self._zone) for key in ("from", "to", "until") if (at := params.get(key))}
        match notice["kind"]:
            case "survey_invited":
                return self._survey(words)
            case "on_the_way":
                return words | self._way(notice)
            case "case_answered" | "case_settled":
                return words | {"words": self._said(ticket, params.get("line"))}
            case "refund_approved" | "refund_paid":
                due = self._piece("due", due=words["until"]) if "until" in words else ""
                return words | {"yuan": f"{params['cents'] / 100:.2f}", "due": due}
            case "goods_recalled":
                recall = self._records.get("recalls", params["recall"])
                return Dropped("over") if recall is None else words | {"notice": self._recall(recall)}
        return words

    def _survey(self, words: dict[str, str]) -> dict[str, str] | Dropped:
        """The link is a key: it is put in here and kept in no notice."""
        row, front = self._records.get("surveys", words["ticket"]), self._policy.front
        if row is None or row["state"] not in _OPEN:
            return Dropped("over")
        return words | {"link": f"{front.public_url}/s/{row['token']}"} if front.public_url else Dropped("no_address")

    def _way(self, notice: Row) -> dict[str, str]:
        """Who comes, by name only if the policy says so, and when."""
        visit = self._records.get("visits", notice["visit"]) or {}
        eta = (notice["params"] or {}).get("eta")
        told = self._piece("eta", eta=clock_time(eta, self._zone)) if eta else ""
        name = self._technician(visit) if self._policy.messages.name_technician else None
        return {"technician": self._piece("named", name=name) if name else self._piece("somebody"), "eta": told}

    def _technician(self, visit: Row) -> str | None:
        person = self._records.get("technicians", visit.get("technician")) or {}
        name = person.get("name")
        return first_character(name) if self._policy.front.badge_name == "short" else name

    def _said(self, ticket: Row, line: int | None) -> str:
        """The words of a person, from the line of the timeline in which they stand."""
        row = self._records.get("timeline", f"{ticket['id']}/{line}") if line is not None else None
        return (row or {}).get("note") or ""

    def _recall(self, recall: Row) -> str:
        return draft(recall, self._policy.zone)[self._language]

    def _end(self) -> str:
        front, served = self._policy.front, self._policy.coverage.get("hotline")
        known = front.hotline and served is not None
        hotline = self._piece("hotline", hotline=front.hotline, hours=self._hours(served)) if known and served else ""
        return self._piece("end", hotline=hotline, unit=front.unit)

    def _hours(self, served: Hours) -> str:
        work, rest = (_windows(served.of(day)) or self._piece("closed") for day in ("work", "rest"))
        if work == rest:
            return self._piece("daily", windows=work)
        return self._piece("days", work=work, rest=rest)

    def _piece(self, key: str, **words: str) -> str:
        return PIECES[key][self._language].format_map(words)


def addressee(ticket: Row | None) -> Addressee | Dropped:
    """The customer of a ticket's row as a gateway needs them, or why nothing is sent to them."""
    customer = (ticket or {}).get("customer") or {}
    if ticket is not None and (ticket.get("purged") is not None or PURGED in customer):
        return Dropped("purged")
    if customer.get("no_messages") is True:
        return Dropped("stopped")
    if declined(customer.get("phone")):
        return Dropped("declined")
    phone, name = phone_of(customer), customer.get("name")
    if phone is None or not _NUMBER.fullmatch(phone):
        return Dropped("no_phone")
    return Addressee(phone, name if isinstance(name, str) else None)


def _windows(windows: Sequence[Window]) -> str:
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in windows)


def _clock(ms: int) -> str:
    """The time of day; the end of a day is 24:00, and what ends later is the next day's."""
    ms = ms - DAY if ms > DAY else ms
    return f"{ms // HOUR:02}:{ms % HOUR // MINUTE:02}"
