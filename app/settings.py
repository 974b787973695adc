"""The settings tree: flags over environment (`VENDWATCH_…`) over TOML file over defaults; nothing unknown passes."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, InitSettingsSource, SettingsConfigDict

from app.address import Listener, parse_broker, parse_listener, parse_series
from app.sections import (
    Batch,
    Disk,
    Dispatching,
    Gateway,
    Limits,
    Notify,
    Probing,
    Retention,
    SeriesServer,
    ServicePolicy,
)
from service.cases.figures import Front
from service.hours import Hours, hours
from service.knowledge.figures import Learning
from service.policy import Policy
from service.telling.figures import Messages
from service.visiting.figures import Figures
from telemetry.errors import ConfigError
from telemetry.units import DAY, HOUR, MINUTE

PREFIX = "VENDWATCH_"
DEMO: dict[str, Any] = {"enrolment": "open", "speed": 60}
"""What `demo` puts in the place of the defaults."""

_NESTED = "__"


Address = Annotated[Listener, BeforeValidator(parse_listener)]
Broker = Annotated[SecretStr | None, BeforeValidator(parse_broker)]
Series = Annotated[SecretStr | None, BeforeValidator(parse_series)]


class Settings(BaseSettings):
    """Everything that can be set, checked and frozen; `load` makes it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=_NESTED,
        enable_decoding=False,
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    data: Path = Path("var")
    http: Address = Listener("127.0.0.1", 8080)
    mqtt: Address = Listener("127.0.0.1", 1883)
    mqtt_tls_cert: Path | None = None
    mqtt_tls_key: Path | None = None
    broker: Broker = None
    enrolment: Literal["registered", "open"] = "registered"
    speed: Annotated[float, Field(gt=0, le=10_000)] = 1
    cabinets: Annotated[int, Field(ge=0, le=1_000_000)] = 200
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    labels: Path | None = None
    admin_password: Annotated[SecretStr, Field(min_length=1)] | None = None
    language: Literal["zh", "en"] = "zh"
    series: Literal["duckdb", "victoriametrics", "influxdb", "memory"] = "duckdb"
    series_url: Series = None
    series_server: SeriesServer = SeriesServer()
    records: Literal["sqlite", "postgresql", "memory"] = "sqlite"
    records_url: Annotated[SecretStr, Field(min_length=1)] | None = None
    retention: Retention = Retention()
    disk: Disk = Disk()
    notify: Notify = Notify()
    customers: Gateway = Gateway()
    probe: Probing = Probing()
    policy: ServicePolicy = ServicePolicy()
    limits: Limits = Limits()
    batch: Batch = Batch()
    backup_dir: Path | None = None
    backup_every: Annotated[float, Field(ge=0.01, le=24 * 366)] = 24
    backup_keep: Annotated[int, Field(ge=1, le=1000)] = 7


def load(
    flags: Mapping[str, Any],
    config: Path | None,
    environ: Mapping[str, str],
    defaults: Mapping[str, Any] | None = None,
) -> Settings:
    """The effective settings. Flags that are None were not given; `defaults` stand in for the tree's own (`DEMO`).

    Raises ConfigError with the key's path for an unknown key or a bad value, wherever it stands.
    """
    given = {key: value for key, value in flags.items() if value is not None}
    environment = EnvSettingsSource(Settings)
    environment.env_vars = _environment(environ)
    layers = (given, _toml(config), dict(defaults or {}))
    flag, toml, default = (InitSettingsSource(Settings, layer) for layer in layers)
    sources: dict[str, Any] = {"_build_sources": ((flag, environment, toml, default), {})}
    try:
        settings = Settings(**sources)  # its own arguments begin with _, which type checkers take for private
    except ValidationError as error:
        raise _first(error) from error
    _check(settings)
    return settings


def check_admission(settings: Settings) -> None:
    """What the demo must refuse to start with; raises ConfigError."""
    if settings.enrolment == "registered":
        raise ConfigError("enrolment", "the demo's simulated cabinets have no secrets: leave it open, or use run")
    if settings.mqtt_tls_cert is not None:
        raise ConfigError("mqtt_tls_cert", "the demo's simulated cabinets speak without TLS: leave it out, or use run")


