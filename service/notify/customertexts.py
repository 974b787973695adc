"""The texts of messages to customers, in Chinese and English. Nothing in them asks for money (S1 6.4.7); each ends with
who writes, the hotline with its hours (S1 6.3), and how to have no more of them (`service/telling/stopping.py`)."""

from service.notify.texts import Language, Message

TEXTS: dict[str, dict[Language, Message]] = {
    "survey_invited": {
        "en": Message(
            "How did we do?",
            "Your case {ticket} has been settled. Please tell us what you think of our service until {until}; it takes "
            "a minute and costs nothing: {link}",
        ),
        "zh": Message(
            "请您评价本次服务",
            "您的事项 {ticket} 已处理完毕。请于 {until} 前填写满意度调查，约一分钟，不收取任何费用：{link}",
        ),
    },
    "appointment_agreed": {
        "en": Message("Our visit to you", "For your case {ticket} somebody will come between {from} and {to}."),
        "zh": Message("上门服务预约", "您的事项 {ticket} 已预约上门服务，时段为 {from} 至 {to}。"),
    },
    "appointment_changed": {
        "en": Message(
            "Our visit has been moved",
            "For your case {ticket} somebody will now come between {from} and {to}. Call us if that does not suit you.",
        ),
        "zh": Message(
            "上门服务改期",
            "您的事项 {ticket} 的上门时段已改为 {from} 至 {to}。如不方便，请致电我们。",
        ),
    },
    "on_the_way": {
        "en": Message("We are on our way", "For your case {ticket} {technician} has set out{eta}."),
        "zh": Message("服务人员已出发", "您的事项 {ticket}：{technician}已出发{eta}。"),
    },
    "time_promised": {
        "en": Message("You will hear from us", "We will answer your case {ticket} by {until}."),
        "zh": Message("答复时间", "您的事项 {ticket}，我们将于 {until} 前答复您。"),
    },
    "case_answered": {
        "en": Message("Our answer", "About your case {ticket}: {words}"),
        "zh": Message("事项答复", "关于您的事项 {ticket}：{words}"),
    },
    "case_settled": {
        "en": Message("Your case is settled", "Your case {ticket} has been settled. {words}"),
        "zh": Message("处理结果", "您的事项 {ticket} 已处理完毕。{words}"),
    },
    "refund_approved": {
        "en": Message(
            "Your refund is approved", "For your case {ticket} CNY {yuan} will be paid back to you{due}."
        ),
        "zh": Message("退款已批准", "您的事项 {ticket} 已批准退款 {yuan} 元{due}。"),
    },
    "refund_paid": {
        "en": Message("Your refund is paid", "For your case {ticket} CNY {yuan} have been paid back to you."),
        "zh": Message("退款已支付", "您的事项 {ticket} 的退款 {yuan} 元已支付。"),
    },
    "goods_recalled": {
        "en": Message("Recall of goods that you may have bought", "About your case {ticket}.\n{notice}"),
        "zh": Message("您可能购买了被召回的商品", "关于您的事项 {ticket}。\n{notice}"),
    },
}  # fmt: skip

PIECES: dict[str, dict[Language, str]] = {
    "eta": {"en": " and should be with you at {eta}", "zh": "，预计 {eta} 到达"},
    "due": {"en": " by {due}", "zh": "，将于 {due} 前到账"},
    "somebody": {"en": "our technician", "zh": "服务人员"},
    "named": {"en": "our technician {name}", "zh": "服务人员 {name} "},
    "hotline": {"en": "Questions: {hotline}, {hours}. ", "zh": "咨询请拨打 {hotline}（{hours}）。"},
    "end": {
        "en": "{hotline}We never ask you for money or favours. Reply STOP to have no more messages. {unit}",
        "zh": "{hotline}我们不会向您索要钱物。回复“退订”不再接收。{unit}",
    },
    "daily": {"en": "{windows} daily", "zh": "每日 {windows}"},
    "days": {"en": "{work} on working days, {rest} on other days", "zh": "工作日 {work}，其他日 {rest}"},
    "closed": {"en": "closed", "zh": "不服务"},
}
"""What a text is put together from."""

WHY: dict[str, dict[Language, str]] = {
    "no_gateway": {"en": "no gateway for messages to customers is set", "zh": "未配置顾客消息网关"},
    "no_phone": {"en": "the case has no phone number", "zh": "工单无顾客电话"},
    "declined": {"en": "the customer did not want to give a number", "zh": "顾客不愿提供电话"},
    "stopped": {"en": "the customer wants no messages", "zh": "顾客已退订"},
    "purged": {"en": "the customer's data has been purged", "zh": "顾客信息已清除"},
    "no_address": {
        "en": "policy.public_url is not set, so there is no link",
        "zh": "未设置 policy.public_url，无法生成链接",
    },
    "unknown": {"en": "a kind of message that this version does not know", "zh": "本版本不支持的消息类型"},
    "over": {"en": "what it tells of is over", "zh": "所述事项已结束"},
}
"""Why a message was dropped, as a case shows it."""
