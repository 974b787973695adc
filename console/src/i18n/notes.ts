/** The desk's notes (`code key=value …`) and a timeline's people in the reader's language; people's own words as they are. */
import { technicians } from '../core/books.svelte.ts'
import { coded } from '../core/facts.ts'
import { session } from '../core/session.svelte.ts'
import { SIGNALS } from '../core/signals.ts'
import type { Evidence } from '../core/types.ts'
import { lang } from './language.svelte.ts'
import { yuan } from './money.ts'
import { label, reading } from './readings.ts'
import { told } from './rooms.ts'

// What goes without saying: silence of no length, an arrival that needs no confirmation.
const PLAIN = new Set(['silent_s=0', 'provisional=false', 'consent=none_needed', 'lane=-', 'lot=-'])
// What stands better elsewhere on the page, or is for programs.
const ELSEWHERE = new Set(['rule', 'needs', 'sha256'])
// Keys whose value alone says it.
const TIMES = new Set(['from', 'to', 'until', 'eta', 'arrived'])
const BARE = new Set(['kind', 'severity', 'name', 'technician', 'why', 'percent'])

/** Codes by their key. */
const MORE: Record<string, () => Record<string, string>> = {
  direction: () => lang.t.desk.contacts.short,
  route: () => lang.t.desk.decision.routes,
  how: () => ({ ...lang.t.desk.after.allHows, ...lang.t.desk.quote.hows }),
  what: () => lang.t.desk.arrival.what,
  state: () => lang.t.recallBook.states,
}

export function person(actor: string): string {
  return lang.t.actor[actor] ?? technicians.known(actor) ?? actor
}

function value(key: string, text: string): string {
  if (key === 'kind') return lang.pick(session.kinds[text], text)
  if (key === 'technician') return technicians.name(text)
  if (key === 'by') return person(text)
  if (key === 'detail') return text.replaceAll('_', ' ')
  if (key === 'cents' || key === 'amount_cents') return yuan(Number(text))
  if (TIMES.has(key) && /^\d{12,}$/.test(text)) return lang.time(Number(text), true)
  if (key === 'percent') return `${text} %`
  if (key === 'part') return lang.t.part[text] ?? text.replaceAll('_', ' ')
  if (key === 'basis') return text.replace(/^[a-z]+(?=: )/, (type) => lang.t.desk.decision.bases[type] ?? type)
  if (key === 'minutes') return lang.span(Number(text) * 60_000)
  if (key === 'fields') return text.split(',').map((word) => lang.t.lacking[word] ?? word).join(lang.t.comma)
  if (key === 'between') return text.split(',').map((word) => lang.t.evidenceType[word] ?? word).join(' / ')
  if (key === 'clause') return text.replaceAll('_', ' ').replaceAll(',', ', ')
  if (SIGNALS[key] || key.endsWith('_s')) return reading(key, Number(text))
  return MORE[key]?.()[text] ?? lang.t.clockName[text] ?? lang.t.severity[text] ?? lang.t.channel[text] ?? lang.t.notFixed[text] ?? lang.t.commands[text] ?? told.t.line.noteValue[text] ?? (key === 'to' ? lang.t.role[text] : undefined) ?? lang.t.truth[text] ?? text
}

function fact([key, text]: [string, string]): string {
  const word = value(key, text)
  if (SIGNALS[key]) return `${label(key)}: ${word}`
  return BARE.has(key) ? word : `${lang.t.noteKey[key] ?? told.t.line.noteKey[key] ?? label(key)} ${word}`
}

/** A note as one line. */
export function noted(text: string): string {
  const { code, values } = coded(text)
  if (code === null) return text
  const facts = Object.entries(values).filter(([key, each]) => !PLAIN.has(`${key}=${each}`) && !ELSEWHERE.has(key)).map(fact)
  const word = lang.t.note[code] ?? told.t.line.note[code] ?? lang.t.tech.measures[code] ?? code.replaceAll('_', ' ')
  return [word, ...facts].filter(Boolean).join(' · ')
}

/** Level, source, time and uncertainty of a proof. */
export function proven({ type, level, source, at, uncertainty_s }: Evidence): string {
  const facts = [
    level === null || level === undefined || type === 'door' ? '' : lang.t.evidence.level(level),
    source ? (lang.t.evidenceSource[source] ?? source) : '',
    at ? lang.time(at, true) : '',
    uncertainty_s ? lang.t.evidence.uncertainty(uncertainty_s) : '',
  ]
  return facts.filter(Boolean).join(' · ')
}
