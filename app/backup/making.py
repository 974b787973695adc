"""Make a backup, also while the product runs and writes.

The order makes it whole. The journal is held: nothing is let go of until the end. Snapshots come first, so that they
are behind the stores; then the records and the readings, each of one moment; the journal last, so that it runs ahead
of both. A start on the copy folds what the stores lack from the journal, as after a power cut.
"""

import os
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from app.backup import copies, manifest
from app.backup.manifest import Manifest, Reach, Told
from app.records import FILE as RECORDS
from app.records import address
from app.series import FILE as SERIES
from app.series import HELD
from app.settings import Settings
from gateway.writer import Hold
from telemetry.clock import real_ms
from telemetry.disk import usage
from telemetry.errors import Invalid, Unavailable

JOURNAL = "journal.db"
SPOOL = SERIES + ".spool"
DUMP = "records.dump"
ARCHIVE = ".tar.gz"
ALONE = ("secret", "keys", "instance", "speed", "poison/poison.json")
_BATCH = "SELECT value FROM meta WHERE key = 'batch'"
_ROOM = 64 * 2**20  # to leave free


class Source(NamedTuple):
    """What is to be copied. `hold`: what the writer of a running product heeds; `decided`: the last batch that its
    records hold, asked of themselves (for a database that is not a file)."""

    settings: Settings
    root: Path
    hold: Hold
    decided: Callable[[], int]


def make(source: Source, target: Path, told: Told) -> Manifest:
    """Write a directory, or an archive where the name ends in `.tar.gz`, which appears when it is whole.

    Raises Invalid `to` (it exists, cannot be written), Unavailable (a store is away, no room).
    """
    check(source, target)
    part = target.with_name(f".{target.name}.{_instance(source.root)}-{secrets.token_hex(4)}.part")
    try:
        part.mkdir(mode=0o700)
        made = _fill(source, part, told)
        _appear(part, target, told, made)
    except OSError as error:
        raise Invalid({"to": f"cannot write {target}: {error.strerror or error}"}) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        _packed(part).unlink(missing_ok=True)
    return made


def _instance(root: Path) -> str:
    return (root / "instance").read_text().strip()


def check(source: Source, target: Path) -> None:
    """Whether the backup can be begun. Raises Invalid, Unavailable."""
    if source.settings.records == "memory" or source.settings.series == "memory":
        raise Invalid({"from": "what is kept in memory only has no backup"})
    if os.path.lexists(target):
        raise Invalid({"to": f"{target} exists: name a new place"})
    if not target.parent.is_dir():
        raise Invalid({"to": f"there is no directory {target.parent}"})
    if source.root.resolve() in (target.parent.resolve(), *target.parent.resolve().parents):
        raise Invalid({"to": "must not lie in the data directory"})
    needed = sum(p.stat().st_size for p in _roots(source.root) if p.is_file())
    needed *= 2 if target.name.endswith(ARCHIVE) else 1  # it is packed from the directory
    free = usage(target.parent).free
    if free < needed + _ROOM:
        raise Unavailable(f"{target.parent} has {free // 2**20} MiB free, the backup takes up to {needed // 2**20}")


def _roots(root: Path) -> Iterator[Path]:
    """The large files of a data directory."""
    yield from (root / name for name in (RECORDS, JOURNAL, SERIES, SPOOL, HELD))
    yield from (root / "snapshots").glob("*.snap")
    yield from (root / "attachments").rglob("*")


def _fill(source: Source, part: Path, told: Told) -> Manifest:
    """All files and the manifest, in the order that the head of this module explains."""
    root, settings = source.root, source.settings
    with holding(source.hold):
        _snapshots(root, part)
        _attachments(root, part)
        before = _records(source, part, told)
        _series(root, part, told)
        _attachments(root, part)  # those of rows that came since
        copies.plain((root / name for name in ALONE if (root / name).exists()), root, part)
        after = source.decided() if before is not None else None
        copies.sqlite(root / JOURNAL, part / JOURNAL, told)
    reach, counts = _reach(part, before), _counts(part)
    _fits(reach, after)
    made = Manifest(
        format=manifest.FORMAT, version=version("vendwatch"), instance=_instance(root),
        made=datetime.fromtimestamp(real_ms() / 1000, UTC).isoformat(timespec="milliseconds"),
        records=settings.records, series=settings.series, reach=reach, counts=counts,
        files=manifest.hashed(part, told),
    )  # fmt: skip
    manifest.write(part, made)
    for path in part.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return made


