"""Rules of the house that a program can check."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400


def sources() -> list[Path]:
    """Every tracked source file."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts", "*.svelte"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    files = sources()
    assert len(files) > 100
    assert [f.name for f in files if f.exists() and len(f.read_text().splitlines()) > LONGEST] == []


def test_only_one_file_asks_what_time_it_is() -> None:
    """Product code gets the moment as an argument (scripts of tests and builds may look at the clock)."""
    product = ("telemetry", "faults", "service", "gateway", "api", "simulator", "app")
    asking = [
        str(f.relative_to(ROOT))
        for f in sources()
        if f.suffix == ".py" and f.relative_to(ROOT).parts[0] in product
        if any(call in f.read_text() for call in ("time.time(", "time.time_ns(", "time.monotonic(", "datetime.now("))
    ]
    assert asking == ["telemetry/clock.py"]
