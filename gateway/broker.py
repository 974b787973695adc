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

from telemetry.errors import Unavailable

log = structlog.get_logger()
# What the server says when it closes a cabinet's connection for an illegal topic or an oversized message.
_REFUSAL = re.compile(rb"maximum payload|wildcards not allowed|not supported for MQTT topics|[Pp]ublish [Vv]iolation")
_MONITOR = re.compile(rb"http monitor on (\S+)")
MISSES = 3  # health checks without an answer, in a row, until a server is ended
MAX_PAYLOAD = 1024 * 1024 + 2048  # payloads up to 1 MiB pass, and are quarantined by us beyond 64 KiB
ENDED_WITHIN = 15.0
LONGEST_LINE = 2**20  # the server quotes topics, and those may be 64 KiB long


def configuration(mqtt: tuple[str, int], store: Path, ack_pending: int) -> str:
    """The server's configuration: MQTT on the given address, nothing else reachable from outside."""
    host, port = mqtt
    return f"""# written by vendwatch at every start
server_name: "vendwatch"
listen: "127.0.0.1:-1"
http: "127.0.0.1:-1"
ports_file_dir: "{store}"
max_payload: {MAX_PAYLOAD}
max_connections: 200000
jetstream {{ store_dir: "{store}" }}
mqtt {{ listen: "{host}:{port}", max_ack_pending: {ack_pending}, ack_wait: "10s" }}
"""


def executable() -> str:
    """Where the server is: beside our Python, or on the PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise Unavailable("nats-server is not installed: run ./vendwatch again, or use --broker for an outside broker")
    return found


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
    two health checks, and for an answer."""

    def __init__(self, mqtt: tuple[str, int], folder: Path, ack_pending: int, health_s: float = 5.0) -> None:
        self._health_s = health_s
        self.mqtt, self.folder, self.ack_pending = mqtt, folder, ack_pending
        self.refused = 0
        self.restarts = -1
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._last_words = b""
        self._monitor: str | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep the server alive until cancelled; then end it. Raises Unavailable when it cannot start at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self.folder.resolve()  # the name tells our server from that of another product: it must be whole
        config, pid_file = folder / "nats.conf", folder / "nats.pid"
        config.write_text(configuration(self.mqtt, folder, self.ack_pending))
        await asyncio.to_thread(end_leftover, pid_file, config)
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
        self._monitor = None
        self._process = await asyncio.create_subprocess_exec(
            executable(), "-c", str(config),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent, limit=LONGEST_LINE,
        )  # fmt: skip
        pid_file.write_text(str(self._process.pid))  # noqa: ASYNC240 - a few bytes, once per start
        assert self._process.stderr  # noqa: S101 - it was asked for
        watch = asyncio.create_task(self._watch(self._process))
        try:
            async for line in self._process.stderr:
                self._heed(line)
            await self._process.wait()
        finally:
            watch.cancel()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """A server that lives but does not answer is ended, and thereby started again."""
        misses = 0
        async with httpx2.AsyncClient(timeout=self._health_s, trust_env=False) as http:
            while misses < MISSES:
                await asyncio.sleep(self._health_s)
                if self._monitor is None:
                    continue
                try:
                    healthy = (await http.get(f"{self._monitor}/healthz")).is_success
                except httpx2.TransportError:
                    healthy = False
                misses = 0 if healthy else misses + 1
        self._last_words = b"it did not answer and was ended"
        process.kill()

    def _heed(self, line: bytes) -> None:
        if b"Server is ready" in line:
            self._ready.set()
        elif found := _MONITOR.search(line):
            self._monitor = f"http://{found.group(1).decode()}"
        elif _REFUSAL.search(line):
            self.refused += 1
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
