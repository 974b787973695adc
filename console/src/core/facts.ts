/** Free-form evidence (`why`, `observed`) as readable pairs, whatever its depth. */

export function pairs(value: unknown, path = ''): [string, string][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return path && value.length ? [[path, value.map((each) => scalar(each)).join(', ')]] : []
  if (typeof value !== 'object') return [[path, scalar(value)]]
  return Object.entries(value).flatMap(([key, inner]) => pairs(inner, path ? `${path}.${key}` : key))
}

function scalar(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The end of a note in which somebody's own words stand: everything after the `=` is theirs. */
const TAIL = /^((?:[a-z_]+(?: [a-z_]+)?(?: [a-z_]+=\S+)*)? ?)(reason|basis|receipt)=(.+)$/s

/** A note of the desk, `code key=value …`, cut in two; other notes are people's own words (code null). */
export function coded(note: string): { code: string | null; values: Record<string, string> } {
  const [, head = note, key, said] = TAIL.exec(note) ?? []
  const words = head.split(' ').filter(Boolean)
  const values = Object.fromEntries(words.filter((w) => /^[a-z_]+=\S+$/.test(w)).map((w) => w.split(/=(.*)/s).slice(0, 2)))
  if (key && said) values[key] = said
  const rest = words.filter((w) => !/^[a-z_]+=\S+$/.test(w))
  const most = Object.keys(values).length ? 2 : 1 // `refund paid receipt=7` is a code of two words
  const plain = rest.length <= most && rest.every((w) => /^[a-z_]*$/.test(w))
  return plain ? { code: rest.join('_'), values } : { code: null, values: {} }
}
