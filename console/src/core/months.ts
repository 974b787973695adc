/** Months of the policy's zone, as reports name them: `2026-10`. */
import { moment, wall } from './zone.ts'

const NAME = /^\d{4}-(0[1-9]|1[0-2])$/

export function isMonth(text: string): boolean {
  return NAME.test(text)
}

/** The month in which the zone's wall clock is at `at` (ms). */
export function monthOf(at: number, zone: string): string {
  return wall(at, zone).slice(0, 7)
}

/** The month `by` months later. */
export function shifted(month: string, by: number): string {
  const [year, n] = month.split('-').map(Number) as [number, number]
  return new Date(Date.UTC(year, n - 1 + by, 1)).toISOString().slice(0, 7)
}

/** The month as a period: its first moment, and that of the next. */
export function bounds(month: string, zone: string): { from: string; to: string } {
  const begin = (name: string) => moment(`${name}-01T00:00`, zone)
  return { from: begin(month), to: begin(shifted(month, 1)) }
}
