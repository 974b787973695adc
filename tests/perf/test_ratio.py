"""A change that makes a message twice as dear does not pass unseen."""

from tests.perf.ratio import ratios

RECORDED = 2.0
"""Yardsticks per message (`python -m tests.perf.ratio`) when this was last written down."""
AT_MOST = 2.0


def test_a_message_costs_at_most_twice_what_it_did() -> None:
    """One round that is cheap enough proves it; a dear one may be the machine's fault and is tried again."""
    measured: list[float] = []
    for ratio in ratios():
        measured.append(ratio)
        if ratio <= AT_MOST * RECORDED:
            return
    raise AssertionError(f"{min(measured):.2f} yardsticks per message, recorded {RECORDED}")
