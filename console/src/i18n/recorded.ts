/** Values of a record in the reader's language. */
import { lang } from './language.svelte.ts'
import { yuan } from './money.ts'
import { noted, person } from './notes.ts'

const TIMES = new Set(['product.purchased', 'product.installed', 'service.date', 'case.received', 'case.promised_at'])

/** A value by its field, as `product.price_cents`. */
export function told(field: string, value: unknown): string {
  if (typeof value === 'object' && value !== null && 'declined' in value) return lang.t.desk.declined(String(value.declined))
  if (TIMES.has(field)) return lang.time(value as string | number)
  if (field.endsWith('_cents')) return yuan(Number(value))
  if (Array.isArray(value)) return value.map((each) => lang.t.part[String(each)] ?? String(each).replaceAll('_', ' ')).join(lang.t.comma)
  const text = typeof value === 'object' && value !== null ? String((value as { by?: string }).by ?? '') : String(value)
  switch (field) {
    case 'service.confirmation': return lang.t.desk.record.confirmed[text] ?? text
    case 'case.channel': return lang.t.channel[text] ?? text
    case 'case.about': return lang.t.desk.record.about[text] ?? text
    case 'service.mode': return lang.t.desk.record.modes[text] ?? text
    case 'service.person': case 'case.received_by': return person(text)
    case 'service.measure': return lang.t.tech.measures[text] ?? noted(text)
    case 'service.situation': return noted(text)
    default: return text
  }
}
