"""Where mutants are made and tried: a copy of the tree, named by a digest of what it holds. A killed run goes on in it;
other code gets another, and the work tree is never touched."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.mutation.targets import GROUPS, Target, chosen, targets

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("telemetry", "faults", "service", "gateway", "api", "simulator", "app")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "web", "*.png", "*.svg")
KILLED = frozenset({"killed", "timeout", "segfault"})


class Tried(NamedTuple):
    """One mutant: in which module, where in it, what was changed, and what came of it."""

    module: str
    place: str
    change: str
    verdict: str

    @property
    def killed(self) -> bool:
        return self.verdict in KILLED


def code() -> str:
    """A digest of what is mutated, of what it stands on, and of the tests that must notice."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(p for p in _files() if p.suffix in (".py", ".json", ".toml")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    """The product's packages and the chosen tests, with what stands beside these."""
    yield ROOT / "pyproject.toml"
    for folder in (*PACKAGES, "tests/mutation"):
        yield from (ROOT / folder).rglob("*")
    for folder in {str(Path(test).parent) for test in chosen()}:
        yield from (ROOT / folder).glob("*.py")


def opened(data: Path) -> Path:
    """The workshop of the present code: made, or as an earlier run left it. Those of other code are removed."""
    folder = data / code()
    if not (folder / "complete").exists():
        shutil.rmtree(data, ignore_errors=True)
        for name in PACKAGES:
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        shutil.copytree(ROOT / "tests", folder / "tests", ignore=LEFT_OUT)
        (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8") + _settings(), "utf-8")
        (folder / "complete").touch()
    return folder


def _settings() -> str:
    """mutmut's table: what to mutate, and which tests to run."""
    wanted = {
        "source_paths": sorted({t.path.partition("/")[0] for t in targets()}),
        "only_mutate": [t.path for t in targets()],
        "also_copy": ["tests", *PACKAGES],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.mutation.quick",
                                "--hypothesis-profile=mutants"],
        "pytest_add_cli_args_test_selection": [*chosen(), "-m", "not long"],
        "use_git_change_detection": False,
        "timeout_multiplier": 8.0,  # of (the time its tests take + timeout_constant): longer is an endless loop
        "timeout_constant": 2.0,
    }  # fmt: skip
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in wanted.items())


def _run(folder: Path, *command: str, **more: object) -> subprocess.CompletedProcess[str]:
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=surroundings, text=True, check=False, **more  # type: ignore[call-overload]
    )  # fmt: skip


def functions(folder: Path, wanted: list[Target], heard: Callable[[str], None]) -> list[Tried]:
    """Mutants of functions, by mutmut; survivors get a second trial. Raises RuntimeError when it gives up."""
    patterns = [pattern for target in wanted for pattern in target.patterns]
    _mend(folder)
    with (folder / "mutmut.log").open("ab") as log:
        done = _run(folder, "mutmut", "run", "--max-children", "1", *patterns, stdout=log, stderr=log)
    if done.returncode:
        said = (folder / "mutmut.log").read_text("utf-8", errors="replace")
        raise RuntimeError(f"mutmut ended with {done.returncode}: {said[-2000:]}")
    told = _run(folder, "mutmut", "results", "--all", "true", capture_output=True).stdout
    verdicts = dict(line.strip().rsplit(": ", 1) for line in told.splitlines() if "__mutmut_" in line)
    counted = {name: said for name, said in verdicts.items() if _target(name) in wanted}
    heard(f"{len(counted)} mutants of functions, {sum(said not in KILLED for said in counted.values())} alive")
    return [_tried(folder, name, said) for name, said in _again(folder, counted).items()]


def _mend(folder: Path) -> None:
    """Remove what a killed run left half written: mutmut would end on it; without it, it tries that module again."""
    for kept in (folder / "mutants").rglob("*.meta"):
        try:
            json.loads(kept.read_bytes())
        except ValueError:
            kept.unlink()
            kept.with_suffix("").unlink(missing_ok=True)  # the mutated module: made again with its mutants


def _again(folder: Path, verdicts: dict[str, str]) -> dict[str, str]:
    """The verdicts, those on survivors by a second trial in which the mutant is there while modules are loaded."""
    asked = {name: home.path for name, said in verdicts.items() if said not in KILLED and (home := _target(name))}
    found = _trials(folder, folder / "mutants", "again", asked)
    return {**verdicts, **{tried.place: tried.verdict for tried in found if tried.place in asked}}


def _trials(folder: Path, where: Path, what: str, asked: dict[str, str] | None = None) -> list[Tried]:
    """Results of `tests.mutation.trials`, those of an earlier run included. Raises RuntimeError when it ends badly."""
    results, log = folder / f"trials-{what}.jsonl", folder / "trials.log"
    lines = results.read_bytes().splitlines(keepends=True) if results.exists() else []
    have = [Tried(**json.loads(line)) for line in lines if line.endswith(b"\n")]
    results.write_text("".join(json.dumps(t._asdict(), ensure_ascii=False) + "\n" for t in have), "utf-8")
    told = "".join(f"{t.place}\t{t.change}\n" for t in have)
    if asked is not None:
        done = {t.place for t in have}
        told = "".join(f"{path}\t{name}\n" for name, path in asked.items() if name not in done)
    with results.open("a", encoding="utf-8") as out, log.open("wb") as errors:
        ended = _run(where, "tests.mutation.trials", what, input=told, stdout=out, stderr=errors)
    if ended.returncode:
        raise RuntimeError(log.read_text("utf-8")[-2000:])
    return [Tried(**json.loads(line)) for line in results.read_text("utf-8").splitlines()]


def _target(name: str) -> Target | None:
    """Whose mutant it is; None when its function does not count."""
    function = name.rpartition(".")[2].partition("__mutmut_")[0].removeprefix("x_")
    home = next(t for t in targets() if name.startswith(f"{t.module}.x"))
    return home if not home.functions or function in home.functions else None


def _tried(folder: Path, name: str, said: str) -> Tried:
    """A survivor is shown with what was changed; nobody asks about the others."""
    home = _target(name)
    assert home
    place = name.partition("__mutmut_")[0].replace(".x_", ".").replace(".xǁ", ".").replace("ǁ", ".")
    if said in KILLED:
        return Tried(home.path, place, name, said)
    shown = _run(folder, "mutmut", "show", name, capture_output=True).stdout.splitlines()
    lines = [line for line in shown if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return Tried(home.path, place, "\n".join(f"{line[0]} {line[1:].strip()}" for line in lines), said)


def everything(folder: Path, groups: list[str], heard: Callable[[str], None]) -> list[Tried]:
    """All mutants of these groups; `heard` is told how far it is."""
    found = functions(folder, [target for group in groups for target in GROUPS[group].targets], heard)
    for group in groups:
        tried = [t for t in _trials(folder, folder, group) if t.verdict != "stillborn"]
        heard(f"{len(tried)} mutants of the tables of {group}")
        found += tried
    return found
