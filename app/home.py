"""The data directory: who owns it, its secret, its identity, the speed it was written at."""

import fcntl
import json
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import msgspec

from gateway.keys import Keys
from telemetry.errors import ConfigError, Invalid, OwnedError, Unavailable

_PRIVATE = 0o600
_KEY_BYTES = 32


class Home:
    """A data directory. Files made here: `lock` `run.json` `secret` `keys` `instance` `speed` (all private)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)  # people stand in the tickets
        except OSError as error:
            raise ConfigError("data", f"cannot make {root}: {error.strerror}") from error

    def lock(self) -> "Lock":
        """Own the directory while the returned context is open. Raises OwnedError naming the owner's process."""
        return Lock(self.root / "lock")

    def secret(self) -> bytes:
        """The installation's key for signatures and one-time codes: 256 bit, made once. Raises ConfigError for what is
        left of one: with a shorter key, or none, anybody could sign."""
        try:
            key = bytes.fromhex(self._once("secret", secrets.token_hex(_KEY_BYTES)))
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise ConfigError(
                "data",
                f"{self.root / 'secret'} is damaged: put it back from a backup (labels with QR codes depend on it)",
            )
        return key

    def instance(self) -> str:
        """A short name that tells this installation from others on a shared broker."""
        return self._once("instance", secrets.token_hex(4))

    def keys(self) -> Keys:
        """The secrets between the product and its broker, made once. Raises ConfigError for what is left of them."""
        try:
            keys = msgspec.json.decode(self._once("keys", msgspec.json.encode(Keys.new()).decode()), type=Keys)
            keys.check()
        except (ValueError, Invalid) as error:
            told = f"{self.root / 'keys'} is damaged: remove it, a new one is made at the next start ({error})"
            raise ConfigError("data", told) from error
        return keys

    def speed(self) -> float | None:
        """Product seconds per real second of this history; None while nothing was written."""
        path = self.root / "speed"
        return float(path.read_text()) if path.exists() else None

    def claim_speed(self, speed: float, *, demo: bool) -> None:
        """Product time cannot change its pace within one history. Raises ConfigError."""
        written = self.speed()
        if not demo and written not in (None, 1.0):
            raise ConfigError("data", f"{self.root} was written at speed {written:g} by a demo: choose another --data")
        if demo and written == 1.0 and speed != 1:
            raise ConfigError("data", f"{self.root} holds a real installation: choose another --data for the demo")
        self._write("speed", f"{speed:g}")

    def announce(self, facts: dict[str, Any]) -> None:
        """Leave word for other commands on this directory: pid, address, a token for this machine's user."""
        self._write("run.json", json.dumps(facts))

    def withdraw(self) -> None:
        (self.root / "run.json").unlink(missing_ok=True)

    def running(self) -> dict[str, Any] | None:
        """What the running product announced; None when none runs here."""
        try:
            with self.lock():
                return None
        except OwnedError as error:
            try:
                facts: dict[str, Any] = json.loads((self.root / "run.json").read_text())
            except FileNotFoundError:
                raise Unavailable(f"{error}, which is still starting: try again in a moment") from error
            return facts

    def _once(self, name: str, value: str) -> str:
        path = self.root / name
        if not path.exists():
            self._write(name, value)
        return path.read_text("utf-8", "replace").strip()

    def _write(self, name: str, text: str) -> None:
        """Write a private file as a whole, so that after a power cut too it is there or not."""
        scratch = self.root / f".{name}.tmp"
        scratch.unlink(missing_ok=True)  # one left over may be open to others
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(self.root / name)


class Lock:
    """An advisory lock on a file that names its owner; the kernel lets go of it when the owner dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            owner = file.read().strip() or "another process"
            file.close()
            raise OwnedError(f"{self._path.parent} is in use by process {owner}") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if self._file:
            self._file.close()
