"""The composition root: every object of the product is made here, by hand."""

import asyncio
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from prometheus_client.metrics_core import Metric

from app import measures
from app.address import login
from app.backup.making import Source
from app.backup.schedule import Backups
from app.home import Home
from app.records import open_store
from app.retention import COMPLETE, series_kept, trims
from app.series import open_series
from app.settings import Settings
from app.settings import policy as chosen_policy
from faults.config import FaultsConfig
from faults.faults import Faults
from gateway.admission import Admission
from gateway.broker import EmbeddedBroker
from gateway.configuration import GATEWAY
from gateway.fold import Fold
from gateway.ingest import Ingest
from gateway.keys import Keys
from gateway.poison import Poison
from gateway.runner import LED, Gateway, Limits
from gateway.snapshot import Snapshots
from gateway.tls import Certificate
from gateway.writer import Writer
from service.arrival import qr_payload
from service.calendars import Calendar
from service.commands import Commands
from service.desk import Desk
from service.live import Feed
from service.model import Action, Actor, Answer
from service.policy import Policy
from service.privacy.audit import BY_ITSELF
from service.privacy.due import JOBS, Look, held_subjects
from service.privacy.files import sweep
from service.records.base import RecordStore
from service.registry import Registry
from telemetry.clock import Moment, ProductClock, real_ms
from telemetry.disk import forecast, usage
from telemetry.errors import Invalid
from telemetry.fleet import Fleet
from telemetry.journal import SqliteJournal
from telemetry.mqtt import Broker
from telemetry.series.base import SeriesStore
from telemetry.series.line import LineSeries

PURGE_ROUNDS = 20  # of one hour, each an entry of the journal


@dataclass
class Product:
    """The product as the API sees it (`api.backend.Backend`), with what runs it. `open`: all of it runs and other
    commands can find it. `local`: the key of the token that they use (`Caller.key`)."""

    settings: Settings
    home: Home
    secret: bytes
    clock: ProductClock
    fleet: Fleet
    records: RecordStore
    series: SeriesStore
    feed: Feed
    writer: Writer
    gateway: Gateway
    embedded: EmbeddedBroker | None
    admission: Admission | None
    speed: float
    version: str
    language: str
    policy: Policy
    backups: Backups
    open: bool = False
    local: str = ""

    @property
    def zone(self) -> str:
        return self.policy.zone

    def moment(self) -> Moment:
        return self.clock.moment()

    async def submit(self, action: Action) -> Answer:
        return await self.gateway.submit(action)

    async def put_rules_in_force(self) -> None:
        """What the settings say, from now on, if it is not in force yet: an entry of the journal like any other, so
        that what was journaled before is folded by what was in force then. Raises Unavailable."""
        wanted = self.writer.fold.desk.wanted(self.policy)
        if wanted is not None:
            name = f"rules-{self.clock.moment().real}"
            await self.submit(
                Action(id=name, actor=Actor("system", "system"), name="rules.set", target="", body=wanted)
            )

    def ready(self) -> list[tuple[str, bool, str]]:
        """Whether each thing we need in order to serve is there, and why not."""
        lag = self.gateway.lag
        refusing = self.gateway.room.refusing
        admits = self.admission is None or self.admission.up
        away = self.series.trouble() if isinstance(self.series, LineSeries) else ""
        return [
            ("start", self.open, "" if self.open else "catching up with the journal"),
            ("broker", self.gateway.session.connected, "" if self.gateway.session.connected else "not connected"),
            ("admission", admits, "" if admits else "the broker cannot ask us who may connect"),
            ("disk", refusing is None, refusing or ""),
            ("series", not away, away),
            ("lag", lag < 30, "" if lag < 30 else f"{lag:.0f} s behind"),
        ]

    def reachable(self) -> bool:
        """Whether the server of the readings answered last, if they are on one."""
        return not (isinstance(self.series, LineSeries) and self.series.trouble())

    def ingest_totals(self) -> dict[str, int]:
        """The accounts of all cabinets added up, and what the broker refused itself."""
        return self.writer.fold.ingest.totals | {"refused_by_broker": self.embedded.refused if self.embedded else 0}

    def platform(self) -> dict[str, Any]:
        """How we ourselves are: blind intervals, disk, broker, lag, sizes of what we keep."""
        use = usage(self.home.root)
        readings, series_bytes = self.series.size()
        return {
            "blind": self.records.find("blind", order=["-from_real"], limit=50),
            "disk": {"total": use.total, "free": use.free, "share": use.share, "state": self.gateway.room.state,
                     "full_at": forecast(self.gateway.room.samples, use.free)},
            "broker": {"connected": self.gateway.session.connected, "embedded": self.embedded is not None,
                       "restarts": self.embedded.restarts if self.embedded else 0,
                       "refused": self.embedded.refused if self.embedded else 0},
            "lag_s": self.gateway.lag,
            "journal_bytes": self.writer.journal.size(),
            "series": {"readings": readings, "bytes": series_bytes},
            "detectors": measures.disabled(self.writer.fold.faults),
            "backup": self.backups.state(),
        }  # fmt: skip

    def measured(self) -> Iterator[Metric]:
        """What `/metrics` shows of the data path. Raises Unavailable."""
        return measures.measured(self.gateway, self.fleet, self.home.root)

    def backup_state(self) -> dict[str, Any]:
        return self.backups.state()

    async def back_up(self, to: str | None, key: str) -> dict[str, Any]:
        """Only who may read the data directory anyway may name a place in this machine's files."""
        if to is not None and not (self.local and hmac.compare_digest(key, self.local)):
            raise Invalid({"to": "only `vendwatch backup` on this machine names a place; leave it out"})
        return await self.backups.ask(None if to is None else Path(to))

    def cabinet_qr(self, cabinet: str) -> str:
        return qr_payload(self.secret, cabinet)

    async def tend(self) -> bool:
        """One piece of the series store's housekeeping, beside the writer: was there any? Raises Unavailable."""
        return await asyncio.to_thread(self.series.tend, self.clock.moment().now - COMPLETE) > 0

    async def retain(self) -> None:
        """Let go of what is older than it is kept for. Raises Unavailable."""
        kept, moment = self.settings.retention, self.clock.moment()
        await asyncio.to_thread(self.series.prune, *series_kept(moment.now, kept))
        held = await asyncio.to_thread(held_subjects, self.records, moment.now)
        for table, where in trims(moment, kept.events_days, held):
            await self.gateway.on_writer(partial(self.records.trim, table, where))
        await self.purge()

    async def purge(self) -> None:
        """Take the person from what has come to the end of its term (docs/privacy.md). Raises Unavailable."""
        for term, job in JOBS.items():
            for _ in range(PURGE_ROUNDS):
                due = await asyncio.to_thread(job, self._look())
                if not due.items and not due.renewed:
                    break
                body = {"class": term, "items": msgspec.to_builtins(due.items), "renewed": due.renewed}
                name = f"purge-{secrets.token_hex(8)}"
                asked = Action(id=name, actor=BY_ITSELF, name="privacy.purge", target="", body=body)
                answer = await self.submit(asked)
                if answer.status != "ok" or not (answer.body["done"] or due.renewed):
                    break  # held since we looked
        await asyncio.to_thread(sweep, self.records, self.home.root / "attachments")

    def _look(self) -> Look:
        calendar = Calendar.china(self.policy.zone)
        return Look(self.records, self.policy, calendar, self.secret, self.clock.moment().now)


