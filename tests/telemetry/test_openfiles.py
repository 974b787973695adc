"""The limit of open files: raised as far as the system lets, never lowered."""

import resource

import pytest

from telemetry import openfiles

INFINITE = resource.RLIM_INFINITY


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """[soft, hard] of a process that is not this one."""
    now = [1024, 4096]
    monkeypatch.setattr(resource, "getrlimit", lambda _: tuple(now))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: now.__setitem__(slice(None), list(both)))
    return now


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "allowed", "then"),
    [(1024, 4096, 3000, 3000, 3000), (1024, 4096, 10_000, 4096, 4096), (1024, INFINITE, 10_000, 10_000, 10_000),
     (8192, 8192, 100, 100, 8192), (INFINITE, INFINITE, 10**6, 10**6, INFINITE), (4096, 4096, 5000, 4096, 4096)],
)  # fmt: skip
def test_as_many_as_wanted_or_as_the_system_lets(
    limit: list[int], soft: int, hard: int, wanted: int, allowed: int, then: int
) -> None:
    limit[:] = [soft, hard]
    assert openfiles.allow(wanted) == allowed
    assert limit == [then, hard]
