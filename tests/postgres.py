"""A real PostgreSQL server that tests start, stop and kill. Debian's; it refuses to run as root."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service.records.sql import SqlRecords
from service.records.tables import metadata

BIN = Path("/usr/lib/postgresql/15/bin")
_ACCOUNT = "postgres"
_LIMIT = 60


def _fast() -> str | None:
    """A place in memory with room for a server that need not last."""
    shm = Path("/dev/shm")  # noqa: S108 - a directory of its own is made in it
    return str(shm) if shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 2**30 else None


def emptied(store: SqlRecords) -> SqlRecords:
    """The store as new, on the connections it has: a hundred times faster than a new database."""
    with store._database.writer.begin() as db:
        for table in metadata.tables.values():
            db.execute(table.delete())
    return SqlRecords(store._database)


class Postgres:
    """One server on loopback, everything in a directory of its own. `durable`: as installed; else it does not sync."""

    def __init__(self, *, durable: bool = False) -> None:
        if not (BIN / "postgres").exists():
            pytest.skip("PostgreSQL is not installed (apt-get install postgresql-15)")
        root = os.geteuid() == 0
        self._as: dict[str, Any] = {"user": _ACCOUNT, "group": _ACCOUNT, "extra_groups": []} if root else {}
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=None if durable else _fast()))
        if self._as:
            shutil.chown(self.folder, _ACCOUNT, _ACCOUNT)
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._call("initdb", "-D", "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def start(self) -> "Postgres":
        """Start, and wait until it answers (after a kill it recovers first)."""
        fast = [] if self._durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with (self.folder / "log").open("ab") as log:
            self._child = subprocess.Popen(
                [BIN / "postgres", "-D", "data", "-p", str(self.port), "-k", self.folder, "-h", "127.0.0.1", *fast],
                cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **self._as,
            )  # fmt: skip
        end = time.monotonic() + _LIMIT
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > end or self._child.poll() is not None:
                    raise AssertionError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.05)
            else:
                return self

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self, database: str, more: str = "") -> str:
        """A new, empty database; its URL."""
        self.run(f'CREATE DATABASE "{database}" {more}')
        return self.url(database)

    def run(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """One statement, outside of any transaction; its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as db:
            cursor = db.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def kill(self) -> None:
        """SIGKILL of the server; its processes end by themselves when they notice."""
        assert self._child
        self._child.kill()
        self._child.wait()

    def signal(self, number: int) -> None:
        """To the server and every process it has: one that is stopped answers nobody."""
        assert self._child
        children = Path(f"/proc/{self._child.pid}/task/{self._child.pid}/children").read_text().split()
        for pid in [self._child.pid, *map(int, children)]:
            os.kill(pid, number)

    def close(self) -> None:
        """End it at once and remove everything."""
        if self._child and self._child.poll() is None:
            self._child.send_signal(signal.SIGQUIT)
            self._child.wait(_LIMIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [BIN / program, *arguments], cwd=self.folder, capture_output=True, text=True, check=False, **self._as
        )
        assert done.returncode == 0, done.stderr
