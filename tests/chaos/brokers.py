"""Brokers of somebody else's, for the product's `--broker`: started, killed, robbed of what they remember."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.live.outside import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
# Of the shipped configuration all but who may come in and where files lie.
SHIPPED = ROOT / "docs/mosquitto/mosquitto.conf"
KEPT = ("max_", "autosave_", "persistent_", "set_", "queue_", "retain_", "sys_")
# What Debian's Mosquitto does with nothing but a store.
MOSQUITTO = """listener {port} 127.0.0.1
allow_anonymous true
user root
persistence true
persistence_location {store}/
"""
NATS = """server_name: outer
listen: "127.0.0.1:-1"
jetstream {{ store_dir: "{store}" }}
mqtt {{ listen: "127.0.0.1:{port}", max_ack_pending: 8000, ack_wait: "10s" }}
"""


class OutsideBroker:
    """`kind`: nats, mosquitto or mosquitto-defaults. The port stays the same over restarts."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.port, self.store = kind, free_port(), folder / "broker"
        self._config, self._log = folder / "broker.conf", folder / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None
        if kind == "nats":
            self._command = [str(Path(sys.executable).parent / "nats-server"), "-c", str(self._config)]
            text = NATS
        else:
            self._command = [mosquitto(), "-c", str(self._config)]
            text = MOSQUITTO + (shipped() if kind == "mosquitto" else "")
        self._config.write_text(text.format(port=self.port, store=self.store))

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> None:
        self.store.mkdir(exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        wait_for("the broker to listen", self._listens, 60)

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Its store is gone, as after a broken disk. It must not run."""
        shutil.rmtree(self.store)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False


def shipped() -> str:
    """The shipped settings of queues, limits and saving."""
    return "".join(f"{line}\n" for line in SHIPPED.read_text("utf-8").splitlines() if line.startswith(KEPT))


def mosquitto() -> str:
    """Where it is; raises FileNotFoundError."""
    found = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    if not found:
        raise FileNotFoundError("mosquitto is not installed (apt-get install mosquitto)")
    return found
