import { expect, test } from 'vitest'
import { bounds, isMonth, monthOf, shifted } from './months.ts'

test('a month begins and ends at midnight of the policy’s zone', () => {
  expect(bounds('2026-12', 'Asia/Shanghai')).toEqual({ from: '2026-11-30T16:00:00.000Z', to: '2026-12-31T16:00:00.000Z' })
})

test('the month of a moment is that of the zone’s wall clock', () => {
  const at = Date.parse('2026-10-31T17:00:00Z')
  expect([monthOf(at, 'Asia/Shanghai'), monthOf(at, 'UTC')]).toEqual(['2026-11', '2026-10'])
})

test('months go over the turn of the year', () => {
  expect([shifted('2026-01', -1), shifted('2026-12', 1)]).toEqual(['2025-12', '2027-01'])
})

test('what is no month is none', () => {
  expect(['2026-10', '2026-13', '2026', ''].map(isMonth)).toEqual([true, false, false, false])
})
