"""The field × role matrix: what is kept of people and why, how long, and who sees it; data for page and programs."""

from collections.abc import Mapping
from typing import Any

from service.policy import Policy
from service.privacy.fields import FIELDS, TERMS, Field
from service.privacy.masking import RULE_WORDS
from service.privacy.recipients import Recipient, handed_over, recipients

Json = dict[str, Any]
Roles = Mapping[str, frozenset[str]]  # permission → roles, as in `api/roles.py`


def matrix(may: Roles, policy: Policy) -> Json:
    """{"fields": […], "recipients": […], "terms": …, "version"}: made from the same tables that mask and
    purge, so it cannot drift."""
    figures = {"retention_years": policy.retention_years, "location_days": policy.location_days}
    terms = {
        name: {"en": t.en.format(**figures), "zh": t.zh.format(**figures), "clause": t.clause}
        for name, t in TERMS.items()
    }
    outside = [_recipient(r, policy) for r in recipients(policy)]
    return {
        "version": policy.version, "terms": terms, "fields": [_field(f, may) for f in FIELDS], "recipients": outside,
    }  # fmt: skip


def _recipient(recipient: Recipient, policy: Policy) -> Json:
    return {
        "name": recipient.en, "name_zh": recipient.zh, "purpose": recipient.purpose_en,
        "purpose_zh": recipient.purpose_zh, "basis": recipient.basis, "fields": list(handed_over(recipient, policy)),
    }  # fmt: skip


def _field(field: Field, may: Roles) -> Json:
    en, zh = RULE_WORDS[field.rule]
    return {
        "field": field.where, "of": field.whose, "name": field.en, "name_zh": field.zh, "purpose": field.purpose_en,
        "purpose_zh": field.purpose_zh, "basis": field.basis, "term": field.term, "full": sorted(may[field.full]),
        "rule": field.rule, "others_see": en, "others_see_zh": zh,
    }  # fmt: skip
