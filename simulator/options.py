"""What a simulation is asked to do, checked before anything starts."""

import csv
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from simulator.scenario import Scenario, load_scenario
from simulator.state import STEP_MS
from simulator.world import cabinet_ids
from telemetry.errors import ConfigError
from telemetry.mqtt import Broker
from telemetry.wire import ID

OWN_CONNECTIONS_UP_TO = 500  # above, cabinets share connections and have no wills
SHARED_BY_DEFAULT = 250  # cabinets per shared connection


@dataclass(frozen=True, slots=True)
class SimOptions:
    """The flags of `vendwatch simulate`, and what the demo adds (`follow_clock`, `api`, `token`).

    `speed` is the parent's when `follow_clock`. `rate`: telemetry messages per real second of the whole fleet; it
    overrides `interval_s` (product seconds).
    `duration_s`: real seconds, None for ever. `connections`: None for one per cabinet up to 500 cabinets.
    `cabinets` None: as many as the credentials or the scenario name. `api`, `token`: where simulated people work.
    """

    broker: str = "mqtt://127.0.0.1:1883"
    cabinets: int | None = None
    speed: float = 1.0
    seed: int = 1
    rate: float | None = None
    interval_s: float = 60.0
    duration_s: float | None = None
    scenario: Path | None = None
    labels: Path | None = None
    credentials: Path | None = None
    connections: int | None = None
    follow_clock: bool = False
    api: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Options made concrete: `logins` maps cabinets to (username, password), `interval_ms` is product time."""

    ids: list[str]
    logins: dict[str, tuple[str, str]]
    broker: Broker
    scenario: Scenario
    interval_ms: int
    speed: float
    connections: int | None

    @property
    def step_ms(self) -> int:
        """A substep of the world: short enough that a fleet does not speak in bursts."""
        return int(min(STEP_MS, max(250, min(self.interval_ms, self.speed * 1000))))


def plan(options: SimOptions) -> Plan:
    """Check and resolve the options. Raises ConfigError with the key."""
    for key in ("cabinets", "speed", "rate", "interval_s", "duration_s", "connections"):
        value = getattr(options, key)
        if value is not None and value <= 0:
            raise ConfigError(key, "must be positive")
    logins = read_credentials(options.credentials) if options.credentials else {}
    ids, scenario = fleet(options, logins)
    interval_s = len(ids) * options.speed / options.rate if options.rate else options.interval_s
    if logins and options.connections:
        raise ConfigError("connections", "cabinets with credentials of their own cannot share connections")
    connections = options.connections
    if connections is None and len(ids) > OWN_CONNECTIONS_UP_TO and not logins:
        connections = -(-len(ids) // SHARED_BY_DEFAULT)
    return Plan(
        ids,
        logins,
        parse_broker(options.broker),
        scenario,
        max(1, round(interval_s * 1000)),
        options.speed,
        connections,
    )


def fleet(options: SimOptions, logins: dict[str, tuple[str, str]] | None = None) -> tuple[list[str], Scenario]:
    """The cabinets' ids and their scenario. Raises ConfigError."""
    scenario = load_scenario(options.scenario) if options.scenario else Scenario()
    return _ids(options, scenario, logins or {}), scenario


def parse_broker(url: str) -> Broker:
    """`mqtt://user:pass@host:port` or `mqtts://…`. Raises ConfigError."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise ConfigError("broker", f"bad port in {parts.hostname}") from error
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise ConfigError("broker", "must look like mqtt://host:port or mqtts://host:port")
    tls = parts.scheme == "mqtts"
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Broker(parts.hostname, port or (8883 if tls else 1883), user, password, tls)


def read_credentials(path: Path) -> dict[str, tuple[str, str]]:
    """A CSV of id, username, password; a heading is allowed. Raises ConfigError naming the line."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("credentials", f"cannot read {path}: {error}") from error
    logins: dict[str, tuple[str, str]] = {}
    for n, row in enumerate(rows, 1):
        if not row or (n == 1 and row[0].strip().lower() == "id"):
            continue
        if len(row) != 3 or not ID.fullmatch(row[0].strip()):
            raise ConfigError("credentials", f"{path}:{n}: expected id,username,password")
        logins[row[0].strip()] = (row[1].strip(), row[2].strip())
    if not logins:
        raise ConfigError("credentials", f"{path} names no cabinet")
    return logins


def _ids(options: SimOptions, scenario: Scenario, logins: dict[str, tuple[str, str]]) -> list[str]:
    if not logins:
        return cabinet_ids(options.cabinets or scenario.cabinets)
    if options.cabinets and options.cabinets > len(logins):
        raise ConfigError("cabinets", f"only {len(logins)} have credentials")
    return list(logins)[: options.cabinets]
