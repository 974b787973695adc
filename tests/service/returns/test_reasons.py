"""What a ruling says, word for word, and the claims in which one fact makes the difference."""

from typing import Any

import pytest

from service.returns.rules import Claim, eligible

CLEAN = {"misuse": False, "receipt": True, "altered": False, "disclosed": False, "force_majeure": False}
SOUND = {**CLEAN, "defective": False, "intact": True, "category": "general"}


@pytest.mark.parametrize(
    ("facts", "clause", "en", "zh"),
    [
        (
            {**SOUND, "category": "food"}, "S1 7.5.6",
            "Not decided yet; please find out: told", "尚不能判定，请先核实：售前是否告知",
        ),
        (
            {**CLEAN, "receipt": None, "altered": None, "defective": True}, "S1 7.5.9",
            "Not decided yet; please find out: receipt, vend, altered",
            "尚不能判定，请先核实：有无购物凭证、货柜有无销售记录、凭证是否涂改",
        ),
        (
            {**SOUND, "category": None, "told": True, "notice": "page 3"}, "S1 7.5.6, S1 7.5.7",
            "Not decided yet; please find out: category, opened", "尚不能判定，请先核实：商品类别、是否已拆封",
        ),
    ],
    ids=["one", "three of one clause", "two clauses"],
)  # fmt: skip
def test_what_is_asked_and_by_which_clause(facts: dict[str, Any], clause: str, en: str, zh: str) -> None:
    ruling = eligible(Claim(**facts))
    assert (ruling.rule, ruling.clause, ruling.reason_en, ruling.reason_zh) == ("ask", clause, en, zh)
    assert ruling.allowed is None
    assert not ruling.escalated


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        # only a receipt can have been altered; without one the cabinet's own record is the proof
        ({**SOUND, "receipt": False, "vend": True, "altered": True}, "intact"),
        # only a defect can have been disclosed
        ({**SOUND, "disclosed": True}, "intact"),
        # opened precision goods are refused only to those who were told
        ({**SOUND, "category": "precision", "opened": True, "told": False}, "intact"),
        ({**SOUND, "category": "precision", "opened": True, "told": True, "notice": "page 3"}, "opened_precision"),
        ({**SOUND, "category": "special", "told": True, "notice": ""}, "ask"),
        # nobody knows what it is, and nobody was told anything: it makes no difference
        ({**SOUND, "category": None, "told": False}, "intact"),
    ],
)
def test_one_fact_makes_the_difference(facts: dict[str, Any], rule: str) -> None:
    assert eligible(Claim(**facts)).rule == rule


@pytest.mark.parametrize(
    ("facts", "en", "zh"),
    [
        ({**SOUND}, "Intact and unused.", "商品完好且未使用。"),
        (
            {**SOUND, "intact": False},
            "No rule decides this: a superior does.", "现有规则无法判定，交由上级处理。",
        ),
    ],
)  # fmt: skip
def test_a_verdict_says_why_in_both_languages(facts: dict[str, Any], en: str, zh: str) -> None:
    ruling = eligible(Claim(**facts))
    assert (ruling.reason_en, ruling.reason_zh, ruling.needs) == (en, zh, ())


def test_every_fact_is_asked_for_in_words() -> None:
    food = Claim(**{**SOUND, "category": "food", "told": True})
    asked = [ruling.reason_zh.partition("：")[2].split("、") for ruling in (eligible(Claim()), eligible(food))]
    assert asked == [
        [
            "是否使用或保管不当", "有无购物凭证", "货柜有无销售记录", "凭证是否涂改", "是否有质量问题",
            "瑕疵是否售前明示", "是否不可抗力", "商品类别", "售前是否告知", "是否已拆封", "是否完好未使用",
        ],
        ["告知文本版本"],
    ]  # fmt: skip
