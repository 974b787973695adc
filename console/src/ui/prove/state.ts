/** How an entry of a register stands at a moment, in words; what needs somebody first. */
import type { Entry } from '../../core/entry.ts'
import type { Paper } from '../../core/types.proof.ts'
import { lang } from '../../i18n/language.svelte.ts'
import { say } from '../../i18n/proof.ts'
import type { Table } from './registers.ts'

const DAY = 86_400_000
const SOON = 30 * DAY

export interface Standing {
  word: string
  bad: boolean
}

const days = (ms: number) => say.t.days(Math.max(1, Math.ceil(ms / DAY)))

function certificate(entry: Entry, now: number): Standing {
  const t = say.t.registers
  const [issued, expires] = [Date.parse(String(entry.issued)), Date.parse(String(entry.expires))]
  if (expires <= now) return { word: t.expired(days(now - expires)), bad: true }
  if (issued > now) return { word: t.notYet, bad: false }
  return expires - now < SOON ? { word: t.expires(days(expires - now)), bad: true } : { word: t.valid, bad: false }
}

function training(entry: Entry, now: number): Standing {
  const t = say.t.registers
  if (!entry.done) return Date.parse(String(entry.planned)) < now ? { word: t.overdue, bad: true } : { word: t.planned, bad: false }
  if (!entry.passed) return { word: t.failed, bad: true }
  const over = entry.until && Date.parse(String(entry.until)) <= now
  return over ? { word: t.expired(days(now - Date.parse(String(entry.until)))), bad: true } : { word: t.passed, bad: false }
}

function paper(it: Paper): Standing[] {
  const t = say.t.documents
  return [
    ...(it.stale_since ? [{ word: t.stale(say.day(it.stale_since)), bad: true }] : []),
    ...it.superseded_citations.map((c) => ({ word: t.cites(c.cites, c.replaced_by, c.in_force), bad: true })),
    ...(it.superseded_by ? [{ word: t.superseded(it.superseded_by), bad: false }] : []),
  ]
}

export function standing(table: Table, entry: Entry, now: number): Standing[] {
  if (entry.ended) return [{ word: entry.void ? say.t.registers.voided : say.t.registers.ended, bad: false }]
  if (table === 'certificates') return [certificate(entry, now)]
  if (table === 'trainings') return [training(entry, now)]
  return table === 'documents' ? paper(entry as unknown as Paper) : []
}

/** A roster's hours in words. */
export function hours(windows: Record<string, string[]>): string {
  return Object.entries(windows).map(([type, spans]) => `${say.t.registers.dayTypes[type] ?? type} ${spans.join(lang.t.comma) || say.t.none}`).join('; ')
}
