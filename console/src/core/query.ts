/** The search grammar `key:value` as text: reading, replacing and removing one term. The server does the judging. */

export interface Term {
  key: string
  value: string
  negated: boolean
}

const TERM = /(-?)(?:([a-z_0-9.]+):)?("[^"]*"|\S+)/gi

/** Terms of a query; free text has the empty key. Quotes around a value are dropped. */
export function terms(q: string): Term[] {
  return Array.from(q.matchAll(TERM), (m) => ({
    key: m[2] ?? '',
    value: (m[3] ?? '').replace(/^"|"$/g, ''),
    negated: m[1] === '-',
  }))
}

export function text(list: readonly Term[]): string {
  return list.map(({ key, value, negated }) => {
    const quoted = /\s/.test(value) ? `"${value}"` : value
    return `${negated ? '-' : ''}${key ? `${key}:` : ''}${quoted}`
  }).join(' ')
}

/** The value of a plain `key:value` term, or empty. */
export function valueOf(q: string, key: string): string {
  return terms(q).find((t) => t.key === key && !t.negated)?.value ?? ''
}

/** The query with the terms of `key` replaced by one (or by none when `value` is empty). */
export function withTerm(q: string, key: string, value: string): string {
  const others = terms(q).filter((t) => t.key !== key)
  return text(value ? [...others, { key, value, negated: false }] : others)
}
