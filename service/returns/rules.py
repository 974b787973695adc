"""May it be returned? The rules of S1 7.5.4 to 7.5.9 in the order in which they count, each with its clause.

What goes in are facts that people establish, each true, false or unknown. A verdict is given only when no unknown fact
could change it; otherwise the ruling names what to ask (`needs`). What no rule decides goes to a superior (S1 7.5.8):
it is never silently refused. Readings: 7.5.9 is judged first, since it says when nobody owes anything, whatever the
state of the goods; after it a defect beats every exception of 7.5.6 and 7.5.7 (reading (e) of `standards.md`). Which of
7.5.5 to 7.5.7 names which goods follows the order in which the standard lists them.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import msgspec

Category = Literal["food", "hygiene", "precision", "special", "general"]
CATEGORIES: tuple[str, ...] = get_args(Category)
Needs = tuple[str, ...]
Verdict = bool | Needs  # does it hold? A tuple: that hangs on these unknown facts.


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a return; None: nobody has said.

    `defective`: it was bad when it was sold. `misuse`: the customer spoilt it. `intact`: unopened and unused.
    `receipt`: there is a proof of purchase; `altered`: that was tampered with; `vend`: a sale of the cabinet's own
    records matches. `disclosed`: the defect was named before the sale. `told`: the customer was told before the sale
    that such goods are not taken back, by the text `notice` (a version of the cabinet's public page).
    """

    category: Category | None = None
    defective: bool | None = None
    intact: bool | None = None
    opened: bool | None = None
    told: bool | None = None
    notice: str | None = None
    misuse: bool | None = None
    receipt: bool | None = None
    vend: bool | None = None
    altered: bool | None = None
    disclosed: bool | None = None
    force_majeure: bool | None = None


class Ruling(NamedTuple):
    """`allowed` None: not decided, for want of the facts in `needs`, or, with none, because a superior must decide."""

    allowed: bool | None
    rule: str
    clause: str
    reason_en: str
    reason_zh: str
    needs: Needs = ()

    @property
    def escalated(self) -> bool:
        """No rule decides: a superior does (S1 7.5.8)."""
        return self.allowed is None and not self.needs


class Rule(NamedTuple):
    """`holds`: whether the rule applies to a claim; then the goods go back (`allows`) or do not."""

    name: str
    allows: bool
    clause: str
    holds: Callable[[Claim], Verdict]
    en: str
    zh: str


def _fact(name: str) -> Callable[[Claim], Verdict]:
    def holds(claim: Claim) -> Verdict:
        value: bool | None = getattr(claim, name)
        return (name,) if value is None else value

    return holds


def _all(*verdicts: Verdict) -> Verdict:
    """Every part holds. One that fails decides, whatever is unknown of the others."""
    if any(verdict is False for verdict in verdicts):
        return False
    unknown = tuple(need for verdict in verdicts if isinstance(verdict, tuple) for need in verdict)
    return unknown or True


def _unproven(claim: Claim) -> Verdict:
    """Neither a receipt nor any other proof: the cabinet's own records are one."""
    if claim.receipt or claim.vend:
        return False
    unknown = tuple(name for name in ("receipt", "vend") if getattr(claim, name) is None)
    return unknown or True


def _altered(claim: Claim) -> Verdict:
    """Only what there is can have been altered."""
    return _all(_fact("receipt")(claim), _fact("altered")(claim))


def _disclosed(claim: Claim) -> Verdict:
    """Only a defect can have been named before the sale."""
    return _all(_fact("defective")(claim), _fact("disclosed")(claim))


def _told(claim: Claim) -> Verdict:
    """Told beforehand, and by which text: without it there is no proof of the notice."""
    if not claim.told:
        return ("told",) if claim.told is None else False
    return True if claim.notice else ("notice",)


def _of(*categories: Category) -> Callable[[Claim], Verdict]:
    def holds(claim: Claim) -> Verdict:
        return ("category",) if claim.category is None else claim.category in categories

    return holds


def _excepted(*categories: Category) -> Callable[[Claim], Verdict]:
    kind = _of(*categories)
    return lambda claim: _all(kind(claim), _told(claim))


