"""The embedded broker: a NATS server (MQTT 3.1.1, JetStream on disk) as our child, configured, watched and stopped.

It dies with us (a parent-death signal), and one left over from a crash is found by its pid file and ended.
"""

import asyncio
import ctypes
import os
import re
import select
import shutil
import signal
import sys
from pathlib import Path

import httpx2
import structlog

from gateway.configuration import configuration
from gateway.keys import Keys
from gateway.tls import RENEWED, Certificate, watch
from telemetry import openfiles
from telemetry.errors import Unavailable

log = structlog.get_logger()
# What the server says when it closes a connection for an illegal topic, an oversized message or one at QoS 2.
_REFUSAL = re.compile(
    rb"maximum payload|wildcards not allowed|not supported for MQTT topics|[Pp]ublish [Vv]iolation|QoS=2 is disabled"
)
_CLIENTS = re.compile(rb"Listening for client connections on (\S+)")
# What it says once, when a full disk or a failing one has made a stream refuse everything until the next start.
_STUCK = re.compile(rb"[Cc]ritical write error")
_MONITOR = re.compile(rb"http monitor on (\S+)")
# Does it answer, no more: the whole check goes through every session, too slow while thousands come back at once.
HEALTH = "/healthz?js-enabled-only=true"
MISSES = 3  # health checks without an answer, in a row, until a server is ended
ENDED_WITHIN = 15.0
CONNECTIONS = 20_000  # open files to ask for; a server that may have fewer is told of
LONGEST_LINE = 2**20  # the server quotes topics, and those may be 64 KiB long


def executable() -> str:
    """Where the server is: beside our Python, or on the PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise Unavailable("nats-server is not installed: run ./vendwatch again, or use --broker for an outside broker")
    return found


def _write_private(path: Path, text: str) -> None:
    """Passwords stand in it: nobody else reads it, also when an earlier version left it open."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def die_with_parent() -> None:
    """Between fork and exec: let the kernel end the child when its parent dies (Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def end_leftover(pid_file: Path, config: Path) -> bool:
    """End a server that a crashed product left behind; True when there was one. Only a process that runs our
    configuration file is touched. Its port is free again on return."""
    try:
        pid = int(pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return False
    if str(config).encode() not in command:
        return False
    try:
        leftover = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        signal.pidfd_send_signal(leftover, signal.SIGKILL)
        select.select([leftover], [], [], ENDED_WITHIN)
    finally:
        os.close(leftover)
    return True


class EmbeddedBroker:
    """Start, watch, restart, stop. `refused` counts messages the server refused itself; `health_s`: seconds between
    two health checks, and for an answer; `keys`: who connects must be admitted (`gateway/admission.py`);
    `certificate`: MQTT is over TLS, and what is renewed of it on disk is taken, looked for every `renewed_s`."""

    def __init__(
        self, mqtt: tuple[str, int], folder: Path, ack_pending: int, health_s: float = 5.0, keys: Keys | None = None,
        certificate: Certificate | None = None, renewed_s: float = RENEWED,
    ) -> None:  # fmt: skip
        self._health_s, self._keys = health_s, keys
        self._certificate, self._renewed_s = certificate, renewed_s
        self.mqtt, self.folder, self.ack_pending = mqtt, folder, ack_pending
        self.refused = 0
        self.restarts = -1
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._last_words = b""
        self._stuck = False
        self._monitor: str | None = None
        self.address: str | None = None  # HOST:PORT for our own clients, while the server is there

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep the server alive until cancelled; then end it. Raises Unavailable when it cannot start at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self.folder.resolve()  # the name tells our server from that of another product: it must be whole
        config, pid_file = folder / "nats.conf", folder / "nats.pid"
        _write_private(config, configuration(self.mqtt, folder, self.ack_pending, self._keys, self._certificate))
        await asyncio.to_thread(end_leftover, pid_file, config)
        if (allowed := openfiles.allow(CONNECTIONS)) < CONNECTIONS:
            log.warning("few_open_files", allowed=allowed, remedy="each connection is one: raise `ulimit -n`")
        try:
            while True:
                await self._once(config, pid_file)
                if self.restarts == 0 and not self._ready.is_set():
                    raise Unavailable(self._no_start())
                self._ready.clear()
                log.warning("broker_died", last_words=self._last_words.decode(errors="replace").strip())
                await asyncio.sleep(min(5.0, 0.1 * 2 ** min(self.restarts, 6)))
        finally:
            await self._end()

    def _no_start(self) -> str:
        """Why, in words that say what to do about it."""
        host, port = self.mqtt
        if b"address already in use" in self._last_words:
            return f"the broker did not start: MQTT at {host}:{port}: address already in use; choose another --mqtt"
        return f"the broker did not start: {self._last_words.decode(errors='replace').strip()}"

    async def ready(self) -> None:
        """Wait until the server takes connections."""
        await self._ready.wait()

    async def _once(self, config: Path, pid_file: Path) -> None:
        self.restarts += 1
        self._monitor = self.address = None
        self._stuck = False
        self._process = await asyncio.create_subprocess_exec(
            executable(), "-c", str(config),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent, limit=LONGEST_LINE,
        )  # fmt: skip
        pid_file.write_text(str(self._process.pid))  # noqa: ASYNC240 - a few bytes, once per start
        assert self._process.stderr  # noqa: S101 - it was asked for
        beside = [asyncio.create_task(self._watch(self._process))]
        if self._certificate:
            beside.append(asyncio.create_task(watch(self._certificate, self._reload, self._renewed_s)))
        try:
            async for line in self._process.stderr:
                self._heed(line)
            await self._process.wait()
        finally:
            for task in beside:
                task.cancel()

    def _reload(self) -> None:
        """Have the server read its files again."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """A server that lives but does not answer, or takes nothing more, is ended, and thereby started again."""
        misses = 0
        async with httpx2.AsyncClient(timeout=self._health_s, trust_env=False) as http:
            while misses < MISSES:
                await asyncio.sleep(self._health_s)
                if self._monitor is None:
                    continue
                try:
                    healthy = (await http.get(f"{self._monitor}{HEALTH}")).is_success
                except httpx2.TransportError:
                    healthy = False
                misses = 0 if healthy and not self._stuck else misses + 1
        if not self._stuck:
            self._last_words = b"it did not answer and was ended"
        process.kill()

    def _heed(self, line: bytes) -> None:
        if b"Server is ready" in line:
            self._ready.set()
        elif found := _CLIENTS.search(line):
            self.address = found.group(1).decode()
        elif found := _MONITOR.search(line):
            self._monitor = f"http://{found.group(1).decode()}"
        elif _REFUSAL.search(line):
            self.refused += 1
        elif _STUCK.search(line):
            self._stuck = True
        if b"[ERR]" in line or b"[FTL]" in line or line.startswith(b"nats-server:"):
            self._last_words = line

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
