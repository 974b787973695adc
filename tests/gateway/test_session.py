"""The gateway's session: it always comes back, and no acknowledgement outlives its connection."""

import asyncio

from gateway.session import Session
from service.model import Publish
from tests.gateway.scripted import WELCOME, Scripted

GRANTED = b"\x90\x04\x00\x01\x01\x01"
HELLO = b"\x32\x07\x00\x01a\x00\x05hi"  # topic a, packet 5


async def watched(script, story):
    """Run a story beside a session to a scripted broker."""
    arrivals, sights = asyncio.Queue(), asyncio.Queue()
    async with script as broker:
        session = Session(broker, "gw", on_arrival=arrivals.put_nowait, on_sight=sights.put_nowait)
        life = asyncio.ensure_future(session.run())
        try:
            async with asyncio.timeout(20):
                await story(session, arrivals, sights)
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)


async def seen(sights, what):
    while await sights.get() is not what:
        pass


def test_it_survives_refusals_and_hang_ups_at_every_step():
    async def story(session, _, sights):
        await seen(sights, True)
        assert session.connected

    bad_days = [b"\x20\x02\x00\x03", None, WELCOME, None, WELCOME, b"\x90\x04\x00\x01\x80\x80"]
    asyncio.run(watched(Scripted(*bad_days, WELCOME, GRANTED), story))


def test_it_sees_only_once_its_subscriptions_stand_and_tells_when_it_is_blind():
    script = Scripted(WELCOME, GRANTED, None, WELCOME, GRANTED)

    async def story(session, _, sights):
        await seen(sights, True)
        assert len(script.heard) == 2
        session.publish([Publish(topic="a", payload=b"x")])  # makes the script hang up
        await seen(sights, False)
        await seen(sights, True)

    asyncio.run(watched(script, story))


def test_an_acknowledgement_never_reaches_a_later_connection():
    script = Scripted(WELCOME, GRANTED + HELLO, None, WELCOME, GRANTED + HELLO, None)

    async def story(session, arrivals, sights):
        old = await arrivals.get()
        session.publish([Publish(topic="a", payload=b"x")])
        await seen(sights, True)
        await seen(sights, False)
        new = await arrivals.get()
        heard = len(script.heard)
        old.acknowledge()
        new.acknowledge()
        await seen(sights, False)  # the script hangs up as soon as it hears one
        assert b"".join(script.heard[heard:]) == b"\x40\x02\x00\x05"

    asyncio.run(watched(script, story))
