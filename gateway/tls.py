"""TLS of the embedded broker's listener (S4 5.6.2.3, 5.6.2.4): its certificate, and how the gateway itself comes in.

What is renewed on disk is checked and then taken by the running broker, without a restart. On a reload the server
(2.15) closes whoever was let in by admission, since it looks for them among its own users: cabinets come back at once,
as after any lost connection. The gateway, and everybody where enrolment is open, stays connected.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

import structlog

from telemetry.errors import ConfigError, Unavailable
from telemetry.mqtt import ANSWER_WITHIN, Broker, MqttClient

log = structlog.get_logger()
CERT, KEY = "mqtt_tls_cert", "mqtt_tls_key"  # the settings, as errors name them
RENEWED = 10.0  # seconds between two looks at the files
_END = "-----END CERTIFICATE-----"


class Certificate:
    """The files a listener shows and proves itself by. `leaf`: the certificate (DER) that was last found good."""

    def __init__(self, cert: Path, key: Path) -> None:
        """Raises ConfigError for a file that cannot be read, is no PEM, is encrypted, or for a key of another
        certificate."""
        self.cert, self.key = cert.absolute(), key.absolute()  # links are followed anew: renewing may move them
        self._seen = self._state()
        self.leaf = self._checked()

    def renew(self) -> bool:
        """Whether the files hold something new and good; `leaf` is then the new one. What is not good is told once: it
        may be half of a pair whose other half comes next."""
        state = self._state()
        if state == self._seen:
            return False
        self._seen = state
        try:
            self.leaf = self._checked()
        except ConfigError as error:
            log.error("certificate_not_taken", reason=str(error), remedy="the broker shows the one before")
            return False
        return True

    def _state(self) -> str:
        """What tells the files, or what keeps us from reading them, from what comes later."""
        try:
            return hashlib.sha256(_read(CERT, self.cert) + b"\0" + _read(KEY, self.key)).hexdigest()
        except ConfigError as error:
            return str(error)

    def _checked(self) -> bytes:
        raw = _read(CERT, self.cert)
        _read(KEY, self.key)
        try:
            text = raw.decode("latin-1")  # comments may be in any code
            leaf = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT") : text.index(_END) + len(_END)])
        except ValueError as error:
            raise ConfigError(CERT, f"{self.cert} holds no certificate (PEM)") from error
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(self.cert, self.key, password=self._encrypted)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise ConfigError(KEY, f"{self.key} is not the key of the certificate in {self.cert}") from error
            raise ConfigError(KEY, f"{self.cert} and {self.key} are no pair of PEM files: {error.reason}") from error
        except OSError as error:  # replaced or taken away this very moment
            raise ConfigError(KEY, f"cannot read {self.cert} and {self.key}: {error.strerror}") from error
        return leaf

    def _encrypted(self) -> str:
        raise ConfigError(KEY, f"{self.key} is encrypted: nobody is there to type its password")


def _read(setting: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(setting, f"cannot read {path}: {error.strerror}") from error


async def watch(certificate: Certificate, reload: Callable[[], None], every_s: float = RENEWED) -> None:
    """Have the broker take what is renewed, until cancelled."""
    while True:
        await asyncio.sleep(every_s)
        if await asyncio.to_thread(certificate.renew):
            reload()
            log.info("certificate_renewed", file=str(certificate.cert))


class OwnClient(MqttClient):
    """To the broker that is our own child, over its TLS listener. It is known by the very certificate it was given, not
    by name or authority: those are made for the cabinets' way to it, and an expired one must not blind us."""

    def __init__(
        self, certificate: Certificate, broker: Broker, client_id: str, *, keepalive: int = 60, clean: bool = True
    ) -> None:
        super().__init__(broker, client_id, keepalive=keepalive, clean=clean)
        self._certificate = certificate

    async def connect(self) -> bool:
        """As with the others; raises Unavailable also when somebody else listens there."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # `connection_made` looks more closely
        where, loop = f"broker at {self.broker.host}:{self.broker.port}", asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await loop.create_connection(lambda: self, self.broker.host, self.broker.port, ssl=context)
                return await self._connack
        except (OSError, TimeoutError) as error:
            raise Unavailable(f"{where}: {error or 'no answer'}") from error
        finally:
            if not self._accepted():
                self.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Before a password is said: is it ours?"""
        secured = transport.get_extra_info("ssl_object")
        if secured is None or secured.getpeercert(binary_form=True) != self._certificate.leaf:
            cast("asyncio.Transport", transport).abort()  # create_connection gives no other
            self._reason = "it does not show our certificate"
            return
        super().connection_made(transport)
