"""Death on demand, for tests of what survives it: nothing happens unless a fail point is set when the process starts.

`FAILPOINT_FOLD=kill:WORD` kills the process, `raise:WORD` raises, when a message that contains WORD is folded.
`FAILPOINT=FILE`: once that file appears, which says `STEP:N`, it is taken away, and the process dies the N-th time it
comes to that place between two steps of the data path.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

STEPS = (
    "before_journal", "after_journal", "after_puback", "after_fold", "before_records", "after_records",
    "before_series", "after_series", "before_ack", "after_ack", "before_snapshot", "inside_snapshot",
    "before_trim", "after_trim",
)  # fmt: skip

_HOW, _, _WORD = os.environ.get("FAILPOINT_FOLD", "").partition(":")
_MARK = _WORD.encode()
WATCHED = bool(_MARK)  # whether messages are to be looked into at all
_ORDERS = os.environ.get("FAILPOINT", "")
_left: dict[str, int] = {}


class FailedOnPurpose(RuntimeError):
    """The fail point's exception: no error of ours, so that nothing takes it for bad input."""


def folding(payload: bytes) -> None:
    """A message is about to be folded."""
    if WATCHED and _MARK in payload:
        if _HOW == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise FailedOnPurpose(_WORD)


def here(step: str) -> None:
    """The data path is at this place, one of `STEPS`."""
    if not _ORDERS:
        return
    with suppress(FileNotFoundError):
        wanted, _, passes = Path(_ORDERS).read_text().partition(":")
        Path(_ORDERS).unlink()
        _left[wanted] = int(passes)
    if step in _left:
        _left[step] -= 1
        if _left[step] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
