import { describe, expect, it, vi } from 'vitest'
import { Refusal, Unreachable } from '../core/api.ts'
import type { Visit } from '../core/types.ts'
import { Outbox, type Shelf, type Waiting } from './outbox.ts'
import { sorted, stepOf } from './steps.ts'

function shelf(): Shelf {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

describe('Outbox', () => {
  it('keeps actions while the server is away and sends each once, in order, with its first key', async () => {
    const keys: string[] = []
    let away = true
    const send = vi.fn(async (path: string, _body: object, key: string) => {
      keys.push(`${path} ${key}`)
      if (away) throw new Unreachable('no network')
    })
    const box = new Outbox(shelf(), () => {}, send)
    box.add('V-1', 'accept', {})
    box.add('V-1', 'depart', {})
    expect(await box.flush()).toBe(false)
    expect(box.all()).toHaveLength(2)
    away = false
    expect(await box.flush()).toBe(true)
    expect(box.all().map((each) => each.sent)).toEqual([true, true])
    box.settle(box.taken())
    expect(box.all()).toEqual([])
    expect(keys.map((k) => k.split(' ')[0])).toEqual(['/visits/V-1/accept', '/visits/V-1/accept', '/visits/V-1/depart'])
    expect(keys[0]).toBe(keys[1])
  })

  it('keeps a refused action visible with its reason and goes on with the next', async () => {
    const send = vi.fn(async (path: string) => {
      if (path.endsWith('accept')) throw new Refusal({ title: 'Illegal move', status: 409, guard: 'already_accepted' })
    })
    const box = new Outbox(shelf(), () => {}, send)
    box.add('V-1', 'accept', {})
    box.add('V-2', 'depart', {})
    expect(await box.flush()).toBe(true)
    box.settle(box.taken())
    expect(box.all().map((each) => each.problem?.guard)).toEqual(['already_accepted'])
    box.dismiss(box.all()[0]?.key ?? '')
    expect(box.all()).toEqual([])
  })

  it('shows a refusal no more once the same action was taken', async () => {
    const send = vi.fn(async () => {}).mockRejectedValueOnce(new Refusal({ title: 'Illegal move', status: 409, guard: 'photos' }))
    const box = new Outbox(shelf(), () => {}, send)
    for (const photos of [[], ['A-1']]) {
      box.add('V-1', 'finish', { photos })
      await box.flush()
    }
    expect(box.all()).toMatchObject([{ body: { photos: ['A-1'] }, sent: true }])
  })

  it('survives a reload of the page', async () => {
    const kept = shelf()
    new Outbox(kept, () => {}, async () => {}).add('V-1', 'finish', { measure: 'cleaned' })
    const send = vi.fn(async () => {})
    await new Outbox(kept, () => {}, send).flush()
    expect(send).toHaveBeenCalledWith('/visits/V-1/finish', { measure: 'cleaned' }, expect.any(String))
  })
})

describe('steps', () => {
  const visit = (id: string, state: string) => ({ id, state, offered: '2026-03-02T01:00:00Z' }) as Visit
  const accept: Waiting = { key: 'k', visit: 'V-1', action: 'accept', body: {} }

  it('counts a waiting or sent action as done, a refused one not', () => {
    expect(stepOf(visit('V-1', 'offered'), [{ ...accept, sent: true }])).toBe('depart')
    expect(stepOf(visit('V-1', 'offered'), [accept])).toBe('depart')
    expect(stepOf(visit('V-1', 'offered'), [{ ...accept, problem: { title: 'no', status: 409 } }])).toBe('accept')
  })

  it('puts the visit that is furthest first and finished ones aside', () => {
    const { open, past } = sorted([visit('V-1', 'offered'), visit('V-2', 'left'), visit('V-3', 'arrived')], [])
    expect(open.map((v) => v.id)).toEqual(['V-3', 'V-1'])
    expect(past.map((v) => v.id)).toEqual(['V-2'])
  })
})
