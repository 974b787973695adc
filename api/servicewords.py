"""The words of the service record (S1 App. A.1) and the feedback form (S1 8.6, A.2): which fields, in which order."""

from typing import Literal, NamedTuple

Shape = Literal["text", "time", "cents", "things", "choice", "truth", "score", "confirmation"]


class Field(NamedTuple):
    """A field of a form. `path`: where its value stands, from `ticket`, `fields`, `record`, `visit`, `survey` or
    `photos` down; further paths are tried when there is nothing. `wide`: over the whole width."""

    id: str
    zh: str
    en: str
    path: tuple[str, ...]
    shape: Shape = "text"
    wide: bool = False


class Group(NamedTuple):
    id: str
    zh: str
    en: str
    fields: tuple[Field, ...]


_CUSTOMER = Group("customer", "顾客信息", "Customer", (
    Field("name", "姓名", "Name", ("ticket.customer.name",)),
    Field("phone", "电话", "Phone", ("ticket.customer.phone",)),
    Field("address", "地址", "Address", ("ticket.customer.address",), wide=True),
))  # fmt: skip
_PRODUCT = Group("product", "产品信息", "Product", (
    Field("product", "产品名称", "Product", ("record.product.name",)),
    Field("model", "货柜型号", "Cabinet model", ("record.product.model",)),
    Field("cabinet", "货柜编号", "Cabinet", ("ticket.cabinet",)),
    Field("price", "价格", "Price", ("record.product.price_cents",), "cents"),
    Field("validity", "有效期", "Validity", ("record.product.validity",)),
    Field("lot", "批次", "Lot", ("record.product.lot",)),
    Field("purchased", "购买时间", "Purchase time", ("record.product.purchased", "record.product.installed"), "time"),
    Field("place", "购买地点", "Purchase place", ("record.product.place", "ticket.site")),
))  # fmt: skip
_CASE = Group("case", "受理信息", "Case", (
    Field("number", "受理编号", "Number", ("ticket.id",)),
    Field("kind", "类别", "Kind", ("ticket.kind",), "choice"),
    Field("received", "反映日期", "Reported", ("ticket.received",), "time"),
    Field("channel", "受理渠道", "Channel", ("ticket.channel",), "choice"),
    Field("received_by", "受理人", "Received by", ("record.case.received_by",)),
    Field("promised_at", "承诺时间", "Promised", ("fields.promised_at",), "time"),
    Field("question", "问题描述", "Question or problem", ("fields.summary_zh", "ticket.summary"), wide=True),
))  # fmt: skip
_SERVICE = Group("service", "处理记录", "Service", (
    Field("unit", "服务单位", "Service unit", ("record.service.unit",)),
    Field("date", "服务日期", "Date of service", ("record.service.date", "fields.service.date"), "time"),
    Field("person", "服务人员", "Served by", ("record.service.person", "fields.service.person")),
    Field("mode", "服务方式", "Mode", ("record.service.mode",), "choice"),
    Field("arrived", "到场时间", "Arrived", ("visit.arrived",), "time"),
    Field("level", "到场证明等级", "Evidence level", ("visit.level",)),
    Field("measure", "处理措施", "Measures taken", ("record.service.measure", "fields.service.measure"), wide=True),
    Field("guidance", "使用指导次数", "Guides sent", ("record.case.guidance",)),
    Field("guides", "发送的使用指南", "Guides", ("fields.guides",), "things", wide=True),
    Field("parts", "更换配件", "Parts", ("fields.service.parts",), "things", wide=True),
    Field("photos", "服务照片（编号、SHA-256）", "Photos (id, SHA-256)", ("photos",), "things", wide=True),
    Field("charges", "费用", "Charges", ("fields.charges",), "things", wide=True),
    Field("situation", "服务情况", "Situation", ("record.service.situation", "fields.service.note"), wide=True),
    Field("confirmation", "用户确认", "User's confirmation", ("record.service.confirmation",), "confirmation",
          wide=True),
))  # fmt: skip
_SIGNED = Group("sign_off", "顾客签收", "Sign-off", (
    Field("by", "签收人", "Signed by", ("fields.sign_off.by",)),
    Field("how", "签收方式", "How", ("fields.sign_off.how",), "choice"),
    Field("content_ok", "内容属实", "Content is right", ("fields.sign_off.content_ok",), "truth"),
    Field("at", "签收时间", "Signed", ("fields.sign_off.at",), "time"),
    Field("quality", "服务质量", "Quality", ("fields.sign_off.quality",), "score"),
    Field("attitude", "服务态度", "Attitude", ("fields.sign_off.attitude",), "score"),
    Field("note", "意见", "Remarks", ("fields.sign_off.note", "fields.sign_off.reason"), wide=True),
))  # fmt: skip
_FOLLOWED = Group("follow_up", "回访跟踪", "Follow-up", (
    Field("date", "回访日期", "Date", ("fields.follow_up.date",), "time"),
    Field("by", "回访人", "By", ("fields.follow_up.person",)),
    Field("channel", "回访方式", "Channel", ("fields.follow_up.channel",), "choice"),
    Field("attempts", "未接通记录", "Attempts that reached nobody", ("fields.follow_up_attempts",), "things"),
    Field("solved", "问题是否解决", "Solved", ("fields.follow_up.solved",), "truth"),
    Field("recurrence", "是否再次发生", "Came back", ("fields.follow_up.recurrence",), "truth"),
    Field("answer", "顾客答复", "Customer's answer", ("fields.follow_up.answer",), wide=True),
))  # fmt: skip
_SURVEY = Group("survey", "顾客满意度调查（1 差 – 5 优）", "Satisfaction, 1 bad – 5 good", (
    Field("attitude", "服务态度", "Attitude", ("survey.attitude",), "score"),
    Field("quality", "满意度", "Satisfaction", ("survey.quality",), "score"),
    Field("timeliness", "反馈及时性", "Timeliness of feedback", ("survey.timeliness",), "score"),
    Field("effectiveness", "处理有效性", "Effectiveness", ("survey.effectiveness",), "score"),
    Field("other", "其他意见", "Other", ("survey.other",), wide=True),
    Field("state", "调查状态", "Survey", ("survey.state",), "choice"),
    Field("answered", "答复时间", "Answered", ("survey.answered",), "time"),
))  # fmt: skip


