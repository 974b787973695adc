/** The ways in which people reach us, or we them, and what is asked of every contact. */
import type { Ask } from '../../core/ask.ts'
import { lang } from '../../i18n/language.svelte.ts'

/** Those of tickets; telemetry is no contact. */
export const OF_TICKETS = ['phone', 'online', 'sms', 'email', 'official_account', 'qr'] as const
export const WAYS = [...OF_TICKETS, 'letter', 'fax', 'on_site'] as const

/** [code, word] */
export const ways = (codes: readonly string[] = WAYS) => codes.map((code): [string, string] => [code, lang.t.channel[code] ?? code])

/** The form of a contact; `which`: what tells the case that it belongs to, where that is open. */
export function contacting(which: Ask[] = []): Ask[] {
  const words = lang.t.desk.contacts
  return [
    { name: 'direction', label: words.direction, as: 'choice', options: Object.entries(words.directions), required: true, value: 'in' },
    { name: 'channel', label: words.channel, as: 'choice', options: ways(), required: true, value: 'phone' },
    { name: 'text', label: words.text, as: 'long', required: true },
    ...which,
    { name: 'solved', label: words.solved, as: 'maybe' },
    { name: 'promised_at', label: words.promised, as: 'time' },
    { name: 'source', label: words.source, hint: words.sourceHint },
    { name: 'unverified', label: words.unverified, as: 'tick' },
    { name: 'read_back', label: words.readBack, as: 'tick' },
    { name: 'flag', label: words.flag, as: 'choice', options: Object.entries(words.flags) },
  ]
}
