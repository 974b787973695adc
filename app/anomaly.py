"""`vendwatch anomaly`: a score for every row of a CSV file, in one pass that never looks ahead, in constant memory.

What may be odd about a row, and what becomes of it (no row is lost):
* no value (empty, `nan`, infinite): no evidence; score 0, and nothing is learned from it;
* a time that stands still or goes back: judged in the file's order; the time only tells the time of day;
* a byte order mark, CRLF, quotes, blank lines: read past;
* another header, another number of cells, a time or a value that is none: an error that names the line.
"""

import csv
import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

from app.whole import whole
from faults.anomaly import full
from faults.columns import Columns
from telemetry.errors import Invalid

HEADER = ["timestamp", "value"]
ROWS = 4096  # read, judged and written at once
LARGE = 1 << 20  # bytes; below that a bar would only flicker
_NONE = {"", "na", "null", "none"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 1 << 53  # ms; what a float still holds exactly


class Row(NamedTuple):
    """A row as text and as numbers: `ts` ms since 1970 (UTC where the text names no zone), `value` NaN for none."""

    cells: list[str]
    ts: int
    value: float


def anomaly(source: Path, out: Path) -> int:
    """Write `timestamp,value,score` to a file, which appears when it is whole; how many rows. Raises Invalid."""
    # Bytes that are no UTF-8 become a cell that is no number: so the error can name their line.
    try:
        file = source.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise Invalid({"input": f"cannot read {source}: {error.strerror or error}"}) from error
    with file, whole(out) as part:
        return _write(part, file, source.stat().st_size)


def _write(part: Path, file: TextIO, size: int) -> int:
    """Score chunk by chunk; how many rows there were."""
    state, rows, lines = Columns(full.COLUMNS), 0, read(file)
    state.grow(1)
    with part.open("w", encoding="utf-8", newline="") as target, _bar(size) as progress:
        writer, task = csv.writer(target, lineterminator="\n"), progress.add_task("", total=size)
        writer.writerow([*HEADER, "score"])
        while chunk := list(islice(lines, ROWS)):
            ts, values = np.array([row.ts for row in chunk]), np.array([row.value for row in chunk])
            scores = full.score(state, np.zeros(len(chunk), np.intp), ts, values)
            writer.writerows([*row.cells, f"{s:.9g}"] for row, s in zip(chunk, scores.tolist(), strict=True))
            rows += len(chunk)
            progress.update(task, completed=file.buffer.tell())
    return rows


def _bar(size: int) -> Progress:
    """A progress bar on a terminal, if there is something to wait for."""
    console = Console(stderr=True)
    hidden = size < LARGE or not sys.stderr.isatty()
    return Progress(BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console, disable=hidden)


def read(file: TextIO) -> Iterator[Row]:
    """The rows of a CSV file, one at a time. Raises Invalid, naming the line."""
    lines = csv.reader(file, strict=True)
    try:
        header = next(lines, None)
        if header is None:
            raise Invalid({"line 1": "the file is empty; it must begin with timestamp,value"})
        if [name.strip() for name in header] != HEADER:
            raise Invalid({"line 1": f"the header must be timestamp,value, not {_quoted(','.join(header))}"})
        for cells in lines:
            if cells:
                yield _row(cells, lines.line_num)
    except csv.Error as error:
        raise Invalid({f"line {lines.line_num}": str(error)}) from error


def _row(cells: list[str], line: int) -> Row:
    if len(cells) != 2:
        raise Invalid({f"line {line}": f"{len(cells)} cells instead of 2"})
    try:
        return Row(cells, moment(cells[0]), number(cells[1]))
    except ValueError as error:
        raise Invalid({f"line {line}": str(error)}) from error


def moment(text: str) -> int:
    """ISO 8601, or ms since 1970, as ms since 1970; UTC where no zone is named. Raises ValueError."""
    try:
        if text.strip().lstrip("-").isdecimal() and abs(ms := int(text)) < _LATEST:
            return ms
        at = datetime.fromisoformat(text.strip())
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return round((at - _EPOCH).total_seconds() * 1000)
    except (ValueError, OverflowError):
        raise ValueError(f"{_quoted(text)} is no time (ISO 8601, or ms since 1970)") from None


def number(text: str) -> float:
    """A finite number, or NaN for a value that is missing or infinite. Raises ValueError."""
    if text.strip().lower() in _NONE:
        return math.nan
    try:
        value = float(text.replace("_", "?"))  # 1_000 is Python, not a number of anybody's file
    except ValueError:
        raise ValueError(f"{_quoted(text)} is no number") from None
    return value if math.isfinite(value) else math.nan


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
