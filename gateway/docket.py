"""What waits to be judged: detectors cost milliseconds a call, however little they are shown, so under load they are
called twice a second. In light traffic nothing waits: what was acknowledged has been judged."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetry.batch import CabinetEvent, Extra, Frames, Judged, Mark
from telemetry.signals import WIDTH
from telemetry.units import SECOND

EVERY = SECOND // 2  # real time
LIGHT = 20  # samples and events of an entry: with so few, calls are affordable
MOST = 100_000  # samples, that memory be bounded


class Docket:
    """Judged in the order in which it was added; part of the fold's state."""

    def __init__(self) -> None:
        self._waiting: list[Judged] = []
        self._size = 0
        self._taken = 0

    def add(self, judged: Judged) -> None:
        self._waiting.append(judged)
        self._size += _size(judged)

    def due(self, real: int) -> bool:
        """Is it time to judge? (A clock that was set back does not keep anything waiting.)"""
        return not LIGHT < self._size < MOST or not 0 <= real - self._taken < EVERY

    def take(self, real: int) -> Judged:
        """All that waits, at once."""
        waiting, self._waiting, self._size, self._taken = self._waiting, [], 0, real
        return Judged.joined(waiting) if waiting else Judged()

    def dump(self) -> bytes:
        judged = Judged.joined(self._waiting) if self._waiting else Judged()
        frames = judged.frames
        columns = [column.astype(dtype).tobytes() for column, dtype in zip(_columns(frames), _DTYPES, strict=True)]
        return msgspec.msgpack.encode((self._taken, columns, judged.events, judged.marks))

    def load(self, data: bytes) -> None:
        """Take over a dump."""
        self._taken, columns, events, marks = msgspec.msgpack.decode(data)
        frames = _frames([np.frombuffer(raw, dtype) for raw, dtype in zip(columns, _DTYPES, strict=False)])
        self._waiting = [Judged(frames, [CabinetEvent(*e) for e in events], [Mark(*m) for m in marks])]
        self._size = _size(self._waiting[0])


_DTYPES = ("<i4", "<i8", "<f8", "<i4", "<i4", "<f8")


def _size(judged: Judged) -> int:
    """In samples and events; values of unknown signals count as the samples that would need their room."""
    return len(judged.frames) + len(judged.events) + len(judged.marks) + len(judged.frames.extra.line) // WIDTH


def _columns(frames: Frames) -> tuple[Any, ...]:
    return frames.row, frames.ts, frames.values, *frames.extra


def _frames(columns: list[NDArray[Any]]) -> Frames:
    """Of a dump's columns; dumps of versions before them have none of unknown signals."""
    row, ts, values, *odd = columns
    extra = Extra(odd[0].astype(np.int32), odd[1].astype(np.int32), odd[2].astype(np.float64)) if odd else Extra.none()
    return Frames(row.astype(np.int32), ts.astype(np.int64), values.reshape(-1, WIDTH).astype(np.float64), extra)
