"""Addresses in the settings: where a server of ours listens, and where an outside broker is."""

from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr


class Listener(NamedTuple):
    """Where a server of ours listens; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_listener(value: Any) -> Listener:
    """HOST:PORT, an IPv6 host in brackets. Raises ValueError."""
    if isinstance(value, Listener):
        return value
    parts = urlsplit(f"//{value}")
    if not parts.hostname or parts.netloc != str(value) or "@" in parts.netloc or parts.port is None:
        raise ValueError("must be HOST:PORT, with an IPv6 host in brackets")
    return Listener(parts.hostname, parts.port)


def parse_series(value: Any) -> SecretStr | None:
    """`http://user:pass@host:port` or `https://…`, with a path; it may carry a password. Raises ValueError."""
    raw = value.get_secret_value() if isinstance(value, SecretStr) else value
    if raw is None:
        return None
    parts = urlsplit(str(raw))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or parts.query or parts.fragment:
        raise ValueError("must be http://user:pass@host:port or https://user:pass@host:port")
    return SecretStr(str(raw))


def parse_broker(value: Any) -> SecretStr | None:
    """`mqtt://user:pass@host:port` or `mqtts://…`; it may carry a password. Raises ValueError."""
    raw = value.get_secret_value() if isinstance(value, SecretStr) else value
    if raw is None:
        return None
    parts = urlsplit(str(raw))
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.port == 0:
        raise ValueError("must be mqtt://user:pass@host:port or mqtts://user:pass@host:port")
    return SecretStr(str(raw))


def login(url: str) -> tuple[str | None, str | None]:
    """User name and password of a broker's URL."""
    parts = urlsplit(url)
    return unquote(parts.username) if parts.username else None, unquote(parts.password) if parts.password else None
