"""Scenarios: which faults strike when, how often others come by chance, how rough the normal life is (TOML files)."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from simulator.injections import INJECTIONS
from telemetry.errors import ConfigError

SHIPPED = Path(__file__).with_name("scenarios")
NotNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
WEIGHTS: dict[str, float] = {
    "offline": 3, "payment_down": 3, "door_left_open": 2, "air_too_warm": 2, "compressor_not_starting": 1.5,
    "lock_fault": 1.5, "power_lost": 1.5, "sensor_implausible": 1,
}  # fmt: skip


class PlannedFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[fault]]`: `cabinet` is an id or a row (modulo the fleet's size), `at_s` product seconds after the start.

    Without `duration_s` it lasts until somebody repairs it.
    """

    cabinet: str | int
    kind: str
    at_s: NotNegative
    duration_s: Positive | None = None


class Chance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[chance]`: faults per cabinet and year, the weight of each kind, and from when on (product seconds).

    The default of four a year is the trade's figure for service calls; `most` bounds the share of ill cabinets.
    """

    per_cabinet_year: NotNegative = 4.0
    after_s: NotNegative = 0.0
    most: Annotated[float, Meta(ge=0, le=1)] = 0.08
    weights: dict[str, Positive] = msgspec.field(default_factory=lambda: dict(WEIGHTS))


class Disturbances(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[disturbances]`: the normal roughness of life, per cabinet. `heat_wave_c` warms every place (K)."""

    link_drops_per_day: NotNegative = 1.0
    terminal_restarts_per_day: NotNegative = 0.7
    restocks_per_day: Positive = 1.0
    heat_wave_c: float = 0.0


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole scenario file. `cabinets` is the fleet size unless the command line says another."""

    cabinets: Annotated[int, Meta(ge=1)] = 200
    fault: list[PlannedFault] = []
    chance: Chance = Chance()
    disturbances: Disturbances = Disturbances()


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file, or one we ship by its bare name (`demo`). Raises ConfigError naming file and key."""
    file = SHIPPED / f"{path}.toml" if not path.suffix and not path.exists() else path
    try:
        scenario = msgspec.convert(tomllib.loads(file.read_text("utf-8")), Scenario)
    except OSError as error:
        raise ConfigError("scenario", f"cannot read {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ConfigError("scenario", f"{file}: {error}") from error
    _check_kinds(scenario, str(file))
    return scenario


def _check_kinds(scenario: Scenario, file: str) -> None:
    for i, fault in enumerate(scenario.fault):
        if fault.kind not in INJECTIONS:
            raise ConfigError("scenario", f"{file}: fault[{i}].kind: unknown kind {fault.kind!r}")
    if unknown := sorted(set(scenario.chance.weights) - set(INJECTIONS)):
        raise ConfigError("scenario", f"{file}: chance.weights: unknown kinds {unknown}")
