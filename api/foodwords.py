"""The words of the inspector's report, in English and Chinese."""

from typing import Any, Literal

Language = Literal["en", "zh"]

LOG: dict[str, tuple[str, str]] = {
    "profile": ("Rule assigned", "设定规则"),
    "temperature": ("Temperatures", "温度记录"),
    "gap": ("No data", "数据缺失"),
    "building": ("Half of the time allowed is gone", "允许时间已用一半"),
    "recovered": ("Within the limit again", "恢复至限值内"),
    "breach": ("Breach", "超限"),
    "locked_itself": ("The cabinet locked itself", "货柜自行停售"),
    "lock_requested": ("Lock requested", "请求停售"),
    "lock_unconfirmed": ("Lock not confirmed", "停售未确认"),
    "locked": ("Locked, as the cabinet shows", "货柜显示已停售"),
    "sold_while_locked": ("Sold although locked", "停售期间仍售出"),
    "open_while_locked": ("Bolt open although locked", "停售期间锁未闭合"),
    "unlock_withdrawn": ("Unlocking by hand withdrawn", "撤回手动恢复销售"),
    "released": ("Released on site", "到场解除"),
    "unlock_requested": ("Unlock requested", "请求恢复销售"),
    "unlock_unconfirmed": ("Unlock not confirmed", "恢复销售未确认"),
    "unlocked": ("Sells again", "已恢复销售"),
    "left_locked": ("Released, but stopped for another reason", "已解除，但因其他原因仍停售"),
    "door_opened": ("Door opened", "开门"),
    "power_lost": ("Power lost", "断电"),
    "power_restored": ("Power restored", "恢复供电"),
    "restocked": ("Restocked", "补货"),
    "retired": ("Taken out of service", "停用"),
}
STATE: dict[str, tuple[str, str]] = {
    "none": ("no rule assigned", "未设定规则"),
    "ok": ("within the limit", "正常"),
    "building": ("beyond the limit, time is running", "超出限值，计时中"),
    "breach": ("breach, lock not yet requested", "超限，尚未请求停售"),
    "lock_requested": ("lock requested, not confirmed", "已请求停售，未确认"),
    "locked": ("locked", "已停售"),
    "released": ("released, not yet selling", "已解除，尚未恢复销售"),
    "over": ("sells again", "已恢复销售"),
}
LABELS: dict[str, tuple[str, str]] = {
    "title": ("Food-safety report", "食品安全报告"),
    "cabinet": ("Cabinet", "货柜"),
    "period": ("Period", "时段"),
    "made": ("Made", "生成时间"),
    "rule": ("Rule", "规则"),
    "sources": ("Sources", "依据"),
    "state": ("State", "状态"),
    "readings": ("Readings", "读数"),
    "lowest": ("Lowest", "最低"),
    "highest": ("Highest", "最高"),
    "beyond": ("Evidenced time beyond the limit", "有据超限时间"),
    "gaps": ("Gaps in the data", "数据缺失"),
    "breaches": ("Breaches", "超限次数"),
    "releases": ("Releases", "解除次数"),
    "check": ("Check of the log", "日志校验"),
    "sound": ("sound: every row follows from the one before", "完整：每一行均承接上一行"),
    "broken": ("BROKEN at row {n}: {what}", "在第 {n} 行断裂：{what}"),
    "more": ("{n} earlier rows are left out here; the log as data has all", "另有 {n} 条更早的记录；日志数据含全部"),
    "head": ("Newest row and hash", "末行与哈希"),
    "chart": ("Temperature", "温度"),
    "limit": ("limit", "限值"),
    "nothing": ("No readings in this period.", "该时段无读数。"),
    "actions": ("What happened", "经过"),
    "at": ("Time", "时间"),
    "what": ("What", "事项"),
    "detail": ("Detail", "详情"),
    "days": ("Temperatures by day", "每日温度"),
    "day": ("Day", "日期"),
    "zone": ("Times in {zone}.", "时间以 {zone} 计。"),
}
BROKEN: dict[str, str] = {
    "missing": "缺行",
    "out of order": "次序错误",
    "does not follow from the row before": "与上一行不承接",
    "changed": "内容被改动",
    "not the row that was written": "并非当时写入的行",
}
KEYS: dict[str, tuple[str, str]] = {
    "signal": ("signal", "信号"), "value_c": ("°C", "°C"), "peak_c": ("peak °C", "峰值 °C"),
    "limit_c": ("limit °C", "限值 °C"), "since": ("since", "起始"), "spent_s": ("evidenced s", "有据秒数"),
    "allowed_s": ("allowed s", "允许秒数"), "command": ("command", "指令"), "attempt": ("attempt", "第几次"),
    "expires": ("expires", "失效"), "why": ("why", "原因"), "bolt_closed": ("bolt closed", "锁闭合"),
    "by": ("by", "经手人"), "role": ("role", "角色"), "visit": ("visit", "任务"),
    "level": ("evidence level", "证据级别"),
    "arrived": ("arrived", "到场"), "inspection": ("inspection", "检查"), "result": ("result", "结果"),
    "text": ("finding", "发现"), "measured_c": ("measured °C", "实测 °C"), "discarded": ("discarded", "清出"),
    "sku": ("goods", "商品"), "lot": ("lot", "批次"), "count": ("count", "数量"),
    "nothing_because": ("nothing discarded because", "未清出的原因"), "note": ("note", "备注"),
    "code": ("code", "代码"), "for": ("stopped for", "停售原因"),
    "seq": ("message", "消息"), "late": ("told late", "迟报"), "profile": ("rule", "规则"), "pack": ("pack", "规则包"),
    "version": ("version", "版本"), "class": ("class", "类别"), "reason": ("reason", "理由"), "from": ("from", "自"),
    "to": ("to", "至"), "at": ("at", "于"), "max_c": ("at most °C", "上限 °C"), "min_c": ("at least °C", "下限 °C"),
    "allow_min": ("minutes allowed beyond it", "允许超限分钟"),
    "after_door_min": ("minutes after a service", "维护关门后分钟"),
    "after_defrost_min": ("minutes after a defrost", "除霜后分钟"),
    "door_open_min": ("door excuses for minutes", "开门豁免分钟"),
    "defrost_on_min": ("defrost excuses for minutes", "除霜豁免分钟"),
    "service_open_min": ("minutes a door is open for a service", "维护开门至少分钟"),
    "excused_min": ("minutes after which nothing excuses", "豁免累计上限分钟"),
    "once": ("times add up until restocked", "累计至补货"),
}  # fmt: skip
VALUES: dict[str, tuple[str, str]] = {
    "safe": ("safe", "合格"), "unsafe": ("unsafe", "不合格"), "no_answer": ("no answer", "无应答"),
    "not_sent": ("not sent", "未发出"), "not_observed": ("bolt not seen", "未见锁状态"),
    "bolt_open": ("bolt open", "锁未闭合"), "failed": ("failed", "失败"), "rejected": ("rejected", "被拒"),
    "expired": ("expired", "已失效"), "forgotten": ("forgotten", "无记录"), "True": ("yes", "是"),
}  # fmt: skip


def word(table: dict[str, tuple[str, str]], key: str, language: Language, **fields: Any) -> str:
    """The word of a key; one that the table lacks reads as itself."""
    text = table[key][language == "zh"] if key in table else key
    return text.format(**fields) if fields else text
