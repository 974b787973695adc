/** Problems, knowledge, channels, money, what was agreed, models, messages, backups in Chinese. */
import type { rooms as english } from './en.rooms.pages.ts'

export const rooms: typeof english = {
  none: '–',
  problem: {
    kind: '反复出现的故障', model: '型号', firmware: '固件', anyFirmware: '不限', repeats: '复发', times: (n) => `${n} 次`, owner: '负责人',
    nobody: '尚无', maker: '厂家', makerTold: '告知时间', notTold: '尚未告知', told: (who, at) => `${who}，${at}`, opened: '立项', latest: '最近一次', state: '状态',
    states: { open: '进行中', closed: '已结束' }, quick: { all: '全部', open: '进行中', closed: '已结束' },
    title: (kind, model) => `${model}：${kind}`, facts: '基本信息', cases: '相关工单', cabinet: '货柜', ticket: '工单', summary: '摘要',
    noCases: '您的角色无权查看其中的工单。', more: (n) => `另有 ${n} 张工单未显示。`, missing: '没有这条问题记录。',
    change: '负责人与厂家', makerHint: '厂家的联系人', toldAt: '告知厂家的时间', close: '结束问题', result: '处理结果', closeLead: '此后复发次数重新计算。',
    closed: (who, at) => `${who} 于 ${at} 结束`, all: '该类故障的全部工单',
  },
  knowledge: {
    title: '知识', tabs: { gaps: '缺口', units: '归口部门', sample: '质检' },
    gapsLead: (from, to) => `${from} 至 ${to} 出现过的故障类别，以及是否有文章说明。`,
    gaps: '没有文章', gap: '故障类别', faults: '故障数', write: '撰写文章', writeLead: '在文件登记册中登记，并写明文章说明的故障类别。',
    noGaps: '没有：出现过的故障都有文章。', noFaults: '这段时间没有故障。', explained: '已有文章', read: '查看文章',
    unitsLead: '每类工作都须有归口部门（S1 4.1.1）。', kind: '工作类别', unit: '部门', nobody: '无归口部门', findings: (n) => `${n} 类工作没有归口部门。`,
    allOwned: '各类工作均有归口部门。', addUnit: '登记部门', matrix: '角色与权限', matrixLead: '各角色可以做什么（S1 4.1.2）。', csv: '权限表 CSV',
    permission: '权限', roles: '角色', showMatrix: '显示表格',
    sampleLead: (share, contacts) => `从本月 ${contacts} 次来访中抽取 ${share}，由月份决定，何时抽取结果都相同。`,
    open: '本月尚未结束，样本还会增加。', figures: (reviewed, of, well) => `${of} 条中已质检 ${reviewed} 条，合格 ${well} 条。`,
    noSample: '本月没有来访登记，无可质检。', contact: '来访', said: '内容', papers: '模板与指南', verdict: '结论',
    good: '合格', bad: '不合格', notYet: '尚未质检', review: '质检', reviewOf: (id) => `质检 ${id}`, ok: '是否合格？', note: '说明（不合格时必填）', save: '保存结论', own: '您本人的来访',
  },
  papers: { template: '所用答复模板（去访）', guide: '发送的使用指南（去访）', named: (title, edition) => `${title}，第 ${edition} 版`, templateWas: '答复模板', guideWas: '使用指南' },
  beside: {
    articles: '该故障的知识', edition: (n) => `第 ${n} 版`, messages: '发给顾客的消息', lead: '由系统自动发送。',
    states: { queued: '等待发送', sent: '已送达', dropped: '未发送', failed: '未送达' }, why: (text) => `原因：${text}`,
    tried: (n) => `已尝试 ${n} 次`, at: (at) => `${at} 起待发`,
  },
  compensation: {
    title: '补偿', none: '未支付', add: '支付补偿', amount: '金额', reason: '原因', basis: '依据', basisHint: '法律、合同、承诺等', fund: '出自哪项基金', noFund: '未指明', receipt: '凭据',
    sum: (amount) => `已支付 ${amount}`, when: '支付时间', who: '经办', ticket: '工单', ledger: '补偿台账', total: (n, amount) => `${n} 笔，共 ${amount}`, count: '笔数',
    noneMonth: '本月没有补偿。补偿在工单页登记。', list: '逐笔明细', shown: (n, of) => `显示 ${of} 笔中最新的 ${n} 笔。`,
  },
  channel: {
    title: '顾客服务渠道', lead: '此处登记的故障会立即显示在所有公众页面上。', works: '正常', down: '故障', noAddress: '未公布地址',
    brief: (n) => (n === '0' ? '全部正常' : `${n} 个故障`), since: (at, who) => `自 ${at}，由${who}登记`, probe: '探测', alarmed: '已告警',
    report: '登记故障', reportOf: (name) => `登记故障：${name}`, reason: '故障情况', restore: '已恢复', restoreOf: (name) => `已恢复：${name}`, note: '备注',
  },
  reports: { charges: '款项', deviations: '偏差', published: '公示' },
  charge: {
    title: '本月收费', lead: '收费与报价当日价格表的对照（S3 3.5(1)）。', sum: (n, amount) => `${n} 笔，共 ${amount}`, none: '本月没有收费。',
    parts: { listed: '符合价格表', unlisted: '不符合价格表', no_list: '当时没有价格表' }, off: '不符合价格表的收费', offNone: '每笔收费都符合当日的价格表。',
    item: '项目', charged: '收费', listed: '表列', flags: { listed: '符合', other_price: '价格不同', off_list: '不在表内', no_list: '当时没有价格表' },
    receipt: '凭据', left: (n) => `只显示前 1,000 笔，另有 ${n} 笔。`, fromList: '从价格表选取', pick: '选一项，或在下方填写', was: (list) => `表列：${list}`,
    list: '登记价格表', noList: '没有价格表，就无从对照。',
  },
  deviation: {
    title: '约定与交付', none: '就记录所见，交付与约定一致。', lead: '本月受理工单的约定与交付对照（S4 8.2、8.3.1）。偏差不等于定论。',
    sum: (n, of) => `${of} 张工单中 ${n} 张有偏差。`, noTickets: '本月没有受理工单。', allKept: '没有偏差。', kinds: '按偏差类别', kind: '类别', tickets: '有偏差的工单',
    ticket: '工单', cabinet: '货柜', found: '偏差', left: (n) => `只显示前 1,000 张，另有 ${n} 张。`, agreed: (what) => `约定：${what}`, actual: (what) => `交付：${what}`,
    what: { window: '时段', clock: '承诺时限', place: '地点', fee: '收费金额', price: '项目价格', part: '备件', content: '服务内容' },
    why: {
      before: '过早', after: '过晚', missed: '无人到场', late: '迟延', elsewhere: '定位在别处', two_cabinets: '两台货柜相距过远', less: '少于约定', more: '多于约定',
      other_price: '与表列价格不同', off_list: '不在价格表内', not_quoted: '已使用但未报价', not_reported: '已报价但报告未提及',
    },
    revision: (n) => `第 ${n} 次约定`, version: (n) => `报价第 ${n} 版`, late: (t) => `晚 ${t}`, early: (t) => `早 ${t}`, until: (at) => `${at} 前`, metres: (n) => `相距 ${n} 米`, notListed: '未列出', never: '尚无',
  },
  published: {
    lead: '顾客购买前可以看到的内容，以及其中还缺什么。', models: '型号', model: '型号', cabinets: '货柜数', page: '公众页面', openPage: '打开', missing: '尚未公示', complete: '完整',
    lacks: { specification: '规格', price: '价格', service: '随附服务', papers: '文件' }, noModels: '没有货柜或文件写明型号。请登记型号随机文件。', document: '文件', add: '登记型号随机文件',
    openList: '所属货柜的公众页面', cabinetPage: '货柜页面', promises: '承诺前后一致', consistent: '广告、保修卡与协议均与现行承诺一致。', inconsistent: '有文件与现行承诺不一致：',
    noPromise: '尚未登记承诺。', addPromise: '登记承诺', inForce: '现行承诺', since: (at) => `自 ${at}`, carrier: '文件', state: '内容', states: { current: '现行承诺', outdated: '已被替换的版本', unknown: '不是我们的文本' },
    unmarked: '未标明所述承诺的文件：', noCarriers: '还没有转述承诺的文件。', hash: '标记（SHA-256）',
  },
  content: {
    kinds: '负责的工单类别', faultKinds: '所说明的故障类别', zh: '中文文本', en: '英文文本', promise: '所转述承诺的标记（SHA-256）', promiseHint: '64 位，见报告“公示”',
    model: '型号', prices: '价格', pricesHint: '每行一项：编码; 中文; 英文; 单价（元），如 P-7; 风扇; fan; 45.00', pricesBad: (line) => `此行无法识别：${line}`, cents: '价格（分）', service: '随附服务', papers: '随机文件',
  },
  backup: {
    title: '备份', off: '未自动备份：没有设置目录。', offDo: '请设置 VENDWATCH_BACKUP_DIR（及以小时计的 VENDWATCH_BACKUP_EVERY）后重新启动，或运行', command: './vendwatch backup DIRECTORY',
    every: (t, n, dir) => `每 ${t} 一次，保留最新 ${n} 份，位于 ${dir}。`, newest: '最新', noneYet: '尚无', overdue: '已逾期：最新备份早于两个周期。请查看上次结果，然后立即备份。', neverMade: '已逾期：还没有任何备份。请查看上次结果，然后立即备份。',
    running: '正在备份', steps: { opening: '准备', hashing: '计算校验和', packing: '打包' }, doing: (step, done, of) => `${step}：${done} / ${of}`, progress: '备份进度', last: '上次结果', well: (at, size) => `${at}，${size}`, failed: (at, why) => `${at} 失败：${why}`, make: '立即备份', begun: '备份已开始，会自行完成。',
  },
  km: { title: '行驶里程', sum: (km, visits) => `${km}，共 ${visits} 次上门`, unknown: (n) => `${n} 段路程未知`, none: '路程均未知' },
  /** Of timelines, beside the tables of the dictionary. */
  line: {
    note: {
      sent: '已发送', paid: '已支付', refund_approval_withdrawn: '退款批准已撤回', eta_slipped: '到达推迟', parts_missing: '缺少备件', sold_while_stopped: '停售期间仍有售出',
      recall_closed: '召回已结束', escalated: '已上报', appointment_inside: '在约定时段内到达', appointment_before: '早于约定时段', appointment_after: '晚于约定时段',
      appointment_missed: '错过约定时段', pull_task: '须取出的商品', pulled: '商品已取出', confirmed: '已确认', expired: '未在期限内答复', left_locked: '保持停售',
    },
    noteKey: {
      guide: '指南', edition: '版次', contact: '来访', fund: '出自基金', eta: '预计', late_s: '推迟', part: '备件', proposed: '建议：', recall: '召回', seq: '消息', arrived: '到达',
      lane: '货道', lot: '批次', lock: '停售：', for: '因为',
    },
    noteValue: { supervisor: '主管', wait_parts: '等待备件', none_given: '未说明', expired: '已过期', recall: '召回', food_safety: '食品安全' },
  },
}
