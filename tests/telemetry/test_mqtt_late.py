"""An answer that comes after the one who asked gave up: of no use, and no reason to break the connection."""

import asyncio

from telemetry.mqtt import Broker, MqttClient

CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x00"


class Wire(asyncio.Transport):
    """Takes everything, says nothing."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        raise AssertionError("the connection was broken")


def test_late_answers_are_dropped() -> None:
    async def scene() -> None:
        client = MqttClient(Broker("nowhere", 1), "c", keepalive=0)
        client.connection_made(Wire())
        client._connack.cancel()  # what its timeout does
        client.data_received(CONNACK)
        asking = asyncio.create_task(client.subscribe([("a", 1)]))
        await asyncio.sleep(0)
        (answer,) = client._subacks.values()
        answer.cancel()
        client.data_received(SUBACK)
        await asyncio.gather(asking, return_exceptions=True)

    asyncio.run(scene())
