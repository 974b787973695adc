"""Which goods are taken back: a case for each rule and precedence, and no verdict that a fact could still turn."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from service.returns.rules import CATEGORIES, FACTS_ZH, RULES, Claim, eligible

CLEAN = {"misuse": False, "receipt": True, "altered": False, "disclosed": False, "force_majeure": False}
FINE = {**CLEAN, "defective": False, "intact": False}
TOLD = {"told": True, "notice": "page 3"}


@pytest.mark.parametrize(
    ("facts", "allowed", "rule", "clause"),
    [
        # one case per rule
        ({**FINE, "misuse": True}, False, "misuse", "S1 7.5.9"),
        ({**FINE, "receipt": False, "vend": False}, False, "unproven", "S1 7.5.9"),
        ({**FINE, "altered": True}, False, "altered", "S1 7.5.9"),
        ({**CLEAN, "defective": True, "disclosed": True}, False, "disclosed", "S1 7.5.9"),
        ({**FINE, "force_majeure": True}, False, "force_majeure", "S1 7.5.9"),
        ({**CLEAN, "defective": True}, True, "defective", "S1 7.5.4"),
        ({**FINE, **TOLD, "category": "food"}, False, "food_hygiene", "S1 7.5.6"),
        ({**FINE, **TOLD, "category": "hygiene"}, False, "food_hygiene", "S1 7.5.6"),
        ({**FINE, **TOLD, "category": "precision", "opened": True}, False, "opened_precision", "S1 7.5.6"),
        ({**FINE, **TOLD, "category": "special"}, False, "special", "S1 7.5.7"),
        ({**FINE, "category": "general", "intact": True}, True, "intact", "S1 7.5.5"),
        ({**FINE, "category": "general"}, None, "superior", "S1 7.5.8"),
        # precedence
        ({**CLEAN, **TOLD, "category": "food", "defective": True}, True, "defective", "S1 7.5.4"),
        ({**CLEAN, **TOLD, "category": "special", "defective": True}, True, "defective", "S1 7.5.4"),
        ({**CLEAN, "defective": True, "misuse": True}, False, "misuse", "S1 7.5.9"),
        ({**FINE, **TOLD, "category": "food", "intact": True}, False, "food_hygiene", "S1 7.5.6"),
        ({**FINE, "category": "food", "intact": True, "told": False}, True, "intact", "S1 7.5.5"),
        ({**FINE, "category": "food", "told": False}, None, "superior", "S1 7.5.8"),
        ({**FINE, **TOLD, "category": "precision", "opened": False, "intact": True}, True, "intact", "S1 7.5.5"),
        ({**CLEAN, "receipt": False, "vend": True, "defective": True}, True, "defective", "S1 7.5.4"),
        ({**FINE, "misuse": True, "force_majeure": None}, False, "misuse", "S1 7.5.9"),
        ({"receipt": True, "altered": True}, False, "altered", "S1 7.5.9"),
    ],
)  # fmt: skip
def test_the_table(facts: dict[str, Any], allowed: bool | None, rule: str, clause: str) -> None:
    ruling = eligible(Claim(**facts))
    assert (ruling.allowed, ruling.rule, ruling.clause) == (allowed, rule, clause)
    assert ruling.escalated is (rule == "superior")
    assert ruling.reason_en
    assert ruling.reason_zh


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        ({**CLEAN, "intact": True, "category": "general"}, ()),
        ({**CLEAN, "category": "food", "intact": True, "defective": False}, ("told",)),
        ({**CLEAN, "category": "food", "intact": True, "defective": False, "told": True}, ("notice",)),
        ({**CLEAN, **TOLD, "category": "food"}, ("defective",)),
        ({**CLEAN, "misuse": None, "defective": True}, ("misuse",)),
        ({**CLEAN, "receipt": None, "altered": None, "defective": True}, ("receipt", "vend", "altered")),
        ({**CLEAN, **TOLD, "category": "precision", "defective": False}, ("opened", "intact")),
    ],
)
def test_what_could_change_the_verdict_is_asked_for_and_nothing_else(
    facts: dict[str, Any], needs: tuple[str, ...]
) -> None:
    ruling = eligible(Claim(**facts))
    assert ruling.needs == needs
    assert (ruling.allowed is None) is bool(needs)
    assert all(FACTS_ZH[need] in ruling.reason_zh and need in ruling.reason_en for need in needs)


def test_every_rule_cites_its_clause_and_can_be_reached() -> None:
    assert {rule.clause for rule in RULES} == {f"S1 7.5.{n}" for n in (4, 5, 6, 7, 9)}
    assert set(FACTS_ZH) == set(Claim.__struct_fields__)


VALUES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(Claim.__struct_fields__, (True, False)), "category": CATEGORIES, "notice": ("page 3",),
}  # fmt: skip
CLAIMS = st.builds(Claim, **{name: st.sampled_from((None, *values)) for name, values in VALUES.items()})


def completions(claim: Claim) -> list[Claim]:
    """Every claim with no unknown fact that this one may turn out to be (a notice may never be found)."""
    unknown = [name for name, value in asdict(claim).items() if value is None]
    choices = [VALUES[name] if name != "notice" else ("page 3", None) for name in unknown]
    return [replace(claim, **dict(zip(unknown, chosen, strict=True))) for chosen in product(*choices)]


@given(CLAIMS)
def test_a_verdict_stands_whatever_else_is_found_out(claim: Claim) -> None:
    ruling = eligible(claim)
    if ruling.allowed is not None:
        assert {later.allowed for c in completions(claim) if not (later := eligible(c)).needs} == {ruling.allowed}


@given(CLAIMS, st.sampled_from(sorted(VALUES)), st.data())
def test_no_further_fact_makes_a_defective_item_not_returnable_but_by_a_rule_that_cites_its_clause(
    claim: Claim, name: str, data: st.DataObject
) -> None:
    defective = replace(claim, defective=True)
    more = replace(defective, **{name: data.draw(st.sampled_from(VALUES[name]))}) if name != "defective" else defective
    ruling = eligible(more)
    if ruling.allowed is False:
        assert ruling.clause == "S1 7.5.9"
        assert ruling.rule in {rule.name for rule in RULES if rule.clause == "S1 7.5.9"}
    elif ruling.allowed:
        assert ruling.clause in ("S1 7.5.4", "S1 7.5.5")


@given(CLAIMS)
def test_nothing_is_asked_that_is_known(claim: Claim) -> None:
    assert all(getattr(claim, need) is None for need in eligible(claim).needs)


@given(CLAIMS)
def test_an_undecided_claim_is_never_a_silent_no(claim: Claim) -> None:
    ruling = eligible(claim)
    assert ruling.allowed is not None or ruling.needs or ruling.clause == "S1 7.5.8"
