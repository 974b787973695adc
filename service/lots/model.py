"""The state of the room of lots: checks by lot, where lots lie, and the lanes that an unchecked one keeps shut."""

import msgspec

from service.recalls.model import Lock, plain

STAGES = ("purchase", "outbound", "before_sale")


def key_of(sku: str, lot: str) -> str:
    """A lot of an article, however its names are typed; `plain` leaves no blank in either."""
    return f"{plain(sku)} {plain(lot)}"


class Checked(msgspec.Struct):
    """The check of each stage that counts, (whether it was good, its id), and when the newest of them was made
    (product ms)."""

    stages: dict[str, tuple[bool, str]] = msgspec.field(default_factory=dict)
    at: int = 0


class Stay(msgspec.Struct, array_like=True, gc=False):
    """A lot in a lane since `since` (product ms): `id` of its row in `lot_stays`, `key` as of `key_of`."""

    id: str
    key: str
    sku: str
    lot: str
    since: int


class Held(msgspec.Struct):
    """A cabinet that was loaded with unchecked lots. `lanes`: lane → the lots, by key; `lock` as of a recall's task."""

    lock: Lock
    lanes: dict[int, list[str]] = msgspec.field(default_factory=dict)


class Lots(msgspec.Struct, kw_only=True):
    """`checks` by lot; `stays`: cabinet → lane → what lies there now; `held` by cabinet; `told`: lots of which people
    were told that they are unchecked, and when; `required`: what the policy said when it was last looked at; `swept`:
    as in `Books`."""

    checks: dict[str, Checked] = msgspec.field(default_factory=dict)
    stays: dict[str, dict[int, list[Stay]]] = msgspec.field(default_factory=dict)
    held: dict[str, Held] = msgspec.field(default_factory=dict)
    told: dict[str, int] = msgspec.field(default_factory=dict)
    required: bool = False
    swept: int = 0

    def lacking(self, key: str) -> list[str]:
        """The stages of which a good check is missing; a failed one counts as none (S1 7.5.1, 7.5.2)."""
        return [stage for stage in STAGES if not self._good(key, stage)]

    def failed(self, key: str) -> list[str]:
        """The stages whose newest check was not good."""
        return [stage for stage in STAGES if self._good(key, stage) is False]

    def _good(self, key: str, stage: str) -> bool | None:
        known = self.checks.get(key)
        return known.stages[stage][0] if known is not None and stage in known.stages else None
