"""The sheet of the self-assessment: groups, items and their points, read from an editable data file."""

import tomllib
from importlib.resources import files
from typing import Literal

import msgspec

from telemetry.errors import Invalid

SHIPPED = files("service.data").joinpath("self_assessment.toml")
WHOLE = 100


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item worth `points`; `source` names what it is computed from; `applies` false: deleted from the sheet."""

    id: str
    en: str
    zh: str
    points: float
    kind: Literal["qualitative", "sampled"]
    clause: str
    source: str
    applies: bool = True


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items that are worth `weight` points together."""

    id: str
    en: str
    zh: str
    weight: float
    items: tuple[Item, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole sheet; the notes say what of it no standard gives."""

    version: str
    note_en: str
    note_zh: str
    groups: tuple[Group, ...]


def read(text: str) -> Sheet:
    """A sheet from TOML. Raises Invalid for one whose points do not add up, group by group, to 100."""
    try:
        sheet = msgspec.convert(tomllib.loads(text), Sheet, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid({"self_assessment": str(error)}) from error
    for group in sheet.groups:
        if abs(sum(item.points for item in group.items) - group.weight) > 1e-9:
            raise Invalid({f"self_assessment.{group.id}": f"its items must be worth {group.weight:g} points"})
    if abs(sum(group.weight for group in sheet.groups) - WHOLE) > 1e-9:
        raise Invalid({"self_assessment": f"the groups must be worth {WHOLE} points"})
    return sheet


def shipped() -> Sheet:
    """The sheet of the data file."""
    return read(SHIPPED.read_text("utf-8"))
