"""Every personal field of the records: why it is kept, on what basis, how long, who sees it in full, how others do.

One literal table; masking, purging, erasure and the public privacy page are all made from it (S1 4.3.1, 4.3.2). A test
walks the schema and fails for a column that is neither here nor in `others.py`.
"""

from typing import Literal, NamedTuple

from service.privacy.masking import Path, Rule

Term = Literal["record", "location", "notice", "transit", "staff", "account", "site", "chain", "log"]
Whose = Literal["customer", "staff", "contact"]


class Kept(NamedTuple):
    """How long a class of data is kept and what happens then; `clause`: where the term comes from."""

    en: str
    zh: str
    clause: str


TERMS: dict[Term, Kept] = {
    "record": Kept(
        "until the cabinet's warranty ends plus {retention_years} years, at least as long as the repair warranty and "
        "any term a law sets; where no warranty end is known, {retention_years} years from closing; then masked",
        "至货柜质保期满后 {retention_years} 年，且不短于维修质保期及法定期限；质保期未知的，自工单关闭起 "
        "{retention_years} 年；期满脱敏",
        "S3 3.5(2)",
    ),
    "location": Kept(
        "{location_days} days after the arrival, then deleted", "到场后 {location_days} 天，期满删除", "PIPL 19, 28"
    ),
    "notice": Kept("90 days after it was sent, then deleted", "发送后 90 天，期满删除", "PIPL 19"),
    "transit": Kept("one day, then deleted", "1 天，期满删除", "PIPL 19"),
    "staff": Kept("while the person works here; then taken out by hand", "在岗期间；离岗后由管理员删除", "PIPL 13(2)"),
    "account": Kept("while the account exists", "账号存续期间", "S4 5.6.2.3"),
    "site": Kept("while the site is served", "点位服务期间", "S4 8.2.1"),
    "chain": Kept(
        "as long as the record: an id, no name", "与记录同存；仅为编号，不含姓名", "S4 5.6.2.3"
    ),
    "log": Kept(
        "as long as the log of what was done; no customer's data belongs there, and numbers written there all the same "
        "are not shown to those who need not know them",
        "与操作日志同存；日志中不应填写顾客信息，误填的号码不向无需知情者显示",
        "S4 5.6.2.3",
    ),
}  # fmt: skip


class Field(NamedTuple):
    """One personal field. `where`: `table.column`, then keys of its JSON (`[]` every element, `*` all other keys).

    `full`: the permission of `api/roles.py` that may see it in full: with a reason (people), or as is (programs).
    """

    where: str
    whose: Whose
    rule: Rule
    term: Term
    full: str
    en: str
    zh: str
    purpose_en: str
    purpose_zh: str
    basis: str

    @property
    def table(self) -> str:
        return self.where.split(".", 1)[0]

    @property
    def column(self) -> str:
        return self.where.split(".")[1]

    @property
    def path(self) -> Path:
        """From the row down to the value."""
        return tuple(self.where.split(".")[1:])


_SERVE = ("to serve the case and to reach the customer", "处理售后事项并联系顾客")
_COME = ("to come to the customer", "上门服务")
_SAID = ("to understand and answer what was asked", "了解并答复顾客反映的问题")
_WORK = ("to send the right person and reach them", "派工并联系服务人员")
_ANSWERABLE = ("to know who did what", "明确责任人")
_SIGNED = ("to prove that the customer took the work over", "证明顾客已确认服务结果")
_PROVE = ("to prove the arrival on site", "证明到场")

