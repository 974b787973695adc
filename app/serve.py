"""Run the product in this process: broker, gateway, API, notices; in the demo a simulated fleet beside them."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
import uvicorn
from api.app import build as build_api
from rich.console import Console

from api.context import ApiSettings
from api.identity import ADMIN, Identity
from app.address import Listener
from app.home import Home
from app.product import Product, build
from app.settings import Settings
from gateway.broker import die_with_parent
from service.calendars import Calendar
from service.notify.channels import open_channels
from service.notify.outbox import deliver
from service.records.base import Where
from telemetry.clock import real_ms
from telemetry.errors import ConfigError, Unavailable
from telemetry.units import HOUR

log = structlog.get_logger()
LOCAL = "local-command-line"
PEOPLE = "simulated-people"
CLOCK_EVERY = 0.2  # seconds between the lines that tell the simulator the time


def run(settings: Settings, *, demo: bool) -> None:
    """Own the data directory and run until SIGINT or SIGTERM. Raises ConfigError, OwnedError, Unavailable."""
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
        except* Unavailable as errors:
            raise errors.exceptions[0] from None
        finally:
            product.records.close()
            product.series.close()
            product.writer.journal.close()


def _parts(product: Product, sock: socket.socket, *, demo: bool) -> list[Coroutine[None, None, None]]:
    """Everything that runs side by side."""
    identity = Identity(product.records)
    up = asyncio.Event()
    channels = open_channels([u.get_secret_value() for u in product.settings.notify.urls])
    parts: list[Coroutine[None, None, None]] = [
        _gateway(product, up),
        _http(product, identity, sock),
        deliver(product.records, channels, product.clock, language=product.settings.language),
        _retention(product),
        _welcome(product, identity, sock, up, demo=demo),
    ]
    if product.embedded:
        parts.append(product.embedded.run())
    return parts


async def _gateway(product: Product, up: asyncio.Event) -> None:
    await product.gateway.run(up.set)


async def _retention(product: Product) -> None:
    while True:
        await asyncio.sleep(HOUR / 1000)
        await product.retain()


class _Server(uvicorn.Server):
    """Signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _http(product: Product, identity: Identity, sock: socket.socket) -> None:
    settings = ApiSettings(secret=product.secret, attachments=product.home.root / "attachments")
    app = build_api(product, identity, settings)
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="off"))
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
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((address.host, address.port))
        except OSError as error:
            raise ConfigError("http", f"cannot listen on {address}: {error.strerror}; choose another --http") from error
        yield sock


async def _welcome(product: Product, identity: Identity, sock: socket.socket, up: asyncio.Event, *, demo: bool) -> None:
    """Once everything runs: make the first administrator, leave word for other commands, say where the console is."""
    await up.wait()
    if product.embedded:
        await product.embedded.ready()
    real = real_ms()
    host, port = sock.getsockname()[:2]
    url = f"http://{Listener(host, port)}"
    chosen = product.settings.admin_password
    password = identity.ensure_admin(chosen.get_secret_value() if chosen else None, real)
    for old in (LOCAL, PEOPLE):
        for row in product.records.find("tokens", [Where("name", "=", old), Where("revoked", "null")]):
            identity.revoke_token(row["id"], real)
    _, local = identity.create_token(LOCAL, "administrator", real)
    product.home.announce({"pid": os.getpid(), "url": url, "token": local})
    link = f"{url}/sign-in/{identity.issue_link(ADMIN, real, reusable=demo)}"
    _greet(url, link, password, product)
    if demo:
        _, token = identity.create_token(PEOPLE, "administrator", real)
        await _simulator(product, url, token)


def _greet(url: str, link: str, password: str | None, product: Product) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"\n[bold]Vendwatch {product.version}[/bold]")
    out.print(f"  console   {url}")
    out.print(f"  sign in   {link}")
    if password:
        out.print(f"  or as     {ADMIN} / {password}   (shown this once)")
    if product.embedded:
        out.print(f"  MQTT      {product.settings.mqtt}")
    out.print("  Ctrl-C ends it\n")


async def _simulator(product: Product, url: str, token: str) -> None:
    """The simulated fleet as a child: it follows our product time on its standard input and ends with it."""
    settings = product.settings
    command = [
        sys.executable, "-m", "app", "simulate", "--follow-clock", "--broker", f"mqtt://{settings.mqtt}",
        "--cabinets", str(settings.cabinets), "--seed", str(settings.seed), "--people", url,
        *(["--labels", str(settings.labels)] if settings.labels else []),
    ]  # fmt: skip
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, preexec_fn=die_with_parent,
        env={**os.environ, "VENDWATCH_PEOPLE_TOKEN": token},
    )  # fmt: skip
    try:
        await _tell_time(product, child)
        raise Unavailable(f"the simulator ended by itself (exit code {await child.wait()})")
    finally:
        if child.returncode is None:
            assert child.stdin  # noqa: S101 - it was asked for
            child.stdin.close()
            try:
                async with asyncio.timeout(5):
                    await child.wait()
            except TimeoutError:
                child.kill()


async def _tell_time(product: Product, child: asyncio.subprocess.Process) -> None:
    """Until the child is gone."""
    assert child.stdin  # noqa: S101 - it was asked for
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while child.returncode is None:
            child.stdin.write(f"{product.moment().now} {product.speed:g}\n".encode())
            await child.stdin.drain()
            await asyncio.sleep(CLOCK_EVERY)
