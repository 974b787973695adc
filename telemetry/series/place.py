"""Where a series server is."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit


class Server(NamedTuple):
    """Where a series server is. `url`: http(s)://[user:password@]host:port[/path]; `settle_s`: for how long an
    answered write is kept for a server that may forget it."""

    url: str
    database: str = "vendwatch"
    timeout_s: float = 10.0
    settle_s: float = 30.0

    @property
    def place(self) -> str:
        """The address without credentials."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    @property
    def credentials(self) -> str | None:
        """`user:password`, or None."""
        parts = urlsplit(self.url)
        return f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
