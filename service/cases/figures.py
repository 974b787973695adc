"""The figures of the front of the desk: who serves, how customers reach them, when a question goes to a superior."""

import msgspec

from telemetry.units import HOUR


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """`unit`: who serves, as records and the public page name it (S1 8.4). `hotline`, `email`, `account` (of the
    official account) and `public_url` (where customers reach this server, https://…): "" is not set, and the public
    page says so. `escalate_share`: once this share of REPLY has run without an answer a superior is told (S1 6.4.4);
    `escalation_ms` after that without anybody's word the next one is. The standards give neither figure.
    """

    unit: str = "售后服务台 / service desk"
    hotline: str = ""
    email: str = ""
    account: str = ""
    public_url: str = ""
    escalate_share: float = 0.8
    escalation_ms: int = HOUR
