/** The technician’s phone page in Chinese. */
import type { phoneGuards as englishGuards, phone as english } from './en.phone.ts'

/** Refusals, by their names in `zh.ts`. */
export const phoneGuards: typeof englishGuards = { photo_lost: '照片已不在本手机上。' }

export const phone: typeof english = {
  tech: {
    title: '我的上门',
    badge: '我的工牌', badgeCode: '工牌动态码', badgeHint: '顾客在此网址输入以上数字即可核验，数字每分钟更换。',
    empty: '目前没有您的上门任务。',
    emptyHint: '新的派单会自动出现在这里。',
    offline: '离线：操作已保存，联网后发送。',
    queued: (n) => `${n} 项操作等待发送`,
    refused: '服务器拒绝了操作',
    dismiss: '知道了',
    accept: '接单', decline: '拒绝', depart: '出发', checkIn: '我已到场，签到', finish: '完成作业',
    offeredUntil: (t) => `请在 ${t} 内答复`,
    offerOver: '派单已过期',
    navigate: '路线',
    codeTitle: '请在货柜上输入此码',
    codeHint: '最强的证明：由货柜自己上报。输入后无需在此再操作。',
    gps: '用定位签到', gpsBusy: '正在定位…', gpsFail: '无法定位，请使用服务码或二维码文本。',
    qr: '货柜二维码文本', qrSend: '用二维码签到',
    button: '无证明签到',
    measure: '做了什么？', measures: { repaired: '已修复', replaced: '更换部件', cleaned: '清洁', restarted: '重启', no_fault_found: '未发现故障', other: '其他' },
    parts: '所用备件，用逗号分隔', note: '备注', send: '完成',
    verifying: '已完成，遥测正在验证修复。',
    done: '已完成', tickets: '工单', site: '站点', current: '当前', later: '随后', past: '已完成',
    notTechnician: '您不是以技术员身份登录，显示全部上门。',
    sending: '正在发送…',
    arrived: (t, level) => `到场 ${t} · ${level}`,
  },
  photos: {
    title: '作业照片',
    add: '添加照片',
    preparing: '正在缩小照片…',
    needed: (n, taken) => `需要 ${n} 张照片，已有 ${taken} 张`,
    taken: (n) => `已有 ${n} 张照片`,
    most: (n) => `最多 ${n} 张照片。`,
    nth: (n) => `照片 ${n}`,
    remove: (n) => `删除照片 ${n}`,
    removeShort: '删除',
    hint: '照片在手机上缩小，相机附带的信息（位置、设备、时间）会被去除；发送前保存在本手机上。',
    unreadable: '手机无法识别该图片文件，请重新拍摄。',
    full: '手机空间不足，无法保存照片。请清理存储空间后重试。',
    broken: '浏览器不允许本页保存照片。请退出无痕模式，或重新加载页面。',
    sending: (n, of) => `正在发送第 ${n} 张照片，共 ${of} 张…`,
    refused: '服务器未接受一张照片',
    without: '报告将不含此照片发送；照片数量是否足够由服务器判定。',
  },
}
