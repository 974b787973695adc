/** Small forms as data: what is asked, and the body that the answers make. */
import { moment } from './zone.ts'

export interface Ask {
  /** Where the answer goes; `basis.type` goes into the object `basis`. */
  name: string
  label: string
  /** `list`: separated by commas; `several`: codes chosen from `options`, kept as such a list; `maybe`: yes, no, or not known; `tick`: yes or nothing; `yuan`: money, sent in cents; `time`: in the policy's zone. */
  as?: 'text' | 'long' | 'list' | 'several' | 'choice' | 'maybe' | 'tick' | 'number' | 'yuan' | 'time' | 'day'
  options?: [string, string][]
  required?: boolean
  value?: string | boolean
  hint?: string
  pattern?: string
  /** Of a long text: how long, and what is wrong with it (empty: nothing). */
  most?: number
  check?: (text: string) => string
  /** A choice whose code is sent as a number. */
  number?: boolean
}

export type Answers = Record<string, string | boolean>

const READ: Partial<Record<NonNullable<Ask['as']>, (text: string, zone: string) => unknown>> = {
  maybe: (text) => text === 'true',
  list: listed,
  several: listed,
  number: Number,
  yuan: cents,
  time: moment,
}

/** Yuan as people write them, in cents; rounded once, so that 0.29 is 29. */
export function cents(yuan: string): number {
  return Math.round(Number(yuan) * 100)
}

/** Several things in one field, between commas of any script. */
export function listed(text: string): string[] {
  return text.split(/[,，、]/).map((each) => each.trim()).filter(Boolean)
}

/** What the form starts with. */
export function blank(asks: readonly Ask[]): Answers {
  return Object.fromEntries(asks.map(({ name, as, value }) => [name, value ?? (as === 'tick' ? false : '')]))
}

/** The body of a request. What was left empty is left out. */
export function bodyOf(asks: readonly Ask[], answers: Answers, zone: string): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const { name, as = 'text', number } of asks) {
    const given = answers[name]
    const text = typeof given === 'string' ? given.trim() : given
    if (text === '' || text === false || text === undefined) continue
    const value = typeof text === 'string' ? number ? Number(text) : (READ[as]?.(text, zone) ?? text) : text
    const [group, field] = name.split('.') as [string, string | undefined]
    if (field) body[group] = { ...(body[group] as object | undefined), [field]: value }
    else body[name] = value
  }
  return body
}
