/** The page of the standards in Chinese. */
import type { standards as english } from './en.standards.ts'

export const standards: typeof english = {
  proof: {
    clock: (name) => `${name}时钟：`,
    count: (n, state) => `${n} 个${state}`,
    unused: '尚无工单用到',
    noneBreached: '无超时',
    arrivals: '到场证明：',
    atLevel: (n, level) => `${n} 次为 ${level} 级（最高 4 级）`,
    reached: (n, of, state) => of === '0' ? '尚无工单' : `最新 ${of} 张工单中有 ${n} 张经过“${state}”`,
    example: '，例如 ',
    closed: (n) => (n === '0' ? '尚无已关闭的工单' : `已关闭 ${n} 张工单：`),
    recorded: (n, what) => `${n} 张有${what}记录`,
    byKind: '按类别：',
    byChannel: '按渠道：',
    rows: (n, what) => `${what} ${n} 条`,
    newest: (at) => `最新于 ${at}`,
    tables: {
      timeline: '时间线记录', tickets: '工单', read_receipts: '阅读回执', claims: '退货申请', sales: '销售记录', recall_sales: '召回销售', food_log: '食品安全日志', 
      cabinets: '货柜', events: '货柜事件', episodes: '故障', commands: '指令', visits: '上门', notices: '通知',
      contacts: '往来登记', blind: '平台失明区间', sessions: '登录',
      documents: '登记文件', certificates: '证书', trainings: '培训', rosters: '值班安排', staff: '售后人员',
      surveys: '满意度调查', improvements: '改进措施', recalls: '召回', recall_tasks: '召回货柜', audit: '审计链记录',
      channel_outages: '渠道故障', compensations: '补偿', contact_reviews: '往来质检', lot_checks: '批次检查', problems: '问题记录',
      holds: '法律保留', stock: '备件库存', charges: '收费', attachments: '照片与文件', technicians: '技术员',
    },
    groups: { customer: '顾客', cabinet: '货柜', staff: '人员', course: '过程' },
  },
  standards: {
    lead: '软件能够执行或证明的每一条标准条款，以及记录此刻给出的证据。',
    sources: ['S1：智能货柜产品售后服务规范（草案）', 'S3：家居售后服务规则', 'S4：售后服务规范 总则（草案）', 'S0：T/QGCML 3155-2024', 'S2：GB/T 27922'],
    states: { served: '已实现', partly: '部分实现', register: '留存证据', outside: '未实现' },
    lacks: '未做：',
    summary: (n, state) => `${state} ${n}`,
  },
}
