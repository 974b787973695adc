"""Certificates made on the spot, with openssl."""

import subprocess
from pathlib import Path

from gateway.tls import Certificate

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def written(folder: Path, *, expired: bool = False, encrypted: bool = False) -> tuple[Path, Path]:
    """A certificate of its own authority for 127.0.0.1, and its key: each file is replaced as a whole, as renewing
    programs do."""
    cert, key = folder / "listener.crt", folder / "listener.key"
    how = ("-passout", "pass:typed") if encrypted else ("-nodes",)
    _openssl(
        "req", "-x509", *_CURVE, *how, "-days", "2", "-subj", "/CN=broker.example",
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-addext", "keyUsage=critical,digitalSignature,keyCertSign",
        "-keyout", f"{key}.new", "-out", f"{cert}.new",
    )  # fmt: skip
    if expired:
        _openssl("x509", "-in", f"{cert}.new", "-signkey", f"{key}.new", "-days", "-1", "-out", f"{cert}.new")
    Path(f"{cert}.new").replace(cert)
    Path(f"{key}.new").replace(key)
    return cert, key


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def made(folder: Path) -> Certificate:
    """Such a certificate as the broker takes it."""
    return Certificate(*written(folder))
