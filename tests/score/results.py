"""The results file: one JSON line per chunk that was lived, appended when it is done."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from tests.score.live import Lived, live
from tests.score.plan import Mode, Plan, code

FILE = "{mode}.jsonl"
CHECKPOINT = "under-way.pickle"


def read(data: Path, mode: Mode) -> list[Lived]:
    """All chunks of a mode; a line that a crash broke off is left out: its chunk is not done."""
    path = data / FILE.format(mode=mode)
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [msgspec.json.decode(line, type=Lived) for line in lines if line.endswith(b"\n")]


def newest(lived: Sequence[Lived]) -> list[Lived]:
    """The chunks of the code that was measured last; figures of different code are not added up."""
    return [chunk for chunk in lived if chunk.code == lived[-1].code]


def done(data: Path, plans: Sequence[Plan]) -> dict[Plan, Lived]:
    """Which of these plans this very code has lived already."""
    now = code()
    known = {chunk.plan: chunk for mode in {p.mode for p in plans} for chunk in read(data, mode) if chunk.code == now}
    return {plan: known[plan] for plan in plans if plan in known}


def append(data: Path, lived: Lived) -> None:
    """Add a chunk. What a crash left of the last line goes first."""
    path = data / FILE.format(mode=lived.plan.mode)
    before = path.read_bytes() if path.exists() else b""
    with path.open("r+b" if before else "wb") as file:
        file.truncate(before.rfind(b"\n") + 1)
        file.seek(0, 2)
        file.write(msgspec.json.encode(lived) + b"\n")


def fulfil(data: Path, plans: Sequence[Plan], progress: Callable[[float], None]) -> list[Lived]:
    """Live what is not done yet, chunk by chunk; `progress` hears of the days lived of all plans."""
    data.mkdir(parents=True, exist_ok=True)
    have, before = done(data, plans), 0.0
    for plan in plans:
        if plan not in have:
            lived = live(plan, lambda days, base=before: progress(base + days), data / CHECKPOINT)  # type: ignore[misc]
            if lived is not None:
                append(data, lived)
                have[plan] = lived
                (data / CHECKPOINT).unlink(missing_ok=True)
        before += plan.learning + plan.days
        progress(before)
    return [have[plan] for plan in plans]
