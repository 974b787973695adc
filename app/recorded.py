"""Recorded telemetry: a CSV or Parquet file sorted by time, read in pieces as columns.

Columns `cabinet`, `ts` (ms since 1970, UTC) and one per signal, in any order; an empty cell or NaN: not said; columns
that are no signals of ours are passed over. Whatever is wrong is an error that names the row.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from telemetry.batch import F64, I64
from telemetry.errors import Invalid
from telemetry.signals import COLUMN, SIGNAL, WIDTH

ROWS = 1 << 16  # of a piece of a Parquet file
BYTES = 1 << 23  # of a piece of a CSV file
LATEST = 1 << 42  # ms; what a detector's key can hold
SUFFIXES = (".csv", ".parquet")
LONGEST = 1 << 20  # bytes of a header


class Piece(NamedTuple):
    """Rows in the file's order: cabinet `who[i]` of `names`, `ts` (ms), `values` [n, WIDTH], NaN where nothing was
    said; `share` of the file that was read by its end."""

    names: list[str]
    who: I64
    ts: I64
    values: F64
    share: float


def pieces(path: Path) -> Iterator[Piece]:
    """The file, a piece at a time. Raises Invalid."""
    if path.suffix.lower() not in SUFFIXES:
        raise Invalid({"input": f"{path} must end in {' or '.join(SUFFIXES)}"})
    last, row = -1, 0
    try:
        with path.open("rb") as text:
            first = text.readline(LONGEST)
        # Arrow's own file: its reading threads would ask a Python file for bytes while the interpreter ends.
        with pa.OSFile(str(path), "r") as file:
            for batch, share in _parquet(file) if path.suffix.lower() == ".parquet" else _csv(file, first):
                piece = _piece(batch, last, row, share)
                if batch.num_rows:
                    last, row = int(piece.ts[-1]), row + batch.num_rows
                yield piece
    except OSError as error:
        raise Invalid({"input": f"cannot read {path}: {error.strerror or error}"}) from error
    except pa.ArrowInvalid as error:
        raise Invalid({"input": f"{path}: {str(error).splitlines()[0]}"}) from error


def _csv(file: pa.NativeFile, first: bytes) -> Iterator[tuple[pa.RecordBatch, float]]:
    header = next(csv.reader([first.decode("utf-8-sig", "replace")]), [])
    wanted, size = _wanted([name.strip() for name in header]), max(file.size(), 1)
    types = {"cabinet": pa.string(), "ts": pa.int64()} | dict.fromkeys(SIGNAL, pa.float64())
    reader = pyarrow.csv.open_csv(
        cast("Any", file),  # its stubs know files of Python only
        read_options=pyarrow.csv.ReadOptions(
            use_threads=False, block_size=BYTES, column_names=[name.strip() for name in header], skip_rows=1
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=wanted, column_types=types, strings_can_be_null=True
        ),
    )
    for batch in reader:
        yield batch, min(file.tell() / size, 1.0)


def _parquet(file: pa.NativeFile) -> Iterator[tuple[pa.RecordBatch, float]]:
    source = pyarrow.parquet.ParquetFile(file)
    wanted, total, read = _wanted(source.schema_arrow.names), max(source.metadata.num_rows, 1), 0
    for batch in source.iter_batches(ROWS, columns=wanted):
        read += batch.num_rows
        yield batch, read / total


def _wanted(header: Sequence[str]) -> list[str]:
    """The columns that are read. Raises Invalid."""
    if not any(header):
        raise Invalid({"row 1": "the file is empty; it must begin with a header: cabinet, ts and signals"})
    if missing := [name for name in ("cabinet", "ts") if name not in header]:
        raise Invalid({"row 1": f"no column {' and no column '.join(missing)}; there are {', '.join(header)[:200]}"})
    if twice := sorted(
        {name for name in header if header.count(name) > 1 and (name in SIGNAL or name in "cabinet ts")}
    ):
        raise Invalid({"row 1": f"two columns are named {', '.join(twice)}"})
    return ["cabinet", "ts", *(name for name in header if name in SIGNAL)]


def _piece(batch: pa.RecordBatch, last: int, before: int, share: float) -> Piece:
    ts = _numbers(batch, "ts", pa.int64(), before)
    cabinets = batch.column("cabinet")
    _refuse(before, np.asarray(cabinets.is_null()), "no cabinet")
    _refuse(before, (ts < 0) | (ts >= LATEST), "ts is no time in ms since 1970")
    _refuse(before, np.diff(ts, prepend=last) < 0, "goes back in time: the file must be sorted by ts")
    coded = cabinets.cast(pa.string()).dictionary_encode()
    values = np.full((batch.num_rows, WIDTH), np.nan)
    for name in batch.schema.names[2:]:
        values[:, COLUMN[name]] = _numbers(batch, name, pa.float64(), before)
    values[np.isinf(values)] = np.nan
    names = [str(name) for name in coded.dictionary.to_pylist()]
    return Piece(names, np.asarray(coded.indices).astype(np.int64), ts, values, share)


def _numbers(batch: pa.RecordBatch, name: str, kind: Any, before: int) -> Any:
    """A column as numbers; of a signal NaN where there is none. Raises Invalid."""
    column = batch.column(name)
    try:
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("ms"), safe=False)
        column = column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Invalid({f"column {name}": f"holds {column.type}, not numbers"}) from error
    if name == "ts":
        _refuse(before, np.asarray(column.is_null()), "no ts")
    return column.to_numpy(zero_copy_only=False)


def _refuse(before: int, wrong: Any, why: str) -> None:
    """Raises Invalid with the first row of which it is so; row 1 is the header."""
    if wrong.any():
        raise Invalid({f"row {before + 2 + int(wrong.argmax())}": why})
