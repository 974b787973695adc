"""Rule packs are data with sources; what is chosen from them exists."""

import msgspec
import pytest

from faults.foodsafety.rules import FIGURES, PACKS, Pack, Profile, Rule, choose, read_pack, rule_of
from telemetry.errors import Invalid

RULES = [(pack, rule) for pack in PACKS.values() for rule in pack.classes]


@pytest.mark.parametrize(("pack", "rule"), RULES, ids=lambda x: x.id if isinstance(x, Pack) else x.name)
def test_every_figure_has_a_source_and_nothing_else_has(pack: Pack, rule: Rule) -> None:
    given = {name for name in FIGURES if getattr(rule, name) not in (None, 0)}
    assert given == set(rule.sources)
    assert all(source.strip() for source in rule.sources.values())


@pytest.mark.parametrize(("pack", "rule"), RULES, ids=lambda x: x.id if isinstance(x, Pack) else x.name)
def test_a_rule_says_what_it_judges_in_both_languages(pack: Pack, rule: Rule) -> None:
    assert (rule.max_c is None) != (rule.min_c is None)
    assert rule.signals
    assert set(rule.signals) <= {"product_c", "air_c"}
    assert not (rule.once and (rule.after_door_min or rule.after_defrost_min)), "an excuse would forget what adds up"
    for text in (pack.en, pack.zh, pack.note_en, pack.note_zh, rule.en, rule.zh):
        assert text.strip()


def test_the_limits_are_those_of_the_regimes() -> None:
    limits = {(pack.id, rule.name): (rule.limit_c, rule.allow_min, rule.after_door_min) for pack, rule in RULES}
    assert limits == {
        ("nama", "chilled"): (5, 15, 30),
        ("fda", "chilled"): (5, 15, 30),
        ("fda", "hot"): (57, 15, 120),
        ("uk-8c", "chilled"): (8, 240, 0),
        ("cn-cold-chain", "chilled"): (8, 60, 0),
        ("cn-cold-chain", "frozen"): (-15, 60, 0),
    }


def test_a_profile_names_an_existing_rule() -> None:
    assert choose("fda") == Profile("fda", 2, "chilled")
    assert choose("fda", 1) == Profile("fda", 1, "chilled"), "what logs name stays"
    assert rule_of(choose("fda", 1, "hot")).min_c == 57
    for wrong in (("nowhere",), ("fda", 9), ("fda", 1, "frozen")):
        with pytest.raises(Invalid):
            choose(*wrong)


def test_a_pack_with_an_unknown_figure_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        read_pack('id="x"\nversion=1\nen="x"\nzh="x"\nnote_en=""\nnote_zh=""\nclasses=[]\nlimit=3')
