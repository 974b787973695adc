import { expect, test } from 'vitest'
import { Attempt } from './attempt.svelte.ts'

test('an attempt that fails keeps its reason until one succeeds', async () => {
  const tried = new Attempt()
  expect(await tried.run(() => Promise.reject(new Error('no')))).toBe(false)
  expect([tried.busy, String(tried.error)]).toEqual([false, 'Error: no'])
  expect(await tried.run(() => 1)).toBe(true)
  expect([tried.busy, tried.error]).toEqual([false, null])
})

test('there are never two at a time, and what follows belongs to the attempt', async () => {
  const tried = new Attempt()
  const done: string[] = []
  let open = () => {}
  const first = tried.run(() => new Promise<void>((resolve) => (open = resolve)), () => done.push('after'))
  expect(await tried.run(() => done.push('second'))).toBe(false)
  open()
  expect(await first).toBe(true)
  expect(done).toEqual(['after'])
})

test('an attempt is free again though what follows breaks', async () => {
  const tried = new Attempt()
  await expect(tried.run(() => 1, () => Promise.reject(new Error('after')))).rejects.toThrow('after')
  expect(tried.busy).toBe(false)
})
