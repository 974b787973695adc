/** A deviation in words: what it is about, what was agreed, what came of it. */
import type { Deviation } from '../../core/types.rooms.ts'
import { lang } from '../../i18n/language.svelte.ts'
import { yuan } from '../../i18n/money.ts'
import { told } from '../../i18n/rooms.ts'

const MINUTE = 60_000

/** Which window, clock, version of the quote, item or part. */
export function about({ what, about: which }: Deviation): string {
  const t = told.t.deviation
  if (what === 'clock') return lang.t.clockName[which] ?? which
  if (what === 'window') return t.revision(which)
  if (what === 'fee') return t.version(which)
  return what === 'part' ? (lang.t.part[which] ?? which.replaceAll('_', ' ')) : which
}

/** Why it deviates, and by how much. */
export function why({ why: code, minutes }: Deviation): string {
  const t = told.t.deviation
  const text = t.why[code] ?? code.replaceAll('_', ' ')
  if (minutes === null || minutes === 0) return text
  const span = lang.span(Math.abs(minutes) * MINUTE)
  return minutes > 0 ? t.late(span) : t.early(span)
}

/** One side of it. */
export function side(facts: Deviation['agreed'], empty: string): string {
  const t = told.t.deviation
  const { from, to, due, at, cents, listed_cents: listed, metres, part, what, cabinet } = facts ?? {}
  if (from && to) return `${lang.time(String(from))} – ${lang.time(String(to))}`
  if (due) return t.until(lang.time(String(due)))
  if (at) return lang.time(String(at))
  if (Array.isArray(listed)) return listed.map((each) => yuan(Number(each))).join(' / ') || t.notListed
  if (cents !== undefined && cents !== null) return yuan(Number(cents))
  if (metres !== undefined && metres !== null) return t.metres(lang.number(Number(metres)))
  if (part) return lang.t.part[String(part)] ?? String(part).replaceAll('_', ' ')
  return String(what ?? cabinet ?? empty)
}
