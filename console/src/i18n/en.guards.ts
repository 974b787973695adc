/** Refusals of reports, registers and privacy in English, and where these pages are in the navigation. */
import { words } from './en.words.ts'

export const provingGuards = words({
  not_trained: 'Who has not passed the courses that duty asks for takes no shift.',
  finding_record: 'A finding needs somebody who owns it.', audit_plan_record: 'An audit plan needs somebody who owns it.',
  certification_record: 'A certification needs the day through which it counts.', tool_calibration_record: 'A calibration needs the day through which it counts.',
  superseded: 'A newer edition has replaced this one.', ended: 'This entry has ended.', edition_order: 'A new edition cannot begin before the one it replaces.',
})

export const provingNav = { reports: 'Reports', registers: 'Registers', 'privacy-desk': 'Privacy' }
