"""Snapshots of the fold's state: whole files, checked by a digest, the two newest kept."""

import contextlib
import os
from hashlib import blake2b
from pathlib import Path

import msgspec
import structlog

from telemetry.errors import Unavailable

log = structlog.get_logger()
KEPT = 2


class Snapshots:
    """Files `<number>.snap` in a folder; a torn or damaged one is passed over for the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, number: int, parts: dict[str, bytes]) -> None:
        """Write the state after journal entry `number`; older files than the newest two go. Raises Unavailable (disk
        full, I/O error): the older ones stand."""
        try:
            self._write(number, parts)
        except OSError as error:
            raise Unavailable(f"snapshot {number}: {error}") from error

    def _write(self, number: int, parts: dict[str, bytes]) -> None:
        body = msgspec.msgpack.encode(parts)
        path = self.folder / f"{number:020d}.snap"
        scratch = path.with_suffix(".tmp")
        with scratch.open("wb") as file:
            file.write(blake2b(body, digest_size=32).digest() + body)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
        self._sync_folder()
        for old in self._files()[:-KEPT]:
            old.unlink()

    def newest(self, upto: int) -> tuple[int, dict[str, bytes]] | None:
        """Number and parts of the newest sound snapshot that is not behind entry `upto`. Raises Unavailable."""
        for path in reversed(self._files()):
            if int(path.stem) > upto:
                continue
            try:
                raw = path.read_bytes()
            except OSError as error:
                raise Unavailable(f"snapshot {path}: {error}") from error
            if blake2b(raw[32:], digest_size=32).digest() == raw[:32]:
                return int(path.stem), msgspec.msgpack.decode(raw[32:], type=dict[str, bytes])
            log.warning("snapshot_damaged", file=path.name)
        return None

    def oldest_number(self) -> int:
        """The entry number of the oldest kept snapshot: the journal must reach back to it. 0: there is none."""
        files = self._files()
        return int(files[0].stem) if len(files) == KEPT else 0

    def _sync_folder(self) -> None:
        """Make the new name durable before older files, and the journal behind them, go."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _files(self) -> list[Path]:
        for scrap in self.folder.glob("*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                scrap.unlink()
        return sorted(self.folder.glob("*.snap"))
