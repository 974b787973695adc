"""What all public pages of customers share: the frame around them, panels, and the promises in force."""

from collections.abc import Sequence
from html import escape

from api.publicwords import Language, word
from service.promises import Promise


def other(language: Language) -> Language:
    return "en" if language == "zh" else "zh"


def frame(language: Language, title: str, path: str, body: str) -> str:
    """A whole page. `title` and `body` are HTML; `path`: the page itself, for the link to its other language."""
    there = other(language)
    link = f"{escape(path)}?lang={there}"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="/favicon.svg">'
        '<link rel="stylesheet" href="/c/page.css"></head><body><main>'
        f'<p class="top small"><a href="{link}" hreflang="{there}" lang="{there}">'
        f"{escape(word('other', language))}</a></p>"
        f"<h1>{title}</h1>{body}</main></body></html>"
    )


def panel(inner: str, role: str = "") -> str:
    """A part of a page; `inner` is HTML."""
    said = f' role="{role}"' if role else ""
    return f'<section class="panel"{said}>{inner}</section>'


def promised(language: Language, promises: Sequence[Promise]) -> str:
    """The promises, each with the hash of its text: what is shown is what the register has (S2 7.1-7.3)."""
    if not promises:
        return ""
    return panel(f"<h2>{escape(word('promises', language))}</h2>" + "".join(_promise(language, p) for p in promises))


def _promise(language: Language, promise: Promise) -> str:
    text = promise.zh if language == "zh" else promise.en
    told = escape(word("promise_hash", language, edition=promise.edition, sha256=promise.sha256))
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f'{paragraphs}<p class="small">{told}</p>'
