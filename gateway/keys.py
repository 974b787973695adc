"""The secrets between the product and its embedded broker, made once per installation."""

import os
import re
import secrets

import msgspec
import nkeys

from telemetry.errors import Invalid

_PASSWORD = re.compile(
    r"[A-Za-z0-9_-]{43}"
)  # 32 random bytes; no character that the configuration would read otherwise


class Keys(msgspec.Struct, frozen=True):
    """`issuer`: seed of the nkey that signs admissions; `gateway`, `admission`, `system`: our own users' passwords."""

    issuer: str
    gateway: str
    admission: str
    system: str

    @classmethod
    def new(cls) -> "Keys":
        seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_ACCOUNT).decode()
        return cls(seed, *(secrets.token_urlsafe(32) for _ in range(3)))

    def check(self) -> None:
        """Raises Invalid for what `new` would not make: no broker starts with a password that can be guessed."""
        try:
            nkeys.from_seed(self.issuer.encode())
        except (nkeys.NkeysError, ValueError) as error:
            raise Invalid({"issuer": f"is no seed: {error}"}) from error
        short = [name for name in ("gateway", "admission", "system") if not _PASSWORD.fullmatch(getattr(self, name))]
        if short:
            raise Invalid(dict.fromkeys(short, "is no password of ours"))

    @property
    def issuer_public(self) -> str:
        """The issuer as the broker's configuration names it."""
        public: bytes = nkeys.from_seed(self.issuer.encode()).public_key
        return public.decode()
