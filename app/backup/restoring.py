"""Put a backup into an empty directory: nothing of it counts before every hash was found right."""

import gzip
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.backup import manifest
from app.backup.making import ARCHIVE
from app.backup.manifest import Manifest, Told
from app.home import Home
from telemetry.errors import Invalid

STAGE = ".restoring"
_OURS = ("lock", "lost+found")
_LAST = "instance"  # without it a start on half of the files is refused: the records name another installation


def restore(origin: Path, data: Path, told: Told) -> Manifest:
    """Check every file of a backup and put them into `data`, which must be empty or not be there.

    Raises Invalid (`from`: no backup, damaged; `data`: not empty), OwnedError (a product runs there).
    """
    if not origin.exists():
        raise Invalid({"from": f"there is no {origin}"})
    if data.exists() and any(p.name not in _OURS for p in data.iterdir()):
        raise Invalid({"data": f"{data} is not empty: restore into a new directory"})
    with Home(data).lock(), _stage(data) as stage:
        try:
            folder = _unpacked(origin, stage, told)
            found = manifest.read(folder)
            _verify(folder, found, told)
            _move(folder, stage, data, found)
        except OSError as error:
            raise Invalid({"data": f"cannot restore into {data}: {error.strerror or error}"}) from error
    return found


@contextmanager
def _stage(data: Path) -> Iterator[Path]:
    stage = data / STAGE
    stage.mkdir(mode=0o700)
    try:
        yield stage
    finally:
        shutil.rmtree(stage)


def _unpacked(origin: Path, stage: Path, told: Told) -> Path:
    """The directory that holds the backup's files. Raises Invalid for a file that is no archive of ours."""
    if origin.is_dir():
        return origin
    if not origin.name.endswith(ARCHIVE):
        raise Invalid({"from": f"{origin} is neither a directory nor an archive ({ARCHIVE})"})
    told("unpacking", 0, 1)
    try:
        with tarfile.open(origin, "r:gz") as tar:
            tar.extractall(stage, filter="data")
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, OSError) as error:
        raise Invalid({"from": f"{origin} cannot be unpacked: {error}"}) from error
    told("unpacking", 1, 1)
    return stage


def _verify(folder: Path, found: Manifest, told: Told) -> None:
    """Raises Invalid `from` naming the first files that are missing or changed."""
    done, wrong = 0, []
    for file in found.files:
        path = folder / file.path
        if not path.is_file() or manifest.fingerprint(path) != (file.bytes, file.sha256):
            wrong.append(file.path)
        told("verifying", done := done + file.bytes, found.bytes)
    if wrong:
        raise Invalid({"from": f"the backup is damaged: {', '.join(wrong[:5])}"})


def _move(folder: Path, stage: Path, data: Path, found: Manifest) -> None:
    """Bring all files into the stage, then each to its place. What was copied is hashed once more on its way: a disk
    that fails now must not go unnoticed. Raises Invalid, OSError."""
    if folder != stage:
        for file in found.files:
            copy = stage / file.path
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(folder / file.path, copy)
        _verify(stage, found, lambda *_: None)
    for file in sorted(found.files, key=lambda file: file.path == _LAST):
        place = data / file.path
        for above in reversed(place.relative_to(data).parents[:-1]):
            (data / above).mkdir(mode=0o700, exist_ok=True)
        (stage / file.path).chmod(0o600)
        (stage / file.path).rename(place)
