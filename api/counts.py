"""Fleet aggregates: what the header of every page, the metrics and the `counts` feed show."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from api.backend import Backend
from service.records.base import Where
from telemetry.fleet import STATUS

SEVERITIES = ("critical", "major", "minor", "warning")
OPEN_FAULTS = ("active", "clearing", "flapping", "stale")
TICKET_STATES = (
    "new", "triaged", "remote", "dispatching", "scheduled", "en_route", "on_site", "work_done", "verifying",
    "resolved", "follow_up", "closed", "archived", "wait_customer", "wait_parts", "wait_access", "merged", "cancelled",
)  # fmt: skip
OPEN_VISITS = ("offered", "accepted", "en_route", "arrived", "working")


def cabinets(backend: Backend) -> dict[str, int]:
    """Cabinets in service by status."""
    fleet = backend.fleet
    n = len(fleet.info)
    in_service = fleet.status[:n][~fleet.retired[:n]]
    found = np.bincount(in_service, minlength=len(STATUS)).tolist()
    return dict(zip(STATUS, found, strict=True))


def faults(backend: Backend) -> dict[str, int]:
    """Open faults by severity (pending and suppressed ones are none)."""
    state = Where("state", "in", list(OPEN_FAULTS))
    return {s: backend.records.count("episodes", [state, Where("severity", "=", s)]) for s in SEVERITIES}


def tickets(backend: Backend) -> dict[str, int]:
    return {s: backend.records.count("tickets", [Where("state", "=", s)]) for s in TICKET_STATES}


def counts(backend: Backend) -> Mapping[str, Any]:
    """`online offline unknown`, faults by severity, tickets by state, open visits."""
    visits = backend.records.count("visits", [Where("state", "in", list(OPEN_VISITS))])
    by_state = {state: n for state, n in tickets(backend).items() if n}
    return {**cabinets(backend), "faults": faults(backend), "tickets": by_state, "open_visits": visits}
