"""The command line.

Each command imports what it runs: `config` and `token` need neither the server nor the simulator.
"""

import asyncio
import contextlib
import logging
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, NoReturn

import structlog
import typer
from rich.console import Console
from rich.markup import escape

from api.roles import ROLES
from app.cabinets import cabinets as cabinets_commands
from app.faults import faults as faults_commands
from app.masked import masked
from app.settings import DEMO, Settings, check_admission, load
from telemetry.errors import ConfigError, Invalid, OwnedError, VendwatchError

HELP = (
    "The fleet monitor for smart vending cabinets.\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong settings or usage, 3 the data directory is in use. "
    "In a source tree there are also test, chaos, bench and faults score."
)
cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)
token = typer.Typer(no_args_is_help=True, help="API tokens for programs.")
user = typer.Typer(no_args_is_help=True, help="People who sign in.")
audit = typer.Typer(no_args_is_help=True, help="The log of who saw, changed or deleted what.")
cli.add_typer(audit, name="audit")
cli.add_typer(token, name="token")
cli.add_typer(user, name="user")
cli.add_typer(cabinets_commands, name="cabinets")
cli.add_typer(faults_commands, name="faults")

ROLES_HELP = " ".join(ROLES)
DataFlag = Annotated[Path | None, typer.Option("--data", help="data directory [./var]")]
HttpFlag = Annotated[str | None, typer.Option("--http", help="HOST:PORT of console and API [127.0.0.1:8080]")]
MqttFlag = Annotated[str | None, typer.Option("--mqtt", help="HOST:PORT of the embedded broker [127.0.0.1:1883]")]
ConfigFlag = Annotated[Path | None, typer.Option("--config", help="TOML file")]
BrokerFlag = Annotated[str | None, typer.Option("--broker", help="outside broker, mqtt://user:pass@host:port")]
EnrolmentFlag = Annotated[str | None, typer.Option("--enrolment", help="registered or open")]
CabinetsFlag = Annotated[int | None, typer.Option("--cabinets", help="simulated cabinets [200]")]
SpeedFlag = Annotated[float | None, typer.Option("--speed", help="product seconds per real second")]
SeedFlag = Annotated[int | None, typer.Option("--seed", help="seed of the simulated fleet [1]")]
LabelsFlag = Annotated[Path | None, typer.Option("--labels", help="write ground truth here, JSON lines")]


def main() -> NoReturn:
    """Entry point: runs a command and turns our errors into messages and exit codes."""
    _logging()
    try:
        cli(standalone_mode=True, prog_name="vendwatch")
    except (ConfigError, Invalid) as error:
        _fail(str(error), 2)
    except OwnedError as error:
        _fail(str(error), 3)
    except VendwatchError as error:
        _fail(str(error), 1)
    sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]vendwatch:[/bold red] {escape(message)}")
    sys.exit(code)


def _logging() -> None:
    """Readable lines on a terminal, JSON elsewhere; always on standard error."""
    tty = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if tty else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _settings(config: Path | None, flags: dict[str, Any], *, demo: bool = False) -> Settings:
    return load(flags, config, os.environ, DEMO if demo else None)


@cli.command()
def demo(
    data: DataFlag = None,
    http: HttpFlag = None,
    mqtt: MqttFlag = None,
    config: ConfigFlag = None,
    cabinets: CabinetsFlag = None,
    speed: SpeedFlag = None,
    seed: SeedFlag = None,
    labels: LabelsFlag = None,
    enrolment: EnrolmentFlag = None,
) -> None:
    """Everything on one machine, with a simulated fleet that breaks and is repaired."""
    settings = _settings(
        config, {"data": data, "http": http, "mqtt": mqtt, "cabinets": cabinets, "speed": speed, "seed": seed,
                 "labels": labels, "enrolment": enrolment}, demo=True,
    )  # fmt: skip
    check_admission(settings)
    _serve(settings, demo=True)


@cli.command()
def run(
    data: DataFlag = None,
    http: HttpFlag = None,
    mqtt: MqttFlag = None,
    config: ConfigFlag = None,
    broker: BrokerFlag = None,
    enrolment: EnrolmentFlag = None,
    cabinets: CabinetsFlag = None,
    speed: SpeedFlag = None,
    seed: SeedFlag = None,
    labels: LabelsFlag = None,
) -> None:
    """The product in real time, for real cabinets."""
    flags = {"data": data, "http": http, "mqtt": mqtt, "broker": broker, "enrolment": enrolment, "speed": speed}
    settings = _settings(config, flags | {"cabinets": cabinets, "seed": seed, "labels": labels})
    if settings.speed != 1:
        raise ConfigError("speed", "run is real time: speed must be 1")
    _serve(settings, demo=False)


