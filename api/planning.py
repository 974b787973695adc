"""Making a day plan: a job beside everything else. The solver is a child process, as it lets nobody else run.

The state of a plan is a row of table `plans`, written here, not by the fold: it changes nothing until it is applied.
"""

import subprocess
import sys
from datetime import date
from typing import Any

import msgspec
import structlog

from api import board
from api.context import Context
from api.views import times
from service.records.base import Put, RecordStore, Row, Where
from service.visiting import dayplan
from service.visiting.routing import Problem, Solution
from telemetry.clock import steady_ms
from telemetry.errors import VendwatchError
from telemetry.units import DAY

KEPT = 90 * DAY  # product time
_SLACK_S = 60.0  # real: loading the solver, and how far it overruns its own limit
_LOOK_S = 0.5
_SOLVER = (sys.executable, "-m", "service.visiting.solver")
log = structlog.get_logger(__name__)


class PlanFailed(VendwatchError):
    """The solver gave no plan; the text says why."""


def running(records: RecordStore, real: int, seconds: float) -> Row | None:
    """The plan that is being made, if one is. One whose process died is none after its time."""
    found = records.find("plans", [Where("state", "=", "running")], ["-started_real"], 1)
    alive = found and real - found[0]["started_real"] <= (seconds + 2 * _SLACK_S) * 1000
    return found[0] if alive else None


def begin(ctx: Context, key: str, day: date, actor: str) -> Row:
    """Write down that the plan is being made; those that are long over go."""
    records, moment = ctx.backend.records, ctx.backend.moment()
    row: Row = {
        "id": key, "day": day.isoformat(), "state": "running", "progress": 0.0, "actor": actor, "created": moment.now,
        "started_real": moment.real, "finished": None, "result": None, "error": None, "applied": None,
        "applied_by": None, "outcome": None,
    }  # fmt: skip
    records.write([Put("plans", row)])
    records.trim("plans", [Where("created", "<", moment.now - KEPT)])
    return row


def make(ctx: Context, key: str, day: date) -> None:
    """Make the plan and write it down. What goes wrong is the plan's `error`, and in the log."""
    records = ctx.backend.records
    try:
        result = _made(ctx, key, day)
    except (VendwatchError, OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
        log.warning("plan_failed", plan=key, error=str(error))
        done: Row = {"state": "failed", "error": str(error)[:500]}
    else:
        done = {"state": "done", "result": result}
    records.write([Put("plans", {"id": key, "progress": 1.0, "finished": ctx.now(), **done})])


def _made(ctx: Context, key: str, day: date) -> dict[str, Any]:
    records, policy = ctx.backend.records, ctx.backend.policy
    seen = board.scene(records, policy, ctx.now())
    asked = dayplan.sheet(seen, day, board.stops(records, seen))
    _progress(records, key, 0.1)
    if not asked.problem.jobs or not asked.problem.vans:
        nothing = Solution(legs=[], unassigned=list(range(len(asked.problem.jobs))))
        return dayplan.routes(seen, asked, nothing)
    return dayplan.routes(seen, asked, _solved(records, key, asked.problem))


def _solved(records: RecordStore, key: str, problem: Problem) -> Solution:
    """The solver's answer; meanwhile the progress follows the clock. Raises PlanFailed, OSError."""
    with subprocess.Popen(_SOLVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        out, err = _awaited(records, key, child, problem)
    if child.returncode != 0:
        raise PlanFailed(err.decode(errors="replace").strip().rpartition("\n")[2] or f"exit {child.returncode}")
    return msgspec.json.decode(out, type=Solution)


def _awaited(
    records: RecordStore, key: str, child: "subprocess.Popen[bytes]", problem: Problem
) -> tuple[bytes, bytes]:  # fmt: skip
    asked: bytes | None = msgspec.json.encode(problem)
    begun = steady_ms()
    while (spent := (steady_ms() - begun) / 1000) <= problem.seconds + _SLACK_S:
        _progress(records, key, 0.1 + 0.85 * min(1.0, spent / (problem.seconds + 2)))
        try:
            return child.communicate(asked, timeout=_LOOK_S)
        except subprocess.TimeoutExpired:
            asked = None  # it has been told
    child.kill()
    raise PlanFailed("the solver did not end in time")


def _progress(records: RecordStore, key: str, share: float) -> None:
    records.write([Put("plans", {"id": key, "progress": round(share, 2)})])


def shown(row: Row, real: int, seconds: float) -> dict[str, Any]:
    """A plan as JSON; one whose process died before it was done is `failed`, `interrupted`."""
    plan = {key: value for key, value in row.items() if key not in ("started_real", "actor")}
    over = row["state"] == "running" and real - row["started_real"] > (seconds + 2 * _SLACK_S) * 1000
    if over:
        plan |= {"state": "failed", "error": "interrupted"}
    return dict(times({**plan, "by": row["actor"]}))
