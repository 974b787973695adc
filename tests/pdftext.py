"""What a PDF of ours says, for tests."""

import base64
import re
import zlib

_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.S)


def texts(pdf: bytes) -> str:
    """Every text that the pages draw."""
    out = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            page = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        except (ValueError, zlib.error):
            continue
        for literal in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", page, re.S):
            raw = _ESCAPE.sub(lambda m: bytes([int(m[1], 8)]) if len(m[1]) == 3 else _plain(m[1]), literal)
            out.append(raw.decode("utf-16-be", "replace"))
    return "\n".join(out)


def _plain(char: bytes) -> bytes:
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(char, char)
