"""The words of a cabinet's public page, in Chinese and English: one row per phrase."""

from typing import Literal

Language = Literal["zh", "en"]

WORDS: dict[str, dict[Language, str]] = {
    "title": {"zh": "货柜 {cabinet} 售后服务", "en": "After-sales service of cabinet {cabinet}"},
    "colon": {"zh": "：", "en": ": "},
    "comma": {"zh": "、", "en": ", "},
    "semicolon": {"zh": "；", "en": "; "},
    "other": {"zh": "English", "en": "中文"},
    "served_by": {"zh": "服务单位：{unit}", "en": "Served by: {unit}"},
    "where": {"zh": "点位：{site}", "en": "Site: {site}"},
    "model": {"zh": "型号：{model}", "en": "Model: {model}"},
    "model_link": {"zh": "型号、规格与价格", "en": "specification and price"},
    "channel_down": {"zh": "目前无法使用：{channels}", "en": "Out of order at present: {channels}"},
    "channel_up": {"zh": "您仍可通过以下方式联系我们：{channels}", "en": "You still reach us by: {channels}"},
    "this_form": {"zh": "本页表单", "en": "the form on this page"},
    "sms": {"zh": "短信", "en": "SMS"},
    "promises": {"zh": "服务承诺", "en": "Our service promise"},
    "promise_hash": {
        "zh": "第 {edition} 版，文本 SHA-256：{sha256}", "en": "Edition {edition}, SHA-256 of the text: {sha256}",
    },
    "model_title": {"zh": "型号 {model}", "en": "Model {model}"},
    "model_unknown": {"zh": "没有型号 {model} 的资料。", "en": "There is nothing about a model {model}."},
    "specification": {"zh": "规格", "en": "Specification"},
    "price": {"zh": "价格", "en": "Price"},
    "service": {"zh": "附带服务", "en": "Service that goes with it"},
    "papers": {"zh": "随附文件", "en": "Documents that come with it"},
    "unpublished": {"zh": "运营方尚未公布", "en": "not published by the operator yet"},
    "yuan": {"zh": "人民币 {amount} 元", "en": "CNY {amount}"},
    "model_edition": {"zh": "资料第 {edition} 版，自 {day} 起", "en": "Edition {edition}, from {day}"},
    "badge_title": {"zh": "工牌核验", "en": "Check a badge"},
    "badge_lead": {
        "zh": "请输入服务人员手机上显示的 6 位数字。",
        "en": "Please type the 6 digits that the technician's phone shows.",
    },
    "badge_code": {"zh": "工牌动态码", "en": "Code of the badge"},
    "badge_check": {"zh": "核验", "en": "Check"},
    "badge_valid": {"zh": "工牌有效", "en": "This badge is valid"},
    "badge_name": {"zh": "姓名：{name}", "en": "Name: {name}"},
    "badge_skills": {"zh": "持有有效证书：{skills}", "en": "Valid certificates for: {skills}"},
    "badge_at": {"zh": "核验时间 {at}", "en": "Checked at {at}"},
    "badge_invalid": {"zh": "工牌无效", "en": "This badge is not valid"},
    "badge_advice": {
        "zh": "请核对数字后再试。仍无效的，请勿让来人作业，并联系我们。",
        "en": "Please compare the digits and try again. If it stays so, do not let this person work, and call us.",
    },
    "badge_often": {
        "zh": "核验过于频繁，请在 {seconds} 秒后再试。", "en": "Too many attempts. Please try again in {seconds} s.",
    },
    "reach": {"zh": "联系我们", "en": "How to reach us"},
    "hotline": {"zh": "服务热线", "en": "Hotline"},
    "email": {"zh": "电子邮箱", "en": "E-mail"},
    "account": {"zh": "公众号", "en": "Official account"},
    "unset": {"zh": "运营方尚未公布", "en": "not published by the operator yet"},
    "hours": {"zh": "服务时间", "en": "Hours"},
    "online": {"zh": "线上人工服务", "en": "Online, by people"},
    "on_site": {"zh": "上门服务", "en": "On site"},
    "daily": {"zh": "每日 {windows}", "en": "daily {windows}"},
    "work": {"zh": "工作日 {windows}", "en": "working days {windows}"},
    "rest": {"zh": "休息日 {windows}", "en": "days of rest {windows}"},
    "closed": {"zh": "不服务", "en": "no service"},
    "next_day": {"zh": "次日 ", "en": "next day "},
    "rules": {"zh": "我们的承诺", "en": "What we promise"},
    "reply": {
        "zh": "您的来访在 {span}内得到人工答复，昼夜不停。", "en": "A person answers you within {span}, day and night.",
    },
    "arrival": {
        "zh": "需要上门的：工作日 {work}内到场，其他日 {rest}内（{severity}）。",
        "en": "If somebody has to come: within {work} on working days, {rest} on others ({severity}).",
    },
    "restore": {"zh": "故障修复：{span}内（{severity}）。", "en": "Repair of a fault: within {span} ({severity})."},
    "complaint": {
        "zh": "投诉在 {n} 个工作日内告知处理结果。", "en": "The result of a complaint within {n} working days.",
    },
    "refund": {"zh": "退款在 {n} 个工作日内退回。", "en": "Money is paid back within {n} working days."},
    "follow_up": {"zh": "处理后 {n} 个工作日内回访。", "en": "We call back within {n} working days afterwards."},
    "warranty": {"zh": "维修质保 {n} 日。", "en": "Repairs are warranted for {n} days."},
    "rules_version": {"zh": "规则版本 {version}，时区 {zone}", "en": "Rules {version}, time zone {zone}"},
    "critical": {"zh": "紧急", "en": "critical"},
    "major": {"zh": "重要", "en": "major"},
    "minor": {"zh": "一般", "en": "minor"},
    "warning": {"zh": "提示", "en": "slight"},
    "privacy": {"zh": "个人信息", "en": "Your personal data"},
    "privacy_text": {
        "zh": "姓名和电话可以不填。填写的，只用于处理本次事项和联系您；工作人员默认看不到完整信息，保存期满即脱敏。",
        "en": "Name and phone are up to you. We use them to handle this case and to reach you, and for nothing else; "
        "staff see them masked by default, and they are masked for good when their term is over.",
    },
    "privacy_link": {"zh": "谁能看到什么、保存多久", "en": "Who sees what, and for how long"},
    "form": {"zh": "报告问题", "en": "Report something"},
    "kind": {"zh": "事项", "en": "What is it about"},
    "repair": {"zh": "货柜故障", "en": "The cabinet is out of order"},
    "consultation": {"zh": "咨询", "en": "A question"},
    "complaint_kind": {"zh": "投诉", "en": "A complaint"},
    "return": {"zh": "退换货", "en": "Return or exchange"},
    "refund_kind": {"zh": "退款", "en": "A refund"},
    "text": {"zh": "请说明情况（至多 500 字）", "en": "What happened (500 characters at most)"},
    "name": {"zh": "姓名（可不填）", "en": "Name (optional)"},
    "phone": {"zh": "电话（可不填，便于答复您）", "en": "Phone (optional, so that we can answer)"},
    "send": {"zh": "提交", "en": "Send"},
    "taken": {"zh": "已收到", "en": "We have it"},
    "number": {"zh": "受理编号 {ticket}", "en": "Your number is {ticket}"},
    "due": {"zh": "我们将在 {due} 前答复您。", "en": "We answer before {due}."},
    "no_phone": {
        "zh": "您未留电话。请记下编号，致电或来信时告知我们。",
        "en": "You left no phone number. Please keep the number and name it when you call or write.",
    },
    "back": {"zh": "返回", "en": "Back"},
    "refused": {"zh": "未能提交", "en": "This was not taken"},
    "not_found": {"zh": "没有这个货柜", "en": "There is no such cabinet"},
    "unknown": {"zh": "没有编号为 {cabinet} 的货柜。", "en": "There is no cabinet {cabinet}."},
    "too_often": {
        "zh": "从您的网络提交过于频繁，请在 {seconds} 秒后再试，或致电我们。",
        "en": "Too many reports came from your network. Please try again in {seconds} s, or call us.",
    },
    "too_large": {"zh": "内容过长。", "en": "This is too long."},
    "no_form": {"zh": "请使用本页的表单提交。", "en": "Please use the form of this page."},
    "incomplete": {
        "zh": "请选择事项，并用不超过 500 字说明情况；姓名、电话各不超过 100 字。",
        "en": "Please choose what it is about and describe it in 500 characters at most; name and phone have 100 each.",
    },
    "away": {
        "zh": "系统暂时无法受理，请稍后再试，或致电我们。",
        "en": "We cannot take it right now. Please try again, or call us.",
    },
}  # fmt: skip


def word(key: str, language: Language, **values: object) -> str:
    """The phrase, with its values. KeyError for one that is not in the table."""
    return WORDS[key][language].format(**values)


def span(ms: int, language: Language) -> str:
    """A length of time in hours and minutes, as people say it."""
    hours, minutes = divmod(ms // 60_000, 60)
    units = ("小时", "分钟") if language == "zh" else ("h", "min")
    said = [f"{n} {unit}" for n, unit in ((hours, units[0]), (minutes, units[1])) if n]
    return " ".join(said) or f"0 {units[1]}"
