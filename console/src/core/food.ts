/** Food safety as the API serves it, and what the pages make of it. */

export interface FoodRule {
  name: string
  en: string
  zh: string
  signals: string[]
  figures: Record<string, number | boolean>
}

export interface FoodPack {
  id: string
  version: number
  en: string
  zh: string
  classes: FoodRule[]
}

export interface FoodState {
  cabinet: string
  state: string
  profile: { pack: string; version: number; class: string } | null
  rule: FoodRule | null
  clock: { at: string; since: string; signal: string; value_c: number; peak_c: number; limit_c: number; spent_s: number; allowed_s: number } | null
  breach: { at: string; known_at: string; why: Record<string, unknown>; attempts: number; locked_at: string | null } | null
  log: { rows: number; head: string } | null
}

export interface FoodReport {
  check: { sound: boolean; rows: number; broken: { n?: number } | null }
  log: { n: number; at: string; ts: string | null; type: string; data: Record<string, unknown> }[]
}

export const HELD = ['breach', 'lock_requested', 'locked']

/** How much of the time allowed is used by now (ms): the clock runs on while the temperature stays beyond the limit. */
export function spent(clock: NonNullable<FoodState['clock']>, now: number): number {
  return Math.min(clock.spent_s * 1000 + Math.max(0, now - Date.parse(clock.at)), clock.allowed_s * 1000)
}
