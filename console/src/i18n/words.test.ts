/** Both dictionaries hold the same words: tables of codes too, whose keys the type check does not see. */
import { expect, it } from 'vitest'
import { en } from './en.ts'
import { account as enAccount } from './en.account.ts'
import { files as enFiles } from './en.files.ts'
import { plans as enPlans } from './en.plans.ts'
import { proving as enProof } from './en.proof.ts'
import { rooms as enRooms } from './en.rooms.pages.ts'
import { standards as enStandards } from './en.standards.ts'
import { account as zhAccount } from './zh.account.ts'
import { files as zhFiles } from './zh.files.ts'
import { plans as zhPlans } from './zh.plans.ts'
import { proving as zhProof } from './zh.proof.ts'
import { rooms as zhRooms } from './zh.rooms.pages.ts'
import { standards as zhStandards } from './zh.standards.ts'
import { zh } from './zh.ts'

function keys(table: object, path = ''): string[] {
  return Object.entries(table).flatMap(([key, value]) => (typeof value === 'object' && !Array.isArray(value) ? keys(value, `${path}${key}.`) : [path + key]))
}

it.each([[zh, en], [zhAccount, enAccount], [zhProof, enProof], [zhRooms, enRooms], [zhFiles, enFiles], [zhPlans, enPlans], [zhStandards, enStandards]])('has every word in both languages', (chinese, english) => {
  expect(keys(chinese).sort()).toEqual(keys(english).sort())
})
