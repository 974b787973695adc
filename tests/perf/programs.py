"""The programs beside the product: loader and stand-in broker (compiled here), mosquitto_sub, and two real brokers."""

import json
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from gateway.broker import executable
from gateway.configuration import configuration
from tests.live.outside import free_port, wait_for
from tests.perf import shape
from tests.perf.machine import LOAD_CORE, PEER_CORE, cpu_seconds, pinned

HERE = Path(__file__).parent
IN_FLIGHT = 8000  # what the embedded broker allows a subscriber: four times the largest batch
SHIPPED = HERE.parents[1] / "docs" / "mosquitto" / "mosquitto.conf"
TUNING = ("max_", "persistence ", "autosave_", "persistent_", "set_tcp_nodelay")


class MissingError(Exception):
    """A Debian program is not installed."""


def program(name: str, package: str) -> str:
    """Where a Debian program is. Raises MissingError."""
    found = shutil.which(name) or next((str(p) for p in (Path("/usr/sbin", name),) if p.exists()), None)
    if not found:
        raise MissingError(f"{name} is not installed (apt-get install {package})")
    return found


def compiled(name: str, folder: Path) -> Path:
    """Compile a C program of this directory into `folder`, once. Raises MissingError."""
    made = folder / name
    if not made.exists():
        gcc = program("gcc", "gcc libc6-dev")
        subprocess.run([gcc, "-O2", "-Wall", "-o", str(made), str(HERE / f"{name}.c")], check=True)
        shape.write(folder / "tails")
    return made


class Done(msgspec.Struct):
    """What the loader answers to a command. Times in seconds; `began` on the monotonic clock; `last_ack` after it."""

    did: str
    began: float
    seconds: float
    last_ack: float
    cpu: float
    sent: int
    pubacks: int
    acks: int
    complete: bool


class Child:
    """A child process with its output in a file; ended by its pid."""

    def __init__(self, command: list[str], core: int, log: Path, **more: Any) -> None:
        with pinned(core), log.open("ab") as out:
            self.process = subprocess.Popen(command, stderr=out, **{"stdout": out, **more})
        self.pid = self.process.pid

    def stop(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Loader(Child):
    """tests/perf/loader.c. `do` gives one command and waits for its end."""

    def __init__(self, folder: Path, port: int, **options: Any) -> None:
        given = {"port": port, "tails": folder / "tails", **options}
        command = [str(compiled("loader", folder)), *(f"{k}={v}" for k, v in given.items())]
        super().__init__(
            command, LOAD_CORE, folder / "loader.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.log = folder / "loader.log"

    def order(self, command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def answer(self) -> Done:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the loader ended: {self.log.read_text()[-500:]}")
        return msgspec.json.decode(line, type=Done)

    def do(self, command: str) -> Done:
        """Raises RuntimeError when it did not come to its end: not all was acknowledged."""
        self.order(command)
        done = self.answer()
        if not done.complete:
            raise RuntimeError(f"{command}: not everything was acknowledged: {done}")
        return done


class StandIn(Child):
    """tests/perf/stand_in.c: `sink` or `flood`."""

    def __init__(self, folder: Path, mode: str, core: int, **options: Any) -> None:
        given = {"tails": folder / "tails", **options}
        command = [str(compiled("stand_in", folder)), mode, *(f"{k}={v}" for k, v in given.items())]
        super().__init__(
            command, core, folder / "stand_in.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def told(self) -> dict[str, Any]:
        """The next line of a flood (one a second)."""
        assert self.process.stdout
        line: dict[str, Any] = json.loads(self.process.stdout.readline())
        return line


class Server(Child):
    """A broker on CPU 0; `port` takes MQTT connections."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        super().__init__(command, LOAD_CORE, log)
        self.port = port
        wait_for("the broker to listen", self._listens)

    def _listens(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.process.args!r} ended at once")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def nats(folder: Path) -> Server:
    """The embedded broker's program with the embedded broker's settings."""
    port, store = free_port(), folder / "nats"
    store.mkdir()
    (store / "nats.conf").write_text(configuration(("127.0.0.1", port), store, IN_FLIGHT))
    return Server([executable(), "-c", str(store / "nats.conf")], port, folder / "nats.log")


def mosquitto(folder: Path) -> Server:
    """Debian's Mosquitto as we ship its configuration, but anybody may come in."""
    port, config = free_port(), folder / "mosquitto.conf"
    tuning = [line for line in SHIPPED.read_text().splitlines() if line.startswith(TUNING)]
    opened = [f"listener {port} 127.0.0.1", "allow_anonymous true", f"persistence_location {folder}/", "user root"]
    config.write_text("\n".join([*opened, *(t for t in tuning if not t.startswith("persistence_"))]) + "\n")
    return Server([program("mosquitto", "mosquitto"), "-c", str(config)], port, folder / "mosquitto.log")


class Subscriber(Child):
    """mosquitto_sub: takes `count` messages of QoS 1, does nothing with them, ends."""

    def __init__(self, folder: Path, port: int, count: int) -> None:
        command = [
            program("mosquitto_sub", "mosquitto-clients"), "-h", "127.0.0.1", "-p", str(port), "-q", "1",
            "-c", "-i", "bench-subscriber", "-t", "cabinets/+/up/#",
        ]  # fmt: skip
        subprocess.run([*command, "-E"], check=True, timeout=30)  # the session is there before the load is
        super().__init__([*command, "-C", str(count)], PEER_CORE, folder / "subscriber.log", stdout=subprocess.DEVNULL)

    def ended(self, patience: float) -> tuple[float, float]:
        """When it had them all (monotonic seconds, to 5 ms), and the CPU seconds it had used by then."""
        used = cpu_seconds(self.pid)
        end = time.monotonic() + patience
        while self.process.poll() is None:
            used = cpu_seconds(self.pid)
            if time.monotonic() > end:
                raise TimeoutError(f"mosquitto_sub did not get everything in {patience:.0f} s")
            time.sleep(0.005)
        return time.monotonic(), used
