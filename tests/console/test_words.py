"""The console has a word, in both languages, for everything that a fault says."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faults import reports
from faults.columns import Columns
from faults.config import FaultsConfig
from faults.detectors import DETECTORS
from faults.detectors.base import Make
from faults.kinds import KINDS
from faults.parts import PART_WORDS
from telemetry.signals import SIGNAL, WIDTH

I18N = Path(__file__).parents[2] / "console" / "src" / "i18n"
LANGUAGES = ("en", "zh")
_SHOWN_BY_PARTS = {"features", "observed", "expected", "threshold"}


def section(language: str, name: str) -> dict[str, str]:
    """One table of a dictionary."""
    text = (I18N / f"{language}.words.ts").read_text("utf-8")
    found = re.search(rf"^  {name}: (?:words\()?\{{(.*?)^  \}}", text, re.DOTALL | re.MULTILINE)
    assert found is not None, name
    return dict(re.findall(r"(\w+): '([^']*)'", found[1]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_called_the_same_as_in_the_catalogue(language: str) -> None:
    words, at = section(language, "part"), LANGUAGES.index(language)
    assert {part for kind in KINDS.values() for part in kind.parts} <= set(PART_WORDS)
    assert {part: words.get(part) for part in PART_WORDS} == {part: both[at] for part, both in PART_WORDS.items()}


def test_every_kind_has_a_name_and_advice_in_both_languages() -> None:
    for kind in KINDS.values():
        assert all((kind.en, kind.zh, kind.advice_en, kind.advice_zh)), kind.name
        assert kind.en.isascii(), kind.name
        assert not kind.zh.isascii(), kind.name


def keys(why: dict[str, Any]) -> set[str]:
    """Everything in a `why` that the console shows a word for."""
    inner = {key for part in _SHOWN_BY_PARTS if isinstance(why.get(part), dict) for key in why[part]}
    return (set(why) - _SHOWN_BY_PARTS | inner) - set(SIGNAL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", DETECTORS, ids=lambda make: make(FaultsConfig()).kind)
def test_every_piece_of_evidence_has_a_word(make: Make, language: str) -> None:
    detector = make(FaultsConfig())
    col = Columns(detector.columns)
    col.grow(1)
    assert keys(detector.why(np.zeros(WIDTH), col, 0)) <= set(section(language, "whyKey"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_device_reported_has_words(language: str) -> None:
    col = Columns(reports.COLUMNS)
    col.grow(1)
    col["kind"][0, 0], col["state"][0, 0] = reports.mark("lock_fault"), reports.STANDS
    assert keys(reports.told(col, "lock_fault", 0)) <= set(section(language, "whyKey"))
