"""The words of the monthly report, in Chinese and English."""

from typing import Literal

Language = Literal["en", "zh"]

LABELS: dict[str, tuple[str, str]] = {
    "title": ("Monthly after-sales report", "售后服务月报"),
    "period": ("Period", "统计期间"),
    "made": ("Made at", "生成时间"),
    "policy": ("Service policy", "服务策略版本"),
    "running": ("The month is not over: its figures will change.", "本月尚未结束，数据仍会变化。"),
    "tickets": ("Tickets", "工单"),
    "carried_over": ("Carried over", "上月结转"),
    "opened_in": ("Opened", "本月新开"),
    "closed_in": ("Closed", "本月关闭"),
    "open_at_end": ("Still open", "期末未结"),
    "kind": ("Kind", "类别"),
    "week": ("Week", "周"),
    "weeks": ("Tickets opened, by week and kind", "每周新开工单（按类别）"),
    "clocks": ("Promises that fell due: kept and missed", "到期时限：达成与超时"),
    "clock": ("Clock", "时限"),
    "kept": ("Kept", "达成"),
    "missed": ("Missed", "超时"),
    "share": ("Share kept", "达成率"),
    "arrivals": ("Arrivals on site", "到场准时性"),
    "arrival": ("Outcome", "结果"),
    "visits": ("Visits", "上门次数"),
    "punctual_share": ("Punctual of those proven and owed", "准时率（有证据且有时限）"),
    "indicators": ("Service indicators", "服务指标"),
    "indicator": ("Indicator", "指标"),
    "clause": ("Clause", "条款"),
    "value": ("Value", "数值"),
    "cases": ("Cases", "样本数"),
    "target": ("Target", "目标"),
    "state": ("State", "状态"),
    "surveys": ("Satisfaction survey", "满意度调查"),
    "item": ("Item", "项目"),
    "mean": ("Mean (1-5)", "均值（1-5 分）"),
    "interval": ("95 % interval", "95 % 区间"),
    "response": ("Response rate", "回复率"),
    "too_few": ("too few answers for a figure", "样本过少，不予统计"),
    "complaints": ("Complaints received", "收到的投诉"),
    "refunds": ("Refunds", "退款"),
    "recalls": ("Recalls", "召回"),
    "more": ("{n} more rows are left out here; the report as data has all.", "另有 {n} 行未列出；数据接口含全部。"),
    "ticket": ("Ticket", "工单号"),
    "received": ("Received", "受理时间"),
    "channel": ("Channel", "渠道"),
    "due": ("Due", "应于"),
    "decided": ("Decided", "处理决定"),
    "amount": ("Amount (CNY)", "金额（元）"),
    "approved": ("Approved", "批准"),
    "paid": ("Paid", "支付"),
    "recall": ("Recall", "召回编号"),
    "sku": ("Product", "商品"),
    "lots": ("Lots", "批次"),
    "cabinets": ("Cabinets done", "货柜完成"),
    "reachable": ("Buyers reachable", "可联系购买者"),
    "none": ("None in this month.", "本月无。"),
    "charged": ("Charged to customers (CNY)", "向顾客收费（元）"),
    "compensated": ("Paid to customers in compensation (CNY)", "向顾客赔付（元）"),
    "platform": ("The platform itself", "平台自身可用性"),
    "availability": ("Availability", "可用率"),
    "interruptions": ("Interruptions", "中断次数"),
    "lost": ("Time lost", "中断时长"),
    "source": (
        "Every figure is a sum over the raw rows of the same month (CSV) and can be recomputed from them.",
        "所有数据均可由同月原始明细（CSV）复算。",
    ),
}
VALUES: dict[str, tuple[str, str]] = {
    "repair": ("repair", "维修"), "consultation": ("consultation", "咨询"), "complaint": ("complaint", "投诉"),
    "installation": ("installation", "安装"), "return": ("return", "退货"), "refund": ("refund", "退款"),
    "recall": ("recall", "召回"), "incident": ("incident", "事件"), "followup": ("follow-up", "回访"),
    "REPLY": ("Reply", "答复"), "SAFETY": ("Safety", "安全处置"), "PROMISE": ("Promise", "承诺"),
    "ARRIVAL": ("Arrival", "到场"), "RESTORE": ("Restoration", "恢复"), "COMPLAINT": ("Complaint", "投诉处理"),
    "REFUND": ("Refund", "退款"), "FOLLOWUP": ("Follow-up", "回访"),
    "punctual": ("punctual", "准时"), "early": ("early", "早到"), "late": ("late", "迟到"),
    "provisional": ("provisional", "待确认"), "missing": ("missing", "缺失"), "no_target": ("no target", "无目标"),
    "open": ("under way", "进行中"), "not_made": ("not made", "未成行"), "met": ("met", "达成"),
    "missed": ("missed", "未达"), "breached": ("breached", "超时"), "running": ("running", "进行中"),
    "phone": ("phone", "电话"), "online": ("online", "在线"), "sms": ("SMS", "短信"), "email": ("e-mail", "邮件"),
    "official_account": ("official account", "公众号"), "qr": ("QR page", "扫码"), "telemetry": ("telemetry", "遥测"),
    "broker": ("broker away", "消息服务中断"), "gateway": ("gateway away", "网关中断"), "closed": ("closed", "已关闭"),
}  # fmt: skip


def label(name: str, language: Language) -> str:
    """A heading: in Chinese with the English beside it, or in English."""
    en, zh = LABELS[name]
    return en if language == "en" else f"{zh} {en}"


def value(name: str, language: Language) -> str:
    """A value in the language; what has no word stays as it is."""
    en, zh = VALUES.get(name, (name, name))
    return en if language == "en" else zh
