"""VROOM's hands: a routing problem in, routes out, as a program of its own (`python -m service.visiting.solver`).

VROOM computes without letting go of the interpreter (measured: 4 s without one other thread running), and brings
pandas along; so nobody but a child process may load this module. Problem and solution are JSON on stdin and stdout.
"""

import os
import sys
from datetime import timedelta
from typing import Any

import msgspec
import vroom

from service.visiting.routing import Leg, Problem, Solution

_EXPLORE = 5  # VROOM's most thorough search; the time limit ends it
_PROFILE = "car"
_NICE = 10  # the data path goes first


def solve(problem: Problem) -> Solution:
    """Routes for the vehicles and jobs of the problem, by their index; times in whole seconds."""
    model = vroom.Input()
    model.set_durations_matrix(_PROFILE, problem.matrix)
    for n, van in enumerate(problem.vans):
        window = vroom.TimeWindow(van.begin, van.end)
        model.add_vehicle(vroom.Vehicle(n, start=van.start, time_window=window, skills=set(van.may)))
    for n, job in enumerate(problem.jobs):
        windows = [vroom.TimeWindow(*job.window)]
        model.add_job(
            vroom.Job(n, job.place, default_service=job.work, skills={n}, priority=job.priority, time_windows=windows)
        )
    return _read(model.solve(_EXPLORE, nb_threads=1, timeout=timedelta(seconds=problem.seconds)), len(problem.jobs))


def _read(found: Any, jobs: int) -> Solution:
    frame = found.routes
    own = frame[frame["type"] == "job"]
    columns = (own[name].tolist() for name in ("vehicle_id", "id", "arrival", "waiting_time"))
    legs = [Leg(*map(int, leg)) for leg in zip(*columns, strict=True)]
    placed = {leg.job for leg in legs}
    return Solution(legs=legs, unassigned=[n for n in range(jobs) if n not in placed])


def main() -> None:
    os.nice(_NICE)
    problem = msgspec.json.decode(sys.stdin.buffer.read(), type=Problem)
    sys.stdout.buffer.write(msgspec.json.encode(solve(problem)))


if __name__ == "__main__":
    main()
