"""`/metrics`: aggregates of the fleet as Prometheus text, computed when asked. Never one series per cabinet."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from api import counts
from api.backend import Backend

INGEST = ("received", "stored", "duplicate", "quarantined", "deferred", "late", "refused_by_broker")


class Aggregates:
    """A collector over the backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def collect(self) -> Iterator[Metric]:
        backend = self._backend
        yield _gauge("vendwatch_cabinets", "Cabinets in service", "status", counts.cabinets(backend))
        yield _gauge("vendwatch_open_faults", "Open faults", "severity", counts.faults(backend))
        yield _gauge("vendwatch_tickets", "Tickets", "state", counts.tickets(backend))
        yield _gauge("vendwatch_ready", "1 if the check passes", "check", {c: int(ok) for c, ok, _ in backend.ready()})
        totals = backend.ingest_totals()
        messages = CounterMetricFamily("vendwatch_messages", "Messages of cabinets by outcome", labels=["outcome"])
        for outcome in INGEST:
            messages.add_metric([outcome], totals.get(outcome, 0))
        yield messages
        yield GaugeMetricFamily("vendwatch_product_time_seconds", "Product time", backend.moment().now / 1000)
        yield from backend.measured()


def _gauge(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def text(backend: Backend) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Aggregates(backend))
    return generate_latest(registry)
