/** The shapes that the API serves (contract, HTTP API). Times are ISO 8601 texts unless the name says ms. */

import type { Arrival, CaseFields } from './types.case.ts'

export type Severity = 'critical' | 'major' | 'minor' | 'warning'
export type Status = 'online' | 'offline' | 'unknown'
export type Role = 'viewer' | 'operator' | 'dispatcher' | 'technician' | 'agent' | 'auditor' | 'administrator'

export interface Page<T> {
  items: T[]
  next: string | null
  total: number
}

export interface Me {
  id?: string
  name?: string
  username?: string
  role: Role
  technician?: string | null
  /** Whether signing in asks for a code. */
  second_factor?: boolean
}

export interface Site {
  id: string
  name: string
  address?: string | null
  zone?: string | null
  lat?: number | null
  lon?: number | null
}

export interface Latest {
  value: number
  ts: number
}

/** Shown once; the product keeps only a hash of the password. */
export interface Credential {
  username: string
  password: string
}

export interface Cabinet {
  id: string
  model?: string | null
  site?: string | null
  carrier?: string | null
  lat?: number | null
  lon?: number | null
  firmware?: string | null
  interval_s?: number | null
  status: Status
  health: Severity | null
  retired?: boolean
  enrolled?: boolean
  /** The last day of its warranty, `YYYY-MM-DD`. */
  warranty_end?: string | null
  last_seen?: string | null
  latest: Record<string, Latest>
}

export interface Comment {
  at: string
  by: string
  text?: string
  snoozed_until?: string
}

export interface Fault {
  id: string
  kind: string
  severity: Severity
  state: string
  cabinet: string | null
  site: string | null
  carrier?: string | null
  onset: string
  detected: string | null
  cleared: string | null
  score: number
  cause: string | null
  parent?: string | null
  children?: string[] | null
  ticket: string | null
  why: Record<string, unknown> | null
  acknowledged?: { by?: string; at?: string; note?: string | null } | null
  snoozed_until?: string | null
  comments?: Comment[] | null
}

export interface Kind {
  name: string
  severity: Severity
  en: string
  zh: string
  advice_en: string
  advice_zh: string
  parts?: string[]
}

export interface Clock {
  name: string
  started: string
  due: string
  state: 'running' | 'paused' | 'met' | 'breached'
  why: string
  why_zh?: string
  provisional: boolean
}

export interface Evidence {
  type: string
  level: number | null
  source?: string | null
  at?: string | null
  uncertainty_s?: number | null
}

export interface Moment {
  at: string
  actor: string
  type: string
  from: string | null
  to: string | null
  evidence: Evidence | null
  note: string | null
}

export interface Ticket {
  id: string
  kind: string
  state: string
  severity: Severity | null
  cabinet: string | null
  site?: string | null
  fault: string | null
  visit: string | null
  summary?: string | null
  channel?: string | null
  customer?: Record<string, string> | null
  opened?: string | null
  due?: string | null
  assignee?: string | null
  fields?: {
    summary_zh?: string
    fault_kind?: string | null
    children?: string[]
    verifying_until?: string | null
  } & Partial<CaseFields> | null
  version?: number | null
  /** Something personal in it is hidden. */
  masked?: boolean
  clocks?: Clock[]
  timeline?: Moment[]
}

export type Visit = {
  id: string
  state: string
  technician: string
  cabinet: string | null
  site: string | null
  tickets: string[]
  offered: string | null
  expires: string | null
  accepted: string | null
  departed: string | null
  arrived: string | null
  finished: string | null
  level: number | null
  provisional: boolean | null
  code?: string | null
} & Arrival

export interface Technician {
  id: string
  name: string
  phone?: string | null
  zones?: string[] | null
  skills?: string[] | null
  /** [ISO weekday 1…7, from, to] */
  shift?: [number, string, string][] | null
  active?: boolean | null
  masked?: boolean
}

export interface Ingest {
  boot?: number | null
  seq?: number | null
  received: number
  stored: number
  duplicate: number
  quarantined: number
  deferred: number
  late: number
  gaps?: [number, number, number][]
}

export interface Quarantined {
  id?: string
  at: string
  reason: string
  head?: string
  size?: number
}

export interface CabinetEvent {
  id?: string
  ts: string
  at?: string
  name: string
  data: Record<string, unknown>
}

export interface Maintenance {
  id: string
  cabinet: string | null
  site: string | null
  from: string
  to: string
  reason: string | null
  by: string | null
  state: 'planned' | 'running' | 'over' | 'ended'
}

export interface Command {
  id: string
  name: string
  args: Record<string, unknown>
  reason: string
  state: 'queued' | 'sent' | 'done' | 'failed' | 'rejected' | 'expired'
  detail?: string | null
  observed?: Record<string, unknown> | null
  /** Whether what was observed is what was asked; null: it cannot be told. */
  matches?: boolean | null
}

export interface Series {
  signal: string
  unit: string
  points: [number, number, number, number][]
}

export interface Clause {
  standard: string
  clause: string
  state: string
  lacks: string
  lacks_zh: string
  tests: string[]
  title: string
  title_zh: string
  how: string
  how_zh: string
  evidence: Record<string, unknown>
}

export interface Problem {
  type?: string
  title: string
  status: number
  detail?: string
  guard?: string
  missing?: string[]
  /** The clause that the guard carries out. */
  clause?: string
  fields?: Record<string, string>
  request_id?: string
}