def policy(settings: Settings, base: Policy) -> Policy:
    """`base` with the figures that are set."""
    chosen = settings.policy
    return msgspec.structs.replace(
        base,
        arrival_ms={severity: (int(day * HOUR), int(off * HOUR)) for severity, (day, off) in chosen.arrival_hours},
        restore_ms={severity: int(hours * HOUR) for severity, hours in chosen.restore_hours},
        follow_up_days=chosen.follow_up_days,
        follow_up_attempts=chosen.follow_up_attempts,
        survey_days=chosen.survey_days,
        targets=chosen.targets,
        complaint_days=chosen.complaint_days,
        refund_days=chosen.refund_days,
        restore_within=hours(chosen.restore_within) if chosen.restore_within else None,
        warranty_days=chosen.warranty_days,
        safety_ms=int(chosen.safety_minutes * MINUTE),
        warn_levels=chosen.warn_levels,
        duty=hours(chosen.duty) if chosen.duty else None,
        offer_ms=int(chosen.offer_minutes * MINUTE),
        arrival_level=chosen.arrival_level,
        proof=msgspec.structs.replace(
            base.proof,
            fixes=chosen.arrival_fixes,
            checklist_required=chosen.checklist_required,
            checklist_items=chosen.checklist_items,
            photos_required=chosen.photos_required,
        ),
        dispatch=_dispatch(chosen.dispatch, base.dispatch),
        recall_lock_whole=chosen.recall_lock_whole,
        expired_lock_whole=chosen.expired_lock_whole,
        lot_checks_required=chosen.lot_checks_required,
        lot_checks_days=chosen.lot_checks_days,
        coverage=_coverage(chosen, base.coverage),
        certified_skills=frozenset(chosen.certified_skills),
        duty_courses={str(role): courses for role, courses in chosen.duty_courses.items()},
        depot_km=chosen.depot_km,
        stale_days=chosen.stale_days,
        surge_factor=chosen.surge_factor,
        learning=Learning(
            sample_share=chosen.sample_share,
            problem_repeats=chosen.problem_repeats,
            problem_ms=chosen.problem_days * DAY,
            problem_firmware=chosen.problem_firmware,
        ),
        messages=Messages(
            groups=frozenset(chosen.messages if settings.customers.url is not None else ()),
            name_technician=chosen.messages_name_technician,
        ),
        front=Front(
            unit=chosen.unit,
            hotline=chosen.hotline,
            email=chosen.email,
            account=chosen.account,
            public_url=chosen.public_url,
            escalate_share=chosen.escalate_share,
            escalation_ms=int(chosen.escalation_minutes * MINUTE),
            outage_ms=int(chosen.outage_minutes * MINUTE),
            badge_name=chosen.badge_name,
        ),
    )


def _coverage(chosen: ServicePolicy, base: Mapping[str, Hours]) -> dict[str, Hours]:
    """The hours in which people serve, by channel; what is not set stays as the standard has it."""
    asked = {"online": chosen.online_hours, "hotline": chosen.hotline_hours, "on_site": chosen.on_site_hours}
    return {**base, **{channel: hours(windows) for channel, windows in asked.items() if windows}}


def _dispatch(chosen: Dispatching, base: Figures) -> Figures:
    return msgspec.structs.replace(
        base,
        speed_kmh=chosen.speed_kmh,
        detour=chosen.detour,
        visit_ms=int(chosen.visit_minutes * MINUTE),
        eta_step_ms=int(chosen.eta_step_minutes * MINUTE),
        escalate_ms=int(chosen.escalate_minutes * MINUTE),
        plan_seconds=chosen.plan_seconds,
        plan_stops=chosen.plan_stops,
        skills=chosen.skills,
        likely_parts=chosen.likely_parts,
    )


def _environment(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Our variables, in lower case as the library wants them; raises ConfigError for one that names no setting."""
    ours: dict[str, str | None] = {}
    for key, value in environ.items():
        name = key.lower()
        if name.startswith(PREFIX.lower()):
            if not _names_setting(name.removeprefix(PREFIX.lower()).split(_NESTED)):
                raise ConfigError(key, "unknown setting in the environment")
            ours[name] = value
    return ours


def _names_setting(path: list[str]) -> bool:
    model: Any = Settings
    for name in path:
        fields = getattr(model, "model_fields", {})
        if name not in fields:
            return False
        model = fields[name].annotation
    return True


def _toml(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        return tomllib.loads(config.read_text("utf-8"))
    except OSError as error:
        raise ConfigError("config", f"cannot read {config}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError("config", f"{config} is not TOML: {error}") from error


def _first(error: ValidationError) -> ConfigError:
    """The first thing wrong, without the value: it may be a secret."""
    found = error.errors(include_input=False, include_context=False)[0]
    path = ".".join(str(part) for part in found["loc"]) or "settings"
    message = "unknown setting" if found["type"] == "extra_forbidden" else found["msg"]
    return ConfigError(path, message.removeprefix("Value error, "))


def _check(settings: Settings) -> None:
    """What single values do not say."""
    if settings.broker is None and settings.mqtt.port == 0:
        raise ConfigError("mqtt", "port 0: cabinets must know the port; choose one")
    if settings.enrolment == "open" and settings.broker is None and not settings.mqtt.loopback:
        raise ConfigError("enrolment", f"open enrolment needs an MQTT listener on loopback, not {settings.mqtt}")
    if (settings.mqtt_tls_key is None) != (settings.mqtt_tls_cert is None):
        raise ConfigError("mqtt_tls_key", "goes with mqtt_tls_cert, and only with it")
    if settings.mqtt_tls_cert is not None and settings.broker is not None:
        raise ConfigError("mqtt_tls_cert", "is the embedded broker's: an outside one has a certificate of its own")
    if (settings.records == "postgresql") != (settings.records_url is not None):
        raise ConfigError("records_url", 'goes with records = "postgresql", and only with it')
    if (settings.series in ("victoriametrics", "influxdb")) != (settings.series_url is not None):
        raise ConfigError("series_url", 'goes with series = "victoriametrics" or "influxdb", and only with them')
    if settings.series == "victoriametrics" and settings.speed != 1:
        raise ConfigError("series", "VictoriaMetrics refuses times that lie ahead of it: it needs speed 1")
    if settings.disk.warn > settings.disk.refuse:
        raise ConfigError("disk.warn", "must not be above disk.refuse")
