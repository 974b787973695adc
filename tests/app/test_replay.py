"""Replay from outside: a recorded fleet gives its faults, whatever the file's form; a bad file says where it is bad."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from simulator.record import record
from simulator.scenario import Chance, Disturbances, PlannedFault, Scenario
from telemetry.signals import SIGNAL
from telemetry.units import HOUR, MINUTE

ROOT = Path(__file__).resolve().parents[2]
START = 20_700 * 24 * HOUR
IDS = ["CAB-A", "CAB-B", "CAB-C", "CAB-D"]
FAULTS = [
    PlannedFault(cabinet=0, kind="compressor_not_starting", at_s=3600, duration_s=7200),
    PlannedFault(cabinet=1, kind="offline", at_s=5400, duration_s=3600),
    PlannedFault(cabinet=2, kind="payment_down", at_s=7200),
]
TOLD = [name for name in SIGNAL if not name.startswith("shelf_g")]  # a vend is an event: a file has none
LINE = ["cabinet", "kind", "onset", "detected", "cleared", "severity", "score", "cause"]


def replay(source: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "replay", "--input", str(source), "--out", str(out), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four hours of four cabinets of which three break, as CSV; readings of a silent cabinet never came."""
    calm = Disturbances(link_drops_per_day=0, terminal_restarts_per_day=0, restocks_per_day=0.01)
    scenario = Scenario(fault=FAULTS, chance=Chance(per_cabinet_year=0), disturbances=calm)
    path = tmp_path_factory.mktemp("replay") / "fleet.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["cabinet", "ts", *TOLD])
        writer.writerows(rows(scenario))
    return path


def rows(scenario: Scenario) -> Iterator[list[Any]]:
    for chunk in record(IDS, 3, START, START + 4 * HOUR, scenario):
        live = chunk.samples.at - chunk.samples.ts < MINUTE
        order = np.argsort(chunk.samples.ts[live], kind="stable")
        columns = (chunk.samples.row, chunk.samples.ts, chunk.samples.values)
        for row, ts, values in zip(*(c[live][order].tolist() for c in columns), strict=True):
            yield [IDS[row], ts, *("" if isnan(v) else v for v in values[: len(TOLD)])]