def _serve(settings: Settings, *, demo: bool) -> None:
    from app.serve import run

    run(settings, demo=demo)


@cli.command("simulate")
def simulate_(
    broker: Annotated[str, typer.Option("--broker", help="mqtt://user:pass@host:port")] = "mqtt://127.0.0.1:1883",
    cabinets: Annotated[int | None, typer.Option("--cabinets", help="how many [200]")] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="messages per second of the whole fleet")] = None,
    interval: Annotated[float, typer.Option("--interval", help="seconds between reports of a cabinet")] = 60.0,
    speed: Annotated[float, typer.Option("--speed", help="product seconds per real second")] = 1.0,
    scenario: Annotated[Path | None, typer.Option("--scenario", help="TOML file: faults and disturbances")] = None,
    seed: Annotated[int, typer.Option("--seed", help="same seed, same fleet")] = 1,
    labels: LabelsFlag = None,
    credentials: Annotated[Path | None, typer.Option("--credentials", help="CSV id,username,password")] = None,
    duration: Annotated[float | None, typer.Option("--duration", help="real seconds [until Ctrl-C]")] = None,
    connections: Annotated[int | None, typer.Option("--connections", help="shared connections")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="draw one cabinet's day (SVG) instead of sending")] = None,
    cabinet: Annotated[str, typer.Option("--cabinet", help="with --plot: which")] = "SIM-00001",
    day: Annotated[int, typer.Option("--day", help="with --plot: which day, from 1 (a Monday)")] = 1,
    follow_clock: Annotated[bool, typer.Option("--follow-clock", hidden=True)] = False,
    people: Annotated[str | None, typer.Option("--people", hidden=True)] = None,
) -> None:
    """Cabinets only, against any broker."""
    from simulator.options import SimOptions, fleet
    from simulator.run import simulate

    options = SimOptions(
        broker=broker, cabinets=cabinets, speed=speed, seed=seed, rate=rate, interval_s=interval, duration_s=duration,
        scenario=scenario, labels=labels, credentials=credentials, connections=connections, follow_clock=follow_clock,
        api=people, token=os.environ.get("VENDWATCH_PEOPLE_TOKEN"),
    )  # fmt: skip
    if plot:
        from simulator.plot import plot_day

        ids, life = fleet(options)
        typer.echo(f"{plot}: {len(plot_day(plot, ids, seed, life, cabinet, day).labels)} labelled faults")
        return
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(simulate(options))


@cli.command("config")
def show(
    config: ConfigFlag = None,
    data: DataFlag = None,
    http: HttpFlag = None,
    mqtt: MqttFlag = None,
    broker: BrokerFlag = None,
    enrolment: EnrolmentFlag = None,
) -> None:
    """Print the effective configuration, secrets masked."""
    flags = {"data": data, "http": http, "mqtt": mqtt, "broker": broker, "enrolment": enrolment}
    typer.echo(masked(_settings(config, flags)))


