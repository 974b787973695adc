import { describe, expect, it } from 'vitest'
import { align, sampled } from './chart.ts'
import { coded, pairs } from './facts.ts'
import type { Series } from './types.ts'

const series = (...points: [number, number][]): Series => ({ signal: 'air_c', unit: '°C', points: points.map(([t, v]) => [t, v, v, v]) })

describe('align', () => {
  it('puts series with different times on one axis without breaking their lines', () => {
    const [times, a, b] = align([series([0, 1], [10, 2]), series([5, 7])])
    expect(times).toEqual([0, 5, 10])
    expect(a).toEqual([1, undefined, 2])
    expect(b).toEqual([undefined, 7, undefined])
  })
  it('breaks the line where a cabinet was silent', () => {
    const [times, a] = align([series([0, 1], [10, 1], [20, 1], [500, 9])])
    expect(times).toEqual([0, 10, 20, 21, 500])
    expect(a).toEqual([1, 1, 1, null, 9])
  })
  it('reads as a table of bounded length that ends with the newest row', () => {
    const rows = sampled(align([series(...Array.from({ length: 100 }, (_, i) => [i * 10, i] as [number, number]))]), 10)
    expect(rows.length).toBeLessThanOrEqual(11)
    expect(rows.at(-1)).toEqual({ at: 990, values: [99] })
  })
})

describe('facts', () => {
  it('flattens evidence of any depth', () => {
    expect(pairs({ observed: { air_c: 9.123 }, kinds: ['a', 'b'], none: null })).toEqual([['observed.air_c', '9.12'], ['kinds', 'a, b']])
  })
  it('reads coded notes and leaves the words of people alone', () => {
    expect(coded('verified minutes=60')).toEqual({ code: 'verified', values: { minutes: '60' } })
    expect(coded('not_fixed why=still_active air_c=9.1')).toEqual({
      code: 'not_fixed',
      values: { why: 'still_active', air_c: '9.1' },
    })
    expect(coded('Fan replaced, tested twice')).toEqual({ code: null, values: {} })
  })
})
