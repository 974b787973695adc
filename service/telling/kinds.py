"""The messages to customers: one literal table. Their texts: `service/notify/customertexts.py`."""

from typing import Literal

CUSTOMER = "customer"  # to whom such a notice goes; which customer, its ticket says
Group = Literal["survey", "appointment", "on_the_way", "promise", "result", "recall"]

KINDS: dict[str, Group] = {
    "survey_invited": "survey",
    "appointment_agreed": "appointment",
    "appointment_changed": "appointment",
    "on_the_way": "on_the_way",
    "time_promised": "promise",
    "case_answered": "result",
    "case_settled": "result",
    "refund_approved": "result",
    "refund_paid": "result",
    "goods_recalled": "recall",
}
"""Kind of a notice → the group by which the policy says whether it is sent."""
