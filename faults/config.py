"""The settings of fault judging; the composition root fills them in."""

import msgspec


class FaultsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """`warm_limit_c`: the air limit of a cabinet that never told its set point; None: such a cabinet is not judged.
    `version` of the product: a detector that one version had to switch off is tried again by another."""

    warm_limit_c: float | None = None
    version: str = ""
