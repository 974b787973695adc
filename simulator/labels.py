"""Ground truth, JSON lines `{"cabinet"|"site","kind","onset","end"}` (ms) (contract, `--labels`)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from simulator.truth import Label
from telemetry.errors import ConfigError


class LabelFile:
    """Writes labels as they come: once with `end` null, once more with it."""

    def __init__(self, sink: TextIO, ids: Sequence[str]) -> None:
        self._sink, self._ids = sink, ids

    def write(self, labels: Sequence[Label]) -> None:
        for label in labels:
            who = {"site": label.site} if label.site else {"cabinet": self._ids[label.row]}
            line = who | {"kind": label.kind, "onset": label.onset, "end": label.end}
            self._sink.write(json.dumps(line) + "\n")
        if labels:
            self._sink.flush()


def open_labels(path: Path) -> TextIO:
    """The file to append labels to. Raises ConfigError when it cannot be written."""
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise ConfigError("labels", f"cannot write {path}: {error.strerror}") from error
