"""Mutants on trial, each in a forked process of its own that loads the product anew. Run as a program in the workshop.

    trials GROUP    mutants of the group's tables, each in the place of its module; on stdin those known already
    trials again    on stdin mutants that mutmut let live: it changes a function only after everything was loaded, too
                    late for what runs while modules are loaded; here it is changed from the start

Prints one JSON line per mutant. A process forked from one that has loaded what all need costs a third of a fresh one.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import hypothesis.stateful  # noqa: F401 - loaded once, for all who are forked
import msgspec  # noqa: F401
import numpy as np  # noqa: F401
import pytest
import sqlalchemy  # noqa: F401

from tests.mutation.tables import mutants
from tests.mutation.targets import GROUPS, Group, Target

STILLBORN = 70  # the module cannot even be imported: no mutant that a test could miss
WITHIN = 180.0  # seconds; longer is an endless loop
PYTEST = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.mutation.quick",
          "--hypothesis-profile=mutants", "-m", "not long", "--timeout=60",
          "-W", "ignore::pytest.PytestAssertRewriteWarning")  # fmt: skip


class Swap(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, with another source."""

    def __init__(self, module: str, path: str, source: str) -> None:
        self._module, self._path, self._source = module, path, source

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(Path(self._path).resolve())
        exec(compile(self._source, self._path, "exec"), module.__dict__)  # noqa: S102 - our own module, one entry less


def verdict(prepare: Callable[[], None], tests: Sequence[str]) -> str:
    """`killed`, `survived`, `stillborn` or `timeout`. `prepare` brings the mutant to life, in the child."""
    child = os.fork()
    if child == 0:
        os._exit(_try(prepare, tests))
    ends = time.monotonic() + WITHIN
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return {0: "survived", STILLBORN: "stillborn"}.get(code, "killed")
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def _try(prepare: Callable[[], None], tests: Sequence[str]) -> int:
    """In the child: the tests run until one notices."""
    os.setsid()
    hushed = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(hushed, stream)
    try:
        prepare()
    except Exception:  # noqa: BLE001 - whatever it is, this module is none
        return STILLBORN
    return int(pytest.main([*PYTEST, *tests]))


def _swapped(target: Target, source: str) -> Callable[[], None]:
    def prepare() -> None:
        sys.meta_path.insert(0, Swap(target.module, target.path, source))
        importlib.import_module(target.module)

    return prepare


def _sound(prepare: Callable[[], None], tests: Sequence[str]) -> None:
    """Raises RuntimeError when the tests do not even pass without a mutant: then every mutant would seem dead."""
    found = verdict(prepare, tests)
    if found != "survived":
        raise RuntimeError(f"without a mutant these tests end as {found}: {', '.join(tests)}")


def tables(group: Group) -> None:
    known = {tuple(line.rstrip("\n").split("\t")) for line in sys.stdin}
    for target in group.targets if group.tables else ():
        source = Path(target.path).read_text("utf-8")
        todo = [m for m in mutants(target.module, source) if (m.place, m.change) not in known]
        if todo:
            _sound(_swapped(target, source), group.tests)
        for mutant in todo:
            _tell(target.path, mutant.place, mutant.change, verdict(_swapped(target, mutant.source), group.tests))


def again() -> None:
    """`module<TAB>mutmut's name` on stdin."""
    asked = [line.rstrip("\n").split("\t") for line in sys.stdin]
    for group in GROUPS.values():
        mine = [(path, name) for path, name in asked if any(t.path == path for t in group.targets)]
        if mine:
            _sound(_named(""), group.tests)
        for path, name in mine:
            _tell(path, name, "", verdict(_named(name), group.tests))


def _named(mutant: str) -> Callable[[], None]:
    """How mutmut's own copies of the modules are told which mutant to be; "": none."""
    return lambda: os.environ.update(MUTANT_UNDER_TEST=mutant)


def _tell(module: str, place: str, change: str, found: str) -> None:
    line = {"module": module, "place": place, "change": change, "verdict": found}
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    again() if sys.argv[1] == "again" else tables(GROUPS[sys.argv[1]])
