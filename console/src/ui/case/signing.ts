/** What a sign-off asks, where the customer draws no signature. */
import type { Ask } from '../../core/ask.ts'
import { lang } from '../../i18n/language.svelte.ts'

const SCORES = ['1', '2', '3', '4', '5'].map((n) => [n, n] as [string, string])

/** `hows`: how the customer agreed; without it, the question is not asked. */
export function signing(hows: Record<string, string> | null = lang.t.desk.after.hows): Ask[] {
  const words = lang.t.desk.after
  return [
    { name: 'by', label: words.by, required: true },
    { name: 'content_ok', label: words.ok, as: 'maybe', required: true },
    ...(hows ? [{ name: 'how', label: words.how, as: 'choice' as const, options: Object.entries(hows), value: Object.keys(hows)[0]! }] : []),
    { name: 'reason', label: words.reason },
    { name: 'quality', label: words.quality, as: 'choice', options: SCORES, number: true },
    { name: 'attitude', label: words.attitude, as: 'choice', options: SCORES, number: true },
    { name: 'note', label: words.note },
  ]
}
