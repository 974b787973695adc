"""The figures of quality checks and problems; the standards give none of them."""

import msgspec

from telemetry.units import DAY


class Learning(msgspec.Struct, frozen=True, kw_only=True):
    """`sample_share` of a month's contacts are drawn for a quality check (S1 5.2.3). A fault kind that came back
    `problem_repeats` times on one model within `problem_ms` is a problem (S2 6.1); `problem_firmware`: each
    firmware of a model counts by itself."""

    sample_share: float = 0.05
    problem_repeats: int = 3
    problem_ms: int = 30 * DAY
    problem_firmware: bool = False
