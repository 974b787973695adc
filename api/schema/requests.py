"""What the API takes. Further fields are for the fold to judge; times are ISO 8601 with offset."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Severity, Time

Json = dict[str, Any]
Shift = Annotated[list[int | str], Meta(min_length=3, max_length=3)]


class NewSite(Struct):
    name: str
    id: str | None = None
    address: str | None = None
    zone: str | None = None
    lat: float | None = None
    lon: float | None = None
    contact: Json | None = None


class SiteChange(Struct):
    name: str | None = None
    address: str | None = None
    zone: str | None = None
    lat: float | None = None
    lon: float | None = None
    contact: Json | None = None


class NewCabinet(Struct):
    id: str
    model: str
    site: str | None = None
    carrier: str | None = None
    lat: float | None = None
    lon: float | None = None
    warranty_end: str | None = None


class CabinetChange(Struct):
    model: str | None = None
    site: str | None = None
    carrier: str | None = None
    lat: float | None = None
    lon: float | None = None
    warranty_end: str | None = None
    profile: Json | None = None


class Reason(Struct):
    reason: str | None = None


class NewCommand(Struct):
    """`expires_s`: product seconds. `ticket`: an open one of this cabinet; its timeline tells what comes of
    it, and a new one is triaged and in its remote check by that. `args`: `set_setpoint` takes `set_c`, -30 to 70 °C;
    the others take none."""

    name: Literal[
        "lock_sales", "unlock_sales", "open_door", "set_setpoint", "reboot", "self_test", "sample_fast", "show_code"
    ]
    reason: str
    args: Json | None = None
    expires_s: float | None = None
    ticket: str | None = None


class Note(Struct):
    note: str | None = None


class Snooze(Struct):
    until: Time
    note: str | None = None


class Text(Struct):
    text: str


class NewMaintenance(Struct, rename={"from_": "from"}):
    """A cabinet or a site. `to` lies in the future, at most 30 days after `from`; `from` at most a year ahead."""

    from_: Time
    to: Time
    reason: str
    cabinet: str | None = None
    site: str | None = None


class Customer(Struct):
    name: str | None = None
    address: str | None = None
    phone: str | None = None
    no_messages: bool | None = None


class NewTicket(Struct):
    kind: Literal[
        "repair", "consultation", "complaint", "installation", "return", "refund", "recall", "incident", "followup"
    ]
    summary: str
    cabinet: str | None = None
    severity: Severity | None = None
    received: Time | None = None
    channel: Literal["phone", "online", "sms", "email", "official_account", "qr", "telemetry"] | None = None
    customer: Customer | None = None


class TicketTriage(Struct):
    severity: Severity | None = None
    note: str | None = None


class TicketDispatch(Struct):
    """`technician`: whom to ask first; without one the best."""

    technician: str | None = None
    note: str | None = None


class TicketWait(Struct, rename={"for_": "for"}):
    for_: Literal["customer", "parts", "access"]
    note: str | None = None


class TicketReply(Struct):
    text: str | None = None
    note: str | None = None


class TicketPromise(Struct):
    promised_at: Time
    note: str | None = None


class WorkReport(Struct):
    measure: str | None = None
    parts: list[str] | None = None
    note: str | None = None
    photos: list[str] | None = None
    checklist: dict[str, bool] | None = None


class FollowUp(Struct):
    """`answer` and `solved`, or `reached`: false for a call that reached nobody. `recurrence`: it came back, so
    somebody is sent."""

    answer: str | None = None
    solved: bool | None = None
    recurrence: bool | None = None
    reached: bool | None = None
    channel: Literal["phone", "online", "sms", "email", "official_account", "qr", "on_site"] | None = None
    note: str | None = None


class TicketMerge(Struct):
    into: str


class NewTechnician(Struct):
    """`shift`: [[weekday 0…7, "HH:MM", "HH:MM"], …] in Asia/Shanghai; none: always on duty."""

    name: str
    id: str | None = None
    phone: str | None = None
    zones: list[str] | None = None
    skills: list[str] | None = None
    shift: list[Shift] | None = None
    lat: float | None = None
    lon: float | None = None
    channels: list[str] | None = None
    active: bool | None = None


class TechnicianChange(Struct):
    name: str | None = None
    phone: str | None = None
    zones: list[str] | None = None
    skills: list[str] | None = None
    shift: list[Shift] | None = None
    lat: float | None = None
    lon: float | None = None
    channels: list[str] | None = None
    active: bool | None = None


class Fix(Struct):
    lat: float
    lon: float
    accuracy_m: float
    at: Time | None = None


class ArrivalEvidence(Struct):
    """`gps`: lat lon accuracy_m; `qr`: payload and a position; `rotating_code`: code. `fixes`: the positions at the
    check-in, which must agree; `mocked`: the phone says that its position was set by hand. `at`: when it happened by
    the phone's clock; also taken after the visit has ended, if it lies before its end."""

    type: Literal["button", "gps", "qr", "rotating_code", "nfc"]
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    at: Time | None = None
    payload: str | None = None
    code: str | None = None
    fixes: list[Fix] | None = None
    mocked: bool | None = None


class CheckIn(Struct):
    evidence: ArrivalEvidence
