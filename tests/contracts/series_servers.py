"""Real series servers, started where a test needs one, and the stores that speak to them."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx2
import pytest

from telemetry.clock import real_ms
from telemetry.series.base import SeriesStore
from telemetry.series.influx import Influx
from telemetry.series.line import Dialect, LineSeries
from telemetry.series.place import Server
from telemetry.series.victoria import Victoria
from telemetry.units import SECOND
from tests.conftest import free_port
from tests.contracts.series_data import FOREVER, IDS, NAMES, Line, readings
from tests.live.outside import wait_for

PROGRAMS = {"victoriametrics": "victoria-metrics", "influxdb": "influxd"}
FLAGS = ("-retentionPeriod=100y", "-dedup.minScrapeInterval=1ms", "-memory.allowedBytes=256MB")
INFLUX = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:{port}"
log-enabled = false
{http}
[monitor]
store-enabled = false
"""
_databases = count()


class Running:
    """A server in a folder of its own; `kill` and `start` keep folder and port."""

    def __init__(self, kind: str, folder: Path, *flags: str, http: str = "") -> None:
        program = shutil.which(PROGRAMS[kind], path="/usr/bin:/usr/sbin:/usr/local/bin")
        if not program:
            pytest.skip(f"{kind} is not installed (apt-get install {PROGRAMS[kind].replace('influxd', 'influxdb')})")
        self.kind, self.folder, self.port = kind, folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "influxdb.conf"
        config.write_text(INFLUX.format(folder=folder, port=self.port, rpc=free_port(), http=http))
        listen = f"-httpListenAddr=127.0.0.1:{self.port}"
        own = {
            "victoriametrics": [f"-storageDataPath={folder / 'data'}", listen, *(flags or FLAGS)],
            "influxdb": ["run", "-config", str(config)],
        }
        self._command = [program, *own[kind]]
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Running":
        with (self.folder / "log").open("ab") as log:
            self._child = subprocess.Popen(self._command, stdout=log, stderr=log)
        self._second = real_ms() // SECOND
        wait_for(f"{self.kind} to answer", self._answers, 60)
        return self

    def _answers(self) -> bool:
        assert self._child
        assert self._child.poll() is None, (self.folder / "log").read_text()[-2000:]
        try:
            return httpx2.get(f"{self.url}/ping", timeout=5).status_code < 500
        except httpx2.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL, in a later second than it was started in: VictoriaMetrics tells its runs apart by the second."""
        if self._child:
            wait_for("another second", lambda: real_ms() // SECOND > self._second)
            self._child.kill()
            self._child.wait()

    def show(self) -> None:
        """Make what was written visible at once: VictoriaMetrics may remember for 10 s that there was nothing."""
        if self.kind == "victoriametrics":
            httpx2.get(f"{self.url}/internal/force_flush", timeout=30)

    def server(self, database: str = "", settle_s: float = 30, timeout_s: float = 10) -> Server:
        """How to reach it; a database of its own where none is named."""
        return Server(self.url, database or f"db{next(_databases)}", timeout_s, settle_s)


@contextmanager
def running(kind: str, folder: Path, *flags: str, http: str = "") -> Iterator[Running]:
    made = Running(kind, folder, *flags, http=http)
    try:
        yield made.start()
    finally:
        made.kill()


class Flushed(Victoria):
    """Asks the server to make everything visible and to write it to disk before it is taken for held, so that a test
    need not wait for it."""

    def run(self) -> str:
        self._http.get("/internal/force_flush")
        return super().run()


def at_once(server: Running, path: Path, address: Server | None = None) -> LineSeries:
    """A store in which what is flushed is held; in a database of its own unless it has an address."""
    address = address or server.server(settle_s=0)
    dialect: Dialect = Flushed(address) if server.kind == "victoriametrics" else Influx(address)
    return LineSeries(path, dialect)


def append(store: SeriesStore, batch: int, *lines: Line) -> None:
    store.append(batch, readings(lines), IDS, NAMES)


def values(store: SeriesStore, cabinet: str = "CAB-A", signal: str = "air_c") -> list[tuple[int, float]]:
    return [(p.ts, p.mean) for p in store.read(cabinet, signal, 0, FOREVER, 100_000)]
