/** Problems, knowledge, channels and compensation in Chinese. */
import type { roomsFrame as Frame, roomsMore as More } from './en.rooms.ts'

export const roomsMore: typeof More = {
  nav: { problems: '问题', knowledge: '知识', me: '我的账户' },
  many: { problems: '个问题' },
  one: { problems: '个问题' },
  empty: {
    problems: { title: '没有问题记录', text: '同一型号反复出现同一类故障时，系统会自动在此立项，以便解决根源，而不只是逐单处理。', command: '' },
  },
  action: { compensate: '补偿' },
  guard: {
    going_there: '已有人在途或在现场。', review: '不合格的须写明原因。', unit_record: '归口部门须写明负责的工单类别。', photos: '缺少作业照片。',
    second_factor_on: '双重验证已启用。', second_factor_off: '未启用双重验证。', second_factor_begun: '没有待确认的设置，请重新开始。',
    backup_running: '正在备份，请等它完成。', backup_dir: '未设置备份目录。请设置 VENDWATCH_BACKUP_DIR 后重新启动。',
  },
  lacking: { 'body.kinds': '工单类别', note: '备注', photos: '照片', backup_dir: '备份目录', approve: '批准', 'case.guidance': '使用指导次数' },
  timelineType: { guide: '使用指南', compensation: '补偿', goods: '商品', 'withdraw-approval': '撤回批准' },
  evidenceType: { lot_removed: '批次已取出', lot_sold: '批次已售完', person: '人工查看', ticket: '工单', contents: '货柜自报内容' },
}

export const roomsFrame: typeof Frame = {
  channelBanner: (list) => `顾客渠道故障：${list}。`,
  channelSince: (name, at) => `${name}（自 ${at}）`,
  channelSee: '查看渠道',
}
