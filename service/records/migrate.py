"""Brings a records file to the schema of this version before it is used, after a copy of an older one."""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from service.records.sql import SqlRecords, open_sqlite, sqlite_writer, translated
from service.records.tables import metadata
from telemetry.errors import ConfigError

HISTORY = Path(__file__).parent


def open_records(path: Path, history: Path = HISTORY) -> SqlRecords:
    """The records in the SQLite file `path`, which is made or upgraded as needed.

    Before an upgrade the file is copied beside itself as `<name>-<revision>-<n>.bak`. Raises ConfigError when a newer
    version of the product wrote the file, Unavailable when it cannot be read or written.
    """
    engine = sqlite_writer(path)
    try:
        with translated():
            _upgrade(engine, path, ScriptDirectory(str(history)))
    finally:
        engine.dispose()
    return open_sqlite(path)


def revision_of(engine: Engine) -> str | None:
    """The step of the history a database stands at; None before the first."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision()


def _upgrade(engine: Engine, path: Path, history: ScriptDirectory) -> None:
    revision, head = revision_of(engine), history.get_current_head()
    if revision == head:
        return
    if revision is not None:
        known = {step.revision for step in history.walk_revisions()}
        if revision not in known:
            raise ConfigError("data", f"{path} was written by a newer version (schema {revision}; known up to {head})")
        _copy(engine, path, revision)
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
