/** Entries of a register as forms: a value as text, the text as a value, and what of an entry was changed. */
import { fromWall, offset } from './zone.ts'
import type { Answers, Ask } from './ask.ts'

const DAY = 86_400_000

export interface Part extends Pick<Ask, 'label' | 'options' | 'required' | 'hint' | 'pattern'> {
  /** The field; `windows.work` lies in the object `windows`. */
  name: string
  /** `since`: the moment a day begins, `through`: the moment it ends; `day`: its name; `list`: separated by commas. */
  as?: 'text' | 'long' | 'choice' | 'maybe' | 'decimal' | 'time' | 'day' | 'since' | 'through' | 'list'
  /** Cannot be changed afterwards. */
  fixed?: boolean
}

export type Entry = Record<string, unknown>

const SHOWN: Partial<Record<NonNullable<Part['as']>, Ask['as']>> = {
  long: 'long', choice: 'choice', maybe: 'maybe', time: 'time', day: 'day', since: 'day', through: 'day',
}
const DECIMAL = '-?[0-9]+([.][0-9]+)?'

/** The part as a question of a small form. */
export function asked({ name, label, as = 'text', options, required, hint, pattern }: Part, value = ''): Ask {
  const ask: Ask = { name, label, as: SHOWN[as] ?? 'text', value }
  const format = as === 'decimal' ? DECIMAL : pattern
  return { ...ask, ...(options && { options }), ...(required && { required }), ...(hint && { hint }), ...(format && { pattern: format }) }
}

/** The zone's wall clock at a moment: `2026-03-02T10:00`. */
export function wall(at: number, zone: string): string {
  return new Date(at + offset(at, zone)).toISOString().slice(0, 16)
}

function valueOf(entry: Entry | null, name: string): unknown {
  const [group, field] = name.split('.') as [string, string | undefined]
  const value = entry?.[group]
  return field === undefined ? value : (value as Entry | null | undefined)?.[field]
}

/** What a form shows of an entry. */
export function written(part: Part, entry: Entry | null, zone: string): string {
  const value = valueOf(entry, part.name)
  if (value === null || value === undefined) return ''
  if (part.as === 'list') return Array.isArray(value) ? value.join(', ') : ''
  const at = Date.parse(String(value))
  if (part.as === 'time') return wall(at, zone)
  if (part.as === 'since') return wall(at, zone).slice(0, 10)
  if (part.as === 'through') return wall(at - 1, zone).slice(0, 10)
  return String(value)
}

/** What the text of a form means. */
export function meant({ as }: Part, text: string, zone: string): unknown {
  const moment = (at: string) => fromWall(at, zone)
  if (as === 'maybe') return text === 'true'
  if (as === 'decimal') return Number(text)
  if (as === 'list') return text.split(/[,，、]/).map((each) => each.trim()).filter(Boolean)
  if (as === 'time') return new Date(moment(text)).toISOString()
  if (as === 'since') return new Date(moment(`${text}T00:00`)).toISOString()
  if (as === 'through') return new Date(moment(`${new Date(Date.parse(text) + DAY).toISOString().slice(0, 10)}T00:00`)).toISOString()
  return text
}

/** The body of a new entry, or of a change of `entry`: what differs alone; what was emptied is null. */
export function bodyOf(parts: readonly Part[], entry: Entry | null, answers: Answers, zone: string): Entry {
  const body: Entry = {}
  for (const part of parts) {
    const text = String(answers[part.name] ?? '').trim()
    const before = written(part, entry, zone)
    if (entry ? text === before : !text) continue
    const [group, field] = part.name.split('.') as [string, string | undefined]
    const value = text ? meant(part, text, zone) : null
    if (field === undefined) {
      body[group] = value
      continue
    }
    const { [field]: _, ...others } = (body[group] ?? entry?.[group] ?? {}) as Entry
    body[group] = value === null ? others : { ...others, [field]: value }
  }
  return body
}
