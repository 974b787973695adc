/** Shapes of problems, knowledge, channels, money, what was agreed, models, backups. Times are ISO 8601 texts, money is in cents. */
import type { Entry } from './types.desk.ts'

export interface Problem {
  id: string
  kind: string
  model: string
  firmware: string | null
  state: 'open' | 'closed'
  opened: string
  latest: string
  repeats: number
  tickets: string[]
  owner: string | null
  maker: string | null
  maker_told: string | null
  result: string | null
  closed: string | null
  closed_by: string | null
  version: number
}

export interface ProblemView extends Problem {
  cases: { id: string; state: string; cabinet: string | null; summary: string | null; opened: string | null }[]
}

interface Gap {
  kind: string
  en: string
  zh: string
  faults: number
}

export interface Gaps {
  from: string
  to: string
  items: Gap[]
  explained: Gap[]
}

export interface Units {
  items: { kind: string; units: { id: string; title: string; edition: number; owner: string | null }[]; finding: boolean }[]
  findings: string[]
}

export interface RoleMatrix {
  roles: string[]
  items: { permission: string; roles: string[] }[]
}

export interface Review {
  id: string
  ok: boolean
  note: string | null
  at: string
  actor: string | null
}

export interface Sampled {
  contact: Entry
  template_title: string | null
  guide_title: string | null
  reviews: Review[]
}

export interface Sample {
  month: string
  complete: boolean
  share: number
  contacts: number
  reviewed: number
  well: number
  items: Sampled[]
}

export interface Compensation {
  id: string
  ticket?: string
  cents: number
  reason: string | null
  basis: string | null
  fund: string | null
  receipt: string | null
  at: string
  actor: string | null
}

export interface Ledger {
  n: number
  cents: number
  funds: { fund: string | null; title: string | null; n: number; cents: number }[]
}

type Facts = Record<string, unknown> | null

export interface Deviation {
  what: string
  about: string
  why: string
  agreed: Facts
  actual: Facts
  minutes: number | null
}

export interface TicketDeviations {
  ticket: string
  kind: string
  state: string
  cabinet: string | null
  deviations: Deviation[]
}

export interface DeviationReport {
  tickets: number
  deviating: number
  counts: Record<string, number>
  items: TicketDeviations[]
  left_out: number
}

/** An item of a quote against the price list of its day. */
export interface Priced {
  what: string
  code: string | null
  cents: number
  quantity: number
  flag: 'listed' | 'other_price' | 'off_list' | 'no_list'
  listed: number[]
}

export interface ChargeReport {
  charges: number
  cents: number
  listed_cents: number
  unlisted_cents: number
  no_list_cents: number
  items: { id: string; ticket: string; cents: number; receipt: string | null; at: string; items: Priced[] }[]
  left_out: number
}

export interface ListedPrice {
  document: string
  code: string
  what_zh: string
  what_en: string
  cents: number
}

export interface Outage {
  id: string
  channel: string
  reason: string
  by: string
  by_probe: boolean
  since: string
  alarmed: string | null
}

export interface Channel {
  channel: string
  en: string
  zh: string
  address: string | null
  outage: Outage | null
}

export interface ModelPage {
  model: string
  cabinets: number
  document: string | null
  missing: string[]
  url_path: string
}

export interface Promises {
  consistent: boolean
  promises: { id: string; edition: number; title: string; from: string; sha256: string }[]
  documents: { id: string; kind: string; title: string; state: 'current' | 'outdated' | 'unknown' }[]
  unmarked: string[]
}

export interface Backups {
  dir: string | null
  every_h: number
  keep: number
  newest: { at: string; name: string; bytes: number } | null
  overdue: boolean
  running: { to: string; since: string; doing: string; bytes_done: number; bytes_total: number } | null
  last: { to: string; at: string; bytes: number | null; error: string | null } | null
}

/** A message that the customer was sent by itself, is owed, or did not get. */
export interface CustomerMessage {
  id: string
  kind: string
  title: string
  title_zh: string
  at: string
  state: 'queued' | 'sent' | 'dropped' | 'failed'
  attempts: number
  delivered: string | null
  error: string | null
  why: string | null
  why_zh: string | null
}

export interface PaperName {
  id: string
  title: string
  edition: number
}
