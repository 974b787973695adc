"""Opens the records after bringing their schema to this version; an older file is copied first."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from service.records.sql import SqlRecords, translated
from service.records.sqlite import SqliteFile
from service.records.tables import metadata
from telemetry.errors import ConfigError

HISTORY = Path(__file__).parent


def open_records(path: Path, history: Path = HISTORY) -> SqlRecords:
    """The records in the SQLite file `path`, which is made or upgraded as needed.

    Before an upgrade the file is copied beside itself as `<name>-<revision>-<n>.bak`. Raises ConfigError when a newer
    version of the product wrote the file, Unavailable when it cannot be read or written.
    """
    file = SqliteFile(path)
    store = SqlRecords(file)
    try:
        with translated(file):
            _upgrade(file.writer, history, str(path), partial(_copy, file.writer, path))
    except BaseException:
        store.close()
        raise
    return store


def open_postgresql(url: str, history: Path = HISTORY) -> SqlRecords:
    """The records in the PostgreSQL database `url`, whose tables are made or upgraded as needed.

    All steps are one transaction; a copy is for the operator's own tools to make. Raises ConfigError when the database
    cannot do or a newer version of the product wrote it, OwnedError when another product has it, Unavailable.
    """
    from service.records.postgresql import PostgresServer, migrating  # noqa: PLC0415 - loads a driver few starts need

    server, changing = PostgresServer(url), migrating(url)
    store = SqlRecords(server)
    try:
        with translated(server):
            _upgrade(changing, history, "the database", lambda _: None)
            changing.dispose()
            server.writer.connect().close()  # owned from here on
    except BaseException:
        changing.dispose()
        store.close()
        raise
    return store


def revision_of(engine: Engine) -> str | None:
    """The step of the history a database stands at; None before the first."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision()


def _upgrade(engine: Engine, folder: Path, name: str, before: Callable[[str], None]) -> None:
    """Take the steps that are missing, after telling `before` at which one the database stands."""
    history = ScriptDirectory(str(folder))
    revision, head = revision_of(engine), history.get_current_head()
    if revision == head:
        return
    if revision is not None:
        known = {step.revision for step in history.walk_revisions()}
        if revision not in known:
            raise ConfigError("data", f"{name} was written by a newer version (schema {revision}; known up to {head})")
        before(revision)
    _run(engine, history)


def _run(engine: Engine, history: ScriptDirectory) -> None:
    """All steps in one transaction: a crash in between leaves the file as it was."""

    def steps(revision: str, _context: MigrationContext) -> Any:
        return history._upgrade_revs("head", revision)  # the recipe of Alembic's cookbook

    with engine.connect() as db, EnvironmentContext(Config(), history, fn=steps) as environment:
        environment.configure(connection=db, target_metadata=metadata, transactional_ddl=True)
        with environment.begin_transaction():
            environment.run_migrations()


def _copy(engine: Engine, path: Path, revision: str) -> None:
    names = (path.with_name(f"{path.stem}-{revision}-{n}.bak") for n in count(1))
    target = next(name for name in names if not name.exists())
    with closing(engine.raw_connection()) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
