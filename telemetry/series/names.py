"""A store's own numbers for the names of cabinets and signals."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from telemetry.batch import I32


class Names:
    """The store's own numbers for names, in order of first sight; the first `kept` of them are in the file."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.kept = 0

    def load(self, names: Sequence[str]) -> None:
        for name in names:
            self.number.setdefault(name, len(self.number))
        self.kept = len(names)

    def translate(self, column: I32, names: Sequence[str]) -> I32:
        """The caller's indexes into `names` [n] as our own numbers [n]; new names get the next number."""
        used, where = np.unique(column, return_inverse=True)
        own = [self.number.setdefault(names[i], len(self.number)) for i in used.tolist()]
        translated: I32 = np.array(own, np.int32)[where]
        return translated

    def new(self) -> list[tuple[int, str]]:
        return [(n, name) for name, n in islice(self.number.items(), self.kept, None)]
