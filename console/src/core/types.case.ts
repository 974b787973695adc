/** Shapes of a case: its record, contacts, appointment, quotes, claim. Times are ISO 8601 texts, money is in cents. */
import type { Compensation, CustomerMessage, PaperName, Priced } from './types.rooms.ts'

export interface Said {
  by: string
  at: string
}

export interface Appointment extends Said {
  n: number
  from: string
  to: string
  actor: string
  agreed_with: string | null
  consent: { by: string | null; how: string | null } | null
  without_consent: string | null
  reason: string | null
  missed: boolean
  arrived: string | null
  kept: 'inside' | 'before' | 'after' | null
}

export interface QuoteItem {
  what: string
  cents: number
  quantity: number
  code?: string | null
}

export interface Quote extends Said {
  version: number
  items: QuoteItem[]
  cents: number
  note: string | null
  accepted: { by: string | null; how: string; at: string } | null
}

export interface Charge {
  id: string
  cents: number
  quote: number
  receipt: string | null
  at: string
}

export interface Ruling {
  allowed: boolean | null
  rule: string
  clause: string
  reason_en: string
  reason_zh: string
  needs: string[]
  escalated: boolean
}

export type Facts = Record<string, boolean | string | null>

export interface Sale {
  event: string
  cabinet: string
  at: string | null
  sku: string | null
  lot: string | null
  price_cents: number | null
}

export interface Claim extends Said {
  facts: Facts
  sale: Sale | null
  ruling: Ruling
  override: (Said & { allowed: boolean; reason: string; clause: string }) | null
  others: string[]
}

export interface SignOff {
  by: string | null
  at: string
  how: string
  content_ok: boolean
  quality: number | null
  attitude: number | null
  note: string | null
  reason: string | null
  signature: string | null
}

/** A file of a ticket. */
export interface Attachment {
  id: string
  name: string
  /** Its media type. */
  type: string
  /** Bytes. */
  size: number
  ticket: string | null
  actor: string | null
  at: string
}

/** What a ticket's `fields` may hold of all this. */
export interface CaseFields {
  service: { photos?: string[] } | null
  appointments: Appointment[]
  quotes: Quote[]
  charges: Charge[]
  compensations: Compensation[]
  free: boolean
  warranty_of: { ticket: string; until: string } | null
  repeat_of: string | null
  decision: (Said & { decision: string; basis: { type: string; reference: string }; root_cause: string | null; conduct: string | null }) | null
  dispute: { route: string; outcome: string | null; documents: string[]; by: string; opened: string; closed: string | null } | null
  refund: { approved: Said & { amount_cents: number; basis: string }; paid: (Said & { receipt: string }) | null } | null
  escalation: (Said & { due: string; state: 'open' | 'answered' | 'unanswered'; reason: string | null; reason_zh?: string }) | null
  claim: Claim | null
  follow_up: { answer: string; solved: boolean; recurrence: boolean; date: string; person: string; channel: string } | null
  follow_up_attempts: { at: string; person: string; channel: string; note: string | null }[]
  sign_off: SignOff | null
  survey: { state: 'invited' | 'answered' | 'expired'; invited: string; expires: string; answered?: string | null } | null
}

export interface CaseView {
  ticket: string
  kind: string
  clauses: string[]
  required: string[]
  missing: string[]
  record: Record<string, Record<string, unknown> | null>
  steps: { step: string; at: string | null }[]
  prices?: { version: number; lists: string[]; items: Priced[] }[]
  articles?: PaperName[]
  messages?: CustomerMessage[]
}

export interface Contact {
  id: string
  at: string
  direction: 'in' | 'out'
  channel: string
  text: string | null
  rule: string
  solved: boolean | null
  promised_at: string | null
  source: string | null
  unverified: boolean | null
  read_back: boolean | null
  flag: string | null
  by: string | null
  template?: string | null
  template_edition?: number | null
  guide?: string | null
  guide_edition?: number | null
}

export interface Candidate {
  technician: string
  name: string
  feasible: boolean
  rank: number | null
  obstacles: { code: string; en: string; zh: string }[]
  why: string
  why_zh: string
}

export interface PurchaseCandidate {
  event: string
  at: string | null
  away_ms: number
  sku: string | null
  lot: string | null
  price_cents: number | null
  witnesses: { name: string; ts: string | null }[]
  claimed_by: string[]
}

/** One piece of graded evidence of an arrival. `reason`: why it did not reach its usual level. */
export interface Graded {
  type: string
  level: number | null
  source?: string | null
  at?: string | null
  uncertainty_s?: number | null
  reason?: string | null
  distance_m?: number | null
  accuracy_m?: number | null
}

export interface Conflict {
  between: string[]
  what: string
  seconds?: number
  metres?: number
}

/** What people said of an arrival. */
export interface Arrival {
  evidence?: { items?: Graded[]; corrections?: (Said & { was: string; arrived_at: string; reason: string })[] } | null
  conflicts?: Conflict[] | null
  confirmed?: (Said & { arrived_at: string; reason: string }) | null
}

export interface Survey {
  id: string
  state: string
  answered: string | null
  attitude: number | null
  quality: number | null
  timeliness: number | null
  effectiveness: number | null
  other: string | null
}
