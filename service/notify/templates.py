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
_TIMES = frozenset(("at", "due", "expires", "since", "until", "onset", "offered", "eta", "from", "to"))
_LATEST = 253_402_000_000_000  # the last year a calendar can show
_LONGEST = 300
_MISSING = "—"

TEMPLATES: dict[str, dict[Language, Message]] = {
    "privacy_incident": {
        "en": Message(
            "Possible leak of personal data", "{actor} looked at more than {most} records in an hour. Ticket {ticket}."
        ),
        "zh": Message("疑似个人信息泄露", "{actor} 一小时内查看超过 {most} 条个人信息记录。工单 {ticket}。"),
    },
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
    "unserved_long": {
        "en": Message(
            "Still nobody for {ticket}: {summary}",
            "Nobody has taken ticket {ticket} at cabinet {cabinet}, site {site}, since {since}: {summary} "
            "({severity}). The dispatchers know; please decide.",
        ),
        "zh": Message(
            "工单 {ticket} 仍无人接：{summary}",
            "货柜 {cabinet}（点位 {site}）的工单 {ticket} 自 {since} 起无人接单：{summary}（{severity}）。"
            "调度已知晓，请决定。",
        ),
    },
    "appointment_set": {
        "en": Message(
            "Appointment: {cabinet}, {from} - {to}",
            "The customer of ticket {ticket} at cabinet {cabinet}, site {site}, expects visit {visit} between {from} "
            "and {to}.",
        ),
        "zh": Message(
            "预约时段：{cabinet}，{from} 至 {to}",
            "货柜 {cabinet}（点位 {site}）工单 {ticket} 的顾客约定任务 {visit} 在 {from} 至 {to} 之间到场。",
        ),
    },
    "windows_apart": {
        "en": Message(
            "Two appointments for one visit: {cabinet}",
            "Visit {visit} to cabinet {cabinet}, site {site}, serves tickets {tickets}, whose windows have no time in "
            "common. Please agree on another one.",
        ),
        "zh": Message(
            "同一任务的预约时段冲突：{cabinet}",
            "货柜 {cabinet}（点位 {site}）的任务 {visit} 含工单 {tickets}，其预约时段无交集。请与顾客重新约定。",
        ),
    },
    "eta_slipped": {
        "en": Message(
            "{technician} will be {minutes} min late: {cabinet}",
            "{technician} is expected at cabinet {cabinet}, site {site}, at {eta}; the arrival is owed by {due}. Visit "
            "{visit}, ticket {ticket}.",
        ),
        "zh": Message(
            "{technician} 预计迟到 {minutes} 分钟：{cabinet}",
            "{technician} 预计 {eta} 到达货柜 {cabinet}（点位 {site}），应于 {due} 前到场。"
            "任务 {visit}，工单 {ticket}。",
        ),
    },
    "parts_missing": {
        "en": Message(
            "No {part} for {ticket}",
            "Ticket {ticket} at cabinet {cabinet} ({summary}) most likely needs {part}, and neither the van nor a "
            "depot has it. Consider letting the ticket wait for parts; the visit goes on.",
        ),
        "zh": Message(
            "工单 {ticket} 缺少配件 {part}",
            "货柜 {cabinet} 的工单 {ticket}（{summary}）很可能需要 {part}，车上与仓库均无。"
            "可考虑转为等待配件；上门照常进行。",
        ),
    },
    "stock_low": {
        "en": Message(
            "Order proposed: {order} × {part}", "{holder} has {quantity} of {part} left; the minimum is {minimum}."
        ),
        "zh": Message("建议订购：{part} × {order}", "{holder} 的 {part} 仅余 {quantity}，最低库存为 {minimum}。"),
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
    "improvement_opened": {
        "en": Message(
            "Target missed in {month}: {indicator}",
            "{indicator} missed its target in {month}. Improvement action {improvement} is open: who sees to it, and "
            "until when?",
        ),
        "zh": Message(
            "{month} 未达标：{indicator}",
            "{month} 的「{indicator}」未达到目标，已建立改进措施 {improvement}，请指定负责人与期限。",
        ),
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
    "coverage_gap": {
        "en": Message(
            "Nobody on duty: {channel}",
            "In the next {days} days {holes} gaps in the roster of channel {channel}, {minutes} minutes together. The "
            "first is from {since} to {until}.",
        ),
        "zh": Message(
            "无人值守：{channel}",
            "未来 {days} 天内，{channel} 排班有 {holes} 处空缺，共 {minutes} 分钟。最早一处：{since} 至 {until}。",
        ),
    },
    "coverage_surge": {
        "en": Message(
            "More contacts than usual on a holiday",
            "{contacts} contacts on {day} so far, {usual} on a usual day. Longer service hours are proposed (S1 6.3).",
        ),
        "zh": Message(
            "节假日来访量偏高",
            "{day} 已有 {contacts} 次来访，平日约 {usual} 次。建议延长服务时间（S1 6.3）。",
        ),
    },
    "escalated": {
        "en": Message(
            "A superior is needed: {ticket}",
            "Ticket {ticket} ({summary}, {severity}) was passed to you by {by}: {reason} Please answer before {due}.",
        ),
        "zh": Message(
            "请上级处理：{ticket}", "工单 {ticket}（{summary}，{severity}）由 {by} 上报：{reason} 请在 {due} 前答复。"
        ),
    },
    "escalation_unanswered": {
        "en": Message(
            "Nobody has answered: {ticket}",
            "Ticket {ticket} ({summary}, {severity}) was passed to the supervisor at {since}, and nobody has answered.",
        ),
        "zh": Message(
            "上报后仍无答复：{ticket}", "工单 {ticket}（{summary}，{severity}）于 {since} 上报主管，至今无人答复。"
        ),
    },
    "customer_said": {
        "en": Message("From a customer ({flag}): {contact}", "{text} Contact {contact}, ticket {ticket}."),
        "zh": Message("顾客意见（{flag}）：{contact}", "{text} 来访登记 {contact}，工单 {ticket}。"),
    },
    "recall": {
        "en": Message(
            "Recall {recall}: {sku}", "Recall of {sku}, lots {lots}: {reason}. {instructions} Please acknowledge it."
        ),
        "zh": Message("召回 {recall}：{sku}", "召回 {sku}，批次 {lots}：{reason}。{instructions} 请确认知悉。"),
    },
    "stop_sale_failed": {
        "en": Message(
            "Not stopped: {cabinet}",
            "Cabinet {cabinet} has not obeyed the stop-sale after {attempts} attempts: {why}. Ticket {ticket}. It is "
            "tried again; please send somebody.",
        ),
        "zh": Message(
            "停售未生效：{cabinet}",
            "货柜 {cabinet} 经 {attempts} 次下发仍未停售：{why}。工单 {ticket}。系统将继续重试，请派人处理。",
        ),
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
