"""The races: writers that all want what only one of them can get. Each says who won, who was refused and why."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.live.line import Line, Voice
from tests.racing.check import broken
from tests.racing.crowd import Crowd, Reply, together

REPORTS = 8  # of a cabinet about one fault; each is said twice, over two connections


class Race(NamedTuple):
    """`writers` wanted `prizes` things; `said`: how often each answer was given; `wrong`: what must not have been."""

    name: str
    writers: int
    prizes: int
    said: dict[str, int]
    wrong: list[str]
    seconds: float


class Stage(NamedTuple):
    """A running product with a crowd, two connections of cabinets, and somebody whom work is offered to."""

    crowd: Crowd
    lines: tuple[Line, Line]
    technician: str


async def cabinets(stage: Stage, prefix: str, count: int) -> list[str]:
    """New cabinets, known to the product."""
    names = [f"{prefix}-{n:04d}" for n in range(count)]
    for name in names:
        await stage.crowd.make("/cabinets", {"id": name, "model": "T1"})
    return names


async def accepts(stage: Stage, contests: int, each: int) -> Race:
    """`each` acceptances of every offer: one is 200, all others say `already_accepted`."""
    places = await cabinets(stage, "ACC", contests)
    visits = await asyncio.gather(*(_offer(stage, place) for place in places))
    begun = time.monotonic()
    tried = await together(stage.crowd.post(f"/visits/{v}/accept") for v in visits for _ in range(each))
    wrong = _one_each(tried, each, visits, "200", {"409 already_accepted"})
    return _race("accept one offer", tried, contests, wrong, begun)


async def _offer(stage: Stage, cabinet: str) -> str:
    """A visit that is offered to the technician."""
    made = await stage.crowd.make("/tickets", {"kind": "repair", "summary": "race", "cabinet": cabinet})
    await stage.crowd.make(f"/tickets/{made['id']}/triage")
    sent = await stage.crowd.make(f"/tickets/{made['id']}/dispatch", {"technician": stage.technician})
    return str(sent["visit"])


async def same_key(stage: Stage, contests: int, each: int) -> Race:
    """`each` requests under one Idempotency-Key: one ticket, whose number all of them are told."""
    begun, body = time.monotonic(), {"kind": "consultation", "summary": "race"}
    keys = [f"race-{begun}-{n}" for n in range(contests)]
    tried = await together(
        stage.crowd.post("/tickets", body, **{"Idempotency-Key": key}) for key in keys for _ in range(each)
    )
    told = [{r.body.get("id") for r in tried[n * each : (n + 1) * each]} for n in range(contests)]
    wrong = [f"{key}: tickets {sorted(map(str, ids))}" for key, ids in zip(keys, told, strict=True) if len(ids) != 1]
    if len(set().union(*told)) != contests:
        wrong.append("two keys share a ticket")
    return _race("open a ticket under one key", tried, contests, wrong, begun)


async def same_version(stage: Stage, contests: int, each: int) -> Race:
    """`each` moves at one version of a ticket: one is made, all others are stale."""
    body = {"kind": "consultation", "summary": "race"}
    made = [await stage.crowd.make("/tickets", body) for _ in range(contests)]
    begun, verbs = time.monotonic(), ("triage", "comment", "reply", "cancel")
    tried = await together(
        stage.crowd.post(f"/tickets/{t['id']}/{verbs[n % 4]}", {"text": "race"} if n % 4 in (1, 2) else {},
                         **{"If-Match": f'"{t["version"]}"'})
        for t in made for n in range(each)
    )  # fmt: skip
    wrong = _one_each(tried, each, [t["id"] for t in made], "200", {"412 stale"})
    return _race("move a ticket at one version", tried, contests, wrong, begun)


async def acknowledges(stage: Stage, contests: int, each: int) -> Race:
    """`each` people acknowledge the same fault: one did, all others hear that somebody has."""
    places = await cabinets(stage, "ACK", contests)
    await asyncio.gather(*(asyncio.to_thread(_report, stage.lines, place, n) for n, place in enumerate(places)))
    faults = [f["id"] for f in await _until_told(stage, places)]
    begun = time.monotonic()
    tried = await together(
        stage.crowd.post(f"/faults/{fault}/acknowledge", {"note": "race"}) for fault in faults for _ in range(each)
    )
    wrong = _one_each(tried, each, faults, "200", {"409 already_acknowledged"})
    return _race("acknowledge one fault", tried, contests, wrong, begun)


def _report(lines: tuple[Line, Line], cabinet: str, code: int) -> None:
    """A cabinet's firmware reports one fault again and again, every message twice and over two connections at once."""
    voice = Voice(lines[0], cabinet)
    voice.birth()
    said = [voice.make(event="device_fault", data={"scheme": "vendor", "code": f"E{code}"}) for _ in range(REPORTS)]
    for line in (*lines, *lines):
        line.pour(f"cabinets/{cabinet}/up/event", said)