FIELDS: tuple[Field, ...] = (
    Field("tickets.customer.name", "customer", "name", "record", "personal.read", "Customer's name", "顾客姓名",
          *_SERVE, "S1 8.2"),
    Field("tickets.customer.phone", "customer", "phone", "record", "personal.read", "Customer's phone", "顾客电话",
          *_SERVE, "S1 8.2"),
    Field("tickets.customer.address", "customer", "address", "record", "personal.read", "Customer's address",
          "顾客地址", *_COME, "S1 8.2"),
    Field("tickets.customer.no_messages", "customer", "open", "record", "ticket.read",
          "Whether the customer wants no messages", "顾客是否退订消息", *_SERVE, "S1 8.5"),
    Field("tickets.customer.*", "customer", "hidden", "record", "personal.read", "What else was given of the customer",
          "顾客的其他信息", *_SERVE, "S1 8.2"),
    Field("tickets.summary", "customer", "text", "record", "personal.read", "Question or problem", "问题描述",
          *_SAID, "S1 8.4, App. A.1"),
    Field("tickets.fields.given", "customer", "hidden", "record", "personal.read",
          "What a program sent along with a case", "外部程序随单提交的内容", *_SAID, "S1 6.4.9"),
    Field("tickets.fields.appointments.[].agreed_with", "customer", "name", "record", "personal.read",
          "With whom a window was agreed", "约定时段的对方姓名", *_COME, "S3 3.4(1)"),
    Field("tickets.fields.appointments.[].consent.by", "customer", "name", "record", "personal.read",
          "Who agreed to another window", "同意改约者姓名", *_COME, "S3 3.4(1)"),
    Field("tickets.fields.appointments.[].consent.how", "customer", "text", "record", "personal.read",
          "How they agreed to it", "同意改约的方式", *_COME, "S3 3.4(1)"),
    Field("tickets.fields.appointments.[].reason", "customer", "text", "record", "personal.read",
          "Why a window was changed", "改约原因", *_COME, "S3 3.4(1)"),
    Field("tickets.fields.appointments.[].without_consent", "customer", "text", "record", "personal.read",
          "Why it was changed without asking", "未经同意改约的原因", *_COME, "S3 3.4(1)"),
    Field("tickets.fields.follow_up.answer", "customer", "text", "record", "personal.read",
          "What the customer said at the follow-up", "回访时顾客的答复", *_SAID, "S1 7.7"),
    Field("tickets.fields.follow_up_attempts.[].note", "customer", "text", "record", "personal.read",
          "Notes of calls that reached nobody", "未接通回访的备注", *_SAID, "S1 7.7"),
    Field("tickets.fields.sign_off.by", "customer", "name", "record", "personal.read", "Who signed", "签收人姓名",
          *_SIGNED, "S3 3.4(4), S1 8.4"),
    Field("tickets.fields.sign_off.note", "customer", "text", "record", "personal.read", "Remarks at the sign-off",
          "签收意见", *_SIGNED, "S3 3.4(4)"),
    Field("tickets.fields.sign_off.reason", "customer", "text", "record", "personal.read", "Why nobody signed",
          "未签名的原因", *_SIGNED, "S3 3.4(4)"),
    Field("surveys.other", "customer", "text", "record", "personal.read", "Remarks in the survey", "满意度调查意见",
          *_SAID, "S1 9"),
    Field("surveys.token", "customer", "hidden", "record", "personal.read", "The key of the survey's link",
          "满意度调查链接密钥", *_SAID, "S1 6.4.8"),
    Field("surveys.person", "staff", "open", "chain", "survey.read", "Who did the work (id)", "服务人员编号",
          *_ANSWERABLE, "S1 9"),
    Field("improvements.owner", "staff", "open", "chain", "improvement.read", "Who sees to it (id)", "改进负责人",
          *_ANSWERABLE, "S4 9.2"),
    Field("improvements.closed_by", "staff", "open", "chain", "improvement.read", "Who closed it (id)", "关闭人编号",
          *_ANSWERABLE, "S4 9.2"),
    Field("tickets.fields.service.note", "customer", "text", "record", "personal.read", "Technician's note",
          "服务人员备注", *_SAID, "S1 8.4"),
    Field("tickets.fields.sign_off.signature", "customer", "open", "record", "attachment.read", "Signature",
          "签名", *_PROVE, "S1 8.4, S3 3.4(4)"),
    Field("tickets.fields.*", "customer", "text", "record", "personal.read",
          "Free text in the service record, decisions and claims", "服务记录、处理决定与退换申请中的文字", *_SAID,
          "S1 8.2-8.4"),
    Field("tickets.fields.service.photos", "customer", "open", "record", "attachment.read", "Photos of the work",
          "服务照片", *_PROVE, "S1 8.4"),
    Field("tickets.fields.service.person", "staff", "open", "chain", "ticket.read", "Who did the work (id)",
          "服务人员编号", *_ANSWERABLE, "S1 8.4"),
    Field("tickets.assignee", "staff", "open", "chain", "ticket.read", "Who is in charge (id)", "负责人编号",
          *_ANSWERABLE, "S1 8.4"),
    Field("contacts.customer.name", "customer", "name", "record", "personal.read", "Caller's name", "来访人姓名",
          *_SERVE, "S1 6.4.9, 8.2"),
    Field("contacts.customer.phone", "customer", "phone", "record", "personal.read", "Caller's phone", "来访人电话",
          *_SERVE, "S1 6.4.9, 8.2"),
    Field("contacts.customer.address", "customer", "address", "record", "personal.read", "Caller's address",
          "来访人地址", *_SERVE, "S1 6.4.9, 8.2"),
    Field("contacts.customer.no_messages", "customer", "open", "record", "contact.read",
          "Whether the caller wants no messages", "来访人是否退订消息", *_SERVE, "S1 8.5"),
    Field("contacts.customer.*", "customer", "hidden", "record", "personal.read", "What else was given of the caller",
          "来访人的其他信息", *_SERVE, "S1 6.4.9"),
    Field("staff.name", "staff", "open", "staff", "staff.read", "Name of a member of staff", "工作人员姓名",
          "to show who is qualified and on duty", "证明人员资质与在岗", "S1 5.2.1, S4 5.1-5.2.4"),
    Field("staff.account", "staff", "open", "staff", "staff.read", "Sign-in name", "登录名", *_ANSWERABLE,
          "S4 5.6.2.3"),
    Field("staff.technician", "staff", "open", "staff", "staff.read", "Id as a technician", "技术员编号",
          *_ANSWERABLE, "S1 5.2.1"),
    Field("certificates.person", "staff", "open", "staff", "staff.read", "Who holds a certificate (id)",
          "持证人编号", "to show who is qualified", "证明人员资质", "S1 5.2.1.2"),
    Field("certificates.number", "staff", "open", "staff", "staff.read", "Number of a certificate", "证书编号",
          "to show who is qualified", "证明人员资质", "S1 5.2.1.2"),
    Field("certificates.attachment", "staff", "open", "staff", "attachment.read", "Copy of a certificate", "证书附件",
          "to show who is qualified", "证明人员资质", "S1 5.2.1.2"),
    Field("trainings.person", "staff", "open", "staff", "staff.read", "Who was trained (id)", "受训人编号",
          "to show who is trained", "证明人员培训", "S1 5.2.2"),
    Field("rosters.person", "staff", "open", "staff", "staff.read", "Who is on duty (id)", "值班人编号",
          "to plan service hours", "安排服务时间", "S1 6.3"),
    Field("read_receipts.person", "staff", "open", "staff", "staff.read", "Who read a document (id)",
          "阅读人编号", "to show that rules are known", "证明制度已知晓", "S1 4.2.1"),
    Field("timeline.note", "customer", "text", "record", "personal.read", "Notes and replies", "处理记录与答复",
          *_SAID, "S1 8.4"),
    Field("timeline.actor", "staff", "open", "chain", "ticket.read", "Who acted (id)", "操作人编号",
          *_ANSWERABLE, "S1 8.4"),
    Field("tickets.fields.record.service.measure", "customer", "text", "record", "personal.read",
          "What was done", "处理措施", *_SAID, "S1 8.4"),
    Field("tickets.fields.record.service.situation", "customer", "text", "record", "personal.read",
          "How it was left", "处理情况", *_SAID, "S1 8.4"),
    Field("tickets.fields.recorded.service", "customer", "hidden", "record", "personal.read",
          "What people wrote of the service", "人工填写的服务记录", *_SAID, "S1 8.4"),
    Field("tickets.fields.recorded.case", "customer", "hidden", "record", "personal.read",
          "What people wrote of the case", "人工填写的事项记录", *_SAID, "S1 7.2"),
    Field("tickets.fields.decision.decision", "customer", "text", "record", "personal.read",
          "What was decided", "处理决定", *_SAID, "S1 7.3.1"),
    Field("tickets.fields.dispute.outcome", "customer", "text", "record", "personal.read",
          "How a dispute ended", "争议处理结果", *_SAID, "S1 7.3.3"),
    Field("tickets.fields.escalation.reason", "customer", "text", "record", "personal.read",
          "Why a superior was asked", "上报原因", *_SAID, "S1 6.4.4"),
    Field("contacts.text", "customer", "text", "record", "personal.read", "What was said or written", "来访内容与答复",
          *_SAID, "S1 6.4.9"),
    Field("contacts.actor", "staff", "open", "chain", "contact.read", "Who took the contact (id)", "登记人编号",
          *_ANSWERABLE, "S1 6.4.9"),
    Field("contact_reviews.note", "customer", "text", "record", "personal.read", "What a reviewer wrote of a contact",
          "质检意见", "to keep the wording of the service good", "保证服务用语质量", "S1 5.2.3"),
    Field("contact_reviews.actor", "staff", "open", "chain", "contact.read", "Who reviewed a contact (id)",
          "质检人编号", *_ANSWERABLE, "S1 5.2.3"),
    Field("compensations.reason", "customer", "text", "record", "personal.read", "Why a customer was compensated",
          "赔付原因", *_SAID, "S1 5.1.3"),
    Field("compensations.basis", "customer", "text", "record", "personal.read", "What a compensation rests on",
          "赔付依据", *_SAID, "S1 5.1.3"),
    Field("visits.technician", "staff", "open", "chain", "visit.read", "Who was sent (id)", "上门人员编号",
          *_ANSWERABLE, "S1 8.4"),
    Field("visits.evidence.items.[].accuracy_m", "staff", "open", "location", "visit.read",
          "How exact the position at the check-in was", "打卡定位精度", *_PROVE, "S1 6.4.6; PIPL 28"),
    Field("visits.evidence.items.[].distance_m", "staff", "open", "location", "visit.read",
          "How far from the cabinet the check-in was", "打卡处与货柜的距离", *_PROVE, "S1 6.4.6; PIPL 28"),
    Field("visits.evidence.items.[].apart_m", "staff", "open", "location", "visit.read",
          "How far apart the positions at the check-in were", "打卡定位点间距", *_PROVE, "S1 6.4.6; PIPL 28"),
    Field("visits.evidence.corrections.[].reason", "customer", "text", "record", "personal.read",
          "Why an arrival was corrected", "更正到场时间的原因", *_ANSWERABLE, "S1 6.4.6"),
    Field("visits.evidence.confirmed.reason", "customer", "text", "record", "personal.read",
          "Why an arrival was confirmed", "确认到场的原因", *_ANSWERABLE, "S1 6.4.6"),
    Field("tickets.fields.quotes.[].accepted.by", "customer", "name", "record", "personal.read",
          "Who agreed to a quote", "同意报价的人", *_SERVE, "S3 3.4(2)"),
    Field("tickets.fields.quotes.[].note", "customer", "text", "record", "personal.read", "Note to a quote",
          "报价备注", *_SERVE, "S3 3.4(2)"),
    Field("visits.evidence.report.measure", "customer", "text", "record", "personal.read", "What was done",
          "处理措施", *_SAID, "S1 8.4"),
    Field("visits.evidence.report.note", "customer", "text", "record", "personal.read", "Technician's note",
          "服务人员备注", *_SAID, "S1 8.4"),
    Field("technicians.name", "staff", "open", "staff", "technician.read", "Technician's name", "技术员姓名",
          *_WORK, "S1 8.4, S4 5.1-5.2.4"),
    Field("technicians.phone", "staff", "phone", "staff", "personal.read", "Technician's phone", "技术员电话",
          *_WORK, "PIPL 13(2)"),
    Field("technicians.lat", "staff", "position", "staff", "personal.read", "Where a technician starts from",
          "技术员出发地", *_WORK, "PIPL 13(2)"),
    Field("technicians.lon", "staff", "position", "staff", "personal.read", "Where a technician starts from",
          "技术员出发地", *_WORK, "PIPL 13(2)"),
    Field("technicians.channels", "staff", "hidden", "staff", "personal.read", "Where notices reach a technician",
          "技术员接收通知的渠道", *_WORK, "PIPL 13(2)"),
    Field("sites.contact.name", "contact", "name", "site", "personal.read", "Contact at the site", "点位联系人姓名",
          *_COME, "S3 3.4(1)"),
    Field("sites.contact.phone", "contact", "phone", "site", "personal.read", "Phone of the contact", "点位联系人电话",
          *_COME, "S3 3.4(1)"),
    Field("sites.contact.*", "contact", "hidden", "site", "personal.read", "What else was given of the contact",
          "点位联系人的其他信息", *_COME, "S3 3.4(1)"),
    Field("notices.params", "customer", "hidden", "notice", "personal.read", "What a notice says", "通知内容",
          *_WORK, "S1 6.4.6"),
    Field("notices.to", "staff", "open", "notice", "personal.read", "To whom a notice went (id)", "通知接收人编号",
          *_WORK, "S1 6.4.6"),
    Field("attachments.name", "customer", "hidden", "record", "attachment.read", "Name of a file", "附件名称",
          *_PROVE, "S1 8.4"),
    Field("attachments.sha256", "customer", "hidden", "record", "attachment.read", "Photos and papers", "照片与文件",
          *_PROVE, "S1 8.4"),
    Field("attachments.actor", "staff", "open", "chain", "attachment.read", "Who sent it in (id)", "上传人编号",
          *_ANSWERABLE, "S1 8.4"),
    Field("users.name", "staff", "open", "account", "user.read", "Sign-in name", "登录名", *_ANSWERABLE, "S4 5.6.2.3"),
    Field("sessions.user", "staff", "open", "account", "user.read", "Who is signed in", "已登录用户",
          *_ANSWERABLE, "S4 5.6.2.3"),
    Field("second_factors.user", "staff", "open", "account", "user.read", "Who has a second factor",
          "已启用双重验证的用户", *_ANSWERABLE, "S4 5.6.2.3"),
    Field("inbox.body", "customer", "hidden", "transit", "personal.read", "What was asked, until it is answered",
          "待处理的请求内容", *_SERVE, "S1 6.4.9"),
    Field("inbox.answer", "customer", "hidden", "transit", "personal.read", "What was answered", "请求的答复",
          *_SERVE, "S1 6.4.9"),
    Field("idempotency.body", "customer", "hidden", "transit", "personal.read", "What was answered", "请求的答复",
          *_SERVE, "S1 6.4.9"),
    Field("audit.detail.*", "customer", "text", "log", "personal.read", "Reasons in the audit chain",
          "审计记录中的理由", *_ANSWERABLE, "S4 5.6.2.3"),
    Field("commands.reason", "customer", "text", "log", "personal.read", "Why a command was sent", "下发指令的理由",
          *_ANSWERABLE, "S4 5.6.2.3"),
    Field("maintenance.reason", "customer", "text", "log", "personal.read", "Why maintenance was planned",
          "计划维护的理由", *_ANSWERABLE, "S4 5.6.2.3"),
    Field("holds.reason", "customer", "text", "log", "personal.read", "Why data is held", "保全数据的理由",
          *_ANSWERABLE, "PIPL 47"),
    Field("holds.ended_reason", "customer", "text", "log", "personal.read", "Why a hold was ended", "解除保全的理由",
          *_ANSWERABLE, "PIPL 47"),
    Field("audit.actor", "staff", "open", "chain", "audit.read", "Who looked, changed or deleted (id)", "操作人编号",
          *_ANSWERABLE, "S4 5.6.2.3"),
)  # fmt: skip

BY_TABLE: dict[str, tuple[Field, ...]] = {
    table: tuple(f for f in FIELDS if f.table == table) for table in dict.fromkeys(f.table for f in FIELDS)
}
