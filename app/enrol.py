"""Cabinets by the file, and their secrets, through the running product: it alone may change them."""

import csv
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

import httpx2

from app.home import Home
from telemetry.errors import Conflict, Invalid, NotFound, Unavailable
from telemetry.wire import ID

COLUMNS = ("id", "model", "site", "lat", "lon")
AT_ONCE = 64  # requests under way: they share the syncs of the journal
UNSAID = "unknown"  # a model that the file does not name; the cabinet's first message says it


class Row(NamedTuple):
    """A cabinet of a file: `line` counts from 1, the heading included; `problem`: why it cannot be asked for."""

    line: int
    cabinet: str
    body: dict[str, Any]
    problem: str | None


class Outcome(NamedTuple):
    """What became of a row: `password` when there is a new secret, `exists` when it was registered before."""

    row: Row
    password: str | None = None
    exists: bool = False
    problem: str | None = None


class Desk:
    """The running product of a data directory, asked over HTTP while the context is open. Raises Unavailable when none
    runs there."""

    def __init__(self, data: Path) -> None:
        running = Home(data).running() if data.exists() else None
        if running is None:
            raise Unavailable(f"no product runs on {data}: start it with `vendwatch run --data {data}`")
        headers = {"Authorization": f"Bearer {running['token']}"}
        self._http = httpx2.Client(base_url=f"{running['url']}/api/v1", headers=headers, timeout=60, trust_env=False)

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def register(self, row: Row, *, rotate: bool) -> Outcome:
        """Register a cabinet; one that is there keeps its secret unless `rotate`."""
        if row.problem:
            return Outcome(row, problem=row.problem)
        try:
            return Outcome(row, self._ask("POST", "/cabinets", row.body)["credential"]["password"])
        except Conflict as error:
            if error.guard != "exists":
                return Outcome(row, problem=str(error))
        except Invalid as error:
            return Outcome(row, problem=str(error))
        if not rotate:
            return Outcome(row, exists=True)
        try:
            return Outcome(row, self.rotate(row.cabinet), exists=True)
        except (Conflict, NotFound) as error:
            return Outcome(row, exists=True, problem=str(error))

    def rotate(self, cabinet: str) -> str:
        """A new secret in the place of the old one. Raises NotFound, Conflict (`retired`)."""
        return str(self._ask("POST", f"/cabinets/{_checked(cabinet)}/credential", {})["password"])

    def revoke(self, cabinet: str) -> None:
        """The cabinet may not connect any more. Raises NotFound."""
        self._ask("DELETE", f"/cabinets/{_checked(cabinet)}/credential")

    def kept(self) -> Iterator[tuple[str, str]]:
        """(user name, hash) of every cabinet that may connect."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._ask("GET", f"/credentials?sort=id&limit=1000&cursor={cursor}")
            yield from ((item["username"], item["hash"]) for item in page["items"])
            cursor = page["next"]

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx2.HTTPError as error:
            raise Unavailable(f"the product does not answer: {error}") from error
        found: dict[str, Any] = answer.json()
        detail = str(found.get("detail"))
        match answer.status_code:
            case 404:
                raise NotFound(detail)
            case 409:
                raise Conflict(found.get("guard", detail))
            case 422:
                raise Invalid(found.get("fields") or {"row": detail})
            case status if status >= 400:
                raise Unavailable(f"the product answers {status}: {detail}")
        return found


def read_rows(file: IO[str]) -> list[Row]:
    """The cabinets of a CSV with a heading; of its columns only `id` is needed. A row that cannot be meant says why.
    Raises Invalid for a file that is no such table."""
    try:
        table = csv.DictReader(file, strict=True)
        heading = [(name or "").strip().lower() for name in table.fieldnames or ()]
        unknown = [name for name in heading if name not in COLUMNS]
        if "id" not in heading or unknown or len(set(heading)) != len(heading):
            said = ",".join(heading)
            raise Invalid({"line 1": f"expected a heading of {', '.join(COLUMNS)} (id is needed), not {said!r}"})
        table.fieldnames = heading
        seen: dict[str, int] = {}
        return [_row(table.line_num, fields, seen) for fields in table]
    except (csv.Error, UnicodeDecodeError) as error:
        raise Invalid({"file": f"is no CSV in UTF-8: {error}"}) from error


def _row(line: int, fields: dict[Any, Any], seen: dict[str, int]) -> Row:
    surplus = fields.pop(None, None)
    said = {name: (value or "").strip() for name, value in fields.items()}
    body: dict[str, Any] = {name: value for name, value in said.items() if value}
    cabinet = body.get("id", "")
    problems = [] if surplus is None else ["has more fields than the heading"]
    if not ID.fullmatch(cabinet):
        problems.append(f"id must match {ID.pattern}")
    elif (first := seen.setdefault(cabinet, line)) != line:
        problems.append(f"id stands in line {first} already")
    for name in ("lat", "lon"):
        try:
            body.update({name: float(body[name])} if name in body else {})
        except ValueError:
            problems.append(f"{name} must be degrees, like 30.27")
    body.setdefault("model", UNSAID)
    return Row(line, cabinet, body, "; ".join(problems) or None)


def enrol(desk: Desk, rows: list[Row], *, rotate: bool) -> Iterator[Outcome]:
    """Register the rows, several at once; their outcomes in the order of the file."""

    def one(row: Row) -> Outcome:
        return desk.register(row, rotate=rotate)

    with ThreadPoolExecutor(AT_ONCE, "enrol") as pool:
        yield from pool.map(one, rows)


class CredentialFile:
    """A CSV of id,username,password that its owner alone may read. What it holds stays: secrets are shown once, so a
    second import must not wipe out those of the first. The last line of a cabinet counts."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", newline="")
        os.fchmod(self._file.fileno(), 0o600)
        self._csv = csv.writer(self._file)
        if not self._file.tell():
            self._csv.writerow(("id", "username", "password"))

    def add(self, cabinet: str, password: str) -> None:
        """Durable at once for this process's end, not for a power cut: `close` syncs."""
        self._csv.writerow((cabinet, cabinet, password))
        self._file.flush()

    def close(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()


def write_passwords(path: Path, lines: list[tuple[str, str]]) -> None:
    """A password file for Mosquitto, replaced as a whole. Owner and mode of the old one stay; a new one is private.
    Raises OSError."""
    scratch = path.with_name(f".{path.name}.tmp")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        for name, hashed in lines:
            file.write(f"{name}:{hashed}\n")
        if path.exists():
            old = path.stat()
            os.fchown(file.fileno(), old.st_uid, old.st_gid)
            os.fchmod(file.fileno(), old.st_mode & 0o777)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def _checked(cabinet: str) -> str:
    if not ID.fullmatch(cabinet):
        raise Invalid({"id": f"must match {ID.pattern}"})
    return cabinet
