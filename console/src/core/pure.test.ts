import { describe, expect, it } from 'vitest'
import { terms, text, valueOf, withTerm } from './query.ts'
import { ProductTime, spanText } from './time.ts'
import { reveal, windowFor } from './windowing.ts'
import { fromWall, isMidnight, offset } from './zone.ts'

const UNITS = ['d', 'h', 'min', 's'] as const

describe('query', () => {
  it('reads terms, negation, quotes and free text', () => {
    expect(terms('status:offline -site:"a b" air_c:>8 hello')).toEqual([
      { key: 'status', value: 'offline', negated: false },
      { key: 'site', value: 'a b', negated: true },
      { key: 'air_c', value: '>8', negated: false },
      { key: '', value: 'hello', negated: false },
    ])
  })
  it('replaces and removes one term and leaves the others', () => {
    expect(withTerm('status:offline x', 'status', 'online')).toBe('x status:online')
    expect(withTerm('status:offline x', 'status', '')).toBe('x')
    expect(valueOf('-status:a status:b', 'status')).toBe('b')
  })
  it('writes what it reads', () => {
    const q = 'status:offline -site:"a b" air_c:>8'
    expect(text(terms(q))).toBe(q)
  })
})

describe('time', () => {
  it('names the two leading units', () => {
    expect(spanText(90_061_000, UNITS)).toBe('1 d 1 h')
    expect(spanText(-725_000, UNITS)).toBe('12 min 5 s')
    expect(spanText(3_600_000, UNITS)).toBe('1 h')
    expect(spanText(0, UNITS)).toBe('0 s')
  })
  it('keeps the last good word of the server', () => {
    const clock = new ProductTime()
    clock.set('2026-03-02T01:00:00+00:00', 0)
    clock.set('nonsense', 9)
    expect(clock.now()).toBe(Date.parse('2026-03-02T01:00:00Z'))
  })
})

describe('windowing', () => {
  it('holds the visible rows with a margin, in steps', () => {
    expect(windowFor(0, 700, 36, 100_000)).toEqual([0, 40])
    expect(windowFor(36_000, 700, 36, 100_000)).toEqual([980, 1040])
    expect(windowFor(36_010, 700, 36, 100_000)).toEqual([980, 1040])
  })
  it('never starts behind the end', () => {
    expect(windowFor(3_600_000, 700, 36, 50)[0]).toBe(40)
    expect(windowFor(0, 700, 36, 0)).toEqual([0, 40])
  })
  it('scrolls only as far as needed', () => {
    expect(reveal(0, 400, 36, 40, 3)).toBe(0)
    expect(reveal(0, 400, 36, 40, 20)).toBe(396)
    expect(reveal(900, 400, 36, 40, 3)).toBe(108)
  })
})

describe('zone', () => {
  const at = Date.parse('2026-11-25T16:00:00Z')
  it('knows how far a wall clock is ahead of UTC', () => {
    expect(offset(at, 'Asia/Shanghai')).toBe(8 * 3_600_000)
    expect(offset(at + 999, 'America/New_York')).toBe(-5 * 3_600_000)
  })
  it('reads what a person typed as the time of the zone, in summer too', () => {
    expect(fromWall('2026-11-26T00:00', 'Asia/Shanghai')).toBe(at)
    expect(fromWall('2026-07-01T12:00', 'Europe/Berlin')).toBe(Date.parse('2026-07-01T10:00:00Z'))
  })
  it('tells the midnight that ends a day', () => {
    expect(isMidnight(at, 'Asia/Shanghai')).toBe(true)
    expect(isMidnight(at, 'UTC')).toBe(false)
  })
})
