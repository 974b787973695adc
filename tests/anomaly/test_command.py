"""`vendwatch anomaly` from outside: nothing is lost, nothing is half written, errors name the line."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.anomaly import anomaly, moment, number
from telemetry.errors import Invalid


def lines(n: int) -> list[str]:
    values = np.random.default_rng(1).normal(20, 1, n)
    return [
        f"2024-03-{1 + k // 288:02d} {k // 12 % 24:02d}:{k * 5 % 60:02d}:00,{v!r}"
        for k, v in enumerate(values.tolist())
    ]


def run(tmp_path: Path, data: bytes | str) -> list[list[str]]:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(data if isinstance(data, bytes) else data.encode())
    rows = anomaly(source, out)
    got = list(csv.reader(io.StringIO(out.read_text(), newline="")))
    assert got[0] == ["timestamp", "value", "score"]
    assert len(got) == rows + 1
    assert all(0 <= float(row[2]) <= 1 for row in got[1:])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "out.csv"]
    return got[1:]


def test_every_row_comes_back_word_for_word_with_a_score(tmp_path: Path) -> None:
    body = lines(4300)
    got = run(tmp_path, "timestamp,value\n" + "\n".join(body))
    assert [",".join(row[:2]) for row in got] == body


def test_byte_order_mark_crlf_quotes_and_blank_lines_are_read_past(tmp_path: Path) -> None:
    body = lines(500)
    plain = run(tmp_path, "timestamp,value\n" + "\n".join(body) + "\n")
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in body]
    dressed = b"\xef\xbb\xbf" + ("timestamp,value\r\n\r\n" + "\r\n".join(quoted) + "\r\n\r\n").encode()
    assert run(tmp_path, dressed) == plain


def test_a_row_without_a_value_keeps_its_place_and_teaches_nothing(tmp_path: Path) -> None:
    body = lines(900)
    holes = [f"2024-03-04 03:0{k}:01,{cell}" for k, cell in enumerate(["", "nan", "NaN", "inf", "-Infinity", "null"])]
    got = run(tmp_path, "timestamp,value\n" + "\n".join(body[:800] + holes + body[800:]))
    assert [row[2] for row in got[800:806]] == ["0"] * 6
    assert got[:800] + got[806:] == run(tmp_path, "timestamp,value\n" + "\n".join(body))


def test_later_rows_change_no_earlier_score(tmp_path: Path) -> None:
    body = lines(1200)
    whole = run(tmp_path, "timestamp,value\n" + "\n".join(body))
    assert run(tmp_path, "timestamp,value\n" + "\n".join(body[:700])) == whole[:700]


def test_times_that_stand_still_or_go_back_and_huge_values_are_judged(tmp_path: Path) -> None:
    body = lines(600)
    odd = [body[-1], body[0], "2024-03-04T00:00:00Z,1e308", "1709510400000,-1e308", "2024-03-04T08:00:00+08:00,0"]
    got = run(tmp_path, "timestamp,value\n" + "\n".join(body + odd))
    assert len(got) == 605
    assert float(got[602][2]) > 0.5


def test_a_header_alone_gives_a_header_alone(tmp_path: Path) -> None:
    assert run(tmp_path, "timestamp,value\n") == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1: the file is empty"),
        (b"time,temp\n1,2\n", "line 1: the header must be timestamp,value, not 'time,temp'"),
        (b"2024-01-01,5\n", "line 1: the header"),
        (b"timestamp,value\n2024-01-01,5\n2024-01-02,abc\n", "line 3: 'abc' is no number"),
        (b"timestamp,value\n2024-01-01,1_000\n", "line 2: '1_000' is no number"),
        (b"timestamp,value\nyesterday,5\n", "line 2: 'yesterday' is no time"),
        (b"timestamp,value\n2024-01-01\n", "line 2: 1 cells instead of 2"),
        (b"timestamp,value\n2024-01-01,5,6\n", "line 2: 3 cells instead of 2"),
        (b"timestamp,value\n2024-01-01,\xff\xfe\n", "line 2: '\ufffd\ufffd' is no number"),
        (b'timestamp,value\n2024-01-01,"5\n', "line 2: unexpected end of data"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line_and_leaves_the_old_output(
    tmp_path: Path, data: bytes, says: str
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(data)
    out.write_text("as it was")
    with pytest.raises(Invalid) as refused:
        anomaly(source, out)
    assert str(refused.value).startswith(says)
    assert out.read_text() == "as it was"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_input_may_be_its_own_output(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text("timestamp,value\n" + "\n".join(lines(50)))
    assert anomaly(path, path) == 50
    assert path.read_text().startswith("timestamp,value,score\n")


def test_a_file_that_is_not_there_or_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    with pytest.raises(Invalid, match="input: cannot read"):
        anomaly(source, tmp_path / "out.csv")
    source.write_text("timestamp,value\n")
    for out in (tmp_path, tmp_path / "none" / "out.csv"):
        with pytest.raises(Invalid, match="out: cannot write"):
            anomaly(source, out)
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_the_command_ends_with_2_on_bad_input_and_0_on_good(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    command = [sys.executable, "-P", "-m", "app", "anomaly", "--input", str(source), "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    bad = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (bad.returncode, out.exists()) == (2, False)
    assert "cannot read" in bad.stderr
    source.write_text("timestamp,value\n" + "\n".join(lines(20)))
    good = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (good.returncode, good.stdout, good.stderr) == (0, f"20 rows in {out}\n", "")


def test_times_and_numbers() -> None:
    assert moment("1970-01-02") == moment("1970-01-02T08:00:00+08:00") == moment("86400000") == 86_400_000
    assert moment("1969-12-31 23:59:59.5") == -500
    assert number(" 2.5e3 ") == 2500
    assert np.isnan(number("INF"))
