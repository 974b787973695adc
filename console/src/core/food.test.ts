import { describe, expect, it } from 'vitest'
import { spent } from './food.ts'

const at = '2026-11-22T04:00:00.000+00:00'

describe('the clock of food safety', () => {
  const clock = { at, since: at, signal: 'air_c', value_c: 9, peak_c: 9, limit_c: 8, spent_s: 7200, allowed_s: 14400 }
  it('runs on from the reading it was told by, and never beyond what is allowed', () => {
    expect(spent(clock, Date.parse(at) + 600_000)).toBe(7_800_000)
    expect(spent(clock, Date.parse(at) - 5000)).toBe(7_200_000)
    expect(spent(clock, Date.parse(at) + 86_400_000)).toBe(14_400_000)
  })
})
