"""What was told against what was true. Pure: the rules stand here, and in words in `notes.md`.

* A true fault is one that was put into a cabinet, or that people brought about (a door left open): a label without a
  cause, or with one that does not show yet. The labels of an outage of a site or a carrier are one fault.
* An alarm is an episode more severe than a warning that became active as a root. It belongs to the fault of its own
  kind that stands on that cabinet (or one of that site), else to the fault whose labelled consequence it names, else to
  the newest that stands. Shortly after its end counts as standing: there are hold-downs.
* The first alarm that belongs to a fault detects it; every further one is an extra ticket, also what comes while the
  cabinet recovers. What belongs to none is false.
* Of kinds that are no more than warnings, warnings are looked at, apart from everything else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.outages import carrier_name, site_name
from simulator.traits import CARRIERS
from simulator.truth import Label
from telemetry.units import DAY, HOUR, MINUTE
from tests.score.judge import Alarm, hint
from tests.score.live import START, Lived

AFTER = 2 * HOUR  # so long after its end a fault may still be told: it needs its hold-down
BEFORE = 10 * MINUTE  # the truth is looked at every few minutes
RECOVERY = 12 * HOUR  # so long a cabinet that was ill may look so
OUTAGES = ("site_outage", "carrier_outage")


@dataclass(slots=True)
class Fault:
    """One true fault on its cabinets, and the alarms that belong to it in order: while it stood (or shortly after),
    and later. `counts`: it began when it could be learned what is normal, and early enough to be told."""

    label: Label
    rows: frozenset[int]
    end: int
    counts: bool
    alarms: list[Alarm] = field(default_factory=list)
    later: list[Alarm] = field(default_factory=list)

    @property
    def first(self) -> Alarm | None:
        return self.alarms[0] if self.alarms else None

    def delay(self, kind: str | None = None) -> int | None:
        """From onset to the first alarm (ms), or the first of a kind; None: there was none."""
        ats = [moment(a) for a in self.alarms if kind is None or a.kind == kind]
        return max(ats[0] - self.label.onset, 0) if ats else None


@dataclass(slots=True)
class Matched:
    """A chunk: its true faults, the false alarms, and apart the faults of kinds that only warn."""

    faults: list[Fault]
    false: list[Alarm]
    hints: list[Fault]
    false_hints: list[Alarm]


def moment(alarm: Alarm) -> int:
    """When it was told; of a warning, when it was shown."""
    return alarm.shown if alarm.at is None else alarm.at


def match(lived: Lived) -> Matched:
    """Give every alarm to a fault, or to nobody."""
    until = START + lived.plan.lasts
    faults = _faults(lived, until)
    real = [f for f in faults if not hint(f.label.kind)]
    hints = [f for f in faults if hint(f.label.kind)]
    causes = _causes(lived.truth)
    false = _give(lived, [a for a in lived.told if a.at is not None], faults, causes)
    warned = [a for a in lived.told if a.at is None and hint(a.kind)]
    matched = Matched(real, false, hints, _give(lived, warned, hints, causes))
    for fault in hints:
        fault.alarms.sort(key=moment)
    return matched


def _faults(lived: Lived, until: int) -> list[Fault]:
    first, last = START + round(lived.plan.learning * DAY), until - round(lived.plan.tail * DAY)
    rows = defaultdict[tuple[int, str, int, str | None], set[int]](set)
    labels: dict[tuple[int, str, int, str | None], Label] = {}
    outages = {(x.kind, x.onset): x for x in lived.truth if x.site is not None}
    known = {(x.row, x.kind): x.onset for x in reversed(lived.truth)}
    for label in lived.truth:
        # A consequence that shows before its cause does (old goods where nobody restocks) is what there is to find.
        early = label.cause is not None and known.get((label.row, label.cause), until) > label.onset
        if (label.cause is None or early) and label.row >= 0:
            whole = label.kind in OUTAGES
            root = outages.get((label.kind, label.onset), label) if whole else label
            key = (-1 if whole else label.row, root.kind, root.onset, root.site)
            labels[key] = root
            rows[key].add(label.row)
    return [
        Fault(label, frozenset(rows[key]), until if label.end is None else label.end, first <= label.onset <= last)
        for key, label in labels.items()
    ]


def _causes(truth: Iterable[Label]) -> dict[tuple[int, str], list[Label]]:
    """Labelled consequences by cabinet and kind."""
    causes = defaultdict[tuple[int, str], list[Label]](list)
    for label in truth:
        if label.cause is not None:
            causes[label.row, label.kind].append(label)
    return causes


def _give(
    lived: Lived, alarms: Sequence[Alarm], faults: Sequence[Fault], causes: dict[tuple[int, str], list[Label]]
) -> list[Alarm]:
    """Each to its fault; those left over."""
    by_row = defaultdict[int, list[Fault]](list)
    for fault in faults:
        for row in fault.rows:
            by_row[row].append(fault)
    false = []
    for alarm in sorted(alarms, key=moment):
        at = moment(alarm)
        here = {id(f): f for row in _rows(alarm, lived) for f in by_row[row] if f.label.onset - BEFORE <= at}
        stands = [f for f in here.values() if at <= f.end + AFTER]
        recent = [f for f in here.values() if at <= f.end + RECOVERY]
        if stands:
            _whose(alarm, stands, causes).alarms.append(alarm)
        elif recent:
            _whose(alarm, recent, causes).later.append(alarm)
        elif lasting := [f for f in here.values() if f.label.kind in _explained(alarm, causes)]:
            _whose(alarm, lasting, causes).later.append(alarm)
        else:
            false.append(alarm)
    return false


def _whose(alarm: Alarm, faults: Sequence[Fault], causes: dict[tuple[int, str], list[Label]]) -> Fault:
    """Its own kind before what explains it before the newest."""
    explained = _explained(alarm, causes)
    return max(faults, key=lambda f: (f.label.kind == alarm.kind, f.label.kind in explained, f.label.onset))


def _explained(alarm: Alarm, causes: dict[tuple[int, str], list[Label]]) -> set[str | None]:
    """The causes of what it says, where that is labelled and stands: a consequence may outlive its cause."""
    at, told = moment(alarm), causes.get((alarm.row, alarm.kind), [])
    return {x.cause for x in told if x.onset - BEFORE <= at and (x.end is None or at <= x.end + AFTER)}


def _rows(alarm: Alarm, lived: Lived) -> Sequence[int]:
    """The cabinets an alarm speaks of."""
    if alarm.row >= 0:
        return range(alarm.row, alarm.row + 1)
    n, sites = lived.plan.cabinets, {site_name(site): site for site in range(lived.sites)}
    if alarm.site is not None:
        return range(sites[alarm.site], n, lived.sites)
    if alarm.carrier is None:
        return range(n)
    return [row for row in range(n) if carrier_name(row // lived.sites % CARRIERS) == alarm.carrier]
