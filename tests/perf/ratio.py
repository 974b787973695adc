"""The cost of a message on the full path in units of a yardstick: a fixed piece of Python and numpy work.

Both are CPU time of this process, measured in turns, so that neither another machine nor a busy one changes the ratio
much. `python -m tests.perf.ratio` prints it.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.perf import shape
from tests.perf.feed import run

CABINETS, MESSAGES = 1000, 10_000
ROUNDS = 3
YARD_MESSAGES = 20_000


def yardstick() -> float:
    """CPU microseconds per message of decoding, counting and filing it the plain way."""
    raw = [shape.payload(n, n, tail) for n, tail in enumerate(shape.TELEMETRY_TAILS)]
    began = time.process_time()
    columns: dict[str, list[float]] = {}
    for n in range(YARD_MESSAGES):
        for name, value in json.loads(raw[n % len(raw)])["m"].items():
            columns.setdefault(name, []).append(value)
    for values in columns.values():
        np.sort(np.array(values)).cumsum()
    return (time.process_time() - began) / YARD_MESSAGES * 1e6


def ratios() -> Iterator[float]:
    """A few rounds, of which the best counts; each is compared with the yardsticks before and after it."""
    before = yardstick()
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="vendwatch-ratio-") as folder:
            cost = run(Path(folder), CABINETS, MESSAGES).cpu_us
        after = yardstick()
        yield cost / min(before, after)
        before = after


if __name__ == "__main__":
    print(f"{min(ratios()):.2f} yardsticks per message")
