"""Run the product in this process: broker, gateway, API, notices; in the demo a simulated fleet beside them."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
import uvicorn
from rich.console import Console

from api.app import build as build_api
from api.context import ApiSettings
from api.identity import ADMIN, Identity
from app.address import Listener
from app.demo import place, simulate
from app.home import Home
from app.probe import Probe
from app.product import Product, build, certificate
from app.settings import Settings
from gateway.admission import Admission
from service.calendars import Calendar
from service.notify.channels import open_channels
from service.notify.customers import Customers
from service.notify.gateway import open_gateway
from service.notify.outbox import deliver
from service.notify.post import People
from service.records.base import Where
from telemetry.clock import real_ms
from telemetry.errors import ConfigError, Unavailable
from telemetry.units import HOUR

log = structlog.get_logger()
LOCAL = "local-command-line"
PEOPLE = "simulated-people"
TENDING_PAUSE, TENDING_IDLE, TENDING_AWAY = 0.2, 2.0, 10.0  # seconds between pieces of housekeeping
GOODBYE = 2  # seconds that requests under way get when the product ends
RULES_AGAIN = 30  # seconds until rules that could not be put in force are tried again


def run(settings: Settings, *, demo: bool) -> None:
    """Own the data directory and run until SIGINT or SIGTERM. Raises ConfigError, OwnedError, Unavailable."""
    certificate(settings)  # before there is a directory: a refused start leaves nothing behind
    home = Home(settings.data)
    with home.lock():
        home.claim_speed(settings.speed, demo=demo)
        try:
            asyncio.run(_main(settings, home, demo=demo))
        finally:
            home.withdraw()


def first_moment(demo: bool, real: int) -> int:
    """Product time of an empty directory: now, or in the demo 09:00 in China of the latest working day."""
    if not demo:
        return real
    calendar = Calendar.china()
    day = calendar.local(real).date()
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    opening = datetime(day.year, day.month, day.day, 9, tzinfo=calendar.zone)
    return int(opening.astimezone(UTC).timestamp() * 1000)


async def _main(settings: Settings, home: Home, *, demo: bool) -> None:
    product = build(settings, home, first_moment(demo, real_ms()), demo=demo)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with listening(settings.http) as sock:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(work) for work in _parts(product, sock, demo=demo)]
                await stop.wait()
                for task in tasks:
                    task.cancel()
        except BaseExceptionGroup as errors:
            away, others = errors.split(Unavailable)
            if away is None or others is not None:
                raise
            raise _one(away) from None
        finally:
            product.records.close()
            product.series.close()
            product.writer.journal.close()


def _one(error: BaseException) -> BaseException:
    """The first of what a group holds, however deep."""
    return _one(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _parts(product: Product, sock: socket.socket, *, demo: bool) -> list[Coroutine[None, None, None]]:
    """Everything that runs side by side."""
    identity = Identity(product.records)
    up, serving = asyncio.Event(), asyncio.Event()
    channels = open_channels(_notice_urls(product, demo=demo))
    parts: list[Coroutine[None, None, None]] = [
        _gateway(product, up),
        _http(product, identity, sock, serving),
        deliver(product.records, channels, product.clock, People(product.settings.language)),
        _customers(product),
        _rules(product, up),
        _retention(product),
        _tending(product),
        _backups(product, up),
        _probe(product, up),
        _welcome(product, identity, sock, (up, serving), demo=demo),
    ]
    if product.embedded:
        parts.append(product.embedded.run())
    if product.admission:
        parts.append(_admission(product.admission, up))
    return parts


def _notice_urls(product: Product, *, demo: bool) -> list[str]:
    """Where notices go; the demo keeps a copy in a file."""
    urls = [u.get_secret_value() for u in product.settings.notify.urls]
    return [*urls, (product.home.root.resolve() / "notices.jsonl").as_uri()] if demo else urls


def _customers(product: Product) -> Coroutine[None, None, None]:
    """The outbox of customers, which also says what was owed to them when there is no gateway any more. Raises
    ConfigError."""
    gateway = product.settings.customers
    url, token = (None if part is None else part.get_secret_value() for part in (gateway.url, gateway.token))
    channels = open_gateway(url, token)
    post = Customers(product.records, product.policy, product.settings.language, reached=bool(channels))
    return deliver(product.records, channels, product.clock, post)


async def _gateway(product: Product, up: asyncio.Event) -> None:
    if product.embedded:
        await product.embedded.ready()
    while True:
        await _await_series(product)
        try:
            await product.gateway.run(up.set)
        except Unavailable:
            if up.is_set() or product.reachable():
                raise  # otherwise the server of the readings went away while we caught up
        else:
            return


async def _await_series(product: Product) -> None:
    """Until the server of the readings answers, if they are on one; `/readyz` says that we wait for it."""
    while not product.reachable():
        try:
            await asyncio.to_thread(product.series.flush)
        except Unavailable as error:
            log.error("store_unavailable", reason=str(error))
            await asyncio.sleep(error.retry_after)


async def _admission(admission: Admission, up: asyncio.Event) -> None:
    """Who may connect is known once the gateway has caught up."""
    await up.wait()
    await admission.run()


async def _rules(product: Product, up: asyncio.Event) -> None:
    """What the settings say of deadlines comes into force once the gateway has caught up."""
    await up.wait()
    while True:
        try:
            await product.put_rules_in_force()
        except Unavailable as error:
            log.warning("rules_wait", reason=str(error))
            await asyncio.sleep(RULES_AGAIN)
        else:
            return


async def _retention(product: Product) -> None:
    """Once an hour; a store that is away is asked again an hour later."""
    while True:
        await asyncio.sleep(HOUR / 1000)
        try:
            await product.retain()
        except Unavailable as error:
            log.warning("not_trimmed", reason=str(error))


async def _tending(product: Product) -> None:
    """Housekeeping of the series store, a piece at a time; when it is away, again in a while."""
    while True:
        try:
            pause = TENDING_PAUSE if await product.tend() else TENDING_IDLE
        except Unavailable as error:
            log.warning("series_not_tended", reason=str(error))
            pause = TENDING_AWAY
        await asyncio.sleep(pause)


async def _probe(product: Product, up: asyncio.Event) -> None:
    """The channels to customers are tried once the gateway has caught up."""
    await up.wait()
    await Probe(product, product.settings.probe).run()


async def _backups(product: Product, up: asyncio.Event) -> None:
    """The schedule of backups, once the gateway has caught up."""
    await up.wait()
    await product.backups.run()


class _Server(uvicorn.Server):
    """Signals are ours; `up` is set once requests are taken."""

    def __init__(self, config: uvicorn.Config, up: asyncio.Event) -> None:
        super().__init__(config)
        self._up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _http(product: Product, identity: Identity, sock: socket.socket, serving: asyncio.Event) -> None:
    settings = ApiSettings(secret=product.secret, attachments=product.home.root / "attachments")
    app = build_api(product, identity, settings)
    config = uvicorn.Config(
        app,
        http="httptools",  # h11 costs 1.5 ms of every answer
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=GOODBYE,
    )
    server = _Server(config, serving)
    try:
        await server.serve(sockets=[sock])
    except asyncio.CancelledError:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await server.shutdown(sockets=[sock])
        raise


@contextmanager
def listening(address: Listener) -> Iterator[socket.socket]:
    """The socket the API listens on. Raises ConfigError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named: without it every answer takes 40 ms more
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((address.host, address.port))
        except OSError as error:
            raise ConfigError("http", f"cannot listen on {address}: {error.strerror}; choose another --http") from error
        yield sock


