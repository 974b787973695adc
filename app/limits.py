"""Thresholds of a replay: which food-safety rule, and which product limit, cabinets keep (docs/replay.md)."""

import tomllib
from pathlib import Path

import msgspec

from faults.foodsafety.rules import Profile, choose
from telemetry.errors import Invalid

EVERY = "*"


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"product": "class"}):
    """Of one cabinet or of all: a food-safety `pack` (its newest `version` and first `class` unless named), and
    `max_air_c`, above which the air is too warm for its goods."""

    pack: str | None = None
    version: int | None = None
    product: str | None = None
    max_air_c: float | None = None

    def profile(self) -> Profile | None:
        """Raises Invalid for a pack, version or class that there is not."""
        return None if self.pack is None else choose(self.pack, self.version, self.product)


class Limits(dict[str, Limit]):
    """By cabinet; `*` for those not named."""

    def of(self, cabinet: str) -> Limit:
        return self.get(cabinet) or self.get(EVERY) or Limit()


def read_limits(path: Path | None) -> Limits:
    """The file, checked. Raises Invalid that names file, cabinet and key."""
    if path is None:
        return Limits()
    try:
        limits = Limits(msgspec.convert(tomllib.loads(path.read_text("utf-8")), dict[str, Limit]))
    except OSError as error:
        raise Invalid({"thresholds": f"cannot read {path}: {error.strerror}"}) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise Invalid({"thresholds": f"{path}: {error}"}) from error
    for cabinet, limit in limits.items():
        try:
            limit.profile()
        except Invalid as error:
            raise Invalid({f"thresholds: {path}: {cabinet}.{key}": why for key, why in error.fields.items()}) from error
        if limit.pack is None and (limit.version is not None or limit.product is not None):
            raise Invalid({f"thresholds: {path}: {cabinet}": "version and class need a pack"})
    return limits
