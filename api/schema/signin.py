"""Shapes of the second factor."""

from msgspec import Struct


class SecondFactorBegun(Struct):
    """`uri`: `otpauth:` address; `secret`: the same in base32, to be typed; `qr`: the address as an image."""

    uri: str
    secret: str
    qr: str


class SecondFactorOn(Struct):
    """`recovery`: codes that sign in once each in place of the authenticator's, shown this once."""

    recovery: list[str]
