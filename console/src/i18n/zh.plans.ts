/** Contacts, day plans, parts, gaps in rosters and a cabinet's public page in Chinese. */
import type { plans as english } from './en.plans.ts'

export const plans: typeof english = {
  contactBook: {
    lead: '顾客说过的、我们答复的，都在同一本登记册里，编号连续无缺。',
    anyChannel: '全部渠道', anyDirection: '来访与去访',
    quick: { all: '全部', suggestion: '建议', criticism: '批评', promised: '承诺答复', unverified: '未核实' },
    when: '时间', how: '方式', said: '内容', customer: '顾客', about: '事项', result: '结果', by: '经办',
    anonymous: '未告知', masked: '已脱敏；在工单页说明理由后可查看，并有记录',
    solved: '已解决', owed: (at) => `承诺 ${at} 前答复`, source: (what) => `依据：${what}`,
    unverified: '答复未核实', readBack: '已复述要点', noReadBack: '未复述',
    log: '登记来访', save: '登记', kind: '事项类别', kindHint: '决定开立哪类工单',
    name: '顾客姓名', phone: '顾客电话', cabinet: '货柜', ticket: '工单号（如已知）', lead2: '不填工单时，归入同一电话、同一货柜最新的未结工单；没有则新开一张。',
    digest: (n) => `最近 24 小时来访 ${n} 次`,
    counts: {
      suggestion: (n) => `建议 ${n} 条`, criticism: (n) => `批评 ${n} 条`, unsolved: (n) => `待答复 ${n} 件`, unverified: (n) => `答复无依据 ${n} 件`,
      not_read_back: (n) => `未复述通话 ${n} 次`,
    },
    done: (id) => `已登记 ${id}。`,
    rule: { named: '归入', same_customer: '同一顾客有未结工单，已归入', opened: '已开立' },
  },
  dayPlan: {
    lead: '谁去哪里、按什么顺序。计划在应用之前不改变任何安排。',
    day: '日期', make: '生成计划', recent: '计划', none: '还没有日计划。请选择日期并生成。', made: (at) => `生成于 ${at}`,
    states: { running: '正在生成…', done: '已生成', failed: '失败' }, applied: (at) => `${at} 已应用`,
    progress: '生成进度', failed: '计划未能生成：', interrupted: '程序中途停止，请重新生成。',
    routes: (n, stops) => `${n} 名技术员，${stops} 个站点`, empty: '当天没有需要上门的任务，或无人在班。',
    travel: (t) => `路上 ${t}`, drive: (t) => `行程 ${t}`, waits: (t) => `等候 ${t}`, late: (t) => `迟到 ${t}`, window: (from, to) => `预约 ${from}–${to}`,
    accepted: '已接单', left: '未排入', leftNone: '全部排入。', other: '查看该计划', missing: '没有这份计划。',
    apply: '按计划派单', applyLead: '按此顺序向每名技术员派单。计划生成后有变化的任务不派，并逐一列出。',
    outcome: '应用结果', offered: (n) => `已派 ${n} 次上门`, kept: (n) => `${n} 次原已派出`, changed: '计划生成后的变化',
    whys: {
      gone: '已不在待派状态', twice: '已排入其他站点', accepted: '已有人接单', technician: '该技术员已不在', obstacle: '该技术员不能承担', window: '预约时段已变更',
      together: '同一次上门的另一工单无法同行：',
    },
    obstacles: { inactive: '已停用', passed: '本轮已放弃', zone: '区域不符', off_shift: '不在班', skill: '不具备技能', certificate_expired: '证书过期', certificate_missing: '没有证书', not_trained: '培训未通过' },
  },
  partBook: {
    holder: '车辆或仓库', part: '配件', quantity: '数量', minimum: '最低量', order: '待采购', updated: '清点时间',
    kinds: { van: '车辆', depot: '仓库' }, quick: { all: '全部', order: '待采购', van: '车辆', depot: '仓库' },
    set: '登记数量', holderHint: '技术员编号，或仓库名称', partHint: '与报告中的名称一致', minimumHint: '不填为不设', save: '登记', edit: '清点', editOf: (part, holder) => `清点 ${holder} 的 ${part}`,
    saved: (part, holder, n) => `${holder} 的 ${part}：${n}`, pieces: (n) => `${n} 件`,
  },
  dutyGaps: {
    title: '未来 24 小时无人排班', gap: (channel, from, to) => `${channel}：${from} 至 ${to}`,
    channels: { online: '在线', hotline: '热线', on_site: '现场' }, see: '值守与排班',
  },
  publicPage: {
    title: '公众页面', lead: '用于货柜标签：规则、服务时间、联系方式和顾客报告表。不能证明到场。', alt: (id) => `${id} 公众页面二维码`, open: '打开页面', print: '打印二维码',
    warranty: '质保至', noWarranty: '未登记', warrantySet: '修改质保截止日', warrantyDay: '质保最后一日（不填为无）', save: '保存',
    recalls: '召回', lifeFile: '下载全生命周期档案', lifeFileHint: '该货柜的全部记录，打包为一个文件；下载行为计入审计日志。',
  },
}
