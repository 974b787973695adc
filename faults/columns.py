"""Per-cabinet state as columns: the engine owns them, so that growing and snapshots cost a detector nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.errors import Invalid


class Column(NamedTuple):
    """One value per cabinet (`width` values when it is not 0); `fill` is what a new cabinet starts with."""

    name: str
    dtype: str
    fill: float
    width: int = 0


class Columns:
    """Named arrays of shape [capacity] or [capacity, width]; row i is the fleet's row i."""

    def __init__(self, specs: Sequence[Column]) -> None:
        self._specs = tuple(specs)
        self._arrays = {s.name: _filled(s, 0) for s in self._specs}

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def grow(self, n: int) -> None:
        """Have room for at least n cabinets."""
        for spec in self._specs:
            old = self._arrays[spec.name]
            if n > len(old):
                new = _filled(spec, max(n, len(old) + len(old) // 4, 64))
                new[: len(old)] = old
                self._arrays[spec.name] = new

    def dump(self, n: int) -> dict[str, bytes]:
        """The first n rows of every column, as little-endian bytes."""
        return {s.name: self._arrays[s.name][:n].astype(_little(s), copy=False).tobytes() for s in self._specs}

    def load(self, data: Mapping[str, bytes], n: int) -> None:
        """Take back n rows; a column the snapshot does not know starts fresh. Raises Invalid on a wrong length."""
        self._arrays = {s.name: _filled(s, 0) for s in self._specs}
        self.grow(n)
        for spec in self._specs:
            if spec.name in data:
                if len(data[spec.name]) != n * max(spec.width, 1) * _little(spec).itemsize:
                    raise Invalid({spec.name: f"{len(data[spec.name])} bytes for {n} cabinets"})
                flat = np.frombuffer(data[spec.name], _little(spec))
                self._arrays[spec.name][:n] = flat.reshape((n, spec.width) if spec.width else (n,))


def _filled(spec: Column, n: int) -> NDArray[Any]:
    return np.full((n, spec.width) if spec.width else n, spec.fill, np.dtype(spec.dtype))


def _little(spec: Column) -> np.dtype[Any]:
    return np.dtype(spec.dtype).newbyteorder("<")