def _opened_precision(claim: Claim) -> Verdict:
    return _all(_of("precision")(claim), _fact("opened")(claim), _told(claim))


RULES: tuple[Rule, ...] = (
    Rule(
        "misuse", False, "S1 7.5.9", _fact("misuse"),
        "Damaged by improper use or storage after the sale.", "因消费者使用、保管不当造成损坏。",
    ),
    Rule(
        "unproven", False, "S1 7.5.9", _unproven,
        "No proof of purchase, and no other proof either: no sale of the cabinet's records matches.",
        "无购物凭证，也无其他证据：货柜记录中没有相符的销售。",
    ),
    Rule("altered", False, "S1 7.5.9", _altered, "The voucher was altered.", "购物凭证被涂改。"),
    Rule(
        "disclosed", False, "S1 7.5.9", _disclosed,
        "The defect was disclosed before the sale.", "瑕疵在销售前已明示告知。",
    ),
    Rule(
        "force_majeure", False, "S1 7.5.9", _fact("force_majeure"),
        "Damaged by force majeure.", "因不可抗力造成损坏。",
    ),
    Rule(
        "defective", True, "S1 7.5.4", _fact("defective"),
        "Defective goods are returned without conditions, food included.", "商品存在质量问题，无条件退货（含食品）。",
    ),
    Rule(
        "food_hygiene", False, "S1 7.5.6", _excepted("food", "hygiene"),
        "Food and hygiene goods are not taken back; the customer was told before the sale.",
        "食品、卫生用品不予退货，且售前已告知。",
    ),
    Rule(
        "opened_precision", False, "S1 7.5.6", _opened_precision,
        "Opened precision goods are not taken back; the customer was told before the sale.",
        "已拆封的精密商品不予退货，且售前已告知。",
    ),
    Rule(
        "special", False, "S1 7.5.7", _excepted("special"),
        "Special goods are not taken back; the customer was told before the sale.", "特殊商品不予退货，且售前已告知。",
    ),
    Rule("intact", True, "S1 7.5.5", _fact("intact"), "Intact and unused.", "商品完好且未使用。"),
)  # fmt: skip
SUPERIOR = "S1 7.5.8"
_ESCALATE = Ruling(
    None, "superior", SUPERIOR, "No rule decides this: a superior does.", "现有规则无法判定，交由上级处理。"
)
_ASK_EN, _ASK_ZH = "Not decided yet; please find out: ", "尚不能判定，请先核实："


def eligible(claim: Claim) -> Ruling:
    """The first rule that applies. Facts that could change the verdict are asked for, others are not."""
    open_rules: list[tuple[Rule, Needs]] = []
    for rule in RULES:
        verdict = rule.holds(claim)
        if isinstance(verdict, tuple):
            open_rules.append((rule, verdict))
        elif verdict:
            doubts = [each for each in open_rules if each[0].allows != rule.allows]
            return _ask(doubts) if doubts else Ruling(rule.allows, rule.name, rule.clause, rule.en, rule.zh)
    return _ask(open_rules) if open_rules else _ESCALATE


def _ask(doubts: list[tuple[Rule, Needs]]) -> Ruling:
    """The clauses are those that the missing facts decide about."""
    needs = tuple(dict.fromkeys(need for _, each in doubts for need in each))
    clauses = ", ".join(dict.fromkeys(rule.clause for rule, _ in doubts))
    words_en, words_zh = ", ".join(needs), "、".join(FACTS_ZH[need] for need in needs)
    return Ruling(None, "ask", clauses, _ASK_EN + words_en, _ASK_ZH + words_zh, needs)


FACTS_ZH: dict[str, str] = {
    "category": "商品类别", "defective": "是否有质量问题", "intact": "是否完好未使用", "opened": "是否已拆封",
    "told": "售前是否告知", "notice": "告知文本版本", "misuse": "是否使用或保管不当", "receipt": "有无购物凭证",
    "vend": "货柜有无销售记录", "altered": "凭证是否涂改", "disclosed": "瑕疵是否售前明示",
    "force_majeure": "是否不可抗力",
}  # fmt: skip
