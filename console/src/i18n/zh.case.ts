/** The ticket page in Chinese. */
import type { cases as english, more as added } from './en.case.ts'

export const more: typeof added = {
  guard: {
    consent: '已约定的时段须经客户同意方可更改，否则须说明原因。',
    survey_invited: '尚未邀请客户参加满意度调查。',
    record: '记录不完整。',
    root_cause: '投诉须查明根本原因。',
    basis: '处理决定须有可引用的依据。',
    dispute: '争议尚无结果。',
    refund_paid: '已批准的退款尚未支付。',
    promise_kept: '对顾客的承诺尚未兑现：请先答复。',
    certificate_expired: '该项作业的证书已过期。',
    certificate_missing: '缺少该项作业的证书。',
    approved: '没有待支付的退款。',
    promise: '未解决的事项须约定答复时间。',
    source: '答复须注明来源，或标为未核实。',
    quote: '未经客户同意报价，不得收费。',
    warranty: '该维修在质保期内，不得收费。',
    checklist: '安全检查表未完成。',
    claim: '尚无可裁定的退换申请。',
    kind: '此类工单没有这项内容。',
    not_trained: '该技术员未通过上岗所需培训。',
    survey_answered: '该调查已答复。',
    survey_expired: '该调查已结束。',
  },
  action: {
    record: '记录', decide: '处理决定', dispute: '争议', escalate: '上报', approve: '批准退款', refund: '已退款', 'withdraw-approval': '撤回批准', claim: '退换申请', rule: '上级裁定',
    appointment: '预约', quote: '报价', 'accept-quote': '同意报价', charge: '收费', 'sign-off': '签收', contact: '联系', correct: '更正到场', confirm: '确认到场',
  },
  timelineType: { contact: '联系', appointment: '预约', quote: '报价', warranty: '质保', survey: '满意度调查', 'sign-off': '签收', severity: '级别' },
  note: {
    record: '已记录', contact: '联系', appointment: '时段', quoted: '已报价', quote_accepted: '客户同意', charged: '已收费', arrival_corrected: '到场时间已更正',
    arrival_confirmed: '到场已确认', late_evidence: '后到的证据', conflict: '证据互相矛盾', under_warranty: '质保期内：免费', invited: '已邀请', answered: '已答复',
    dispute: '争议', reply_unanswered: '无人答复', escalation_unanswered: '上级未答复', claim_allowed: '准予退货', claim_refused: '不予退货', claim_undecided: '退货待定',
    refund_approved: '退款已批准', approval_withdrawn: '批准已撤回', refund_paid: '退款已支付',
  },
  noteKey: {
    number: '编号', direction: '方向', fields: '字段', n: '第', consent: '同意', cents: '金额', amount_cents: '金额', how: '方式', receipt: '凭据', id: '编号',
    level: '级别', what: '内容', between: '之间', seconds: '秒', metres: '米', of: '对应', until: '至', route: '途径', state: '状态', clause: '条款', sale: '销售',
    reached: '接通', content_ok: '内容无误', reason: '原因', recurrence: '复发', basis: '依据', attempts: '次数',
  },
}

