"""An export beside the running product, which alone may open its files."""

import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.live.line import Voice, line, now
from tests.live.outside import Product

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


def export(product: Product, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "export", "--data", str(product.folder / "var"), *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_what_a_cabinet_said_is_exported_while_the_product_runs(shared: Product, tmp_path: Path) -> None:
    began, out = now(), tmp_path / "out.parquet"
    with line(shared.mqtt_port, f"export-{time.monotonic_ns()}") as spoken:
        voice = Voice(spoken, f"EXP-{time.monotonic_ns() % 10**12}")
        voice.birth()
        said = [voice.up("telemetry", ts=began + n, m={"air_c": 0.1 * n, "own": n}) for n in range(5)]
        voice.settle(seconds=30)
    done = export(shared, "--cabinet", voice.id, "--signal", "air_c", "--signal", "own", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"10 lines in {out}"
    found = [tuple(row.values()) for row in pq.read_table(out).to_pylist()]
    values = [(signal, m["ts"], float(m["m"][signal])) for signal in ("air_c", "own") for m in said]
    assert found == [(voice.id, signal, ts, v, v, v) for signal, ts, v in values]
    done = export(shared, "--all", "--signal", "own", "--from", str(began + 4), "--out", str(tmp_path / "all.csv"))
    assert done.returncode == 0, done.stderr
    assert f"{voice.id},own,{began + 4},4,4,4" in (tmp_path / "all.csv").read_text().replace('"', "")


@pytest.mark.long
def test_an_unknown_cabinet_is_named_and_leaves_no_file(shared: Product, tmp_path: Path) -> None:
    done = export(shared, "--cabinet", "NOBODY-1", "--out", str(tmp_path / "out.csv"))
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "no cabinet NOBODY-1" in done.stderr
