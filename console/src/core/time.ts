/** Product time: what the server's clock says now, extrapolated at its speed. No other file asks what time it is. */

export class ProductTime {
  private base = Date.now()
  private mark = performance.now()
  speed = 1
  known = false

  /** Take the server's word: `now` ISO 8601 or ms, `speed` product ms per real ms. */
  set(now: string | number, speed: number): void {
    const ms = typeof now === 'number' ? now : Date.parse(now)
    if (Number.isNaN(ms)) return
    this.base = ms
    this.mark = performance.now()
    this.speed = speed
    this.known = true
  }

  /** Product time in ms since 1970 UTC. */
  now(): number {
    return this.base + (performance.now() - this.mark) * this.speed
  }
}

export interface Span {
  days: number
  hours: number
  minutes: number
  seconds: number
}

/** A duration in ms, cut into days, hours, minutes, seconds; the sign is dropped. */
export function span(ms: number): Span {
  const total = Math.floor(Math.abs(ms) / 1000)
  return {
    days: Math.floor(total / 86_400),
    hours: Math.floor(total / 3_600) % 24,
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  }
}

/** Two leading units of a duration: `2 d 4 h`, `12 min 5 s`, `48 s`. `units` are the words for d, h, min, s. */
export function spanText(ms: number, units: readonly [string, string, string, string]): string {
  const { days, hours, minutes, seconds } = span(ms)
  const parts: [number, string][] = [[days, units[0]], [hours, units[1]], [minutes, units[2]], [seconds, units[3]]]
  const first = parts.findIndex(([n]) => n > 0)
  if (first < 0) return `0 ${units[3]}`
  return parts.slice(first, first + 2).filter(([n], i) => i === 0 || n > 0).map(([n, unit]) => `${n} ${unit}`).join(' ')
}
