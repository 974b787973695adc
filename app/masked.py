"""The effective settings as TOML that may be shown to anybody: what can be secret is hidden."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

HIDDEN = "********"
_URLS = ("broker", "urls", "series_url", "url")


def masked(settings: BaseModel) -> str:
    """The whole tree, one key per line, values without one as comments."""
    return "\n".join(_lines(settings, "")) + "\n"


def masked_url(url: str) -> str:
    """A URL that may be shown: a broker's without its password, a channel's without anything that may be secret."""
    parts = urlsplit(url)
    if parts.scheme in ("file", "console"):
        return url
    if parts.scheme not in ("mqtt", "mqtts"):
        return f"{parts.scheme}://{HIDDEN}"
    _, at, where = parts.netloc.rpartition("@")
    user = f"{parts.username or ''}:{HIDDEN}@" if at else ""
    return f"{parts.scheme}://{user}{where}"


def _lines(tree: BaseModel, path: str) -> Iterator[str]:
    parts: list[tuple[str, BaseModel]] = []
    for key, value in tree:
        if isinstance(value, BaseModel):
            parts.append((f"{path}.{key}" if path else key, value))
        else:
            yield f"# {key} =" if value is None else f"{key} = {_shown(key, value)}"
    for name, part in parts:
        yield f"\n[{name}]"
        yield from _lines(part, name)


def _shown(key: str, value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_shown(key, item)}" for name, item in value.items()) + "}"
    if type(value) in (tuple, list):
        return "[" + ", ".join(_shown(key, item) for item in value) + "]"
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return json.dumps(masked_url(secret) if key in _URLS else HIDDEN)
    if isinstance(value, int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
