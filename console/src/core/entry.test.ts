import { expect, test } from 'vitest'
import { bodyOf, meant, unreadable, written, type Part } from './entry.ts'

const ZONE = 'Asia/Shanghai'
const parts: Part[] = [
  { name: 'skill', label: '' }, { name: 'issued', label: '', as: 'since' }, { name: 'expires', label: '', as: 'through' },
  { name: 'windows.work', label: '', as: 'list' }, { name: 'windows.rest', label: '', as: 'list' }, { name: 'owner', label: '' },
]
const entry = {
  skill: 'cooling', issued: '2026-03-01T16:00:00Z', expires: '2027-03-01T16:00:00Z', owner: 'li',
  windows: { work: ['08:00-12:00', '13:00-18:00'], rest: ['10:00-16:00'] },
}
const shown = () => Object.fromEntries(parts.map((part) => [part.name, written(part, entry, ZONE)]))

test('what ends with a day is shown as that day, and sent as the midnight after it', () => {
  expect(shown()).toMatchObject({ issued: '2026-03-02', expires: '2027-03-01', 'windows.work': '08:00-12:00, 13:00-18:00' })
  expect(bodyOf(parts, entry, { ...shown(), expires: '2027-12-31' }, ZONE)).toEqual({ expires: '2027-12-31T16:00:00.000Z' })
})

test('only what was changed is sent, and what was emptied as null', () => {
  expect(bodyOf(parts, entry, shown(), ZONE)).toEqual({})
  expect(bodyOf(parts, entry, { ...shown(), owner: '' }, ZONE)).toEqual({ owner: null })
})

test('of an object the rest goes along', () => {
  expect(bodyOf(parts, entry, { ...shown(), 'windows.work': '09:00-17:00' }, ZONE)).toEqual({ windows: { work: ['09:00-17:00'], rest: ['10:00-16:00'] } })
  expect(bodyOf(parts, entry, { ...shown(), 'windows.rest': '' }, ZONE)).toEqual({ windows: { work: ['08:00-12:00', '13:00-18:00'] } })
})

test('a new entry leaves out what was not said', () => {
  expect(bodyOf(parts, null, { skill: ' cooling ', issued: '2026-03-02', 'windows.work': '08:00-12:00，13:00-18:00' }, ZONE)).toEqual({
    skill: 'cooling', issued: '2026-03-01T16:00:00.000Z', windows: { work: ['08:00-12:00', '13:00-18:00'] },
  })
})

test('reads the lines of a price list, and names the first that cannot be read', () => {
  const part: Part = { name: 'body.items', label: '', as: 'prices' }
  const items = [{ code: 'P-7', what_zh: '风扇', what_en: 'fan', cents: 4529 }]
  expect(meant(part, 'P-7； 风扇; fan ; 45.29\n', 'UTC')).toEqual(items)
  expect(written(part, { body: { items } }, 'UTC')).toBe('P-7; 风扇; fan; 45.29')
  expect(unreadable('P-7; 风扇; fan; 45.29')).toBeUndefined()
  expect(unreadable('P-7; 风扇; fan; 45.29\nP-8 belt 12')).toBe('P-8 belt 12')
})
