/** Entries of a register as forms: a value as text, the text as a value, and what of an entry was changed. */
import { cents, listed, type Answers, type Ask } from './ask.ts'
import { moment, wall } from './zone.ts'

const DAY = 86_400_000

export interface Part extends Pick<Ask, 'label' | 'options' | 'required' | 'hint' | 'pattern' | 'most' | 'check'> {
  /** The field; `windows.work` lies in the object `windows`. */
  name: string
  /** `since`: the moment a day begins, `through`: the moment it ends; `day`: its name; `list`: separated by commas; `prices`: lines of a price list. */
  as?: 'text' | 'long' | 'choice' | 'maybe' | 'decimal' | 'whole' | 'prices' | 'time' | 'day' | 'since' | 'through' | 'list'
  /** Cannot be changed afterwards. */
  fixed?: boolean
}

export type Entry = Record<string, unknown>

const SHOWN: Partial<Record<NonNullable<Part['as']>, Ask['as']>> = {
  long: 'long', prices: 'long', choice: 'choice', maybe: 'maybe', time: 'time', day: 'day', since: 'day', through: 'day',
}
const DECIMAL = '-?[0-9]+([.][0-9]+)?'

/** The part as a question of a small form. */
export function asked({ name, label, as = 'text', options, required, hint, pattern, most, check }: Part, value = ''): Ask {
  const ask: Ask = { name, label, as: as === 'list' && options ? 'several' : (SHOWN[as] ?? 'text'), value }
  const format = as === 'decimal' ? DECIMAL : as === 'whole' ? '[0-9]+' : pattern
  return { ...ask, ...(options && { options }), ...(required && { required }), ...(hint && { hint }), ...(format && { pattern: format }), ...(most && { most }), ...(check && { check }) }
}

interface Price {
  code: string
  what_zh: string
  what_en: string
  cents: number
}

const LINE = /^([^;]+);([^;]+);([^;]+);\s*([0-9]+(?:[.][0-9]{1,2})?)$/
const lines = (text: string) => text.replaceAll('；', ';').split('\n').map((line) => line.trim()).filter(Boolean)

function priced(line: string): Price | null {
  const [, code = '', zh = '', en = '', yuan = ''] = LINE.exec(line) ?? []
  return yuan ? { code: code.trim(), what_zh: zh.trim(), what_en: en.trim(), cents: cents(yuan) } : null
}

/** The first line of a price list that cannot be read. */
export const unreadable = (text: string) => lines(text).find((line) => !priced(line))

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
  if (part.as === 'prices') return Array.isArray(value) ? (value as Price[]).map(({ code, what_zh, what_en, cents: sum }) => `${code}; ${what_zh}; ${what_en}; ${(sum / 100).toFixed(2)}`).join('\n') : ''
  const at = Date.parse(String(value))
  if (part.as === 'time') return wall(at, zone)
  if (part.as === 'since') return wall(at, zone).slice(0, 10)
  if (part.as === 'through') return wall(at - 1, zone).slice(0, 10)
  return String(value)
}

/** What the text of a form means. */
export function meant({ as }: Part, text: string, zone: string): unknown {
  if (as === 'maybe') return text === 'true'
  if (as === 'decimal' || as === 'whole') return Number(text)
  if (as === 'list') return listed(text)
  if (as === 'prices') return lines(text).flatMap((line) => priced(line) ?? [])
  if (as === 'time') return moment(text, zone)
  if (as === 'since') return moment(`${text}T00:00`, zone)
  if (as === 'through') return moment(`${new Date(Date.parse(text) + DAY).toISOString().slice(0, 10)}T00:00`, zone)
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
