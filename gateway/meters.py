"""What the data path measures of itself, as Prometheus histograms. Written by the loop, read by any thread."""

from prometheus_client import Histogram

_MESSAGES = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Meters:
    """`batch`: messages journaled together (entries without any are left out); `commit`: seconds it took to store what
    one entry came to, waiting for a store that is away included."""

    def __init__(self) -> None:
        self.batch = Histogram(
            "vendwatch_batch_messages", "Messages journaled together", buckets=_MESSAGES, registry=None
        )
        self.commit = Histogram(
            "vendwatch_commit_seconds", "Time to store what an entry came to", buckets=_SECONDS, registry=None
        )
