/** Shapes of reports, registers and privacy. Times are ISO 8601 texts, money is in cents, shares are 0…1. */

export type Numbers = Record<string, number>

export interface Period {
  from: string
  to: string
}

export interface Indicator {
  id: string
  name_en: string
  name_zh: string
  clause: string
  unit: 'share' | 'score'
  value: number | null
  n: number
  target: number | null
  better: 'high' | 'low'
  state: 'met' | 'missed' | 'missing' | 'no_target'
}

export interface SurveyItem {
  id: string
  name_en: string
  name_zh: string
  n: number
  too_few: boolean
  counts: number[]
  mean: number | null
  mean_ci: [number, number] | null
  good: number | null
  good_ci: [number, number] | null
}

export interface SurveyFigures {
  invited: number
  answered: number
  response: { rate: number | null; low: number | null; high: number | null; too_few: boolean }
  items: SurveyItem[]
}

export interface SurveyResults extends Period {
  methods: { level: number; few: number; mean: string; share: string; mean_zh: string; share_zh: string }
  all: SurveyFigures & { open: number; other: number }
  by_channel: (SurveyFigures & { name: string })[]
  by_kind: (SurveyFigures & { name: string })[]
}

export interface MonthlyReport extends Period {
  month: string
  made: string
  policy: string
  complete: boolean
  tickets: {
    carried_over: number
    opened_in: number
    closed_in: number
    open_at_end: number
    by_kind: Numbers
    by_channel: Numbers
    by_severity: Numbers
    by_week: { week: string; opened: number }[]
  }
  clocks: { clock: string; kept: number; missed: number; share: number | null }[]
  arrivals: Numbers & { share: number | null }
  indicators: Indicator[]
  surveys: SurveyFigures
  refunds: { approved: number; approved_cents: number; paid: number; paid_cents: number }
  complaints: { id: string; channel: string | null; cabinet: string | null; state: string; received: string; clock: string | null; due: string | null; decided: string | null }[]
  refund_cases: { id: string; cabinet: string | null; cents: number; approved: string | null; paid: string | null }[]
  recalls: { id: string; sku: string | null; state: string | null; created: string; closed: string | null; cabinets: number; done: number; sold: number; reachable: number }[]
  charged_cents: number
  platform: { seen_ms: number; blind_ms: number; total_ms: number; availability: number | null; interruptions: number; by_cause: Numbers }
}

interface Spread {
  n: number
  mean: number | null
  p90: number | null
}

export interface Punctuality {
  visits: number
  punctual: number
  early: number
  late: number
  provisional: number
  missing: number
  no_target: number
  open: number
  not_made: number
  punctual_share: number | null
  provisional_share: number | null
  levels: Numbers
  late_minutes: Spread
  distance_m: Spread
  km?: { visits: number; sum: number; unknown: number }
  corrected: number
  confirmed: number
}

export interface ArrivalReport extends Period {
  whole: Punctuality
  technicians: (Punctuality & { technician: string })[]
}

export interface ReliabilityPart {
  cabinets: number
  failures: number
  mtbf_hours: number | null
  mttr_hours: number | null
  availability: number | null
  kinds: { kind: string; faults: number }[]
}

export interface Reliability extends Period {
  whole: ReliabilityPart
  models: (ReliabilityPart & { name: string | null })[]
  firmware: (ReliabilityPart & { name: string | null })[]
}

export interface Improvement {
  id: string
  month: string
  indicator: string
  value: number
  n: number
  target: number
  state: 'open' | 'done' | 'dropped'
  owner: string | null
  due: string | null
  result: string | null
  closed: string | null
  closed_by: string | null
  version: number
}

export interface AssessmentItem {
  id: string
  en: string
  zh: string
  clause: string
  kind: 'qualitative' | 'sampled'
  source: string
  points: number
  state: 'met' | 'partly' | 'unmet' | 'missing' | 'deleted'
  got: number | null
  n: number
}

export interface AssessmentGroup {
  id: string
  en: string
  zh: string
  weight: number
  got: number
  applicable: number
  missing: number
  items: AssessmentItem[]
}

export interface Assessment extends Period {
  note_en: string
  note_zh: string
  score: number | null
  score_low: number | null
  score_high: number | null
  stars: number | null
  passed: boolean | null
  got_points: number
  applicable_points: number
  missing_points: number
  missing_share: number
  deductions: number
  bonus: number
  groups: AssessmentGroup[]
}

/** What every entry of a register has. */
export interface Kept {
  id: string
  version: number
  created: string
  updated: string
  ended: string | null
  ended_by: string | null
  ended_reason: string | null
  void: boolean
}

export interface StaffMember extends Kept {
  name: string
  role: string
  technician: string | null
  account: string | null
}

export interface Paper extends Kept {
  kind: string
  title: string
  owner: string | null
  from: string
  until: string | null
  body: Record<string, unknown> | null
  edition: number
  first: string
  superseded_by: string | null
  stale_since: string | null
  superseded_citations: { cites: string; replaced_by: string; in_force: string }[]
}

export interface PaperKind {
  kind: string
  en: string
  zh: string
  clauses: string
  needs: string[]
  entries: number
  newest: string | null
  /** Kinds of ticket that no unit owns, of kind `unit`. */
  findings?: string[]
}

export interface Receipts {
  read: { id: string; person: string; at: string }[]
  unread: string[]
}

export interface Coverage extends Period {
  channels: {
    channel: string
    required: string
    rostered: boolean
    required_minutes: number
    covered_minutes: number
    holes: (Period & { minutes: number })[]
  }[]
}

export interface DutyList {
  at: string
  items: { channel: string; roster: string; person: string; name: string | null }[]
}

export interface StaffLoad extends Period {
  heads: { person: string; name: string; role: string; tickets: number; visits: number }[]
  tickets: number
  tickets_per_head: number | null
  staff: number
  managers: number
  managers_needed: number
  finding: boolean
}

export interface CoverageMap {
  limit_km: number
  points: number
  cabinets: number
  uncovered: { cabinet: string; site: string | null; nearest: string | null; km: number | null }[]
  nowhere: string[]
}

export interface Matrix {
  version: string
  terms: Record<string, { en: string; zh: string; clause: string }>
  fields: {
    field: string
    of: string
    name: string
    name_zh: string
    purpose: string
    purpose_zh: string
    basis: string
    term: string
    full: string[]
    others_see: string
    others_see_zh: string
  }[]
}

export interface Hold {
  id: string
  subject: string
  reason: string
  until: string | null
  at: string
  actor: string
  ended: string | null
  ended_by: string | null
  ended_reason: string | null
}

export interface PersonFound {
  person: string
  total: number
  cases: { id: string; kind: string; state: string; opened: string | null }[]
  rows: Numbers
  audit: number
}

export interface Erasure {
  person: string
  at: string
  audit: number | null
  erased: string[]
  rows: Numbers
  kept: Record<string, string>
  hash: string
}

export interface AuditRow {
  id: string
  n: number
  at: string
  actor: string
  role: string
  action: string
  subject: string
  detail: Record<string, unknown>
}

export interface AuditCheck {
  rows: number
  ok: boolean
  broken_at: number | null
  what: string | null
}
