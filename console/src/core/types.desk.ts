/** Shapes of the desk's own pages: contacts, recalls, day plans, parts. Times are ISO 8601 texts, money is in cents. */
import type { Contact, Said } from './types.case.ts'
import type { Severity } from './types.ts'

export type Customer = Record<string, string | { declined: string } | null>

/** A contact with what it belongs to. */
export interface Entry extends Contact {
  ticket: string
  kind: string
  cabinet: string | null
  customer: Customer | null
  masked: boolean
}

export interface Digest {
  total: number
  counts: Record<string, Record<string, number>>
  unsolved: number
  unverified: number
  not_read_back: number
}

export interface Recall {
  id: string
  sku: string
  lots: string[] | null
  reason: string
  party: string
  instructions_zh: string
  instructions_en: string | null
  state: 'open' | 'closed'
  created: string
  by: string
  closed: string | null
  closed_by: string | null
  close_reason: string | null
  units: Record<string, (Said & { note: string | null }) | null>
  progress: { total: number; complete: number; by_state: Record<string, number> }
  sold: { certain: number; possible: number; reachable: number }
}

/** What a recall would reach: cabinets by why they would be listed, and sales. */
export interface RecallPreview {
  holds: number
  offline: number
  contents: number
  sold: Recall['sold']
}

export interface RecallTask {
  id: string
  cabinet: string
  state: string
  why: string
  lanes: { lane: number | null; lot: string | null; units: number | null }[]
  lock: string
  stop: string
  command: string | null
  ticket: string | null
  door: { at: string } | null
  proof: { type: string; source: string; at: string; note?: string | null } | null
  updated: string
}

export interface RecallSale {
  id: string
  cabinet: string
  at: string | null
  lot: string | null
  price_cents: number | null
  certain: boolean
  reachable: boolean
  ticket: string | null
  customer: Customer | null
}

export interface PlanStop {
  tickets: string[]
  visit: string | null
  accepted: boolean
  cabinet: string | null
  site: string | null
  severity: Severity
  arrive: string
  leave: string
  waits_s: number
  travel_s: number
  late_s: number
  window: { from: string; to: string } | null
}

export interface PlanRoute {
  technician: string
  name: string
  stops: PlanStop[]
  travel_s: number
}

export interface LeftOut {
  tickets: string[]
  cabinet: string | null
  site: string | null
  why: string
  en: string
  zh: string
}

export interface Outcome {
  offered: string[]
  kept: string[]
  left_out: { ticket: string; why: string; detail: string | null }[]
}

export interface Plan {
  id: string
  day: string
  state: 'running' | 'done' | 'failed'
  progress: number
  created: string
  result: { routes: PlanRoute[]; left_out: LeftOut[] } | null
  error: string | null
  applied: string | number | null
  applied_by: string | null
  outcome: Outcome | null
}

export interface StockItem {
  id: string
  holder: string
  kind: 'van' | 'depot'
  part: string
  quantity: number
  minimum: number | null
  order: number
  updated: string | null
}
