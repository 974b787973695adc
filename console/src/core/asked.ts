/** What was asked of a cabinet for a ticket, as the ticket's timeline tells it. */

/** What a command for a ticket has come to, as its timeline tells it; the newest first. */
export interface Asked {
  id: string
  name: string
  state: string
  at: string
  detail: string
  late: boolean
  seen: string[] | null
  /** Whether it is what was asked; null: it cannot be told. */
  matches: boolean | null
}

const WORDS = new Set(['queued', 'sent', 'done', 'failed', 'rejected', 'expired'])
const OWN = new Set(['command', 'name', 'detail', 'late', 'matches'])

export function asked(lines: { at: string; note: string | null }[]): Asked[] {
  const found = new Map<string, Asked>()
  for (const { at, note } of lines) {
    const [code, ...rest] = (note ?? '').split(' ')
    const values = Object.fromEntries(rest.map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]))
    if (!code?.startsWith('command_') || !values.command) continue
    const what = code.slice('command_'.length)
    const it = found.get(values.command) ?? { id: values.command, name: values.name ?? '', state: '', at, detail: '', late: false, seen: null, matches: null }
    if (WORDS.has(what)) Object.assign(it, { state: what, detail: (values.detail ?? '').replaceAll('_', ' '), late: values.late === 'true' })
    else {
      it.seen = Object.entries(values).filter(([key]) => !OWN.has(key)).map(([key, value]) => `${key}=${value}`)
      it.matches = values.matches ? values.matches === 'true' : null
    }
    found.set(it.id, it)
  }
  return [...found.values()].reverse()
}
