"""The state of the data path as Prometheus metrics: of the whole fleet, never one per cabinet."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

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
    yield from gateway.meters.batch.collect()
    yield from gateway.meters.commit.collect()


def _labelled(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
