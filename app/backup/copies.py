"""Copies of what may be written to meanwhile: each of one moment of its source."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.backup.manifest import Told
from telemetry.errors import Unavailable
from telemetry.series import layout
from telemetry.series.duckfile import CONFIG

_PAGES = 2000
_ATTACHED = "vendwatch_backup"


def sqlite(source: Path, target: Path, told: Told) -> None:
    """A SQLite file as it is now, by SQLite's online backup. One reading transaction spans all of it: otherwise each
    commit of the writer would begin it anew. Raises Unavailable."""
    with (
        _translated(source),
        closing(_reading(source)) as old,
        closing(sqlite3.connect(target, isolation_level=None)) as new,
    ):
        old.execute("BEGIN")
        (size,) = old.execute("PRAGMA page_size").fetchone()
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the transaction begins with the first reading

        def progress(_status: int, left: int, pages: int) -> None:
            told(source.name, (pages - left) * size, pages * size)

        old.backup(new, pages=_PAGES, sleep=0, progress=progress)
        new.execute("PRAGMA journal_mode = DELETE")  # one file; who opens it next puts the log beside it again


def _reading(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def readings(source: Path, target: Path, told: Told) -> None:
    """A file of readings as it is now. In the process that has it open this is one more reader of it; otherwise it is
    opened as a start would. Raises Unavailable."""
    told(source.name, 0, size := source.stat().st_size)
    with _translated(source), closing(duckdb.connect(str(source), config=CONFIG)) as db:
        (name,) = db.execute("SELECT current_database()").fetchall()[0]
        db.execute(f"ATTACH '{str(target).replace(chr(39), chr(39) * 2)}' AS {_ATTACHED}")
        try:
            db.execute(f'COPY FROM DATABASE "{name}" TO {_ATTACHED}')
        finally:
            db.execute(f"DETACH {_ATTACHED}")
    told(source.name, size, size)


def plain(files: Iterator[Path], root: Path, target: Path) -> None:
    """Files that only ever appear whole, under the names they have below `root`; what went away meanwhile is passed
    over, what is there already stays. Raises OSError."""
    for path in files:
        copy = target / path.relative_to(root)
        if not copy.exists():
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, copy)
            except FileNotFoundError:
                copy.unlink(missing_ok=True)


def dump(url: str, target: Path) -> None:
    """A PostgreSQL database as it is now, in `pg_dump`'s own format; the password goes through the environment, where
    the list of processes does not show it. Raises Unavailable."""
    program = shutil.which("pg_dump")
    if program is None:
        raise Unavailable(
            "pg_dump was not found: install PostgreSQL's client programs (Debian, Ubuntu: apt-get install "
            "postgresql-client), of the server's version or newer"
        )
    given = conninfo_to_dict(url)
    password = given.pop("password", None)
    command = [program, "--format=custom", f"--file={target}", f"--dbname={make_conninfo('', **given)}"]
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"pg_dump ended with {done.returncode}: {done.stderr.strip()[-500:]}")


def tables(path: Path) -> dict[str, int]:
    """The rows of each table of a copied SQLite file. Raises Unavailable."""
    with _translated(path), closing(_reading(path)) as db:
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        own = [n for n in names if not n.startswith("sqlite_")]
        return {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in own}  # noqa: S608  # the file's own names


def number(path: Path, query: str) -> int:
    """The number that a question to a copied SQLite file has for an answer; 0 for none. Raises Unavailable."""
    with _translated(path), closing(_reading(path)) as db:
        row = db.execute(query).fetchone()
        return int(row[0]) if row and row[0] is not None else 0


def settled(path: Path) -> tuple[int, int]:
    """The last batch in a copied file of readings, and how many values it holds. Raises Unavailable."""
    with _translated(path), closing(duckdb.connect(str(path), config=CONFIG)) as db:
        found = layout.progress(db)
        return found.settled, found.readings


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, duckdb.Error) as error:
        raise Unavailable(f"backup of {path}: {error}") from error
