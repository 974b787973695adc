import { describe, expect, it } from 'vitest'
import { bodyOf, blank, cents, type Ask } from './ask.ts'

const ASKS: Ask[] = [
  { name: 'decision', label: '' },
  { name: 'basis.type', label: '', as: 'choice', value: 'law' },
  { name: 'basis.reference', label: '' },
  { name: 'amount_cents', label: '', as: 'yuan' },
  { name: 'solved', label: '', as: 'maybe' },
  { name: 'read_back', label: '', as: 'tick' },
  { name: 'at', label: '', as: 'time' },
]

describe('a form as data', () => {
  it('leaves out what was left empty', () => {
    expect(bodyOf(ASKS, blank(ASKS), 'Asia/Shanghai')).toEqual({ basis: { type: 'law' } })
  })

  it('reads money, truth and wall clocks, and groups by the dot', () => {
    const given = { ...blank(ASKS), 'basis.reference': ' § 7 ', amount_cents: '0.29', solved: 'false', read_back: true, at: '2026-03-03T08:00' }
    expect(bodyOf(ASKS, given, 'Asia/Shanghai')).toEqual({
      basis: { type: 'law', reference: '§ 7' }, amount_cents: 29, solved: false, read_back: true, at: '2026-03-03T00:00:00.000Z',
    })
  })

  it('never loses a cent', () => {
    for (let n = 0; n < 100_000; n += 7) expect(cents((n / 100).toFixed(2))).toBe(n)
  })
})
