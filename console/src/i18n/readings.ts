/** A reading in words: number and unit, or yes and no. */
import { session } from '../core/session.svelte.ts'
import { digits, isFlag, SIGNALS } from '../core/signals.ts'
import { lang } from './language.svelte.ts'

export function label(name: string): string {
  return lang.pick(SIGNALS[name] ?? session.kinds[name], lang.t.whyKey[name] ?? name.replaceAll('_', ' '))
}

/** A value of a signal with its unit; flags as yes, no, or the share of the interval. */
export function reading(name: string, value: number): string {
  const unit = SIGNALS[name]?.unit ?? ''
  if (isFlag(name)) return value > 0 ? (value < 1 ? `${lang.number(value * 100)} %` : lang.t.yes) : lang.t.no
  if (name.endsWith('_ms')) return lang.span(value)
  if (name.endsWith('_s')) return lang.span(value * 1000)
  if (!SIGNALS[name]) return lang.number(value, Number.isInteger(value) ? 0 : 2)
  return `${lang.number(value, digits(unit))} ${unit}`.trim()
}
