/** Both dictionaries hold the same words: tables of codes too, whose keys the type check does not see. */
import { expect, it } from 'vitest'
import { en } from './en.ts'
import { zh } from './zh.ts'

function keys(table: object, path = ''): string[] {
  return Object.entries(table).flatMap(([key, value]) => (typeof value === 'object' && !Array.isArray(value) ? keys(value, `${path}${key}.`) : [path + key]))
}

it('has every word in both languages', () => {
  expect(keys(zh).sort()).toEqual(keys(en).sort())
})
