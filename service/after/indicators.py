"""The indicators of the service (S1 9, S3 1.3, S4 9.1), recomputable from the rows of the records. Pure.

A promise counts in the period in which it fell due, a repair in that in which it was resolved, an answer in that in
which it was given, an invitation in that in which it ran out. What counts in a month is known when the month is over,
and nothing counts in two.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from service.policy import Policy
from service.records.base import Row
from service.tickets import AFTER_RESOLVED

Json = dict[str, Any]
State = Literal["met", "missed", "missing", "no_target"]
SCORES = ("attitude", "quality", "timeliness", "effectiveness")


class Definition(NamedTuple):
    """`unit`: a share (0…1) or a score (1…5); `clock`: whose promises it counts; `low`: less is better."""

    id: str
    en: str
    zh: str
    clause: str
    unit: Literal["share", "score"] = "share"
    clock: str | None = None
    low: bool = False


class Fact(NamedTuple):
    """One case that counts for an indicator: when (ms), and 0 or 1 of a share, or a score."""

    indicator: str
    at: int
    value: float


class Sum(NamedTuple):
    """How many cases there were, and their sum."""

    n: int
    total: float


DEFINITIONS: tuple[Definition, ...] = (
    Definition("reply_in_time", "Replied in time", "按时答复率", "S1 6.4.6, S3 3.2(2)", clock="REPLY"),
    Definition("arrival_in_time", "Arrived in time", "按时到场率", "S1 6.4.6, S3 3.4(1)", clock="ARRIVAL"),
    Definition("restore_in_time", "Restored in time", "按时恢复率", "S4 4.1.2", clock="RESTORE"),
    Definition("first_time_fix", "Fixed at the first visit", "一次修复率", "S3 1.3"),
    Definition("recurrence", "Repairs needed again within 30 days", "30 日内复发率", "S1 7.7.3, S3 1.3", low=True),
    Definition("complaint_in_time", "Complaints answered in time", "投诉按时处理率", "S1 7.3.2", clock="COMPLAINT"),
    Definition("refund_in_time", "Refunds paid in time", "按时退款率", "S4 8.4.3", clock="REFUND"),
    Definition("follow_up_done", "Follow-up done in time", "按时回访率", "S1 7.7.1", clock="FOLLOWUP"),
    Definition("survey_attitude", "Survey: attitude", "满意度：服务态度", "S1 9", "score"),
    Definition("survey_quality", "Survey: satisfaction", "满意度：服务质量", "S1 9", "score"),
    Definition("survey_timeliness", "Survey: timeliness of feedback", "满意度：反馈及时性", "S1 9", "score"),
    Definition("survey_effectiveness", "Survey: effectiveness", "满意度：处理有效性", "S1 9", "score"),
    Definition("response_rate", "Survey: response rate", "调查回复率", "S4 9.1.2"),
)
_BY_CLOCK = {d.clock: d.id for d in DEFINITIONS if d.clock is not None}
_RESOLVED = AFTER_RESOLVED | {"archived"}


def indicators(
    tickets: Sequence[Row], visits: Sequence[Row], surveys: Sequence[Row], policy: Policy, since: int, until: int
) -> list[Json]:
    """Every indicator of the period from `since` up to, but not including, `until` (ms), in the order of DEFINITIONS.

    The rows are those of the tables of these names; more of them than the period's do no harm. Each answer is
    {"id", "name_en", "name_zh", "clause", "unit", "value", "n", "target", "better", "state"}: `value` is a share
    (0…1) or a mean score (1…5), None when `n` is 0, and then `state` is `missing`, never 0 or 100 %. `target` is the
    policy's own figure, None without one (`state` is then `no_target`): the standards give none.
    """
    return told(sums(facts(tickets, visits, surveys), since, until), policy)


def facts(tickets: Iterable[Row], visits: Iterable[Row], surveys: Iterable[Row]) -> Iterator[Fact]:
    """Every case in these rows that is decided."""
    arrivals: dict[str, int] = {}
    for visit in visits:
        if visit["arrived"] is not None:
            for key in visit["tickets"] or ():
                arrivals[key] = arrivals.get(key, 0) + 1
    for ticket in tickets:
        yield from of_ticket(ticket, arrivals.get(ticket["id"], 0))
    for survey in surveys:
        yield from of_survey(survey)


def of_ticket(ticket: Row, arrivals: int) -> Iterator[Fact]:
    """The cases of one ticket, whose technicians arrived so many times."""
    for clock in ticket["clocks"] or ():
        if clock["name"] in _BY_CLOCK and clock["state"] in ("met", "breached"):
            yield Fact(_BY_CLOCK[clock["name"]], clock["due"], float(clock["state"] == "met"))
    fields = ticket["fields"] or {}
    at = fields.get("resolved_at")
    if at is None or ticket["state"] not in _RESOLVED:
        return
    if arrivals:
        yield Fact("first_time_fix", at, float(arrivals == 1))
    if ticket["kind"] == "repair" and fields.get("service"):
        yield Fact("recurrence", at, float(bool(fields.get("repeat_of") or fields.get("reopenings"))))


def of_survey(survey: Row) -> Iterator[Fact]:
    """The cases of one invitation; none while it is open."""
    if survey["state"] not in ("answered", "expired"):
        return
    yield Fact("response_rate", survey["expires"], float(survey["state"] == "answered"))
    for item in SCORES:
        if survey[item] is not None and survey["answered"] is not None:
            yield Fact(f"survey_{item}", survey["answered"], float(survey[item]))


def sums(found: Iterable[Fact], since: int, until: int) -> dict[str, Sum]:
    """The cases of the period, added up by indicator."""
    added: dict[str, Sum] = {}
    for fact in found:
        if since <= fact.at < until:
            had = added.get(fact.indicator, Sum(0, 0.0))
            added[fact.indicator] = Sum(had.n + 1, had.total + fact.value)
    return added


def told(added: dict[str, Sum], policy: Policy) -> list[Json]:
    """The sums as indicators, each held against its target."""
    return [_told(definition, added.get(definition.id, Sum(0, 0.0)), policy) for definition in DEFINITIONS]


def _told(definition: Definition, had: Sum, policy: Policy) -> Json:
    target = policy.targets.get(definition.id)
    value = had.total / had.n if had.n else None
    return {
        "id": definition.id, "name_en": definition.en, "name_zh": definition.zh, "clause": definition.clause,
        "unit": definition.unit, "value": value, "n": had.n, "target": target,
        "better": "low" if definition.low else "high", "state": _state(value, target, low=definition.low),
    }  # fmt: skip


def _state(value: float | None, target: float | None, *, low: bool) -> State:
    if value is None:
        return "missing"
    if target is None:
        return "no_target"
    return "met" if (value <= target if low else value >= target) else "missed"
