/** Wall clocks of the policy's time zone, whatever zone the browser is in. */

/** How far the zone's wall clock is ahead of UTC at `at`, ms. Throws RangeError for a zone the browser does not know. */
export function offset(at: number, zone: string): number {
  const style: Intl.DateTimeFormatOptions = {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }
  const parts = new Intl.DateTimeFormat('en-GB', style).formatToParts(at)
  const n = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second')) - Math.floor(at / 1000) * 1000
}

/** The moment (ms) at which the zone's wall clock shows `text`, `YYYY-MM-DDTHH:MM`. */
export function fromWall(text: string, zone: string): number {
  const wall = Date.parse(`${text}Z`)
  const guess = wall - offset(wall, zone)
  return wall - offset(guess, zone)
}

/** What the zone's wall clock shows at `at` (ms), as `YYYY-MM-DDTHH:MM`. */
export function wall(at: number, zone: string): string {
  return new Date(at + offset(at, zone)).toISOString().slice(0, 16)
}

/** The moment at which the zone's wall clock shows `text`, as the API takes it. */
export function moment(text: string, zone: string): string {
  return new Date(fromWall(text, zone)).toISOString()
}

/** Whether the zone's wall clock shows midnight: the 24:00 that ends the day before. */
export function isMidnight(at: number, zone: string): boolean {
  return (at + offset(at, zone)) % 86_400_000 === 0
}
