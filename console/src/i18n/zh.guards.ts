/** Refusals of reports, registers and privacy in Chinese, and where these pages are in the navigation. */
import type { provingGuards as english, provingNav as englishNav } from './en.guards.ts'

export const provingGuards: typeof english = {
  not_trained: '未通过值守所需课程的人员不得排班。',
  finding_record: '监督发现须有负责人。', audit_plan_record: '监督计划须有负责人。', certification_record: '认证须注明有效期。', tool_calibration_record: '校准须注明有效期。',
  superseded: '已有更新的版本。', ended: '此条目已终止。', edition_order: '新版本不能早于被代替的版本生效。',
}

export const provingNav: typeof englishNav = { reports: '报告', registers: '登记册', 'privacy-desk': '隐私' }
