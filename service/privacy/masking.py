"""How personal values are shown to those who need not know them (S1 8.5; GB/T 35273-2020 7.2). Pure and total: any
value of a JSON column goes in, and what comes out shows no more than its rule says.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

Rule = Literal["name", "phone", "address", "position", "text", "hidden", "open"]
HIDDEN = "****"
PURGED = "purged"  # the key that stands where a person was: {"purged": "2031-06-01"}
# Inside of free text: mobile numbers, numbers with an area code, other runs of digits as long as a number, and mail
# addresses. Not our own ids and times (`T-000001`, `from=1791939600000`), nor dates.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_=.-])(?:"
    r"(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\+?\d{2,4}[ -]\d{7,8}|\+?\d{7,12}"
    r")(?![A-Za-z0-9_])"
)
_MAIL = re.compile(r"[^\s@,;，；]+@[^\s@,;，；]+\.[^\s@,;，；]+")


def declined(value: Any) -> bool:
    """Whether somebody did not want to say it (S1 4.3.1): `{"declined": reason}` stands where the value would."""
    return isinstance(value, Mapping) and set(value) == {"declined"}


def name(value: Any) -> str | None:
    """张三丰 → 张**: the first character of a name of several; how long it is does not show."""
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        return None
    return f"{text[0]}**" if len(text) > 1 else "**"


def phone(value: Any) -> str | None:
    """13800001234 → 138****1234. A number of less than eleven digits shows its last two only, a short one nothing."""
    if value is None or value == "":
        return None
    digits = [c for c in value if c.isdecimal()] if isinstance(value, str) else []
    if len(digits) >= 11:
        return "".join(digits[:3]) + HIDDEN + "".join(digits[-4:])
    return HIDDEN + "".join(digits[-2:]) if len(digits) >= 7 else HIDDEN


def position(value: Any) -> float | None:
    """A latitude or longitude to a tenth of a degree, some ten kilometres."""
    return round(value, 1) if isinstance(value, int | float) and not isinstance(value, bool) else None


def scrubbed(value: Any, known: Sequence[str] = ()) -> Any:
    """Free text without phone numbers and mail addresses in it, nor the `known` names and addresses; what lists and
    objects hold likewise."""
    if isinstance(value, list):
        return [scrubbed(one, known) for one in value]
    if isinstance(value, Mapping):
        return {key: scrubbed(one, known) for key, one in value.items()}
    if not isinstance(value, str):
        return value if value is None or isinstance(value, bool | int | float) else None
    for word in sorted(filter(None, known), key=len, reverse=True):
        value = value.replace(word, "**")
    return _NUMBER.sub(lambda found: phone(found[0]) or "", _MAIL.sub(HIDDEN, value))


RULES: dict[Rule, Callable[[Any], Any]] = {
    "name": name,
    "phone": phone,
    "address": lambda _: None,
    "position": position,
    "text": scrubbed,
    "hidden": lambda _: None,
    "open": lambda value: value,
}
"""Rule → what is left of a value. `address`: nothing, since a part of it may be the whole; the site's zone is the
region. `open`: shown to whoever may read the row at all."""

RULE_WORDS: dict[Rule, tuple[str, str]] = {
    "name": ("first character only", "仅显示首字"),
    "phone": ("138****1234", "138****1234"),
    "address": ("hidden", "不显示"),
    "position": ("rounded to about 10 km", "约 10 公里取整"),
    "text": ("numbers, mail addresses and the customer's name taken out", "去除号码、邮箱及顾客姓名"),
    "hidden": ("hidden", "不显示"),
    "open": ("shown to whoever may read the record", "可读该记录者可见"),
}

Path = tuple[str, ...]


def ruled(rule: Rule, known: Sequence[str] = ()) -> Callable[[Any], Any]:
    """What a rule makes of a value; that somebody declined to say it is no secret. `known`: see `scrubbed`."""
    return lambda value: scrubbed(value, known) if rule == "text" or declined(value) else RULES[rule](value)


def change(value: Any, path: Path, do: Callable[[Any], Any], siblings: frozenset[str] = frozenset()) -> Any:
    """The value with `do` applied at the path; a copy where it differs. `[]`: every element of a list; `*`: every key
    but the `siblings`, which have rules of their own. What has another shape than the path says is taken away whole.
    """
    if value is None or not path:
        return None if value is None else do(value)
    head, rest = path[0], path[1:]
    if head == "[]":
        return [change(one, rest, do, siblings) for one in value] if isinstance(value, list) else None
    if not isinstance(value, Mapping):
        return None
    if head == "*":
        return {k: v if k in siblings or k == PURGED else change(v, rest, do) for k, v in value.items()}
    return {**value, head: change(value[head], rest, do, siblings)} if head in value else value
