"""The channels to customers, and what is out of order. Times in product ms."""

import msgspec

from service.model import Actor
from service.records.base import Row

CHANNELS: dict[str, tuple[str, str]] = {
    "hotline": ("hotline", "服务热线"),
    "online": ("online service", "线上人工服务"),
    "email": ("e-mail", "电子邮箱"),
    "sms": ("SMS", "短信"),
    "account": ("official account", "公众号"),
}
"""Channel → its name in English and Chinese (S1 6.2, S3 3.2(1)); the page of each cabinet is served by ourselves."""

PROBE = Actor("probe", "system")
"""Who tries the channels from outside. What it found it may take back, what people said it may not."""


class Outage(msgspec.Struct, kw_only=True):
    """A channel that does not work: since when, why, who said so, and when operators were alarmed."""

    id: str
    channel: str
    reason: str
    by: str
    by_probe: bool
    since: int
    alarmed: int | None = None
    ended: int | None = None
    ended_by: str | None = None
    note: str | None = None

    def row(self) -> Row:
        """The row of table `channel_outages`."""
        return msgspec.structs.asdict(self)
