"""CPU time per stage of the data path: the seams between the parts are wrapped, once per batch, never per message."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from gateway.runner import Gateway

REST = "event loop, threads"


class Stages:
    """`spent`: CPU seconds by stage, without the stages inside it. CPU time, not wall time: on one core a thread that
    waits for its turn costs nothing."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._local = threading.local()

    def watch(self, owner: Any, method: str, stage: str) -> None:
        """Count what `owner.method` costs under `stage`."""
        setattr(owner, method, self._timed(getattr(owner, method), stage))

    def _timed(self, call: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(call)
        def timed(*args: Any, **kwargs: Any) -> Any:
            outer = getattr(self._local, "inside", 0.0)
            self._local.inside = 0.0
            began = time.thread_time()
            try:
                return call(*args, **kwargs)
            finally:
                took = time.thread_time() - began
                self.spent[stage] += took - self._local.inside
                self._local.inside = outer + took

        return timed

    def table(self, messages: int, cpu: float) -> dict[str, float]:
        """Microseconds of CPU per message by stage; what no stage counts is the rest of `cpu` seconds."""
        table = {stage: spent / messages * 1e6 for stage, spent in self.spent.items()}
        return {**table, REST: cpu / messages * 1e6 - sum(table.values())}


def watch_gateway(stages: Stages, gateway: Gateway) -> None:
    """Wrap the seams of a gateway that does not run yet."""
    writer = gateway.writer
    fold = writer.fold
    stages.watch(gateway, "_entry", "batch: pull, pace, number")
    stages.watch(writer.journal, "append", "journal: encode, append, sync")
    stages.watch(fold.ingest, "take", "decode, account, columns")
    stages.watch(fold.fleet, "apply", "fleet")
    stages.watch(fold.faults, "step", "detectors, episodes")
    stages.watch(fold, "step", "fold: tickets, commands, rest")
    stages.watch(writer.series, "append", "series: append")
    stages.watch(writer.series, "flush", "series: flush")
    stages.watch(writer.records, "commit", "records: commit")
    stages.watch(writer, "save", "snapshot, journal trim")
    stages.watch(gateway, "_finish", "acks, feed")


@contextmanager
def watching(stages: Stages, owner: type, method: str, stage: str) -> Iterator[None]:
    """Wrap a method of a class for a while."""
    kept = getattr(owner, method)
    stages.watch(owner, method, stage)
    try:
        yield
    finally:
        setattr(owner, method, kept)
