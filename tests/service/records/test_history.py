"""The history of the schema, walked on either database: to its end, and to its end from every earlier step with rows in
every table."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Boolean, Float, Integer, MetaData, Table, Text, select

from service.records.base import Put
from service.records.migrate import HISTORY, open_postgresql, open_records, revision_of
from service.records.sql import SqlRecords
from service.records.tables import metadata
from telemetry.errors import ConfigError
from tests.postgres import Postgres

SCRIPTS = ScriptDirectory(str(HISTORY))
STEPS = [step.revision for step in reversed(list(SCRIPTS.walk_revisions()))]
SAMPLES: dict[type, Any] = {Boolean: True, Float: 2.5, Integer: 7, BigInteger: 2**40, Text: "é 柜"}

# it cannot see indexes on expressions; `test_migrate.py` compares those of SQLite word by word
pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index.*")

Open = Callable[[Path], SqlRecords]  # with this history


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one and the same empty database, whichever its kind."""
    if request.param == "sqlite":
        yield lambda history: open_records(tmp_path / "records.sqlite", history)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = tmp_path.name
    url = server.make(name)
    yield lambda history: open_postgresql(url, history)
    server.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def upto(step: str, folder: Path) -> Path:
    """A history that ends at this step."""
    versions = folder / step / "versions"
    versions.mkdir(parents=True)
    for revision in SCRIPTS.walk_revisions("base", step):
        shutil.copy(revision.path, versions)
    return versions.parent


def found(store: SqlRecords) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that the database has, whatever this version knows."""
    engine, there = store._database.writer, MetaData()
    there.reflect(engine)
    with engine.connect() as db:
        return {t.name: [dict(r) for r in db.execute(select(t)).mappings()] for t in there.sorted_tables}


def fill(store: SqlRecords) -> None:
    """One row, every column set, in every table."""
    engine, there = store._database.writer, MetaData()
    there.reflect(engine)
    with engine.begin() as db:
        for table in there.tables.values():
            if table.name != "alembic_version":
                db.execute(table.insert().values({c.name: sample(table, c.name) for c in table.columns}))


def sample(table: Table, column: str) -> Any:
    kind = table.c[column].type
    if column == table.primary_key.columns.keys()[0]:
        return "batch" if table.name == "meta" else "K1"
    if table.name == "meta":
        return "41"
    return next((v for k, v in SAMPLES.items() if type(kind) is not k and isinstance(kind, k)), {"a": ["°", 1]})


def test_the_history_ends_at_the_tables(opened: Open) -> None:
    store = opened(HISTORY)
    with store._database.writer.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
    store.close()


def test_a_second_start_changes_nothing(opened: Open) -> None:
    store = opened(HISTORY)
    store.commit(3, [Put("sites", {"id": "S1"})])
    store.close()
    again = opened(HISTORY)
    assert (again.last_batch(), again.count("sites")) == (3, 1)
    assert revision_of(again._database.writer) == STEPS[-1]
    again.close()


@pytest.mark.parametrize("step", STEPS)
def test_rows_of_every_earlier_step_are_kept(opened: Open, step: str, tmp_path: Path) -> None:
    old = opened(upto(step, tmp_path / "old"))
    assert revision_of(old._database.writer) == step
    fill(old)
    before = found(old)
    assert all(before.values())
    old.close()
    store = opened(HISTORY)
    after = found(store)
    assert revision_of(store._database.writer) == STEPS[-1]
    for table, (row, *_) in before.items():
        if table in metadata.tables:
            (kept,) = after[table]
            assert {c: kept[c] for c in row if c in kept} == {c: v for c, v in row.items() if c in kept}
    assert store.last_batch() == 41
    assert store.commit(42, [Put("cabinets", {"id": "K1", "model": "T2"})])
    store.close()


def test_a_newer_database_is_refused(opened: Open, tmp_path: Path) -> None:
    longer = upto(STEPS[-1], tmp_path / "new")
    step = f'revision = "next"\ndown_revision = "{STEPS[-1]}"\n\n\ndef upgrade() -> None:\n    pass\n'
    (longer / "versions" / "next.py").write_text(step)
    opened(longer).close()
    with pytest.raises(ConfigError, match=rf"newer version.*next.*{STEPS[-1]}"):
        opened(HISTORY)


def test_a_step_that_fails_leaves_the_database_as_it_was(opened: Open, tmp_path: Path) -> None:
    opened(HISTORY).close()
    longer = upto(STEPS[-1], tmp_path / "new")
    step = f'''
from alembic import op

revision = "next"
down_revision = "{STEPS[-1]}"


def upgrade() -> None:
    op.execute("DROP TABLE sites")
    raise RuntimeError("step")
'''
    (longer / "versions" / "next.py").write_text(step)
    with pytest.raises(RuntimeError, match="step"):
        opened(longer)
    store = opened(HISTORY)
    assert store.count("sites") == 0
    store.close()
