"""A routing problem and its solution, as they cross to the solver and back. Times in whole seconds from an instant."""

import msgspec


class Van(msgspec.Struct, frozen=True, array_like=True):
    """A technician's stretch of work. `start`: row of the matrix; `may`: the jobs (by index) that it can do."""

    start: int
    begin: int
    end: int
    may: list[int]


class Job(msgspec.Struct, frozen=True, array_like=True):
    """A stop. `place`: row of the matrix; `work`: how long it takes; `window`: in which it begins, both ends included;
    `priority`: 0 … 100, what is left out last (never what goes first)."""

    place: int
    work: int
    window: tuple[int, int]
    priority: int


class Problem(msgspec.Struct, frozen=True):
    """`matrix`: seconds from place to place; `seconds`: how long the solver may search."""

    matrix: list[list[int]]
    vans: list[Van]
    jobs: list[Job]
    seconds: float


class Leg(msgspec.Struct, frozen=True, array_like=True):
    """A van reaches a job, and waits there for its window. Legs of a van are in its order."""

    van: int
    job: int
    arrival: int
    waits: int


class Solution(msgspec.Struct, frozen=True):
    """`unassigned`: jobs that fit into no route."""

    legs: list[Leg]
    unassigned: list[int]