def test_a_recorded_fleet_gives_its_faults_and_no_others(recorded: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = replay(recorded, out)
    assert (done.returncode, done.stderr) == (0, "")
    found = {(line["cabinet"], line["kind"]): line for line in lines(out)}
    assert all(list(line) == LINE for line in lines(out))
    roots = {key for key, line in found.items() if line["cause"] is None}
    assert roots == {("CAB-A", "compressor_not_starting"), ("CAB-B", "offline"), ("CAB-C", "payment_down")}
    assert found["CAB-A", "air_too_warm"]["cause"] == "compressor_not_starting"
    dead, silent = found["CAB-A", "compressor_not_starting"], found["CAB-B", "offline"]
    assert 0 <= dead["onset"] - (START + HOUR) < 20 * MINUTE
    assert dead["onset"] < dead["detected"] < dead["cleared"] < START + 4 * HOUR
    assert abs(silent["onset"] - (START + 90 * MINUTE)) <= 2 * MINUTE, "since its last word"
    assert 3 * MINUTE <= silent["detected"] - silent["onset"] <= 7 * MINUTE
    assert abs(silent["cleared"] - (START + 150 * MINUTE)) <= 2 * MINUTE
    assert found["CAB-C", "payment_down"]["cleared"] is None


def test_the_form_of_the_file_changes_nothing(recorded: Path, tmp_path: Path) -> None:
    plain, shuffled, parquet = tmp_path / "plain", tmp_path / "shuffled.csv", tmp_path / "fleet.parquet"
    table = pyarrow.csv.read_csv(recorded)
    names = [*reversed(table.column_names)]
    odd = table.select(names).append_column("blade_rpm", pa.array(["?"] * table.num_rows))
    pyarrow.csv.write_csv(odd, shuffled)
    pq.write_table(table, parquet, row_group_size=100)
    for source, out in ((recorded, plain), (shuffled, tmp_path / "s"), (parquet, tmp_path / "p")):
        done = replay(source, out)
        assert done.returncode == 0, done.stderr
        assert out.read_bytes() == plain.read_bytes() != b""


def test_limits_come_from_the_thresholds_alone(recorded: Path, tmp_path: Path) -> None:
    limits, out = tmp_path / "limits.toml", tmp_path / "out.jsonl"
    limits.write_text('["*"]\npack = "nama"\n[CAB-D]\nmax_air_c = 1.0\n')
    done = replay(recorded, out, "--thresholds", str(limits))
    assert done.returncode == 0, done.stderr
    found = {(line["cabinet"], line["kind"]): line for line in lines(out)}
    assert found["CAB-A", "food_safety_breach"]["severity"] == "critical"
    assert found["CAB-A", "food_safety_breach"]["cleared"] is None, "it stands until somebody was there"
    assert ("CAB-D", "air_too_warm") in found
    assert ("CAB-D", "food_safety_breach") not in found, "its own table stands in the place of the common one"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("cabinet,air_c\nA,4\n", "no column ts"),
        ("cabinet,ts,air_c,air_c\nA,1,4,4\n", "two columns are named air_c"),
        ("cabinet,ts,air_c\nA,1000,4\nA,soon,4\n", "Row #3"),
        ("cabinet,ts,air_c\nA,1000,4\nA,2000,warm\n", "Row #3"),
        ("cabinet,ts,air_c\nA,1000,4\nA,2000\n", "Row #3"),
        ("cabinet,ts,air_c\nA,2000,4\nA,1000,4\n", "row 3: goes back in time"),
        ("cabinet,ts,air_c\nA,1000,4\n,2000,4\n", "row 3: no cabinet"),
        ("cabinet,ts,air_c\nA,1000,4\nA,,4\n", "row 3: no ts"),
        ("cabinet,ts,air_c\nA,-5,4\n", "row 2: ts is no time"),
    ],
)
def test_a_bad_file_says_where_it_is_bad(text: str, says: str, tmp_path: Path) -> None:
    source, out = tmp_path / "bad.csv", tmp_path / "out.jsonl"
    source.write_text(text)
    done = replay(source, out)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert list(tmp_path.iterdir()) == [source], "no half of an answer"


def test_a_file_without_rows_has_no_episodes(tmp_path: Path) -> None:
    source, out = tmp_path / "none.csv", tmp_path / "out.jsonl"
    source.write_text("ts,cabinet,air_c\n")
    assert replay(source, out).returncode == 0
    assert out.read_bytes() == b""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('["*"]\npack = "moon"\n', "must be one of"), ("[A]\nmax_air = 5\n", "max_air"), ("[A", "limits.toml"),
        ('[A]\nclass = "hot"\n', "need a pack"),
    ],
)  # fmt: skip
def test_bad_thresholds_are_named(text: str, says: str, tmp_path: Path) -> None:
    source, limits = tmp_path / "none.csv", tmp_path / "limits.toml"
    source.write_text("ts,cabinet,air_c\n")
    limits.write_text(text)
    done = replay(source, tmp_path / "out.jsonl", "--thresholds", str(limits))
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("name", ["gone.csv", "fleet.txt"])
def test_what_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    done = replay(tmp_path / name, tmp_path / "out.jsonl")
    assert done.returncode == 2
    assert name in done.stderr


def test_years_between_two_readings_are_passed_over(tmp_path: Path) -> None:
    """A cabinet whose clock began in 1970; ten minutes at a time to this year would take hours."""
    source, out = tmp_path / "fleet.csv", tmp_path / "out.jsonl"
    source.write_text("cabinet,ts,air_c\nA,0,4\n" + "".join(f"A,{START + n * MINUTE},4\n" for n in range(30)))
    assert replay(source, out).returncode == 0
    (gap,) = lines(out)
    assert (gap["kind"], gap["onset"], gap["cleared"]) == ("offline", 0, START)
