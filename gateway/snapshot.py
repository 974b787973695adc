"""Snapshots of the fold's state: whole files, checked by a digest, the two newest kept.

A file is a digest of all behind it, the layout's name, the length (4 bytes) of a list of (part, its length), that list,
and the parts.
"""

import os
from collections.abc import Iterable
from hashlib import blake2b
from io import FileIO
from pathlib import Path

import msgspec
import structlog

from gateway import failpoint
from telemetry.errors import Unavailable

log = structlog.get_logger()
KEPT = 2
LAYOUT = b"vendwatch snapshot 3\n"
_DIGEST = 32


class Snapshots:
    """Files `<number>.snap` in a folder; a torn or damaged one is passed over for the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for scrap in folder.glob("*.tmp"):
            scrap.unlink()

    def save(self, number: int, parts: dict[str, bytes], reached: int | None = None) -> None:
        """Write the state after journal entry `number`; older files than the newest two go, but not the newest from
        which entry `reached`, the last that all stores hold, can be gone on from. Raises Unavailable (disk full, I/O
        error): the older ones stand."""
        try:
            self._write(number, parts)
            self._clear(number if reached is None else reached)
        except OSError as error:
            raise Unavailable(f"snapshot {number}: {error}") from error

    def _write(self, number: int, parts: dict[str, bytes]) -> None:
        contents = msgspec.msgpack.encode([(name, len(part)) for name, part in parts.items()])
        pieces = [LAYOUT, len(contents).to_bytes(4, "big"), contents, *parts.values()]
        path = self.folder / f"{number:020d}.snap"
        scratch = path.with_suffix(".tmp")
        try:
            with scratch.open("wb", buffering=0) as file:
                for piece in (_digest(pieces), *pieces):
                    _write_all(file, piece)
                os.fsync(file.fileno())
            failpoint.here("inside_snapshot")
            scratch.replace(path)
        except OSError:
            scratch.unlink(missing_ok=True)
            raise
        self._sync_folder()

    def _clear(self, reached: int) -> None:
        files = self._files()
        base = [f for f in files if int(f.stem) <= reached][-1:]
        for old in files[:-KEPT]:
            if old not in base:
                old.unlink()

    def newest(self, upto: int) -> tuple[int, dict[str, bytes]] | None:
        """Number and parts of the newest sound snapshot that is not behind entry `upto`. Raises Unavailable, also for
        a sound one of another layout."""
        for path in reversed(self._files()):
            if int(path.stem) > upto:
                continue
            try:
                raw = path.read_bytes()
            except OSError as error:
                raise Unavailable(f"snapshot {path}: {error}") from error
            body = memoryview(raw)[_DIGEST:]
            if _digest([body]) == raw[:_DIGEST]:
                return int(path.stem), _parts(path, body)
            log.warning("snapshot_damaged", file=path.name)
        return None

    def oldest_number(self) -> int:
        """The entry number of the oldest kept snapshot: the journal must reach back to it. 0: there is none."""
        files = self._files()
        return int(files[0].stem) if len(files) >= KEPT else 0

    def _sync_folder(self) -> None:
        """Make the new name durable before older files, and the journal behind them, go."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.snap"))


def _digest(pieces: Iterable[bytes | memoryview]) -> bytes:
    digest = blake2b(digest_size=_DIGEST)
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _write_all(file: FileIO, piece: bytes) -> None:
    """A write may be short, on a disk that fills up: the next one says why."""
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


def _parts(path: Path, body: memoryview) -> dict[str, bytes]:
    if body[: len(LAYOUT)] != LAYOUT:
        raise Unavailable(f"snapshot {path.stem} was written by another version of the product: start that one")
    at = len(LAYOUT) + 4
    start = at + int.from_bytes(body[at - 4 : at], "big")
    parts: dict[str, bytes] = {}
    for name, size in msgspec.msgpack.decode(body[at:start], type=list[tuple[str, int]]):
        parts[name] = bytes(body[start : start + size])
        start += size
    return parts
