"""The texts of notices: a code and parameters become a title and a body, in Chinese or English, as late as possible.

Rendering never fails: a parameter that is not there reads "—", an unknown code reads as its parameters.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from faults.kinds import KINDS
from service.notify.texts import TEMPLATES, Language, Message

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_TIMES = frozenset(("at", "due", "expires", "since", "until", "onset", "offered", "eta", "from", "to"))
_LATEST = 253_402_000_000_000  # the last year a calendar can show
_LONGEST = 300
_MISSING = "—"

_GENERIC: dict[Language, str] = {"en": "Notice: {code}", "zh": "通知：{code}"}
_DIGEST: dict[Language, str] = {"en": "{n} notices", "zh": "{n} 条通知"}
_MORE: dict[Language, str] = {"en": "… and {n} more", "zh": "……另有 {n} 条"}
_WORDS: dict[str, dict[Language, str]] = {
    "critical": {"en": "critical", "zh": "紧急"},
    "major": {"en": "major", "zh": "重要"},
    "minor": {"en": "minor", "zh": "一般"},
    "warning": {"en": "warning", "zh": "提示"},
    "REPLY": {"en": "reply", "zh": "答复"},
    "SAFETY": {"en": "safety", "zh": "安全处置"},
    "PROMISE": {"en": "promise", "zh": "承诺"},
    "ARRIVAL": {"en": "arrival", "zh": "到场"},
    "RESTORE": {"en": "restoration", "zh": "恢复"},
    "COMPLAINT": {"en": "complaint handling", "zh": "投诉处理"},
    "REFUND": {"en": "refund", "zh": "退款"},
    "WARRANTY": {"en": "warranty", "zh": "质保"},
    "RETENTION": {"en": "record retention", "zh": "记录保存"},
    "FOLLOWUP": {"en": "follow-up call", "zh": "回访"},
    "suggestion": {"en": "suggestion", "zh": "建议"},
    "criticism": {"en": "criticism", "zh": "批评"},
}


def render(code: str, params: Mapping[str, Any], language: Language, zone: tzinfo = CHINA) -> Message:
    """Title and body of a notice. Times in `params` are ms since 1970 UTC and are shown in `zone`.

    A parameter may come in a language of its own (`summary_zh` beside `summary`); fault kinds, severities and names of
    clocks are put into words.
    """
    if code == "digest":
        return _digest(params, language, zone)
    own = {key: params.get(f"{key}_{language}", value) for key, value in params.items()}
    words = _Words((key, _word(key, value, language, zone)) for key, value in own.items())
    template = TEMPLATES.get(code)
    if template is None:
        lines = "\n".join(f"{key}: {value}" for key, value in words.items())
        return Message(_GENERIC[language].format(code=_flat(code)), lines)
    title, body = template[language]
    return Message(title.format_map(words), body.format_map(words))


class _Words(dict[str, str]):
    """The parameters as words; what is not there is shown as missing."""

    def __missing__(self, _key: str) -> str:
        return _MISSING


def _digest(params: Mapping[str, Any], language: Language, zone: tzinfo) -> Message:
    lines = [render(item["kind"], item["params"], language, zone).title for item in params["items"]]
    if params["more"]:
        lines.append(_MORE[language].format(n=params["more"]))
    count = len(params["items"]) + params["more"]
    return Message(_DIGEST[language].format(n=count), "\n".join(lines))


def _word(key: str, value: Any, language: Language, zone: tzinfo) -> str:
    if value is None:
        return _MISSING
    if key in _TIMES and isinstance(value, int) and 0 <= value <= _LATEST:
        return clock_time(value, zone)
    text = str(value)
    if text in _WORDS:
        return _WORDS[text][language]
    if key == "kind" and text in KINDS:
        return KINDS[text].en if language == "en" else KINDS[text].zh
    return _flat(text)


def clock_time(ms: int, zone: tzinfo) -> str:
    """A time (ms since 1970 UTC) as people read it in `zone`."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)).astimezone(zone).strftime("%m-%d %H:%M")


def _flat(text: str) -> str:
    """One line of bounded length: some parameters were said by cabinets, and may not forge a message's structure."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
