"""`./vendwatch test`: install what only tests need, then run what gates a change. `--all` adds the long ones."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
DEBIAN = {
    "chromium": "chromium",
    "mosquitto": "mosquitto",
    "mosquitto_sub": "mosquitto-clients",
    "openssl": "openssl",
    "fc-list :lang=zh": "fonts-noto-cjk",
    "/usr/lib/postgresql/15/bin/postgres": "postgresql-15",
    "influxd": "influxdb",
    "victoria-metrics": "victoria-metrics",
    "faketime": "faketime",
    "gcc": "gcc libc6-dev",
}


def missing() -> list[str]:
    """Debian packages that tests want and this machine lacks."""
    packages = []
    for probe, package in DEBIAN.items():
        command = probe.split()
        known = ("/usr/sbin/" + command[0], "/usr/bin/" + command[0])
        program = shutil.which(command[0]) or next((p for p in known if Path(p).exists()), None)
        says = subprocess.run(command, capture_output=True, check=False).stdout if program and command[1:] else b"-"
        if program is None or not says:
            packages += package.split()
    return packages


def install(packages: list[str]) -> None:
    """Install them where we may; otherwise the tests that need them say so and are skipped."""
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"not root: tests that need {', '.join(packages)} are skipped (apt-get install {' '.join(packages)})")
        return
    print(f"installing for the tests: {' '.join(packages)}", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, **quiet)


def steps() -> list[tuple[str, list[str]]]:
    """Name and command of every quick check."""
    return [
        ("style", [str(BIN / "ruff"), "check", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("types", [str(BIN / "mypy")]),
        ("layers", [str(BIN / "lint-imports")]),
    ]


def run(name: str, command: list[str]) -> int:
    """Run one check to its end; its exit code."""
    print(f"── {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    print(f"   {time.monotonic() - started:.1f} s", flush=True)
    if code:
        print(f"{name} failed: {' '.join(command)}")
    return code


def tests(arguments: list[str]) -> int:
    """The test suites, side by side: the browser's own event loop suffers no others in its process."""
    chosen = [] if "--all" in arguments else ["-m", "not long"]
    rest = [a for a in arguments if a != "--all"]
    pytest = [str(BIN / "python"), "-m", "pytest", "-q", *chosen, *rest]
    with tempfile.TemporaryFile() as said:
        browser = subprocess.Popen([*pytest, "tests/browser"], stdout=said, stderr=subprocess.STDOUT)
        try:
            spread = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]  # see tests/conftest.py
            code = run("tests", [*pytest, *spread, "--ignore", "tests/browser"])
            print("── tests in the browser", flush=True)
            code = browser.wait() or code
        finally:
            browser.kill()
            browser.wait()
        said.seek(0)
        print(said.read().decode(errors="replace"), flush=True)
    return code


def main() -> int:
    install(missing())
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes start here: none should compile again
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}{os.pathsep}/usr/sbin"
    for name, command in steps():
        if code := run(name, command):
            return code
    return tests(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
