/** 我的账户页的中文词语。 */
import type { account as en } from './en.account.ts'

export const account: typeof en = {
  name: '用户名', role: '角色',
  title: '双重验证',
  lead: '启用后，登录时在密码之后还需输入身份验证器上的验证码。',
  on: '已启用。', off: '未启用。',
  begin: '设置',
  scan: '用身份验证器（TOTP）扫描，或手动输入密钥。仅显示这一次。',
  image: '供身份验证器扫描的二维码', secret: '密钥',
  code: '身份验证器显示的验证码', confirm: '确认', cancel: '取消',
  recovery: '恢复码',
  recoveryLead: '已启用。请妥善保存以下恢复码：身份验证器丢失时，每个可登录一次。仅显示这一次。',
  kept: '我已保存',
  end: '关闭', endLead: '请输入验证码或恢复码。此后仅凭密码登录。',
  wrong: '验证码错误或已使用，请等待下一个。',
}
