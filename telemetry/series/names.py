"""A store's own numbers for the names of cabinets and signals."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from telemetry.batch import I32


class Names:
    """The store's own numbers for names, in order of first sight."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.number)

    def learn(self, names: Sequence[str]) -> None:
        """Names that were given their numbers earlier, in order; those already known keep theirs."""
        for name in names:
            self.number.setdefault(name, len(self.number))

    def translate(self, column: I32, names: Sequence[str]) -> I32:
        """The caller's indexes into `names` [n] as our own numbers [n]; new names get the next number."""
        used, where = np.unique(column, return_inverse=True)
        own = [self.number.setdefault(names[i], len(self.number)) for i in used.tolist()]
        translated: I32 = np.array(own, np.int32)[where]
        return translated

    def reach(self, names: Sequence[str], kept: int) -> int:
        """How many are kept when `names`, learned in a row, are kept as well as the first `kept`; they may overlap."""
        return max(kept, self.number[names[-1]] + 1) if names else kept

    def since(self, kept: int) -> list[str]:
        """All but the first `kept`, in order of their numbers."""
        return list(islice(self.number, kept, None))
