"""`migrate-data`: copy the records of an installation into another store, and prove that all of them arrived."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from app.home import Home
from app.records import COPYING, FILE, address
from app.settings import Settings
from service.records import RECORDS
from service.records.base import Drop, Put, RecordStore, Row, Where, visible
from service.records.shape import KEY
from service.records.tables import metadata
from telemetry.errors import Invalid

PAGE = 2000

Progress = Callable[[str, int], None]
"""Told what is being done and how many more rows are done with."""


class Place(NamedTuple):
    """A kind of store in `RECORDS`, and where it is."""

    kind: str
    where: str

    def __str__(self) -> str:
        """Without what is secret."""
        if self.kind == "sqlite":
            return f"sqlite:{self.where}"
        given = conninfo_to_dict(self.where)
        return f"postgresql://{given.get('host', '')}:{given.get('port', 5432)}/{given.get('dbname', '')}"


class Moved(msgspec.Struct, frozen=True):
    """One table on either side. `escaped`: rows whose text held U+0000, which only SQLite keeps: written `\\x00`."""

    table: str
    rows: int
    arrived: int
    sha256: str
    arrived_sha256: str
    escaped: int

    @property
    def same(self) -> bool:
        return (self.rows, self.sha256) == (self.arrived, self.arrived_sha256)


def parse(text: str, field: str, settings: Settings) -> Place:
    """`sqlite:PATH`, `sqlite` (the file in the data directory) or `postgresql://…`. Raises Invalid."""
    kind, _, rest = text.partition(":")
    if kind == "sqlite":
        return Place(kind, str(Path(rest or settings.data / FILE).absolute()))
    if kind in ("postgresql", "postgres"):
        try:
            conninfo_to_dict(text)
        except ProgrammingError:  # its words may quote a password
            raise Invalid({field: "is not postgresql://user:password@host:port/database"}) from None
        return Place("postgresql", text)
    raise Invalid({field: "must be sqlite:PATH or postgresql://user:password@host:port/database"})


def configured(settings: Settings) -> Place:
    """Where the records are by the settings. Raises Invalid."""
    if settings.records == "memory":
        raise Invalid({"from": "records in memory are gone with their process"})
    where = address(settings)
    return Place(settings.records, str(Path(where).absolute()) if settings.records == "sqlite" else where)


def move(source: Place, target: Place, begun: Callable[[int], None], progress: Progress) -> list[Moved]:
    """Copy every table, then count and hash both sides. `begun` is told how many rows there will be to be done with.

    The source stays as it is. The target is marked until everything has arrived: no product starts on it before, and
    another try begins anew. Raises Invalid (no source, target not empty), OwnedError (a product runs), Unavailable.
    """
    with ExitStack() as held:
        for folder in _folders(source, target):
            held.enter_context(Home(folder).lock())
        old = held.enter_context(closing(RECORDS[source.kind](source.where)))
        new = held.enter_context(closing(RECORDS[target.kind](target.where)))
        _check(old, new, target)
        counts = {table: old.count(table) for table in metadata.tables}
        begun(3 * sum(counts.values()))
        new.write([Put("meta", {"key": COPYING, "value": str(source)})])
        for table in metadata.tables:
            _copy(old, new, table, progress)
        moved = [_compare(old, new, table, progress) for table in metadata.tables]
        if all(table.same for table in moved):
            new.write([Drop("meta", COPYING)])
            new.sync()
        return moved


def _folders(source: Place, target: Place) -> list[Path]:
    """The directories that a running product would own. Raises Invalid."""
    if source == target:
        raise Invalid({"to": "is where the records already are"})
    if source.kind == "sqlite" and not Path(source.where).is_file():
        raise Invalid({"from": f"no file {source.where}"})
    return sorted({Path(place.where).parent for place in (source, target) if place.kind == "sqlite"})


def _check(old: RecordStore, new: RecordStore, target: Place) -> None:
    """The source is whole, the target empty, or an earlier try's: then it is emptied."""
    if old.get("meta", COPYING) is not None:
        raise Invalid({"from": "is itself the target of a copy that was not finished"})
    if new.get("meta", COPYING) is not None:
        for table in metadata.tables:
            new.trim(table, [])
    full = [table for table in metadata.tables if new.count(table)]
    if full:
        raise Invalid({"to": f"{target} already holds records ({', '.join(full)}): name an empty one"})


