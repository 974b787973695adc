"""A product under test as a child process, and HTTP to it. Knows only the contract."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "outside-test-password"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(what: str, ready: Callable[[], Any], seconds: float = 30) -> Any:
    """Poll until `ready` answers something true; the answer. An outside program has no other way to wait."""
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < seconds:
        found = ready()
        if found:
            return found
        time.sleep(0.05 + min(waited / 50, 0.45))  # who waits long need not ask often
    raise TimeoutError(f"waited {seconds} s for {what}")


def web() -> httpx2.Client:
    """HTTP with a connection per request, as a product that is killed and started again needs it. One for many
    requests: making a client costs more than the request."""
    return httpx2.Client(timeout=30, trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))


class Product:
    """`run` or `demo` on random ports and a directory of its own; `start` again after a kill keeps all of them."""

    def __init__(self, folder: Path, command: str = "run", *flags: str) -> None:
        self.folder, self.http_port, self.mqtt_port = folder, free_port(), free_port()
        self._command = [
            sys.executable, "-m", "app", command, "--data", str(folder / "var"),
            "--http", f"127.0.0.1:{self.http_port}", "--mqtt", f"127.0.0.1:{self.mqtt_port}",
            "--enrolment", "open", *flags,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.environment: dict[str, str] = {}
        self.log = folder / "product.log"
        self.bearer = ""
        self.http = web()

    def without(self, *flags: str) -> "Product":
        """Leave flags with their values away, so that the defaults hold."""
        for flag in flags:
            at = self._command.index(flag)
            del self._command[at : at + 2]
        return self

    def use_broker(self, url: str) -> None:
        """An outside broker in the place of the embedded one; before the start."""
        self.without("--mqtt")._command.extend(("--broker", url))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def start(self) -> "Product":
        """Start and wait until it is ready to serve."""
        self.launch()
        wait_for("the product to be ready", self.ready, 60)
        return self

    def launch(self) -> None:
        """Start, and wait for nothing; with `environment` added to ours."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
                env={**os.environ, "VENDWATCH_ADMIN_PASSWORD": PASSWORD, **self.environment},
            )  # fmt: skip

    def ready(self) -> bool:
        """Does it serve? Fails when it has ended."""
        assert self.process
        if self.process.poll() is not None:
            raise AssertionError(f"the product ended with {self.process.returncode}:\n{self.log.read_text()[-3000:]}")
        with contextlib.suppress(httpx2.TransportError):
            return self.http.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def token(self, role: str, name: str) -> str:
        """A new token, made over HTTP."""
        made: str = self.post("/tokens", {"name": name, "role": role}).json()["token"]
        return made

    def get(self, path: str, **params: Any) -> Any:
        """GET under /api/v1, as an administrator; the JSON."""
        answer = self.request("GET", path, params=params)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return self.request("POST", path, json=body)

    def request(self, method: str, path: str, **more: Any) -> httpx2.Response:
        self.bearer = self.bearer or self.own_token()
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return self.http.request(method, f"{self.url}/api/v1{path}", headers=headers, **more)

    def own_token(self) -> str:
        """An administrator's token, got by signing in: the command line costs more than all else a test asks."""
        with web() as http:
            credentials = {"username": "admin", "password": PASSWORD}
            http.post(f"{self.url}/api/v1/session", json=credentials).raise_for_status()
            made = http.post(f"{self.url}/api/v1/tokens", json={"name": "outside", "role": "administrator"})
            made.raise_for_status()
            return str(made.json()["token"])

    def children(self, name: str) -> list[int]:
        """Pids of direct children whose command line contains `name`."""
        assert self.process
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(line.split()[0]) for line in listed.stdout.splitlines() if name in line]

    def kill(self) -> None:
        """SIGKILL of the product's own process alone; its children must end with it."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextlib.contextmanager
def product(folder: Path, command: str = "run", *flags: str) -> Iterator[Product]:
    """A started product that is stopped at the end, however the test ends."""
    made = Product(folder, command, *flags)
    try:
        yield made.start()
    finally:
        if made.process and made.process.poll() is None:
            made.stop()


def alive(pid: int) -> bool:
    """Is the process there, and not a zombie?"""
    with contextlib.suppress(OSError):
        return not re.search(r"^State:\s+Z", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return False


def labels(path: Path) -> list[dict[str, Any]]:
    """The ground truth written so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
