"""From any older schema to this one: after a copy, whole or not at all, and never from a newer one."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from service.records.base import Put
from service.records.migrate import HISTORY, open_records
from service.records.tables import metadata
from telemetry.errors import ConfigError

HEAD = ScriptDirectory(str(HISTORY)).get_current_head()
STEP = '''"""Adds a column."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("sites", sa.Column("{column}", sa.Text))
    op.execute("UPDATE sites SET {column} = '1'")
    {fate}
'''

Step = Callable[..., Path]  # of the fates of each step


@pytest.fixture
def longer(tmp_path: Path) -> Step:
    """A history that goes some steps further than ours; each does its `fate` last."""

    def history(*fates: str) -> Path:
        versions = tmp_path / "history" / "versions"
        shutil.copytree(HISTORY / "versions", versions)
        before = HEAD
        for n, fate in enumerate(fates):
            step = STEP.format(revision=f"next_{n}", before=before, column=f"floor_{n}", fate=fate)
            (versions / f"next_{n}.py").write_text(step)
            before = f"next_{n}"
        return versions.parent

    return history


def schema(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'alembic%'")
        return {name: " ".join(sql.split()).replace("( ", "(").replace(" )", ")") for name, sql in found}


def test_the_history_ends_at_the_tables(tmp_path: Path) -> None:
    open_records(tmp_path / "grown.sqlite").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")
    metadata.create_all(engine)
    engine.dispose()
    assert schema(tmp_path / "grown.sqlite") == schema(tmp_path / "made.sqlite")


def test_an_older_file_is_copied_then_brought_up(tmp_path: Path, longer: Step) -> None:
    path = tmp_path / "records.sqlite"
    old = open_records(path)
    old.commit(7, [Put("sites", {"id": "S1"})])
    old.close()
    before = schema(path)
    open_records(path, longer("pass")).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT id, floor_0 FROM sites").fetchall() == [("S1", "1")]
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("next_0",)]
    (copy,) = tmp_path.glob("*.bak")
    assert copy.name == f"records-{HEAD}-1.bak"
    assert schema(copy) == before
    kept = open_records(copy)
    assert (kept.last_batch(), kept.count("sites")) == (7, 1)
    kept.close()


def test_a_current_file_is_left_alone(tmp_path: Path) -> None:
    for _ in range(2):
        open_records(tmp_path / "records.sqlite").close()
    assert [f.name for f in tmp_path.iterdir()] == ["records.sqlite"]


def test_a_step_that_fails_changes_nothing_and_each_attempt_keeps_its_copy(tmp_path: Path, longer: Step) -> None:
    path = tmp_path / "records.sqlite"
    open_records(path).close()
    before = schema(path)
    broken = longer("pass", "raise RuntimeError('step')")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="step"):
            open_records(path, broken)
    assert schema(path) == before
    assert sorted(f.name for f in tmp_path.glob("*.bak")) == [f"records-{HEAD}-1.bak", f"records-{HEAD}-2.bak"]
    open_records(path).close()


def test_a_newer_file_is_refused_untouched(tmp_path: Path, longer: Step) -> None:
    path = tmp_path / "records.sqlite"
    open_records(path, longer("pass")).close()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=rf"newer version.*next_0.*{HEAD}"):
        open_records(path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.bak"))
