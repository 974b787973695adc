"""`vendwatch export`: readings of any range as Parquet or CSV, through the running product or from its files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import httpx2
import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.query import time
from api.routes.readings import LATEST
from app.home import Home
from app.local import ask
from app.records import open_store
from app.series import open_series
from app.settings import Settings
from app.whole import whole
from service.records.base import RecordStore, Where
from telemetry.errors import Invalid, NotFound, Unavailable
from telemetry.series.base import Point, SeriesStore
from telemetry.series.walk import days
from telemetry.signals import SIGNAL

_COLUMNS: dict[str, pa.DataType] = {
    "cabinet": pa.string(), "signal": pa.string(), "ts": pa.int64(),
    "value": pa.float64(), "min": pa.float64(), "max": pa.float64(),
}  # fmt: skip
SCHEMA = pa.schema(_COLUMNS)
SUFFIXES = (".parquet", ".csv")
ROWS = 1 << 17  # in one piece of the file
_FORMULA = "=+-@\t\r\0＝＋－＠"  # what a spreadsheet may take for the beginning of one


class Wanted(NamedTuple):
    """What to export: `cabinets` empty means all, `start` <= ts < `end` (ms)."""

    cabinets: Sequence[str]
    signals: Sequence[str]
    start: int
    end: int


class Source(Protocol):
    """Where readings come from."""

    def cabinets(self) -> list[str]:
        """The ids of all cabinets."""
        ...

    def days(self, cabinet: str, signal: str, start: int, end: int) -> Iterator[list[Point]]:
        """As `telemetry.series.walk.days`. Raises NotFound for an unknown cabinet, Unavailable."""
        ...


def wanted(cabinets: Sequence[str], everything: bool, signals: Sequence[str], first: str, last: str) -> Wanted:
    """The command's flags, checked. Without signals all known ones; times as ISO 8601 or ms. Raises Invalid."""
    if everything == bool(cabinets):
        raise Invalid({"cabinet": "name cabinets with --cabinet, or say --all"})
    start, end = time("from", first) if first else 0, time("to", last) if last else LATEST
    if start >= end:
        raise Invalid({"from": "must be before `to`"})
    return Wanted(list(dict.fromkeys(cabinets)), list(dict.fromkeys(signals)) or list(SIGNAL), start, end)


def export(settings: Settings, what: Wanted, out: Path) -> int:
    """Write the readings to a file, which appears when it is whole; how many there are. Raises Invalid, NotFound,
    Unavailable."""
    if out.suffix not in SUFFIXES:
        raise Invalid({"out": f"must end in {' or '.join(SUFFIXES)}"})
    if not settings.data.is_dir():
        raise NotFound(f"no data directory {settings.data}")
    with whole(out) as part, _source(settings) as source:
        return _write(part, _tables(source, what, csv=out.suffix == ".csv"), csv=out.suffix == ".csv")


class _Files:
    """The stores of a product that does not run."""

    def __init__(self, records: RecordStore, series: SeriesStore) -> None:
        self._records, self._series = records, series

    def cabinets(self) -> list[str]:
        found, after = [], ""
        while page := self._records.find("cabinets", [Where("id", ">", after)], order=["id"], limit=1000):
            found += [row["id"] for row in page]
            after = found[-1]
        return found

    def days(self, cabinet: str, signal: str, start: int, end: int) -> Iterator[list[Point]]:
        if self._records.get("cabinets", cabinet) is None:
            raise NotFound(f"no cabinet {cabinet}")
        return days(self._series, cabinet, signal, start, end)


class _Running:
    """The API of the running product."""

    def __init__(self, running: dict[str, Any]) -> None:
        self._running = running
        headers = {"Authorization": f"Bearer {running['token']}"}
        self._client = httpx2.Client(base_url=f"{running['url']}/api/v1", headers=headers, timeout=60)

    def cabinets(self) -> list[str]:
        found, cursor = [], ""
        while cursor is not None:
            page = ask(self._running, "GET", f"/cabinets?limit=1000&sort=id{cursor and '&cursor=' + cursor}", None)
            found += [row["id"] for row in page["items"]]
            cursor = page["next"]
        return found

    def days(self, cabinet: str, signal: str, start: int, end: int) -> Iterator[list[Point]]:
        query = {"signal": signal, "from": str(start)} | ({"to": str(end)} if end < LATEST else {})
        try:
            with self._client.stream("GET", f"/cabinets/{cabinet}/readings", params=query) as answer:
                if answer.status_code == 404:
                    raise NotFound(f"no cabinet {cabinet}")
                answer.raise_for_status()
                for line in answer.iter_lines():
                    yield [Point(ts, low, mean, high) for ts, low, mean, high in msgspec.json.decode(line)]
        except httpx2.HTTPError as error:
            raise Unavailable(f"process {self._running['pid']} owns the directory but broke off: {error}") from error


@contextmanager
def _source(settings: Settings) -> Iterator[Source]:
    home = Home(settings.data)
    if running := home.running():
        yield _Running(running)
        return
    with home.lock():
        records = open_store(settings, home)
        try:
            series = open_series(settings, home.root)
            try:
                yield _Files(records, series)
            finally:
                series.close()
        finally:
            records.close()


def _tables(source: Source, what: Wanted, *, csv: bool) -> Iterator[pa.Table]:
    """The readings in pieces, cabinet by cabinet, signal by signal, oldest first; says how far it is."""
    cabinets = what.cabinets or source.cabinets()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(cabinets) * len(what.signals))
        for cabinet in cabinets:
            progress.update(task, description=cabinet)
            for signal in what.signals:
                for points in source.days(cabinet, signal, what.start, what.end):
                    yield _table(cabinet, _harmless(signal) if csv else signal, points)
                progress.advance(task)


def _write(path: Path, tables: Iterator[pa.Table], *, csv: bool) -> int:
    """Rows written; days are gathered to larger pieces, or a Parquet file would consist of a thousand small ones."""
    make = pyarrow.csv.CSVWriter if csv else pyarrow.parquet.ParquetWriter
    rows, waiting = 0, [SCHEMA.empty_table()]
    with path.open("wb") as file, make(file, SCHEMA) as writer:
        for table in tables:
            rows += table.num_rows
            waiting.append(table)
            if sum(t.num_rows for t in waiting) >= ROWS:
                writer.write_table(pa.concat_tables(waiting))
                waiting = [SCHEMA.empty_table()]
        writer.write_table(pa.concat_tables(waiting))
    return rows


def _table(cabinet: str, signal: str, points: Sequence[Point]) -> pa.Table:
    ts, low, mean, high = zip(*points, strict=True)
    n = len(points)
    return pa.table([[cabinet] * n, [signal] * n, ts, mean, low, high], schema=SCHEMA)


def _harmless(name: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + name if name.startswith(tuple(_FORMULA)) else name