def _copy(old: RecordStore, new: RecordStore, table: str, progress: Progress) -> None:
    for page in _pages(old, table):
        new.write([Put(table, row) for row, _ in page])
        progress(f"copying {table}", len(page))


def _compare(old: RecordStore, new: RecordStore, table: str, progress: Progress) -> Moved:
    rows, sha256, escaped = _digest(old, table, progress)
    arrived, arrived_sha256, _ = _digest(new, table, progress)
    return Moved(table, rows, arrived, sha256, arrived_sha256, escaped)


def _digest(store: RecordStore, table: str, progress: Progress) -> tuple[int, str, int]:
    """How many rows, the hash of all of them in the order of their keys, how many are not as they were stored."""
    digest, count, escaped = hashlib.sha256(), 0, 0
    for page in _pages(store, table):
        for row, changed in page:
            digest.update(msgspec.msgpack.encode(list(row.values())))
            escaped += changed
        count += len(page)
        progress(f"checking {table}", len(page))
    return count, digest.hexdigest(), escaped


def _pages(store: RecordStore, table: str) -> Iterator[list[tuple[Row, bool]]]:
    """All rows but our own mark, as every store can keep them, and whether that changed them."""
    key = KEY[table]
    where: list[Where] = []
    while rows := store.find(table, where, [key], PAGE):
        where = [Where(key, ">", rows[-1][key])]
        yield [_storable(row) for row in rows if not (table == "meta" and row[key] == COPYING)]


def _storable(row: Row) -> tuple[Row, bool]:
    kept = {column: _plain(value) for column, value in row.items()}
    return kept, kept != row


def _plain(value: Any) -> Any:
    """Text as a server takes it, numbers that are any."""
    if isinstance(value, str):
        return visible(value)
    return None if isinstance(value, float) and not isfinite(value) else value


def migrate(settings: Settings, origin: str | None, destination: str, *, as_json: bool) -> bool:
    """The command: show a progress bar on standard error and what came of it on standard output; whether all is the
    same on both sides. Raises what `move` and `parse` raise."""
    source = parse(origin, "from", settings) if origin else configured(settings)
    target = parse(destination, "to", settings)
    with _bar() as bar:
        task = bar.add_task("opening", total=None)
        moved = move(
            source, target, lambda rows: bar.update(task, total=rows),
            lambda what, rows: bar.update(task, description=what, advance=rows),
        )  # fmt: skip
    same = all(table.same for table in moved)
    if as_json:
        tables = [msgspec.to_builtins(table) | {"same": table.same} for table in moved]
        print(json.dumps({"from": str(source), "to": str(target), "same": same, "tables": tables}))
    else:
        _show(source, target, moved)
    return same


def _bar() -> RichProgress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return RichProgress(*columns, console=Console(stderr=True))


def _show(source: Place, target: Place, moved: list[Moved]) -> None:
    out = Console(highlight=False)
    shown = Table("table", "rows", "arrived", "sha256", "arrived", "", title=f"{source} → {target}")
    for table in moved:
        verdict = "same" if table.same else "DIFFERENT"
        note = f"{verdict}, {table.escaped} with U+0000 escaped" if table.escaped else verdict
        hashes = table.sha256[:12], table.arrived_sha256[:12]
        shown.add_row(table.table, str(table.rows), str(table.arrived), *hashes, note)
    out.print(shown)
    if not all(table.same for table in moved):
        out.print("[bold red]not the same on both sides[/]: the copy is marked as unfinished; run the command again")
    elif target.kind == "postgresql":
        out.print('all there. From now on start with records = "postgresql" and VENDWATCH_RECORDS_URL')
    else:
        out.print('all there. From now on start with records = "sqlite"')
