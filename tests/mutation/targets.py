"""What is mutated, and which tests must notice. Few and fast ones, those first that notice most: a mutant of a table
runs all of them until one fails, a mutant of a function those that touch it."""

from typing import NamedTuple

LEAST = 95.0  # per cent of a group's mutants that the tests must kill


class Target(NamedTuple):
    """A module, and the functions of it that count (none named: all)."""

    path: str
    functions: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    @property
    def patterns(self) -> list[str]:
        """The names that mutmut gives to the mutants that count."""
        return [f"{self.module}.x_{name}__mutmut_*" for name in self.functions] or [f"{self.module}.x*"]


class Group(NamedTuple):
    """Targets that are judged together, and the test files that judge them. `tables`: literal ones are mutated too."""

    targets: tuple[Target, ...]
    tests: tuple[str, ...]
    tables: bool = True


_DESK = "tests/service/desk/"
GROUPS: dict[str, Group] = {
    "clocks": Group(
        (
            Target("service/clocks.py"), Target("service/hours.py"), Target("service/deadlines.py"),
            Target("service/calendars.py"),
        ),
        tuple(_DESK + f"test_{name}.py" for name in (
            "ticket_clocks", "clock_edges", "clock_renewal", "clock_windows", "safety", "rules", "duty", "vectors",
            "life", "people", "clocks", "hours",
        )),
    ),
    "moves": Group(
        (Target("service/moves.py"),),
        tuple(_DESK + f"test_{name}.py" for name in ("moves", "life", "people", "dispatch", "verify")),
    ),
    "eligibility": Group(
        (Target("service/returns/rules.py"),),
        ("tests/service/returns/test_rules.py", "tests/service/returns/test_reasons.py"),
    ),
    "masking": Group(
        (Target("service/privacy/masking.py"), Target("service/privacy/view.py")),
        ("tests/service/privacy/test_masking.py", "tests/service/privacy/test_shapes.py"),
    ),
}  # fmt: skip


def chosen() -> list[str]:
    """All test files, each once."""
    return list(dict.fromkeys(file for group in GROUPS.values() for file in group.tests))


def targets() -> list[Target]:
    return [target for group in GROUPS.values() for target in group.targets]
