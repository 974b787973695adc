"""A DuckDB file and its connections: one process, one writing transaction at a time, readers beside it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock

import duckdb

from telemetry.errors import Unavailable
from telemetry.series.layout import Db, prepare

# Nothing is fetched from the network; the cache stays small beside the fleet.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "300MB",
}


class DuckFile:
    """Every use has a cursor of its own and may come from any thread.

    A failed write leaves open whether it was committed, and may make DuckDB refuse everything after it (a full disk
    at a checkpoint does): so the file is then opened anew, and the writer asks it how far it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = RLock()
        self._guard = Lock()
        self._root: Db | None = None
        self._closed = False
        self._open()

    @contextmanager
    def reading(self) -> Iterator[Db]:
        """A consistent view of the file. Raises Unavailable."""
        with _unavailable(), self._cursor() as db:
            db.begin()
            yield db

    @contextmanager
    def writing(self) -> Iterator[Db]:
        """The one writing transaction: committed when the block ends, not at all when it raises. Raises Unavailable."""
        with self._writing:
            if self._root is None:
                self._open()
            try:
                with self._cursor() as db:
                    db.begin()
                    yield db
                    db.commit()
            except duckdb.Error as error:
                self._disconnect()
                with suppress(Unavailable):  # then the next write tries again; the first failure is the one to tell
                    self._open()
                raise Unavailable(f"series store: {error}") from error

    def size(self) -> int:
        """Bytes on disk, those of the log included."""
        files = (self._path, self._path.with_name(self._path.name + ".wal"))
        return sum(map(_size, files))

    def close(self) -> None:
        with self._writing:
            self._closed = True
            self._disconnect()

    def _open(self) -> None:
        if self._closed:
            raise Unavailable("series store: closed")
        with _unavailable():
            root = duckdb.connect(str(self._path), config=CONFIG)
            try:
                prepare(root)
            except duckdb.Error:
                root.close()
                raise
        with self._guard:
            self._root = root

    def _disconnect(self) -> None:
        with self._guard:
            root, self._root = self._root, None
        if root is not None:
            root.close()

    def _cursor(self) -> Db:
        with self._guard:
            if self._root is None:
                raise Unavailable("series store: closed")
            return self._root.cursor()


def _size(file: Path) -> int:
    """The log comes and goes with each checkpoint."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise Unavailable(f"series store: {error}") from error
