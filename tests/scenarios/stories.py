"""What cabinets live through, told as messages in (boot, seq) order, and ways in which these reach us."""

import random
from typing import NamedTuple

from telemetry.units import MINUTE, SECOND
from tests.gateway.rig import birth, event, telemetry, up
from tests.scenarios.bench import HEALTHY, Arrival, Message
from tests.scenarios.life import NINE

ILLS = (
    {}, {"payment_ok": 0.0}, {"comp_a": 0.2}, {"door_open": 1.0}, {"lock_closed": 0.0}, {"mains_v": 0.0},
    {"air_c": 11.0}, {"air_c": -99.0}, {"payment_ok": 0.0, "lock_closed": 0.0}, {"payment_ok": 0.7, "air_c": 7.5},
)  # fmt: skip
EVENTS = ("door_opened", "door_closed", "power_lost", "power_restored", "vend")
WINDOW = 25 * SECOND  # with the time until the next entry, well within the 30 s of the contract


class Said(NamedTuple):
    """One message: when it was said (ms since NINE), of which boot, whether it is that boot's birth."""

    at: int
    boot: int
    born: bool
    message: Message


def story(chance: random.Random, cabinet: str, minutes: int) -> list[Said]:
    """A life of stretches in one condition each, with events, buffered samples, silences and reboots in between."""
    told = [Said(0, 1, True, birth(1, 1, 1, NINE, cabinet, interval_s=30, holds=[]))]
    last, at = {1: 1}, 0
    while at < minutes * MINUTE:
        at += chance.choice((0, 0, 0, 2, 5)) * MINUTE
        if chance.random() < 0.15:
            holds = [[boot, 1, seq] for boot, seq in last.items()]
            boot = len(last) + 1
            last[boot], at = 1, at + SECOND
            told.append(Said(at, boot, True, birth(boot, 1, 1, NINE + at, cabinet, interval_s=30, holds=holds)))
        ill, end = chance.choice(ILLS), at + chance.randrange(1, 18) * MINUTE
        while at < end:
            at += chance.randrange(8, 40) * SECOND
            boot = len(last)
            last[boot] += 1
            told.append(Said(at, boot, False, _word(chance, cabinet, boot, last[boot], at, ill)))
    return told + _calm(cabinet, len(last), last[len(last)], at)


def _calm(cabinet: str, boot: int, seq: int, at: int) -> list[Said]:
    """All is well at last, for longer than any hold-off: what was over before it was heard of is known only then."""
    ends = range(2, 62, 2)
    return [
        Said(t := at + n * MINUTE, boot, False, telemetry(boot, seq + i, NINE + t, cabinet, **HEALTHY))
        for i, n in enumerate(ends, start=1)
    ]


def _word(chance: random.Random, cabinet: str, boot: int, seq: int, at: int, ill: dict[str, float]) -> Message:
    """A sample mostly; now and then an event, or a few samples in one."""
    kind = chance.random()
    if kind < 0.06:
        return event(boot, seq, chance.choice(EVENTS), NINE + at, cabinet)
    if kind < 0.12:
        samples = [{"ts": NINE + at - ago * SECOND, "m": HEALTHY | ill} for ago in (4, 2, 0)]
        return up("telemetry", cabinet, boot=boot, seq=seq, ts=NINE + at, samples=samples)
    return telemetry(boot, seq, NINE + at, cabinet, **HEALTHY | ill)


def shuffled(chance: random.Random, told: list[Said]) -> list[Arrival]:
    """Each within `WINDOW` of its time, in any order; a birth before all else of its boot, as on a connection."""
    born: dict[int, int] = {}
    arrivals = []
    for said in told:
        late = chance.choice((0, 0, chance.randrange(WINDOW)))
        at = said.at + (0 if said.boot == 1 and said.born else late)
        if said.born:
            born[said.boot] = at
        arrivals.append((max(at, born[said.boot]), said.message))
    chance.shuffle(arrivals)
    return arrivals


def repeated(chance: random.Random, arrivals: list[Arrival], most: int) -> list[Arrival]:
    """The same, and each message up to `most` times more, at any time within five minutes after it."""
    again = [
        (at + chance.randrange(5 * MINUTE), message)
        for at, message in arrivals
        for _ in range(chance.randrange(most + 1))
    ]
    return arrivals + again


def scattered(chance: random.Random, told: list[Said], hours: int) -> list[Arrival]:
    """Half of them (births and each boot's last among these) at their time, the others any time after."""
    last = {said.boot: i for i, said in enumerate(told)}
    return [
        (said.at, said.message)
        if said.born or last[said.boot] == i or chance.random() < 0.5
        else (said.at + chance.randrange(hours * 60 * MINUTE), said.message)
        for i, said in enumerate(told)
    ]
