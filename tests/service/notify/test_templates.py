"""Every notice reads well in both languages, and no parameter can break it."""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.notify.templates import render
from service.notify.texts import TEMPLATES, Language

ODD = st.text("a{}.!:\n\x00\u2028柜", max_size=400)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", TEMPLATES)
def test_both_languages_say_the_same_things(code: str) -> None:
    zh, en = TEMPLATES[code]["zh"], TEMPLATES[code]["en"]
    assert fields(zh.title + zh.body) == fields(en.title + en.body)


def test_an_offer_in_chinese_and_english() -> None:
    params = {
        "cabinet": "CAB-1", "site": "HZ", "severity": "major", "summary": "Air too warm", "summary_zh": "柜内温度过高",
        "expires": 1_800_000_000_000, "visit": "V-000001", "ticket": "T-000001",
    }  # fmt: skip
    assert render("visit_offered", params, "zh") == (
        "新上门任务：CAB-1，柜内温度过高",
        "货柜 CAB-1（点位 HZ）：柜内温度过高（重要）。任务 V-000001，工单 T-000001。请在 01-15 16:00 前接单。",
    )
    title, body = render("visit_offered", params, "en")
    assert title == "Visit offered: CAB-1, Air too warm"
    assert body.endswith("Please accept before 01-15 16:00.")


def test_a_fault_kind_is_put_into_words() -> None:
    assert "Air too warm" in render("not_fixed", {"kind": "air_too_warm"}, "en").body
    assert "柜内温度过高" in render("not_fixed", {"kind": "air_too_warm"}, "zh").body


def test_what_is_not_there_reads_as_a_dash() -> None:
    assert render("visit_called_off", {"cabinet": None}, "en").title == "Visit called off: —"


def test_an_unknown_code_still_says_everything() -> None:
    message = render("brand_new", {"ticket": "T-000001", "count": 3}, "zh")
    assert (message.title, message.body) == ("通知：brand_new", "ticket: T-000001\ncount: 3")


def test_a_digest_lists_titles_and_counts_the_rest() -> None:
    items = [{"kind": "visit_expired", "params": {"cabinet": f"CAB-{n}"}} for n in (1, 2)]
    message = render("digest", {"items": items, "more": 3}, "en")
    assert message.title == "5 notices"
    assert message.body.splitlines() == ["Offer expired: CAB-1", "Offer expired: CAB-2", "… and 3 more"]


@settings(deadline=None)
@given(
    code=st.sampled_from([*TEMPLATES, "unknown"]),
    params=st.dictionaries(
        st.sampled_from(["cabinet", "summary", "expires", "due", "since", "severity", "kind", "ticket", "error"]),
        st.one_of(st.none(), ODD, st.integers(), st.floats(), st.lists(ODD)),
    ),
    language=st.sampled_from(LANGUAGES),
)
def test_rendering_never_fails_and_a_title_is_one_line(code: str, params: dict[str, Any], language: Language) -> None:
    message = render(code, params, language)
    assert message.title.isprintable()
    assert len(message.title) < 1_000
