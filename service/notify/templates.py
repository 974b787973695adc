"""The texts of notices: a code and parameters become a title and a body, in Chinese or English, as late as possible.

Rendering never fails: a parameter that is not there reads "—", an unknown code reads as its parameters.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal, NamedTuple

from faults.kinds import KINDS

Language = Literal["zh", "en"]


class Message(NamedTuple):
    """What a person reads."""

    title: str
    body: str


CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_TIMES = frozenset(("at", "due", "expires", "since", "until", "onset", "offered"))
_LATEST = 253_402_000_000_000  # the last year a calendar can show
_LONGEST = 300
_MISSING = "—"

TEMPLATES: dict[str, dict[Language, Message]] = {
    "visit_offered": {
        "en": Message(
            "Visit offered: {cabinet}, {summary}",
            "{summary} ({severity}) at cabinet {cabinet}, site {site}. Visit {visit}, ticket {ticket}. "
            "Please accept before {expires}.",
        ),
        "zh": Message(
            "新上门任务：{cabinet}，{summary}",
            "货柜 {cabinet}（点位 {site}）：{summary}（{severity}）。任务 {visit}，工单 {ticket}。"
            "请在 {expires} 前接单。",
        ),
    },
    "visit_expired": {
        "en": Message(
            "Offer expired: {cabinet}",
            "Visit {visit} at cabinet {cabinet} was not accepted in time and is offered to somebody else.",
        ),
        "zh": Message("任务超时未接：{cabinet}", "货柜 {cabinet} 的任务 {visit} 未在时限内接单，已转派他人。"),
    },
    "visit_joined": {
        "en": Message(
            "More to do at {cabinet}: {summary}",
            "{summary} ({severity}) at cabinet {cabinet}, site {site}, now part of visit {visit}: ticket {ticket}.",
        ),
        "zh": Message(
            "{cabinet} 新增任务：{summary}",
            "货柜 {cabinet}（点位 {site}）：{summary}（{severity}）已并入您的任务 {visit}，工单 {ticket}。",
        ),
    },
    "visit_unfinished": {
        "en": Message(
            "Visit not finished: {cabinet}",
            "{technician} arrived at cabinet {cabinet}, site {site}, at {since} and has not reported the end of visit "
            "{visit}. Please ask.",
        ),
        "zh": Message(
            "任务未完结：{cabinet}",
            "{technician} 于 {since} 到达货柜 {cabinet}（点位 {site}），任务 {visit} 至今未报告完结。请联系确认。",
        ),
    },
    "visit_called_off": {
        "en": Message(
            "Visit called off: {cabinet}", "Visit {visit} at cabinet {cabinet} is no longer needed. Please do not go."
        ),
        "zh": Message("任务取消：{cabinet}", "货柜 {cabinet} 的任务 {visit} 已取消，无需前往。"),
    },
    "not_fixed": {
        "en": Message(
            "Not fixed: {cabinet}, {kind}",
            "Telemetry of cabinet {cabinet} does not confirm the repair: {kind}. Ticket {ticket}, visit {visit}.",
        ),
        "zh": Message(
            "维修未生效：{cabinet}，{kind}", "货柜 {cabinet} 的遥测未能确认修复：{kind}。工单 {ticket}，任务 {visit}。"
        ),
    },
    "no_technician": {
        "en": Message(
            "No technician for {ticket}",
            "Nobody can take ticket {ticket} at cabinet {cabinet}: {summary} ({severity}). Please assign somebody.",
        ),
        "zh": Message(
            "无人接单：{ticket}", "货柜 {cabinet} 的工单 {ticket} 无人可派：{summary}（{severity}）。请人工派单。"
        ),
    },
    "platform_blind": {
        "en": Message(
            "The platform is blind",
            "No telemetry has been received since {since}. Cabinets are not judged offline meanwhile.",
        ),
        "zh": Message("平台失联", "自 {since} 起未收到任何遥测。在此期间不判定货柜离线。"),
    },
    "detector_disabled": {
        "en": Message(
            "Judged no more: {kind}",
            "The detector of “{kind}” failed three times and was switched off at {since}. Its faults are unknown from "
            "then on; all others are judged as before. Last error: {error}. Please report it to the maintainers.",
        ),
        "zh": Message(
            "已停止判定：{kind}",
            "「{kind}」的检测器已失败三次，于 {since} 被停用；此后该类故障状态未知，其他故障照常判定。"
            "最后的错误：{error}。请报告给维护者。",
        ),
    },
    "fault_lasts": {
        "en": Message(
            "Still not taken up: {summary}",
            "{summary} ({severity}) has lasted since {since}, and nobody has acknowledged it. Ticket {ticket}.",
        ),
        "zh": Message("仍无人处理：{summary}", "{summary}（{severity}）自 {since} 起持续，尚无人确认。工单 {ticket}。"),
    },
    "clock_warned": {
        "en": Message(
            "{clock} of {ticket}: {percent} % of its time is gone",
            "Ticket {ticket} ({summary}, {severity}): {clock} falls due at {due}.",
        ),
        "zh": Message(
            "{ticket} {clock}已用 {percent} %", "工单 {ticket}（{summary}，{severity}）：{clock}将于 {due} 到期。"
        ),
    },
    "clock_breached": {
        "en": Message(
            "Missed: {clock} of {ticket}", "Ticket {ticket} ({summary}, {severity}): {clock} was due at {due}."
        ),
        "zh": Message("已超时：{ticket} {clock}", "工单 {ticket}（{summary}，{severity}）：{clock}应于 {due} 前完成。"),
    },
    "undelivered": {
        "en": Message(
            "A notice could not be delivered",
            "The notice “{notice}” (ticket {ticket}) to {person} could not be delivered: {error}. "
            "Please tell them another way.",
        ),
        "zh": Message(
            "通知未送达", "发给 {person} 的通知「{notice}」（工单 {ticket}）未能送达：{error}。请用其他方式告知。"
        ),
    },
}
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
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=value)).astimezone(zone).strftime("%m-%d %H:%M")
    text = str(value)
    if text in _WORDS:
        return _WORDS[text][language]
    if key == "kind" and text in KINDS:
        return KINDS[text].en if language == "en" else KINDS[text].zh
    return _flat(text)


def _flat(text: str) -> str:
    """One line of bounded length: some parameters were said by cabinets, and may not forge a message's structure."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
