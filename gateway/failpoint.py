"""Death on demand, for tests of what survives it: nothing happens unless FAILPOINT_FOLD is set when the process starts.

`FAILPOINT_FOLD=kill:WORD` kills the process, `raise:WORD` raises, when a message that contains WORD is folded.
"""

import os
import signal

_HOW, _, _WORD = os.environ.get("FAILPOINT_FOLD", "").partition(":")
_MARK = _WORD.encode()


class FailedOnPurpose(RuntimeError):
    """The fail point's exception: no error of ours, so that nothing takes it for bad input."""


def folding(payload: bytes) -> None:
    """A message is about to be folded."""
    if _MARK and _MARK in payload:
        if _HOW == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise FailedOnPurpose(_WORD)
