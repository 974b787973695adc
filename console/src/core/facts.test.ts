import { expect, it } from 'vitest'
import { coded } from './facts.ts'

it('cuts a note of the desk into its code and its values', () => {
  expect(coded('sent guide=DO-000001 edition=2 contact=C-000007')).toEqual({ code: 'sent', values: { guide: 'DO-000001', edition: '2', contact: 'C-000007' } })
  expect(coded('refund paid receipt=7').code).toBe('refund_paid')
})

it('keeps the words of people whole at the end of a note', () => {
  const values = { amount_cents: '650', by: 'dora', reason: 'the customer changed their mind' }
  expect(coded('refund approval_withdrawn amount_cents=650 by=dora reason=the customer changed their mind')).toEqual({ code: 'refund_approval_withdrawn', values })
  expect(coded('basis=law: 食品安全法 148 条')).toEqual({ code: '', values: { basis: 'law: 食品安全法 148 条' } })
})

it('leaves notes of people as they are', () => {
  expect(coded('The shop said: no reason=given').code).toBeNull()
  expect(coded('door shut by hand').code).toBeNull()
})
