"""To whom personal data goes outside of the product, and what for (PIPL 17, 21, 23; S1 8.5). Nobody, by default."""

from typing import NamedTuple

from service.policy import Policy


class Recipient(NamedTuple):
    """A category of recipients. `fields`: what they get, as `fields.py` names it."""

    en: str
    zh: str
    purpose_en: str
    purpose_zh: str
    basis: str
    fields: tuple[str, ...]


GATEWAY = Recipient(
    "Message gateway of the operator",
    "运营方的消息网关",
    "to send customers messages about their own cases: the survey, appointments, promises, results, recalls; a "
    "customer may have no more of them by replying STOP",
    "就顾客本人事项向其发送消息（满意度调查、预约、承诺、处理结果、召回）；回复“退订”即停止发送",
    "S1 4.3.1, 8.5; PIPL 21",
    ("tickets.customer.name", "tickets.customer.phone", "timeline.note", "surveys.token", "technicians.name"),
)


def recipients(policy: Policy) -> tuple[Recipient, ...]:
    """Who gets personal data under this policy."""
    return (GATEWAY,) if policy.messages.groups else ()


def handed_over(recipient: Recipient, policy: Policy) -> tuple[str, ...]:
    """The fields that a recipient really gets: a technician's name only if the policy says so."""
    named = policy.messages.name_technician
    return tuple(field for field in recipient.fields if named or not field.startswith("technicians."))
