"""Scenarios: which faults strike when, how often others come by chance, how rough the normal life is (TOML files)."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from simulator.injections import INJECTIONS
from simulator.ranges import Ranges
from telemetry.errors import ConfigError

SHIPPED = Path(__file__).with_name("scenarios")
NotNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
WEIGHTS: dict[str, float] = {
    "offline": 3, "payment_down": 3, "door_left_open": 2, "air_too_warm": 2, "compressor_not_starting": 1.5,
    "lock_fault": 1.5, "power_lost": 1.5, "sensor_implausible": 1, "shelf_tamper": 0.7, "shelf_drift": 0.5,
    "no_sales": 0.5, "stock_out": 0.3, "lot_expired": 0.3,
}  # fmt: skip


class PlannedFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[fault]]`: `cabinet` is an id or a row (modulo the fleet's size), `at_s` product seconds after the start.

    Without `duration_s` it lasts until somebody repairs it. `severity` is in the unit of the kind (drawn when it is
    not given); it is reached after `grows_s`.
    """

    cabinet: str | int
    kind: str
    at_s: NotNegative
    duration_s: Positive | None = None
    severity: Positive | None = None
    grows_s: NotNegative | None = None


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[outage]]` of many cabinets at once: the mains or the network of a site, a carrier, or, for the cabinets
    of every site, the connections alone (`reconnect`, which is no fault). `which` counts sites or carriers from 0."""

    kind: Literal["site_power", "site_network", "carrier", "reconnect"]
    at_s: NotNegative
    duration_s: Positive
    which: Annotated[int, Meta(ge=0)] = 0


class Recall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[recall]`: an article is taken out of every cabinet, from `at_s` on, `within_s` (product seconds)."""

    sku: str
    at_s: NotNegative
    within_s: Positive


class Chance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[chance]`: faults per cabinet and year, the weight of each kind, and from when on (product seconds).

    The default of four a year is the trade's figure for service calls; `most` bounds the share of ill cabinets.
    `mended`: faults end after a while although nobody's repairs are simulated; `rest_s`: how long a cabinet then stays
    well. `site_cuts_per_year`: power cuts of each site.
    """

    per_cabinet_year: NotNegative = 4.0
    after_s: NotNegative = 0.0
    most: Annotated[float, Meta(ge=0, le=1)] = 0.08
    weights: dict[str, Positive] = msgspec.field(default_factory=lambda: dict(WEIGHTS))
    mended: bool = False
    rest_s: NotNegative = 0.0
    site_cuts_per_year: NotNegative = 0.0


class Disturbances(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[disturbances]`: the normal roughness of life, per cabinet; none of it is ever labelled.

    `heat_wave_c` warms every place (K), for ever or from `heat_wave_at_s` for `heat_wave_for_s` (product seconds);
    `weather_c` is the spread of the sites' own weather (K). `nights`: set points are raised and lamps put out at night;
    `weekends`: demand follows the days; `defrosts`: controllers have different defrost timers; `scales_c`: how many
    grams a scale reads too much per K; `restock_hour`: all are restocked within an hour of it (else all day).
    """

    link_drops_per_day: NotNegative = 1.0
    terminal_restarts_per_day: NotNegative = 0.7
    restocks_per_day: Positive = 1.0
    heat_wave_c: float = 0.0
    heat_wave_at_s: NotNegative = 0.0
    heat_wave_for_s: Positive | None = None
    weather_c: NotNegative = 0.0
    nights: bool = False
    weekends: bool = False
    defrosts: bool = False
    holidays_per_year: NotNegative = 0.0
    busy_days_per_year: NotNegative = 0.0
    fades_per_day: NotNegative = 0.0
    stalls_per_day: NotNegative = 0.0
    mains_dips_per_month: NotNegative = 0.0
    updates_per_month: NotNegative = 0.0
    cleanings_per_week: NotNegative = 0.0
    scales_c: NotNegative = 0.0
    restock_hour: Annotated[float, Meta(ge=0, lt=24)] | None = None


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole scenario file. `cabinets` is the fleet size unless the command line says another.

    `cabinets_per_site`: row r stands at site r modulo the number of sites, so that each site's rows are spread.
    """

    cabinets: Annotated[int, Meta(ge=1)] = 200
    cabinets_per_site: Annotated[int, Meta(ge=1)] = 16
    fault: list[PlannedFault] = []
    outage: list[Outage] = []
    chance: Chance = Chance()
    disturbances: Disturbances = Disturbances()
    recall: Recall | None = None
    ranges: Ranges | None = None

    def sites(self, cabinets: int) -> int:
        """How many sites a fleet of this size has."""
        return max(1, -(-cabinets // self.cabinets_per_site))


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file, or one we ship by its bare name (`demo`). Raises ConfigError naming file and key.

    `base = "steady"` takes what the file does not say from a shipped one, table by table.
    """
    file = SHIPPED / f"{path}.toml" if not path.suffix and not path.exists() else path
    try:
        scenario = msgspec.convert(_read(file), Scenario)
    except OSError as error:
        raise ConfigError("scenario", f"cannot read {error.filename or file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ConfigError("scenario", f"{file}: {error}") from error
    _check_kinds(scenario, str(file))
    return scenario


def _read(file: Path) -> dict[str, Any]:
    """A file on top of its base, table by table. Raises OSError, TOMLDecodeError, UnicodeDecodeError."""
    said = tomllib.loads(file.read_text("utf-8"))
    base = said.pop("base", None)
    if base is None:
        return said
    merged = _read(SHIPPED / f"{base}.toml")
    for key, value in said.items():
        merged[key] = merged.get(key, {}) | value if isinstance(value, dict) else value
    return merged


def _check_kinds(scenario: Scenario, file: str) -> None:
    for i, fault in enumerate(scenario.fault):
        if fault.kind not in INJECTIONS:
            raise ConfigError("scenario", f"{file}: fault[{i}].kind: unknown kind {fault.kind!r}")
    if unknown := sorted(set(scenario.chance.weights) - set(INJECTIONS)):
        raise ConfigError("scenario", f"{file}: chance.weights: unknown kinds {unknown}")