def build(settings: Settings, home: Home, fresh_start: int, *, demo: bool) -> Product:
    """Open the stores and put the parts together. `fresh_start`: product time (ms) of an empty directory."""
    root = home.root
    shown = certificate(settings)
    secret = home.secret()
    journal = SqliteJournal(root / "journal.db")
    records = open_store(settings, home)
    series = open_series(settings, root)
    last = journal.last()
    start = last.now + int(LED * settings.speed) if last else fresh_start
    clock = ProductClock(start, settings.speed)
    fleet, registry, feed = Fleet(), Registry(), Feed()
    policy = chosen_policy(settings, Policy.demo() if demo else Policy())
    open_enrolment = settings.enrolment == "open"
    fold = Fold(
        fleet,
        registry,
        Ingest(fleet, registry, open_enrolment=open_enrolment),
        Faults(FaultsConfig(version=version("vendwatch"))),
        Desk(
            policy,
            secret,
            registry.place,
            registry.coordinates,
            warranty_end=registry.warranty_end,
            cabinet_row=registry.cabinet,
        ),
        Commands(settings.speed),
    )
    writer = Writer(fold, journal, series, records, Snapshots(root / "snapshots"), Poison(root / "poison"))
    keys = home.keys() if settings.enrolment == "registered" and settings.broker is None else None
    embedded, broker = _broker(settings, root, keys, shown)
    gateway = Gateway(writer, clock, feed, broker, f"vendwatch-{home.instance()}", _limits(settings), shown)
    source = Source(settings, root, writer.hold, records.last_batch)
    backups = Backups(source, home.instance(), lambda: clock.moment().real, gateway.submit)
    return Product(
        settings, home, secret, clock, fleet, records, series, feed, writer, gateway, embedded,
        _admission(embedded, keys, registry), settings.speed, version("vendwatch"), settings.language, policy, backups,
    )  # fmt: skip


def _limits(settings: Settings) -> Limits:
    return Limits(
        batch_messages=settings.batch.max_messages,
        batch_ms=settings.batch.max_ms,
        rate=settings.limits.rate,
        burst=settings.limits.burst,
        disk_warn=settings.disk.warn,
        disk_refuse=settings.disk.refuse,
    )


def _admission(embedded: EmbeddedBroker | None, keys: Keys | None, registry: Registry) -> Admission | None:
    if embedded is None or keys is None:
        return None
    return Admission(keys, lambda: embedded.address, registry.credential, lambda: real_ms() // 1000)


def certificate(settings: Settings) -> Certificate | None:
    """What the embedded broker's listener shows; None: it speaks without TLS. Raises ConfigError."""
    if settings.mqtt_tls_cert is None or settings.mqtt_tls_key is None:
        return None
    return Certificate(settings.mqtt_tls_cert, settings.mqtt_tls_key)


def _broker(
    settings: Settings, root: Path, keys: Keys | None, shown: Certificate | None
) -> tuple[EmbeddedBroker | None, Broker]:
    """The broker we start, if any, and the address to reach the one we use."""
    if settings.broker is None:
        embedded = EmbeddedBroker(
            (settings.mqtt.host, settings.mqtt.port), root / "broker", 4 * settings.batch.max_messages, keys=keys,
            certificate=shown,
        )  # fmt: skip
        ours = (GATEWAY, keys.gateway) if keys else (None, None)
        return embedded, Broker(settings.mqtt.host, settings.mqtt.port, *ours)
    url = settings.broker.get_secret_value()
    parts = urlsplit(url)
    tls = parts.scheme == "mqtts"
    return None, Broker(parts.hostname or "", parts.port or (8883 if tls else 1883), *login(url), tls)
