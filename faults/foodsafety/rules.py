"""Rule packs: versioned data of the limits that law and trade set for food, each figure with its source.

A pack is one TOML file in `packs/`; a new version is a new file beside the old one, because cases and logs name the
version they were judged by.
"""

from pathlib import Path
from typing import Any

import msgspec

from telemetry.errors import Invalid

FIGURES = (
    "max_c", "min_c", "allow_min", "after_door_min", "after_defrost_min", "door_open_min", "defrost_on_min",
    "service_open_min", "excused_min",
)  # fmt: skip
_FOLDER = Path(__file__).parent / "packs"


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a class of products demands. Temperatures in °C, times in minutes.

    Beyond `max_c` or `min_c` for `allow_min` it is broken. Until `after_door_min` after a service, and
    `after_defrost_min` after a defrost, it may recover; a door open for longer than `door_open_min`, or a defrost of
    more than `defrost_on_min`, excuses nothing. A service is a restock, a service code, and a door open for
    `service_open_min` (0: every door that moves): who buys opens the door too, and excuses nothing. After
    `excused_min` of one excursion nothing excuses any more (0: no end). `once`: times add up until goods are restocked
    or the lock released. `signals`: what is judged, the first that the cabinet gives. `sources`: figure → where it
    stands.
    """

    name: str
    en: str
    zh: str
    signals: tuple[str, ...]
    allow_min: float
    sources: dict[str, str]
    max_c: float | None = None
    min_c: float | None = None
    after_door_min: float = 0
    after_defrost_min: float = 0
    door_open_min: float = 0
    defrost_on_min: float = 0
    service_open_min: float = 0
    excused_min: float = 0
    once: bool = False

    @property
    def limit_c(self) -> float:
        """The one limit of the rule."""
        return self.max_c if self.max_c is not None else self.min_c if self.min_c is not None else float("nan")

    def figures(self) -> dict[str, Any]:
        """The figures that are set, for people and for the cabinet's own control."""
        given = {name: getattr(self, name) for name in FIGURES}
        return {name: value for name, value in given.items() if value is not None and value != 0} | {"once": self.once}


class Pack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A regime: its name in both languages, what was read into it, and its classes of products (the first is usual)."""

    id: str
    version: int
    en: str
    zh: str
    note_en: str
    note_zh: str
    classes: tuple[Rule, ...]


class Profile(msgspec.Struct, frozen=True):
    """What a cabinet is assigned: a pack, its version, and the class of its products."""

    pack: str
    version: int
    product: str


def read_pack(text: str) -> Pack:
    """A pack from its TOML. Raises msgspec.ValidationError for an unknown key or a wrong type."""
    return msgspec.toml.decode(text, type=Pack)


PACKS: dict[tuple[str, int], Pack] = {
    (pack.id, pack.version): pack
    for pack in (read_pack(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.toml")))
}


def rule_of(profile: Profile) -> Rule:
    """The rule of a profile. Raises KeyError for one that `choose` did not make."""
    return next(rule for rule in PACKS[profile.pack, profile.version].classes if rule.name == profile.product)


def choose(pack: str, version: int | None = None, product: str | None = None) -> Profile:
    """The profile of a pack: its newest version and its first class unless named. Raises Invalid."""
    versions = [v for name, v in PACKS if name == pack]
    if not versions:
        raise Invalid({"pack": f"must be one of {', '.join(sorted({name for name, _ in PACKS}))}"})
    chosen = max(versions) if version is None else version
    if chosen not in versions:
        raise Invalid({"version": f"{pack} has {', '.join(map(str, sorted(versions)))}"})
    classes = [rule.name for rule in PACKS[pack, chosen].classes]
    if product is not None and product not in classes:
        raise Invalid({"class": f"must be one of {', '.join(classes)}"})
    return Profile(pack, chosen, product or classes[0])
