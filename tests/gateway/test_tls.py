"""The certificate of the embedded broker's listener: what is wrong with it, what is renewed, who is taken for ours."""

import asyncio
import os
import ssl

import pytest

from gateway.broker import EmbeddedBroker
from gateway.tls import Certificate, OwnClient
from telemetry.errors import ConfigError, Unavailable
from telemetry.mqtt import Broker, MqttClient
from tests.certificates import made, written
from tests.conftest import free_port

pytestmark = pytest.mark.live


def refused(cert, key):
    with pytest.raises(ConfigError) as caught:
        Certificate(cert, key)
    return caught.value.path, str(caught.value)


def test_what_is_wrong_with_a_pair_is_said_with_its_setting_and_its_file(tmp_path):
    for name in ("one", "two", "locked"):
        (tmp_path / name).mkdir()
    cert, key = written(tmp_path / "one")
    _, other = written(tmp_path / "two")
    locked = written(tmp_path / "locked", encrypted=True)
    (nonsense := tmp_path / "nonsense").write_bytes(b"\xffnothing of the kind")
    assert refused(tmp_path / "absent", key) == (
        "mqtt_tls_cert", f"mqtt_tls_cert: cannot read {tmp_path}/absent: No such file or directory"
    )  # fmt: skip
    assert refused(cert, tmp_path)[0] == "mqtt_tls_key"
    assert refused(nonsense, key) == ("mqtt_tls_cert", f"mqtt_tls_cert: {nonsense} holds no certificate (PEM)")
    assert refused(cert, other)[1] == f"mqtt_tls_key: {other} is not the key of the certificate in {cert}"
    assert "are no pair of PEM files" in refused(cert, nonsense)[1]
    assert "is encrypted" in refused(*locked)[1]
    cert.write_bytes("# 证书\n".encode() + cert.read_bytes())
    assert Certificate(cert, key).leaf


def test_a_renewed_pair_is_taken_when_both_halves_are_there_and_only_once(tmp_path):
    certificate = made(tmp_path)
    first = certificate.leaf
    assert not certificate.renew()
    old = certificate.key.read_bytes()
    written(tmp_path)
    new = certificate.key.read_bytes()
    certificate.key.write_bytes(old)
    assert (certificate.renew(), certificate.leaf) == (False, first)  # half of it
    certificate.key.unlink()
    assert (certificate.renew(), certificate.renew()) == (False, False)
    certificate.key.write_bytes(new)
    assert certificate.renew()
    assert certificate.leaf != first
    assert not certificate.renew()


async def running(broker):
    life = asyncio.ensure_future(broker.run())
    async with asyncio.timeout(20):
        await broker.ready()
    return life


async def shown(port):
    """The certificate that who connects now is shown."""
    return ssl.PEM_cert_to_DER_cert(await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port)))


def test_the_listener_speaks_tls_only_and_takes_what_is_renewed_while_the_gateway_stays(tmp_path, monkeypatch):
    async def story():
        certificate, port = made(tmp_path), free_port()
        monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate.cert))
        broker = EmbeddedBroker(
            ("127.0.0.1", port), tmp_path / "broker", 1000, certificate=certificate, renewed_s=0.1
        )  # fmt: skip
        life = await running(broker)
        heard, confirmed = asyncio.Queue(), asyncio.Queue()
        ear = OwnClient(certificate, Broker("127.0.0.1", port), "ear")
        ear.on_messages = heard.put_nowait
        mouth = MqttClient(Broker("127.0.0.1", port, tls=True), "mouth", on_puback=confirmed.put_nowait)
        try:
            async with asyncio.timeout(40):
                await ear.connect()
                await ear.subscribe([("a/b", 1)])
                await mouth.connect()
                with pytest.raises(Unavailable):
                    await MqttClient(Broker("127.0.0.1", port), "plain").connect()
                before = await shown(port)
                await asyncio.to_thread(written, tmp_path)
                while await shown(port) == before:  # noqa: ASYNC110 - the broker tells nobody when it has it
                    await asyncio.sleep(0.05)
                assert await shown(port) == certificate.leaf
                mouth.publish("a/b", b"still there", 1)
                await confirmed.get()
                assert [m.payload for m in await heard.get()] == [b"still there"]
                late = OwnClient(certificate, Broker("127.0.0.1", port), "late")
                assert await late.connect() is False
                assert (ear.open, mouth.open, broker.restarts) == (True, True, 0)
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    asyncio.run(story())


def test_nothing_is_said_to_whoever_shows_another_certificate(tmp_path):
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()

    async def story():
        ours, (cert, key) = made(tmp_path / "ours"), written(tmp_path / "theirs")
        context, heard = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
        context.load_cert_chain(cert, key)

        async def listen(reader, writer):
            try:
                heard.append(await reader.read(1))
            except ConnectionError:
                writer.close()  # dropped without a goodbye

        server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        client = OwnClient(ours, Broker("127.0.0.1", port, "gateway", "secret"), "gateway")
        async with server, asyncio.timeout(10):
            with pytest.raises(Unavailable, match="does not show our certificate"):
                await client.connect()
            await asyncio.sleep(0.2)  # what was said would be there by now
        return b"".join(heard)

    assert asyncio.run(story()) == b""


def test_an_expired_certificate_does_not_blind_us(tmp_path, monkeypatch):
    async def story():
        certificate, port = Certificate(*written(tmp_path, expired=True)), free_port()
        monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate.cert))
        life = await running(EmbeddedBroker(("127.0.0.1", port), tmp_path / "broker", 1000, certificate=certificate))
        try:
            client = OwnClient(certificate, Broker("127.0.0.1", port), "gateway")
            await client.connect()
            await client.disconnect()
            with pytest.raises(Unavailable, match="expired"):
                await MqttClient(Broker("127.0.0.1", port, tls=True), "cabinet").connect()
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    asyncio.run(story())