@cli.command("migrate-data")
def migrate_data(
    to: Annotated[str, typer.Option("--to", help="sqlite:PATH or postgresql://user:password@host:port/database")],
    from_: Annotated[str | None, typer.Option("--from", help="the same [where the settings have the records]")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Copy the records into another store, and compare counts and hashes of every table. The product must not run."""
    from app.migrate_data import migrate

    if not migrate(_settings(config, {"data": data}), from_, to, as_json=as_json):
        raise typer.Exit(1)


@cli.command("backup")
def backup_(
    to: Annotated[Path, typer.Argument(help="new directory, or FILE.tar.gz")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Copy everything that an installation needs, also while it runs. (A series server has its own means.)"""
    from app.backup.command import back_up

    back_up(_settings(config, {"data": data}), to)


@cli.command("restore")
def restore_(
    from_: Annotated[Path, typer.Argument(metavar="FROM", help="what `backup` wrote")],
    data: Annotated[Path, typer.Option("--data", help="an empty directory, or a new one")],
) -> None:
    """Check every file of a backup and put all into a new data directory."""
    from app.backup.command import put_back

    put_back(from_, data)


@cli.command("export")
def export_(
    out: Annotated[Path, typer.Option("--out", help="FILE.parquet or FILE.csv")],
    cabinet: Annotated[list[str] | None, typer.Option("--cabinet", help="id; may be repeated")] = None,
    everything: Annotated[bool, typer.Option("--all", help="all cabinets")] = False,
    signal: Annotated[list[str] | None, typer.Option("--signal", help="name; may be repeated [all known]")] = None,
    first: Annotated[str, typer.Option("--from", help="ISO 8601 or ms since 1970 [the first]")] = "",
    last: Annotated[str, typer.Option("--to", help="this time and later are left out [none]")] = "",
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Write readings of any range to a file; one line each, or one per summary where readings are gone."""
    from app.export import export, wanted

    what = wanted(cabinet or [], everything, signal or [], first, last)
    rows = export(_settings(config, {"data": data}), what, out)
    typer.echo(f"{rows} lines in {out}")


@cli.command("anomaly")
def anomaly_(
    source: Annotated[Path, typer.Option("--input", help="CSV with the columns timestamp,value")],
    out: Annotated[Path, typer.Option("--out", help="CSV to write: timestamp,value,score")],
) -> None:
    """Score every row of a numeric series, 0 usual … 1 strange, in one pass that never looks ahead."""
    from app.anomaly import anomaly

    typer.echo(f"{anomaly(source, out)} rows in {out}")


@cli.command("replay")
def replay_(
    source: Annotated[Path, typer.Option("--input", help="CSV or Parquet sorted by time: cabinet, ts (ms), signals")],
    out: Annotated[Path, typer.Option("--out", help="fault episodes as JSON lines")],
    thresholds: Annotated[Path | None, typer.Option("--thresholds", help="TOML: food-safety packs and limits")] = None,
) -> None:
    """Judge recorded telemetry in event time, without a broker: which faults it shows, since when."""
    from app.replay import replay

    typer.echo(f"{replay(source, out, thresholds)} episodes in {out}")


@cli.command("clocks")
def clocks_(
    vectors: Annotated[Path | None, typer.Option("--vectors", help="JSON file of cases [the shipped ones]")] = None,
    zone: Annotated[str, typer.Option("--zone", help="IANA name of the policy's time zone")] = "Asia/Shanghai",
) -> None:
    """Check the arithmetic of deadlines against cases with the only right answer; exit code 1 when one is wrong."""
    from app.clocks import run

    if not run(vectors, zone):
        raise typer.Exit(1)


@cli.command("standards")
def standards_(
    write: Annotated[Path | None, typer.Option("--write", help="page to make anew, as docs/standards.md")] = None,
) -> None:
    """Show every clause of the standards: whether it is served, by which code and test."""
    from app.standards import run

    run(write)


@audit.command("verify")
def audit_verify(data: DataFlag = None, config: ConfigFlag = None) -> None:
    """Compute the audit chain anew; exit code 1 and the number of the row when it is not whole."""
    if not _local().verify_audit(_settings(config, {"data": data})):
        raise typer.Exit(1)


@token.command("create")
def create_token(
    name: Annotated[str, typer.Option("--name", help="who will use it; of a technician: the technician's id")],
    role: Annotated[str, typer.Option("--role", help=ROLES_HELP)],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Print a new API token as the last line; it is not shown again."""
    typer.echo(_local().create_token(_settings(config, {"data": data}), name, role))


@user.command("create")
def create_user(
    name: Annotated[str, typer.Argument(help="user name")],
    role: Annotated[str, typer.Option("--role", help=ROLES_HELP)],
    technician: Annotated[
        str | None, typer.Option("--technician", help="of role technician: the technician's id")
    ] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Let a person sign in; the password is asked for, or read from standard input."""
    _local().create_user(_settings(config, {"data": data}), name, _password(), role, technician)
    typer.echo(f"{name} may sign in as {role}")


@user.command("password")
def set_password(
    name: Annotated[str, typer.Argument(help="user name")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Set a user's password (asked for, or read from standard input)."""
    _local().set_password(_settings(config, {"data": data}), name, _password())
    typer.echo(f"the password of {name} is set")


@user.command("second-factor-off")
def second_factor_off(
    name: Annotated[str, typer.Argument(help="user name")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """End the second factor of somebody who lost it; the product must run, so that the audit log tells of it."""
    _local().end_factor(_settings(config, {"data": data}), name)
    typer.echo(f"{name} signs in with the password alone")


def _local() -> ModuleType:
    from app import local

    return local


def _password() -> str:
    """A password typed twice at a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("new password", hide_input=True, confirmation_prompt=True))
