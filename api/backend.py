"""What the API needs of the product around it. The composition root provides it; tests bring a small fake."""

from collections.abc import Iterable
from typing import Any, Protocol

from prometheus_client.metrics_core import Metric

from service.live import Feed
from service.model import Action, Answer
from service.policy import Policy
from service.records.base import RecordStore
from telemetry.clock import Moment
from telemetry.fleet import Fleet
from telemetry.series.base import SeriesStore


class Backend(Protocol):
    """Stores to read from, the fleet in memory, and one way to change anything: `submit`."""

    @property
    def records(self) -> RecordStore: ...
    @property
    def series(self) -> SeriesStore: ...
    @property
    def fleet(self) -> Fleet: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def speed(self) -> float: ...
    @property
    def version(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def zone(self) -> str:
        """The policy's time zone (IANA name), in which people are shown times."""
        ...

    @property
    def policy(self) -> Policy:
        """The figures of the service desk that are in force."""
        ...

    def moment(self) -> Moment:
        """Product and real time now, ms."""
        ...

    async def submit(self, action: Action) -> Answer:
        """Journal the action, let the fold judge it, answer after its commit.

        The same `action.id` submitted again gets the first answer. Raises Unavailable when the gateway lags or is away.
        """
        ...

    def ready(self) -> list[tuple[str, bool, str]]:
        """(check, ok, reason) of everything the product needs in order to serve."""
        ...

    def ingest_totals(self) -> dict[str, int]:
        """`received stored duplicate quarantined deferred late refused_by_broker …` of the whole fleet, messages."""
        ...

    def measured(self) -> Iterable[Metric]:
        """What the data path measures of itself, for `/metrics`. Raises Unavailable."""
        ...

    def platform(self) -> dict[str, Any]:
        """Blind intervals, disk use and forecast, broker state, lag, detectors switched off. Times in ms under `from to
        at since full_at`."""
        ...

    def backup_state(self) -> dict[str, Any]:
        """The schedule of backups, the newest, the one that is being made, what came of the last. Times in ms."""
        ...

    async def back_up(self, to: str | None, key: str) -> dict[str, Any]:
        """Begin a backup (`to` None: into the directory of the schedule); the state. `key`: the caller's
        (`Caller.key`). Raises Conflict `backup_running`, `backup_dir`, Invalid, Unavailable."""
        ...

    def cabinet_qr(self, cabinet: str) -> str:
        """The signed text of the cabinet's QR code."""
        ...