async def _welcome(
    product: Product, identity: Identity, sock: socket.socket, up: Sequence[asyncio.Event], *, demo: bool
) -> None:
    """Once everything runs: make the first administrator, leave word for other commands, say where the console is."""
    for event in up:
        await event.wait()
    real = real_ms()
    host, port = sock.getsockname()[:2]
    url = f"http://{Listener(host, port)}"
    chosen = product.settings.admin_password
    password = identity.ensure_admin(chosen.get_secret_value() if chosen else None, real)
    for old in (LOCAL, PEOPLE):
        for row in product.records.find("tokens", [Where("name", "=", old), Where("revoked", "null")]):
            identity.revoke_token(row["id"], real)
    row, local = identity.create_token(LOCAL, "administrator", real)
    product.local = row["hash"]
    product.home.announce({"pid": os.getpid(), "url": url, "token": local})
    product.open = True
    link = f"{url}/sign-in/{identity.issue_link(ADMIN, real, reusable=demo)}"
    _greet(url, link, password, product)
    if demo:
        _, token = identity.create_token(PEOPLE, "administrator", real)
        await place(product)
        await simulate(product, url, token)


def _greet(url: str, link: str, password: str | None, product: Product) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"\n[bold]Vendwatch {product.version}[/bold]")
    out.print(f"  console   {url}")
    out.print(f"  sign in   {link}")
    if password:
        out.print(f"  or as     {ADMIN} / {password}   (shown this once)")
    if product.embedded:
        mqtt, secured = product.settings.mqtt, product.settings.mqtt_tls_cert is not None
        out.print(f"  MQTT      {mqtt}{'  (TLS)' if secured else ''}")
        if not secured and not mqtt.loopback:
            log.warning("secrets_travel_in_the_clear", mqtt=str(mqtt), remedy="mqtt_tls_cert and mqtt_tls_key")
    out.print("  Ctrl-C ends it\n")
