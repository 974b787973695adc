"""The console has a word, in both languages, for every note that the desk writes, and for every kind of line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
I18N = ROOT / "console" / "src" / "i18n"
SERVICE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "service").rglob("*.py")))
NOTE = re.compile(r'\bnote ?= ?f?"(\w+(?: [a-z_]+)?)(?: [a-z_]+=[^"]*)?"')
KIND = re.compile(r'step\.line\(\s*\w+, "([a-z-]+)"')
MADE = {f"visit_{state}" for state in ("declined", "expired", "called_off")}
"""Codes that are put together from a state."""


def keys(language: str, *tables: str) -> set[str]:
    """The keys of these tables, in all files of a language."""
    text = "\n".join(path.read_text("utf-8") for path in I18N.glob(f"{language}*.ts"))
    found = re.findall(rf"\b(?:{'|'.join(tables)}): (?:words\()?\{{(.*?)\}}", text, re.DOTALL)
    return {key for table in found for key in re.findall(r"'?([\w-]+)'?: ['\"]", table)}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_note_of_the_desk_has_a_word(language: str) -> None:
    codes = {code.replace(" ", "_") for code in NOTE.findall(SERVICE)}
    assert {"opened", "paid", "sent", "refund_approval_withdrawn"} <= codes
    assert (codes | MADE) - keys(language, "note") == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_line_has_a_word(language: str) -> None:
    kinds = set(KIND.findall(SERVICE))
    assert {"guide", "compensation", "clock"} <= kinds
    assert kinds - keys(language, "timelineType", "action") == set()
