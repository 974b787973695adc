"""The state of the data path as Prometheus metrics: of the whole fleet, never one per cabinet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from faults.faults import Faults
from faults.kinds import KINDS
from gateway.runner import Gateway
from telemetry.disk import usage
from telemetry.fleet import NEVER, ONLINE, Fleet


def measured(gateway: Gateway, fleet: Fleet, root: Path) -> Iterator[Metric]:
    """Gaps, sizes, lag and queues now, and the histograms kept since the start. Raises Unavailable."""
    lacks = list(gateway.writer.fold.ingest.gaps.values())
    gaps = {"awaited": sum(a for a, _ in lacks), "given_up": sum(g for _, g in lacks)}
    yield _labelled("vendwatch_gap_messages", "Messages that are missing", "state", gaps)
    yield GaugeMetricFamily("vendwatch_gap_cabinets", "Cabinets of which messages are missing", len(lacks))
    n = len(fleet)
    speaks = (fleet.status[:n] == ONLINE) & (fleet.will_at[:n] == NEVER) & ~fleet.retired[:n]
    yield GaugeMetricFamily("vendwatch_connected_cabinets", "Cabinets that speak to us", int(np.count_nonzero(speaks)))
    blind = fleet.blind_since is not None
    yield GaugeMetricFamily("vendwatch_blind", "1 while nothing can be heard from any cabinet", int(blind))
    yield GaugeMetricFamily("vendwatch_lag_seconds", "Age of the oldest work not yet committed", gateway.lag)
    yield _labelled("vendwatch_queue_length", "What waits for its turn", "queue", gateway.queues)
    yield GaugeMetricFamily("vendwatch_journal_bytes", "Size of the journal", gateway.writer.journal.size())
    refused = CounterMetricFamily("vendwatch_refused_rows", "Rows the records refused: a bug of ours, see the log")
    refused.add_metric([], gateway.writer.refused_rows)
    yield refused
    use = usage(root)
    yield GaugeMetricFamily("vendwatch_disk_bytes", "Size of the disk of the data directory", use.total)
    yield GaugeMetricFamily("vendwatch_disk_free_bytes", "Free bytes on it", use.free)
    yield switches(gateway.writer.fold.faults)
    yield from gateway.meters.batch.collect()
    yield from gateway.meters.commit.collect()


def switches(faults: Faults) -> GaugeMetricFamily:
    """Which kinds are judged no more; the others are there too, as 0, so that an alert can tell well from unknown."""
    off = {kind.name: int(kind.name in faults.disabled) for kind in KINDS.values() if kind.scope == "cabinet"}
    return _labelled("vendwatch_detector_disabled", "1 if the kind is judged no more: a bug of ours", "kind", off)


def disabled(faults: Faults) -> list[dict[str, Any]]:
    """The kinds that are judged no more, since when (product ms), and the last error of the detector."""
    return [{"kind": k, "since": since, "error": faults.errors.get(k)} for k, since in list(faults.disabled.items())]


def _labelled(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
