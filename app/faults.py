"""`./vendwatch faults …`: what the product itself can say of its faults (`score` is a measurement: `tests/score`)."""

from pathlib import Path
from typing import Annotated

import typer

from faults.catalogue import pages
from telemetry.errors import ConfigError

HELP = "Fault kinds. In a source tree, `faults score` measures how well they are found (`faults score --help`)."
faults = typer.Typer(no_args_is_help=True, help=HELP)


@faults.callback()
def _faults() -> None:
    """One command alone would lose its name without this."""


@faults.command()
def catalogue(
    write: Annotated[Path | None, typer.Option("--write", help="folder of the pages [print the English one]")] = None,
) -> None:
    """The catalogue of all fault kinds, as the pages that stand in docs/."""
    if write is None:
        typer.echo(next(iter(pages().values())), nl=False)
        return
    for name, text in pages().items():
        try:
            (write / name).write_text(text, "utf-8")
        except OSError as error:
            raise ConfigError("write", f"cannot write {write / name}: {error.strerror}") from error
        typer.echo(str(write / name))