export const cases: typeof english = {
  lacking: {
    'customer.name': '客户姓名', 'customer.address': '客户地址', 'customer.phone': '客户电话', 'customer.number': '客户编号',
    'product.name': '商品名称', 'product.price_cents': '价格', 'product.validity': '有效期', 'product.purchased': '购买日期', 'product.place': '购买地点', 'product.model': '型号',
    'product.serial': '序列号', 'product.sku': '商品编码（SKU）', 'product.lot': '批次', 'product.cabinet': '货柜', 'product.installed': '安装日期',
    'service.unit': '服务单位', 'service.date': '服务日期', 'service.person': '服务人员', 'service.measure': '处理措施', 'service.situation': '处理情况',
    'service.confirmation': '用户确认', 'service.mode': '服务方式', 'service.parts': '备件', 'service.charge_cents': '收费', 'service.receipt': '凭据',
    'case.question': '问题', 'case.received': '受理时间', 'case.received_by': '受理人', 'case.channel': '渠道', 'case.about': '投诉对象', 'case.root_cause': '根本原因',
    'case.note': '备注', 'case.promised_at': '承诺时间',
    root_cause: '根本原因', decision: '处理决定', basis: '依据', 'basis.type': '依据类别', 'basis.reference': '依据出处', 'dispute.outcome': '争议结果',
    'refund.receipt': '退款凭据', promised_at: '承诺时间', source: '来源', 'consent.by': '同意人', 'consent.how': '同意方式', 'quote.cents': '尚可收费（分）：',
    'quote.version': '最新版本：', 'accept-quote.version': '对该版本的同意：', quote: '报价', survey: '满意度调查邀请', checklist: '安全检查表', 'another person': '另一人',
    provisional: '暂定的到场', 'an unpaid refund': '未支付的退款', 'food-safety/release': '食品安全放行',
  },
  desk: {
    yuan: '元',
    open: '未说明',
    talk: '请答复客户，然后解决工单。', settled: '已处理，请回访客户是否满意。',
    reveal: {
      title: '显示个人信息', lead: '何人何时因何查看均会记录。信息只在离开本页前显示，不作保存。', reason: '原因', which: '显示内容',
      choices: { phone: '仅电话', customer: '姓名、电话和地址', all: '全部，含备注' }, done: (n) => `已完整显示，记入审计第 ${n} 行。`, hide: '重新隐藏', phone: '显示号码', call: '拨打',
      customer: '显示客户',
    },
    declined: (why) => `不愿提供：${why}`,
    record: {
      title: '服务记录', complete: '完整', lacks: (n) => `缺 ${n} 项`, missing: '关闭工单前还需：', nothing: '关闭工单所需内容已齐全。',
      groups: { customer: '客户', product: '商品', service: '服务', case: '事项' }, fill: '填写记录', save: '写入', declined: '客户不愿提供某项', why: '原因', which: '哪一项',
      clauses: (list) => `依据 ${list}。`, steps: '处理步骤', confirmed: { telemetry: '由遥测确认', customer: '由客户确认', nobody: '未能接通' },
      about: { goods: '商品', service: '服务', conduct: '人员行为', integrity: '索要财物' },
      modes: { on_site: '上门', phone: '电话', letter: '信函', fax: '传真', online: '网络', sms: '短信' },
      step: { communicated: '沟通', tracked: '登记', acknowledged: '告知受理', assessed: '初步评审', investigated: '调查', responded: '答复', decided: '决定', closed: '终止' },
    },
    correct: {
      title: '更正某项', which: '字段', value: '新内容', back: '撤回已填写的内容', takeBack: '撤回', backLead: '系统自己掌握的内容重新生效；没有的，该项为空。',
    },
    papers: {
      title: '争议材料', add: '添加材料', choose: '文件（PNG、JPEG 或 PDF，每个不超过 10 MiB）', place: '或材料存放处', placeHint: '文件夹、柜号、编号', save: '添加', file: (n) => `材料 ${n}`,
    },
    contacts: {
      title: '联系记录', none: '此工单没有登记的联系。', log: '登记联系', save: '登记', direction: '方向', directions: { in: '来：客户联系我们', out: '去：我们联系客户' }, short: { in: '来', out: '去' },
      channel: '渠道', text: '内容', solved: '是否因此解决？', promised: '承诺时间', source: '答复来源', sourceHint: '价目表、说明书、同事……', unverified: '答复未经核实', readBack: '已复述要点', flag: '属于',
      flags: { suggestion: '建议', criticism: '批评' }, hint: '来访未解决的须承诺时间；答复须注明来源。',
    },
    decision: {
      title: '决定与争议', none: '尚未决定', decide: '作出决定', again: '重新决定', text: '决定', basis: '依据', reference: '具体出处', referenceHint: '法律条文、合同条款', cause: '根本原因', conduct: '涉及人员（编号）',
      by: '决定人', bases: { law: '法律', contract: '合同', promise: '承诺', agreement: '约定' }, dispute: '争议', begin: '客户提请争议', route: '途径', outcome: '结果', outcomeHint: '未了结时留空',
      routes: { mediation: '调解', authority: '主管部门', court: '诉讼' }, openSince: (at) => `自 ${at} 起未了结`,
    },
    escalation: { open: '已上报', answered: '上级已答复', unanswered: '上级未答复，已再上报' },
    escalated: (state, due) => `${state}，答复期限 ${due}`,
    refund: { title: '退款', none: '未批准', approve: '批准退款', amount: '金额', basis: '理由', paid: '登记已支付', receipt: '凭据', withdraw: '撤回批准', withdrawWhy: '理由', owed: (y) => `已批准 ${y}，尚未支付`, done: (y) => `已退 ${y}` },
    appointment: {
      title: '预约', none: '尚未约定时段。', agree: '约定时段', change: '更改时段', from: '从', to: '到', with: '约定对象', consentBy: '同意更改的人', consentHow: '方式（电话、书面）',
      without: '或：未经同意更改的原因', reason: '原因', changeLead: '更改须经客户同意；未经同意的，放弃的时段计为失约。', revision: (n) => `第 ${n} 版`, missed: '失约', agreed: (who) => `与 ${who} 约定`,
      consent: (who, how) => `同意：${who}，${how}`, noConsent: (why) => `未经同意：${why}`, kept: { inside: '守约', before: '早到', after: '迟到' },
    },
    candidates: { title: '可派人员', none: '没有在岗的技术员。', send: '派单', sendTo: (name) => `派单给 ${name}`, rank: (n) => `第 ${n}`, cannot: '不能前往' },
    quote: {
      title: '报价与收费', none: '无报价', make: '新报价', again: '新版本', what: '项目', price: '单价', quantity: '数量', add: '增加一行', drop: '删除该行', total: '合计', save: '报价', note: '备注',
      version: (n) => `第 ${n} 版`, agree: '登记客户同意', by: '同意人', how: '方式', hows: { signature: '签名', phone: '电话', online: '网络', cabinet_screen: '货柜屏幕' }, waits: '待客户同意',
      accepted: (who, how, at) => `${who} 同意，${how}，${at}`, charge: '按约定收费', amount: '金额（少于余额时填写）', receipt: '凭据', charged: (y, at) => `已收 ${y}，${at}`, left: (y) => `尚可收 ${y}`,
      nothingLeft: '已全部收取', free: (until) => `免费：在维修质保期内，至 ${until}，对应工单 `, repeat: '重复工单 ',
    },
    arrival: {
      title: '到场证据', none: '尚无证据。', conflicts: '证据互相矛盾：', confirm: '确认到场', confirmLead: '暂定：没有达到策略所要求级别的证据。', correct: '更正到场时间', at: '到场', reason: '原因', who: '不得由到场的技术员本人操作。',
      corrected: (at, was) => `更正为 ${at}（原为 ${was}）`, confirmed: (at) => `确认为 ${at}`,
      what: { earlier: '较弱的证据称到场时间早得多', elsewhere: '定位在别处', two_cabinets: '两台货柜相距过远', corrected: '更正与已证明的不符' }, apart: (n) => `相差 ${n}`, away: (m) => `相距 ${m} 米`, accuracy: (m) => `± ${m} 米`,
      reasons: {
        no_position: '无定位', mocked: '定位为人工设置', place_unknown: '货柜位置未知', inaccurate: '定位精度不足', jump: '定位跳变', too_far: '距离过远', too_few_fixes: '定位次数不足',
      },
      correction: '更正',
    },
    after: {
      title: '签收、回访、满意度', sign: '登记签收', signAgain: '重新签收', by: '签收人', ok: '内容是否属实？', quality: '质量（1–5）', attitude: '态度（1–5）', note: '意见', how: '方式',
      hows: { phone: '电话', cabinet_screen: '货柜屏幕', declined: '拒绝签收' }, reason: '拒绝的原因', allHows: { signature: '签名', phone: '电话', cabinet_screen: '货柜屏幕', declined: '拒绝签收' }, signed: '签收', notSigned: '未签收',
      disagrees: '有异议', followUp: '回访', attempts: '未接通', noFollowUp: '尚未回访', survey: '满意度调查', surveys: { invited: '已邀请', answered: '已答复', expired: '逾期未答复' }, noSurvey: '无邀请', link: '显示客户的链接', noLink: '链接已失效。',
      openUntil: (at) => `有效至 ${at}`, items: { attitude: '态度', quality: '质量', timeliness: '及时性', effectiveness: '有效性' }, forms: '表单', record: '服务记录表（A.1）', feedback: '服务反馈表（A.2）',
      masked: '其中个人信息已脱敏。', of5: (n) => `${n} 分（满分 5）`, reached: '已接通', channel: '方式', recurrence: '故障复发', source: '答复来源', usual: '照常',
    },
    claim: {
      title: '退换申请', none: '尚无事实', facts: '申请的事实', save: '写入并裁定', category: '商品类别', categories: { food: '食品', hygiene: '卫生用品', precision: '精密商品', special: '特殊商品', general: '其他商品' },
      fact: {
        defective: '售出时有质量问题？', intact: '未拆封、未使用？', opened: '已拆封？', told: '售前告知不予退货？', notice: '告知文本（版本）', misuse: '因客户使用不当损坏？', receipt: '有购物凭证？', altered: '凭证被涂改？',
        disclosed: '瑕疵售前已明示？', force_majeure: '不可抗力？', vend: '货柜记录中的销售', category: '商品类别', no_sale: '已查找，没有相符的销售',
      },
      allowed: '准予退货', refused: '不予退货', undecided: '尚未判定', superior: '由上级决定', needs: '待核实：', find: '查找销售', at: '大约购买时间', sku: '商品编码（SKU）', price: '实付价格', search: '查找', pick: '就是这笔',
      picked: '销售', noneFound: '没有相符的销售。', noSale: '记录没有相符的销售', away: (t) => `相差 ${t}`, claimed: (list) => `已被 ${list} 申请`, others: (list) => `同一笔销售还被 ${list} 申请。`, override: '以上级身份裁定', verdict: '裁定',
      verdicts: { allow: '准予退货', deny: '不予退货' }, reason: '理由', overridden: '上级已裁定',
    },
    phone: {
      checklist: '安全检查表', item: '已逐项完成安全检查', sign: '客户签收', signLead: '需要联网，不会离线保存。', draw: '客户签名', clear: '清除', drawHint: '请用手指在框内签名', signed: '已签收，谢谢。', drawn: '在此签名',
      send: '签收',
    },
  },
}
