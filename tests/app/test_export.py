"""Exported files say exactly what the store says; what cannot be exported says why and leaves no file."""

import csv
import math
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from app.export import ROWS, Wanted, export, wanted
from app.home import Home
from app.records import open_store
from app.series import open_series
from app.settings import Settings, load
from service.records.base import Put
from telemetry.errors import Invalid, NotFound, VendwatchError
from telemetry.signals import SIGNAL
from telemetry.units import DAY, HOUR
from tests.contracts.series_data import IDS, NAMES, line, readings

START = 1_760_000_000_000
AWKWARD = (0.1 + 0.2, -1e-300, 5e-324, 1.7976931348623157e308, 4.0, -0.0)
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def installed(tmp_path: Path) -> Settings:
    """A product that does not run: CAB-A with readings over three days and a signal of its own, CAB-B without any."""
    settings = load({"data": tmp_path / "var"}, None, {})
    home = Home(settings.data)
    records, series = open_store(settings, home), open_series(settings, home.root)
    for cabinet in IDS[:2]:
        records.write([Put("cabinets", {"id": cabinet, "version": 1, "created": START, "updated": START})])
    said = [line(START + n * 13 * HOUR, value) for n, value in enumerate(AWKWARD)]
    own = [line(START, 7.5, signal=FORMULA), line(START + 40 * DAY, 1.0)]
    names = (*NAMES, FORMULA)
    series.append(1, readings(said + own, IDS, names), IDS, names)
    series.flush()
    series.close()
    records.close()
    return settings


def everything(**changed: Any) -> Wanted:
    return Wanted(IDS[:1], ["air_c"], 0, 1 << 52)._replace(**changed)


def rows(path: Path) -> list[tuple[Any, ...]]:
    if path.suffix == ".parquet":
        return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]
    with path.open(newline="") as file:
        head, *body = csv.reader(file)
    assert head == ["cabinet", "signal", "ts", "value", "min", "max"]
    return [(c, s, int(ts), *map(float, rest)) for c, s, ts, *rest in body]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_every_value_is_exact(installed: Settings, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    assert export(installed, everything(), out) == len(AWKWARD) + 1
    expected = [("CAB-A", "air_c", START + n * 13 * HOUR, v, v, v) for n, v in enumerate(AWKWARD)]
    assert rows(out) == [*expected, ("CAB-A", "air_c", START + 40 * DAY, 1.0, 1.0, 1.0)]
    assert math.copysign(1, rows(out)[5][3]) == -1
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [out.name]


def test_the_start_is_in_and_the_end_is_out(installed: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert export(installed, everything(start=START, end=START + 26 * HOUR), out) == 2
    assert [row[2] for row in rows(out)] == [START, START + 13 * HOUR]


def test_all_cabinets_and_signals_are_all_known_ones(installed: Settings, tmp_path: Path) -> None:
    what = wanted([], True, [], "", "")
    assert list(what.signals) == list(SIGNAL)
    assert export(installed, what, tmp_path / "out.parquet") == len(AWKWARD) + 1


def test_no_cell_begins_a_formula(installed: Settings, tmp_path: Path) -> None:
    names = {}
    for suffix in (".csv", ".parquet"):
        assert export(installed, everything(signals=[FORMULA]), tmp_path / f"out{suffix}") == 1
        names[suffix] = rows(tmp_path / f"out{suffix}")[0][1]
    assert names == {".csv": "'" + FORMULA, ".parquet": FORMULA}


def test_nothing_found_is_an_empty_table(installed: Settings, tmp_path: Path) -> None:
    for suffix in (".csv", ".parquet"):
        assert export(installed, everything(cabinets=IDS[1:2]), tmp_path / f"out{suffix}") == 0
        assert rows(tmp_path / f"out{suffix}") == []


@pytest.mark.parametrize(
    ("flags", "field"),
    [
        (([], False, [], "", ""), "cabinet"),
        ((["CAB-A"], True, [], "", ""), "cabinet"),
        ((["CAB-A"], False, [], "2026-02-01", "2026-01-01T00:00:00Z"), "from"),
        ((["CAB-A"], False, [], "5", "5"), "from"),
        ((["CAB-A"], False, [], "yesterday", ""), "from"),
        ((["CAB-A"], False, [], "", "x"), "to"),
    ],
)
def test_what_is_not_a_range_is_refused_by_name(flags: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        wanted(*flags)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("what", "out", "error"),
    [
        (everything(cabinets=["CAB-Z"]), "out.csv", NotFound),
        (everything(), "out.xlsx", Invalid),
        (everything(), "missing/out.csv", Invalid),
    ],
)
def test_what_cannot_be_written_leaves_no_file(
    installed: Settings, tmp_path: Path, what: Wanted, out: str, error: type[VendwatchError]
) -> None:
    with pytest.raises(error):
        export(installed, what, tmp_path / out)
    assert [p.name for p in tmp_path.iterdir()] == ["var"]


def test_a_mistyped_directory_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export(load({"data": tmp_path / "typo"}, None, {}), everything(), tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_much_is_written_in_pieces(installed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ROWS > 1000
    monkeypatch.setattr("app.export.ROWS", 2)
    for suffix in (".csv", ".parquet"):
        assert export(installed, everything(), tmp_path / f"out{suffix}") == len(rows(tmp_path / f"out{suffix}")) == 7
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups > 1
