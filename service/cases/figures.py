"""The figures of the front of the desk: who serves, how customers reach them, when a question goes to a superior."""

from typing import Literal

import msgspec

from telemetry.units import HOUR, MINUTE


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """`unit`: who serves, as records and the public page name it (S1 8.4). `hotline`, `email`, `account` (of the
    official account) and `public_url` (where customers reach this server, https://…): "" is not set, and the public
    page says so. `escalate_share`: once this share of REPLY has run without an answer a superior is told (S1 6.4.4);
    `escalation_ms` after that without anybody's word the next one is. `outage_ms`: a channel to customers that has been
    out of order so long is an alarm (S3 3.2(1)). The standards give none of these figures. `badge_name`: how a badge
    shows its bearer: the name in full, or its first character (S4 6.2.3).
    """

    unit: str = "售后服务台 / service desk"
    hotline: str = ""
    email: str = ""
    account: str = ""
    public_url: str = ""
    escalate_share: float = 0.8
    escalation_ms: int = HOUR
    outage_ms: int = 15 * MINUTE
    badge_name: Literal["full", "short"] = "full"