class Form(NamedTuple):
    """A form: its name as the standard gives it, and what is to be said about its layout."""

    id: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    groups: tuple[Group, ...]
    sign_zh: tuple[str, ...]
    sign_en: tuple[str, ...]


RECORD = Form(
    "A.1", "售后服务记录表", "After-sales service record",
    "按《智能货柜产品售后服务规范》8.1–8.4 及附录表 A.1 填写", "Fields of S1 8.1–8.4 and App. table A.1",
    (_CASE, _CUSTOMER, _PRODUCT, _SERVICE, _SIGNED, Group("survey", _SURVEY.zh, _SURVEY.en, _SURVEY.fields[:5])),
    ("顾客签名", "服务人员签名"), ("Customer's signature", "Technician's signature"),
)  # fmt: skip
FEEDBACK = Form(
    "A.2", "售后服务反馈跟踪记录表", "After-sales feedback and follow-up record",
    "标准表 A.2 原文未提供，本表版式为自行设计（对应 8.6）",
    "Own layout: the text of table A.2 is not in the source; serves S1 8.6",
    (
        Group("case", _CASE.zh, _CASE.en, tuple(f for f in _CASE.fields if f.id not in ("received_by", "promised_at"))),
        _CUSTOMER,
        Group("service", _SERVICE.zh, _SERVICE.en,
              tuple(f for f in _SERVICE.fields if f.id in ("date", "person", "measure", "situation"))),
        _FOLLOWED, _SURVEY,
    ),
    ("顾客签名", "回访人签名"), ("Customer's signature", "Caller's signature"),
)  # fmt: skip

CHOICES: dict[str, tuple[str, str]] = {
    "repair": ("维修", "repair"), "consultation": ("咨询", "consultation"), "complaint": ("投诉", "complaint"),
    "installation": ("安装", "installation"), "return": ("退换货", "return"), "refund": ("退款", "refund"),
    "recall": ("召回", "recall"), "incident": ("突发事件", "incident"), "followup": ("回访", "follow-up"),
    "phone": ("电话", "phone"), "online": ("在线", "online"), "sms": ("短信", "text message"),
    "email": ("邮件", "e-mail"), "official_account": ("公众号", "official account"), "qr": ("扫码", "QR code"),
    "telemetry": ("货柜自动上报", "told by the cabinet"), "on_site": ("上门", "on site"),
    "letter": ("信函", "letter"), "fax": ("传真", "fax"),
    "signature": ("签名", "signature"), "cabinet_screen": ("货柜屏幕确认", "on the cabinet's screen"),
    "declined": ("拒绝签收", "declined"), "customer": ("顾客", "customer"),
    "invited": ("已邀请", "invited"), "answered": ("已答复", "answered"), "expired": ("已过期", "expired"),
}  # fmt: skip
TRUTH = {True: ("是", "yes"), False: ("否", "no")}
SAID: dict[str, tuple[str, str]] = {
    "cleared_by_itself": ("故障自行恢复，未实施维修", "cleared by itself, no repair was made"),
}
VERIFIED = ("遥测确认运行正常 {n} 分钟", "telemetry showed it healthy for {n} min")
