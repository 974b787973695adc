"""What a cabinet says of itself."""

from typing import Any

import msgspec


class Said(msgspec.Struct, frozen=True, gc=False):
    """An event of a cabinet: its row, time (ms), name and data (flat: numbers and texts)."""

    row: int
    ts: int
    name: str
    data: dict[str, Any]
