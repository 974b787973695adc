"""What people are told of an unchecked lot, in both languages."""

from typing import Any

from service.recalls.model import Lock

_STAGES = {
    "purchase": ("at purchase", "进货"), "outbound": ("outbound", "出库"), "before_sale": ("before sale", "售前"),
}  # fmt: skip
_LOCKS: dict[Lock, tuple[str, str]] = {
    "lane": ("the lane", "该货道"), "whole": ("the whole cabinet", "整台货柜"),
    "none": ("nothing, the cabinet cannot stop a lane", "无（货柜不支持单货道停售）"),
}  # fmt: skip


def stages(name: str, found: list[str]) -> dict[str, Any]:
    """The parameter `name` of a notice, and beside it the same in Chinese; None when there is none."""
    return {
        name: ", ".join(_STAGES[stage][0] for stage in found) or None,
        f"{name}_zh": "、".join(_STAGES[stage][1] for stage in found) or None,
    }


def lock(given: Lock) -> dict[str, Any]:
    return {"lock": _LOCKS[given][0], "lock_zh": _LOCKS[given][1]}
