"""The texts of notices to the people of the service, by code: a title and a body, in Chinese and English."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Message(NamedTuple):
    """What a person reads."""

    title: str
    body: str


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
    "backup_overdue": {
        "en": Message(
            "No backup",
            "There should be one every {hours} h; the newest is of {since}. The last try: {error}. "
            "See the platform page.",
        ),
        "zh": Message("备份缺失", "应每 {hours} 小时备份一次，最近一次为 {since}。最近一次尝试：{error}。详见平台页。"),
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
    "lot_unchecked": {
        "en": Message(
            "Lot not checked: {sku} {lot}",
            "Cabinet {cabinet} was loaded with lot {lot} of {sku} (lane {lane}), which lacks good checks: {missing}. "
            "Failed: {failed}. What is stopped: {lock}. It sells again once the checks are noted, or without this lot.",
        ),
        "zh": Message(
            "批次未检查：{sku} {lot}",
            "货柜 {cabinet} 装入了 {sku} 批次 {lot}（货道 {lane}），缺少合格检查：{missing}。不合格：{failed}。"
            "停售范围：{lock}。补齐检查或取出该批次后自动恢复销售。",
        ),
    },
    "channel_down": {
        "en": Message(
            "Customers cannot reach us: {channel}",
            "The {channel} has been out of order since {since}, {minutes} minutes by now: {why}",
        ),
        "zh": Message("顾客联系渠道中断：{channel}", "{channel}自 {since} 起中断，已 {minutes} 分钟：{why}"),
    },
    "problem_opened": {
        "en": Message(
            "Problem {problem}: {kind}, model {model}",
            "“{kind}” came back {repeats} times on model {model} within {days} days: {tickets}. Please find the "
            "cause and tell the maker (S2 6.1).",
        ),
        "zh": Message(
            "问题记录 {problem}：{kind}，型号 {model}",
            "{days} 天内型号 {model} 的“{kind}”解决后复发 {repeats} 次：{tickets}。请查明原因并反馈厂家（S2 6.1）。",
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
