/** The product's own vocabulary in Chinese, by the codes that the API uses. */
import type { vocabulary as english } from './en.words.ts'

export const vocabulary: typeof english = {
  severity: { critical: '紧急', major: '重要', minor: '一般', warning: '提示' },
  status: { online: '在线', offline: '离线', unknown: '未知' },
  faultState: { pending: '待确认', active: '活动', clearing: '恢复中', cleared: '已恢复', flapping: '抖动', suppressed: '已抑制', stale: '失联未知' },
  ticketState: {
    new: '新建', triaged: '已分诊', remote: '远程检查', dispatching: '派单中', scheduled: '已预约', en_route: '前往中',
    on_site: '已到场', work_done: '已完工', verifying: '验证中', resolved: '已解决', follow_up: '回访', closed: '已关闭',
    archived: '已归档', wait_customer: '等待客户', wait_parts: '等待备件', wait_access: '等待进场', merged: '已合并', cancelled: '已取消',
  },
  ticketKind: {
    repair: '维修', consultation: '咨询', complaint: '投诉', installation: '安装', return: '退货', refund: '退款',
    recall: '召回', incident: '安全事件', followup: '回访',
  },
  channel: { phone: '电话', online: '在线', sms: '短信', email: '邮件', official_account: '公众号', qr: '二维码', telemetry: '遥测', letter: '信函', fax: '传真', on_site: '现场' },
  visitState: {
    offered: '待接单', accepted: '已接单', en_route: '前往中', arrived: '已到场', working: '作业中', finished: '已完成',
    left: '已离场', declined: '已拒绝', expired: '已过期', called_off: '已取消',
  },
  clockName: {
    REPLY: '答复', SAFETY: '食品安全', PROMISE: '承诺', ARRIVAL: '到场', RESTORE: '恢复', COMPLAINT: '投诉处理',
    REFUND: '退款', FOLLOWUP: '回访', WARRANTY: '质保', RETENTION: '保存期',
  },
  clockState: { running: '计时中', paused: '暂停', met: '达标', breached: '超时' },
  evidenceType: {
    button: '按钮', gps: '定位', qr: '货柜二维码', rotating_code: '动态码', nfc: 'NFC', service_code: '服务码',
    telemetry: '遥测', door: '门', photo: '照片', signature: '签名',
  },
  evidenceSource: { cabinet: '货柜上报', technician: '技术员上报', telemetry: '遥测实测' },
  commands: {
    lock_sales: '停止售卖', unlock_sales: '恢复售卖', open_door: '开门', set_setpoint: '修改设定温度', reboot: '重启',
    self_test: '自检', sample_fast: '快速采样', show_code: '显示代码',
  },
  commandState: { queued: '排队中', sent: '已发送', done: '已完成', failed: '失败', rejected: '被货柜拒绝', expired: '已过期' },
  event: {
    door_opened: '开门', door_closed: '关门', vend: '售出', vend_failed: '出货失败', payment_error: '支付错误',
    restocked: '补货', lot_loaded: '批次上架', lot_sold: '批次售出', lot_removed: '批次下架', power_lost: '断电',
    power_restored: '来电', service_code_entered: '输入服务码', qr_shown: '显示二维码', device_fault: '设备故障码',
    birth: '上线', reply: '指令答复',
  },
  eventKey: { sku: '商品', lot: '批次', lane: '货道', price_cents: '价格', seconds: '开启', units: '件数', code: '代码', scheme: '体系', reason: '原因', item: '项目', qty: '件数', id: '指令', status: '结果', detail: '详情', model: '型号', firmware: '固件', carrier: '运营商', interval_s: '上报间隔', expires: '保质期至' },
  part: {
    modem: '通信模块', antenna: '天线', sim: 'SIM 卡', evaporator_fan: '蒸发器风扇', door_gasket: '门封条', compressor: '压缩机',
    refrigerant: '制冷剂', door_closer: '闭门器', door_switch: '门磁开关', start_relay: '启动继电器', start_capacitor: '启动电容',
    capacitor: '电容', relay: '继电器', fuse: '保险丝', power_supply: '电源', payment_terminal: '支付终端', sensor: '传感器',
    lock: '门锁', battery: '电池', camera: '摄像头', controller: '控制器', mdb_cable: 'MDB 线缆', clock_battery: '时钟电池',
    camera_fan: '摄像头风扇', condenser_fan: '冷凝风扇', defrost_heater: '除霜加热器', defrost_sensor: '除霜传感器', drain: '排水口',
    filter_drier: '干燥过滤器', hinge: '铰链', lamp: '灯管', thermal_protector: '热保护器', tubing: '制冷管路',
    display: '显示屏', load_cell: '称重传感器', router: '路由器', shelf: '层架',
  },
  whyKey: {
    observed: '观察值', expected: '期望值', threshold: '阈值', features: '特征', for_s: '持续秒数', for_minutes: '持续分钟',
    for_ms: '持续毫秒', minutes: '分钟', below: '低于', above: '高于', silent_s: '静默', silence_ms: '静默时长', last_seen: '最近上报', blind_since: '失明自', event: '事件', reported: '货柜上报', signal: '信号', unit: '单位', value: '数值',
    limit: '界限', since: '自', cut_short: '提前停机次数', jump_c: '跳变 °C', spikes: '尖峰次数', starts_per_hour: '每小时启动次数', rate: '频率',
    in_vain: '连续失败次数', last_defrost: '最近除霜', evaporator: '蒸发器范围 °C',
    cabinets: '货柜数', of: '共', scheme: '代码体系', code: '代码', lane: '货道', expires: '到期', empty_lanes: '空货道', buyers: '顾客数',
    jump_g: '突变 g', drift_g: '漂移 g',
    defrost_peak: '除霜最高温度 °C',
    duty: '压缩机运行占比', pull: '降温速度 K/h', rise: '停机升温速度 K/h', lift: '运行时空气高于蒸发器 K',
    rest: '停机时空气高于蒸发器 K', head: '冷凝器高于环境 K', on_a: '运行电流 A', off_a: '停机电流 A', goods: '商品高于空气 K',
    fan: '运行时风扇 rpm', score: '得分', rule: '规则', pack: '规则包', class: '商品类别', value_c: '读数 °C', peak_c: '最高 °C', limit_c: '限值 °C',
    spent_s: '超限时长', allowed_s: '允许时长', device_fault: '货柜上报',
  },
  truth: {
    true: '是', false: '否',
  },
  platformKey: {
    dir: '目录', every_h: '间隔', keep: '保留份数', overdue: '逾期', 'newest.at': '最新备份', 'newest.name': '文件', 'newest.bytes': '大小', 'running.to': '正在备份', 'running.since': '开始',
    'running.doing': '步骤', 'running.bytes_done': '已完成', 'running.bytes_total': '总量', 'last.to': '上次备份', 'last.at': '结束', 'last.bytes': '大小', 'last.error': '失败原因',
    ok: '正常', refused_by_broker: '代理拒收', free: '可用', used: '已用', total: '总量', used_bytes: '已用', free_bytes: '可用', total_bytes: '总量',
    full_at: '预计写满', state: '状态', version: '版本', lag_ms: '滞后（毫秒）', lag: '滞后', lag_s: '滞后', since: '自', url: '地址', share: '已用比例',
    connected: '已连接', embedded: '内置', restarts: '重启次数', refused: '拒收消息', journal_bytes: '日志', readings: '读数', bytes: '大小',
  },
  blindCause: { gateway: '网关停机', broker: '消息代理不可达' },
  role: { viewer: '查看者', operator: '运营员', dispatcher: '调度员', technician: '技术员', agent: '客服', auditor: '审计员', administrator: '管理员' },
}