@contextmanager
def holding(hold: Hold) -> Iterator[None]:
    """Nothing is let go of meanwhile."""
    hold.journal = True
    try:
        yield
    finally:
        hold.journal = hold.snapshots = False


def _snapshots(root: Path, part: Path) -> None:
    """All that there are: the newest may be ahead of a series server. Opened at once, since old ones go."""
    while True:
        try:
            files = {p.name: p.open("rb") for p in sorted((root / "snapshots").glob("*.snap"))}
        except FileNotFoundError:
            continue  # it went between being listed and opened: newer ones are there
        break
    (part / "snapshots").mkdir(mode=0o700)
    for name, file in files.items():
        with file, (part / "snapshots" / name).open("wb") as copy:
            shutil.copyfileobj(file, copy)


def _attachments(root: Path, part: Path) -> None:
    files = (p for p in (root / "attachments").rglob("*") if p.is_file() and p.suffix != ".part")
    copies.plain(files, root, part)


def _records(source: Source, part: Path, told: Told) -> int | None:
    """Copy the records; of a database what they held before, of a file None (the copy itself says it)."""
    if source.settings.records == "postgresql":
        before = source.decided()
        copies.dump(address(source.settings), part / DUMP)
        return before
    source.hold.snapshots = True  # each would wait, on the writer's thread, for who reads the records
    copies.sqlite(source.root / RECORDS, part / RECORDS, told)
    source.hold.snapshots = False
    return None


def _series(root: Path, part: Path, told: Told) -> None:
    """The spool before the file: what moves from one to the other in between is then in both, never in neither."""
    if (root / SERIES).exists():
        copies.sqlite(root / SPOOL, part / SPOOL, told)
        copies.readings(root / SERIES, part / SERIES, told)
    if (root / HELD).exists():
        copies.sqlite(root / HELD, part / HELD, told)


def _reach(part: Path, before: int | None) -> Reach:
    journal, spool, held = part / JOURNAL, part / SPOOL, part / HELD
    first = copies.number(journal, "SELECT min(number) FROM entry")
    last = copies.number(journal, "SELECT max(number) FROM entry")
    series = None
    if spool.exists():
        series = max(copies.settled(part / SERIES)[0], copies.number(spool, "SELECT max(last) FROM flushed"))
    elif held.exists():
        series = copies.number(held, "SELECT max(batch) FROM state")
    records = copies.number(part / RECORDS, _BATCH) if before is None else before
    return Reach((first, last), records, series, sorted(int(p.stem) for p in (part / "snapshots").iterdir()))


def _counts(part: Path) -> dict[str, int]:
    found = {"journal": copies.number(part / JOURNAL, "SELECT count(*) FROM entry")}
    found["attachment_files"] = sum(p.is_file() for p in (part / "attachments").rglob("*"))
    if (part / SERIES).exists():
        found["values_settled"] = copies.settled(part / SERIES)[1]
    if (part / RECORDS).exists():
        found |= copies.tables(part / RECORDS)
    return found


def _fits(reach: Reach, after: int | None) -> None:
    """Whether a start can rebuild its state from them (`gateway/writer.py`). Raises Unavailable: no backup then."""
    held = [n for n in (reach.records, reach.series) if n is not None]
    first, last = reach.journal
    bases = [n for n in (0, *reach.snapshots) if n <= min(held) and (n + 1 >= first if last else n >= max(held))]
    if not bases or (last and max(*held, after or 0) > last):
        raise Unavailable(f"the parts of the backup do not fit together: {reach}; make it again")


def _appear(part: Path, target: Path, told: Told, made: Manifest) -> None:
    """Take the name, as a directory or packed. Raises OSError, also when the name was taken meanwhile."""
    whole = part
    if target.name.endswith(ARCHIVE):
        whole = _packed(part)
        _pack(part, whole, told, made)
    if os.path.lexists(target):
        raise FileExistsError(0, "it exists")
    whole.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _packed(part: Path) -> Path:
    return part.with_name(part.name + ARCHIVE)


def _pack(part: Path, archive: Path, told: Told, made: Manifest) -> None:
    done = 0
    with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
            tar.add(part / manifest.NAME, manifest.NAME)
            for one in made.files:
                tar.add(part / one.path, one.path)
                told("packing", done := done + one.bytes, made.bytes)
        file.flush()
        os.fsync(file.fileno())
