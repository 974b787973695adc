"""Commands on cabinets: by the file, and their secrets. The product must be running."""

import os
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from app.address import login
from app.enrol import CredentialFile, Desk, Outcome, enrol, read_rows, write_passwords
from app.settings import load
from service.credentials import hashed
from telemetry.errors import Invalid, Unavailable

SHOWN = 50  # problems of rows that are told one by one
DataFlag = Annotated[Path | None, typer.Option("--data", help="data directory [./var]")]
ConfigFlag = Annotated[Path | None, typer.Option("--config", help="TOML file")]
IdArgument = Annotated[str, typer.Argument(help="the cabinet's id")]


cabinets = typer.Typer(no_args_is_help=True, help="Register cabinets by the file; rotate and revoke their secrets.")


@cabinets.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with a heading: id,model,site,lat,lon; only id is needed")],
    out: Annotated[Path | None, typer.Option("--out", help="CSV of the secrets [FILE.credentials.csv]")] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="new secrets for those registered before")] = False,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Register the cabinets of a file and write down their secrets; rows that are wrong are told, the others go in."""
    with _desk(data, config) as desk:
        import_file(desk, file, out or file.with_suffix(".credentials.csv"), rotate=rotate)


@cabinets.command("rotate")
def rotate_(cabinet: IdArgument, data: DataFlag = None, config: ConfigFlag = None) -> None:
    """Print a new secret as the last line; the old one opens nothing any more, its connection is cut."""
    with _desk(data, config) as desk:
        typer.echo(desk.rotate(cabinet))


@cabinets.command("revoke")
def revoke_(cabinet: IdArgument, data: DataFlag = None, config: ConfigFlag = None) -> None:
    """Let a cabinet in no more; its connection is cut, its history stays."""
    with _desk(data, config) as desk:
        desk.revoke(cabinet)
    typer.echo(f"{cabinet} may not connect any more")


@cabinets.command("passwords")
def passwords_(
    out: Annotated[Path, typer.Option("--out", help="password file of Mosquitto, replaced as a whole")],
    pid_file: Annotated[Path | None, typer.Option("--pid-file", help="of Mosquitto: let it read the file")] = None,
    broker: Annotated[str | None, typer.Option("--broker", help="as for run: its user is written down too")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Write the password file of a Mosquitto: every cabinet that may connect, and our own user there."""
    settings = load({"data": data, "broker": broker}, config, os.environ)
    user, password = login(settings.broker.get_secret_value()) if settings.broker else (None, None)
    ours = [(user, hashed(password))] if user and password else []
    with Desk(settings.data) as desk:
        write_file(out, [*ours, *desk.kept()])
    if pid_file:
        reload(pid_file)


def _desk(data: Path | None, config: Path | None) -> Desk:
    return Desk(load({"data": data}, config, os.environ).data)


def import_file(desk: Desk, file: Path, out: Path, *, rotate: bool) -> None:
    """Tell what became of the rows; exit code 1 when one could not be taken. Raises Invalid, Unavailable."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = read_rows(opened)
        secrets = CredentialFile(out)
    except OSError as error:
        raise Invalid({str(error.filename): f"{error.strerror}"}) from error
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    outcomes: list[Outcome] = []
    try:
        for outcome in track(enrol(desk, rows, rotate=rotate), "cabinets", len(rows), console=console):
            if outcome.password:
                secrets.add(outcome.row.cabinet, outcome.password)
            outcomes.append(outcome)
    finally:
        secrets.close()
    wrong = [o for o in outcomes if o.problem]
    for o in wrong[:SHOWN]:
        console.print(
            f"[red]{escape(str(file))}:{o.row.line}[/red]: {escape(o.row.cabinet)}: {escape(o.problem or '')}"
        )
    if wrong[SHOWN:]:
        console.print(f"… and {len(wrong) - SHOWN} more")
    typer.echo(_summary(outcomes, out))
    if wrong:
        raise typer.Exit(1)


def _summary(outcomes: list[Outcome], out: Path) -> str:
    new = sum(o.password is not None and not o.exists for o in outcomes)
    rotated = sum(o.password is not None and o.exists for o in outcomes)
    there = sum(o.exists and o.password is None and not o.problem for o in outcomes)
    wrong = sum(o.problem is not None for o in outcomes)
    return (
        f"{new} registered, {rotated} with a new secret, {there} registered before (their secrets stay; --rotate makes "
        f"new ones), {wrong} refused; secrets: {out}"
    )


def write_file(out: Path, lines: list[tuple[str, str]]) -> None:
    """Raises Invalid when the file cannot be written."""
    try:
        write_passwords(out, lines)
    except OSError as error:
        raise Invalid({str(out): f"{error.strerror}"}) from error
    typer.echo(f"{len(lines)} users in {out}")


def reload(pid_file: Path) -> None:
    """Mosquitto reads its files again, and throws out whose password no longer holds. Raises Unavailable."""
    try:
        os.kill(int(pid_file.read_text()), signal.SIGHUP)
    except (OSError, ValueError) as error:
        raise Unavailable(f"Mosquitto was not told: {pid_file}: {error}") from error
