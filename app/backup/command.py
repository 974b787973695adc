"""`backup` and `restore`, as the command line runs them."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app.backup.making import DUMP, Source, make
from app.backup.manifest import Manifest, Told
from app.backup.restoring import restore
from app.home import Home
from app.local import ask
from app.records import open_store
from app.settings import Settings
from gateway.writer import Hold
from telemetry.errors import NotFound, Unavailable

_POLL = 0.2  # seconds between questions to the running product


def back_up(settings: Settings, target: Path) -> None:
    """Copy everything into `target`, through the running product if there is one. Raises Invalid, Unavailable."""
    if not (settings.data / "journal.db").is_file():
        raise NotFound(f"no data directory {settings.data}")
    home, target = Home(settings.data), target.absolute()
    with _bar() as told:
        if running := home.running():
            size = _by_the_product(running, target, told)
        else:
            size = _at_rest(settings, home, target, told).bytes
    packed = f", packed into {target.stat().st_size}" if target.is_file() else ""
    print(f"{size} bytes{packed}: {target}")


def _at_rest(settings: Settings, home: Home, target: Path, told: Told) -> Manifest:
    with home.lock():
        if settings.records != "postgresql":
            return make(Source(settings, home.root, Hold(), lambda: 0), target, told)
        with closing(open_store(settings, home)) as records:
            return make(Source(settings, home.root, Hold(), records.last_batch), target, told)


def _by_the_product(running: dict[str, Any], target: Path, told: Told) -> int:
    """Let the product do it, which alone may open its files; show how far it is. Raises Invalid, Unavailable."""
    ask(running, "POST", "/backups", {"to": str(target)})
    while now := (state := ask(running, "GET", "/backups", None))["running"]:
        told(now["doing"], now["bytes_done"], now["bytes_total"])
        time.sleep(_POLL)
    last: dict[str, Any] = state["last"] or {}
    if last.get("to") != str(target) or last.get("error"):
        raise Unavailable(last.get("error") or "the product was started again meanwhile: try again")
    return int(last["bytes"])


def put_back(origin: Path, data: Path) -> None:
    """Restore and say what to do next. Raises Invalid, OwnedError."""
    with _bar() as told:
        found = restore(origin, data, told)
    print(f"{len(found.files)} files of {found.made} in {data}, every SHA-256 as it was written")
    if found.records == "postgresql":
        print(f"next: pg_restore --no-owner -d URL-OF-AN-EMPTY-DATABASE {data / DUMP}, then remove that file")
    verb = "run" if Home(data).speed() in (None, 1.0) else "demo"
    print(f"next: end the original, then `vendwatch {verb} --data {data}` with its settings (records = "
          f"{found.records!r}, series = {found.series!r}), `vendwatch audit verify`, and register the drill: POST "
          "/documents, kind backup_restore")  # fmt: skip


@contextmanager
def _bar() -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("opening", total=None)
        yield lambda doing, done, of: progress.update(task, description=doing, completed=done, total=of)
