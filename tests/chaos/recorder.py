"""What was said and what was acknowledged, as JSON lines in a file that is synced before anything goes out."""

import json
import os
from pathlib import Path
from typing import IO, Any

from tests.chaos.cabinet import Message


class Recorder:
    """Lines `{"say": [cabinet, leaf, payload]}`, `{"ack": [cabinet, boot, seq]}` and `{"note": …}` of the runner."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("a", encoding="utf-8")
        self.said = self.acked = 0

    def say(self, message: Message) -> None:
        self.said += 1
        self._write({"say": [message.cabinet, message.leaf, message.payload.decode()]})

    def ack(self, cabinet: str, boot: int, seq: int) -> None:
        self.acked += 1
        self._write({"ack": [cabinet, boot, seq]})

    def note(self, **facts: Any) -> None:
        """What the checker must know of the run: `outage` (we cannot see), `tolerate` (a fault kind that is right)."""
        self._write({"note": facts})
        self.sync()

    def sync(self) -> None:
        """Nothing is sent before this returns."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self.sync()
        self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")