async def _until_told(stage: Stage, places: list[str]) -> list[dict[str, Any]]:
    """The faults of these cabinets, once each has one with a ticket."""
    for _ in range(240):
        found = [f for f in await stage.crowd.every("/faults") if f["cabinet"] in places and f["ticket"]]
        if {f["cabinet"] for f in found} == set(places):
            return found
        await asyncio.sleep(0.25)
    raise TimeoutError("a cabinet's fault was not told within a minute")


async def episodes(stage: Stage, contests: int, each: int, seed: int = 1) -> Race:
    """Cabinets report, the desk opens tickets by itself, and `each` people at once open, merge, cancel, reopen, send
    out and acknowledge around every one of them. What must hold is told by the lists afterwards."""
    places, chance = await cabinets(stage, "EPI", contests), random.Random(seed)
    seen: dict[str, list[str]] = {place: [] for place in places}
    begun = time.monotonic()
    speaking = [asyncio.to_thread(_report, stage.lines, place, n) for n, place in enumerate(places)]
    people = [_meddle(stage.crowd, place, seen, chance, each // PEOPLE) for place in places for _ in range(PEOPLE)]
    told = await asyncio.gather(*speaking, *people)
    tried = [reply for replies in told[len(places) :] for reply in replies or ()]
    await _until_told(stage, places)
    wrong = [f"{r.said} for {r.body}" for r in tried if r.status >= 500]
    return _race("meddle with one episode", tried, contests, wrong, begun)


async def _meddle(
    crowd: Crowd, place: str, seen: dict[str, list[str]], chance: random.Random, acts: int
) -> list[Reply]:
    """One person does things, one after the other, with the tickets of a cabinet that anybody has seen by now."""
    done = []
    for _ in range(acts):
        wish = chance.choice(WISHES) if seen[place] else "open"
        if wish == "open":
            done.append(await crowd.post("/tickets", {"kind": "repair", "summary": "race", "cabinet": place}))
            listed = (await crowd.ask("GET", f"/tickets?q=cabinet:{place}")).body["items"]
            seen[place] = [t["id"] for t in listed]
        else:
            done.append(await _do(crowd, wish, chance.choice(seen[place]), chance.choice(seen[place])))
    return done


async def _do(crowd: Crowd, wish: str, ticket: str, other: str) -> Reply:
    if wish == "acknowledge":
        fault = (await crowd.ask("GET", f"/tickets/{ticket}")).body["fault"]
        return await crowd.post(f"/faults/{fault}/{wish}" if fault else f"/tickets/{ticket}/triage")
    return await crowd.post(f"/tickets/{ticket}/{wish}", {"into": other} if wish == "merge" else {})


PEOPLE = 10  # at every cabinet
WISHES = ("open", "merge", "merge", "cancel", "reopen", "reopen", "triage", "dispatch", "acknowledge")
RACES: dict[str, Callable[[Stage, int, int], Awaitable[Race]]] = {
    "accept": accepts, "key": same_key, "version": same_version, "acknowledge": acknowledges, "episode": episodes,
}  # fmt: skip


async def after(stage: Stage) -> list[str]:
    """What the lists say is broken, once everything that cabinets said is judged."""
    tickets, visits, faults = [await stage.crowd.every(path) for path in ("/tickets", "/visits", "/faults")]
    return broken(tickets, visits, faults)


def _one_each(tried: list[Reply], each: int, prizes: list[str], won: str, lost: set[str]) -> list[str]:
    """What is wrong when every prize has one winner and everybody else the same excuse."""
    wrong = []
    for n, prize in enumerate(prizes):
        said = Counter(r.said for r in tried[n * each : (n + 1) * each])
        if said[won] != 1 or set(said) - {won} - lost:
            wrong.append(f"{prize}: {dict(said)}")
    return wrong


def _race(name: str, tried: list[Reply], prizes: int, wrong: list[str], begun: float) -> Race:
    said = dict(sorted(Counter(r.said for r in tried).items()))
    return Race(name, len(tried), prizes, said, wrong, round(time.monotonic() - begun, 1))
