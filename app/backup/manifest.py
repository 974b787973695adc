"""What a backup says of itself: every file with its SHA-256, up to where each part goes, and how much is in it."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import msgspec

from telemetry.errors import Invalid

NAME = "backup.json"
FORMAT = 1
_PIECE = 1 << 20

Told = Callable[[str, int, int], None]
"""Hears how far it is: what is being done, bytes of it done, bytes of it in all."""


class File(msgspec.Struct, frozen=True):
    """A file of the backup; `path` is relative to it, with `/`."""

    path: str
    bytes: int
    sha256: str


class Reach(msgspec.Struct, frozen=True):
    """Numbers of journal entries: the first and the last in the journal (0, 0: it is empty), the last that each store
    holds (None: it is not in this backup), and the snapshots."""

    journal: tuple[int, int]
    records: int | None
    series: int | None
    snapshots: list[int]


class Manifest(msgspec.Struct, frozen=True):
    """`made`: real time, ISO 8601; `records`, `series`: kinds of the stores; `counts`: rows by table, and values."""

    format: int
    version: str
    instance: str
    made: str
    records: str
    series: str
    reach: Reach
    counts: dict[str, int]
    files: list[File]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def hashed(folder: Path, told: Told) -> list[File]:
    """All files below `folder` but the manifest, each synced to the disk. Raises OSError."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / NAME)
    total, done, found = sum(p.stat().st_size for p in paths), 0, []
    for path in paths:
        size, sha256 = fingerprint(path, sync=True)
        found.append(File(path.relative_to(folder).as_posix(), size, sha256))
        told("hashing", done := done + size, total)
    return found


def fingerprint(path: Path, *, sync: bool = False) -> tuple[int, str]:
    """Bytes and SHA-256 of a file. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
        if sync:
            os.fsync(file.fileno())
    return size, digest.hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest beside the files it names. Raises OSError."""
    with (folder / NAME).open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest)))
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Invalid `from` when it is none, or of a format we do not know."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid({"from": f"{folder} is no backup: {NAME}: {error}"}) from error
    if found.format != FORMAT:
        raise Invalid({"from": f"{NAME} has format {found.format}, this version reads {FORMAT}"})
    for file in found.files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise Invalid({"from": f"{NAME} names {file.path!r}, which is outside of the backup"})
    return found
