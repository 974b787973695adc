import { describe, expect, it, vi } from 'vitest'
import { Refusal, Unreachable } from '../core/api.ts'
import { Album, type Photo, type PhotoShelf } from './album.svelte.ts'
import { Outbox, type Waiting } from './outbox.ts'
import { fitted } from './shrink.ts'

function shelf(): PhotoShelf & { kept: Map<string, Photo> } {
  const kept = new Map<string, Photo>()
  return { kept, all: async () => [...kept.values()], put: async (photo) => void kept.set(photo.key, photo), drop: async (key) => void kept.delete(key) }
}

const picture = (text: string) => new Blob([text], { type: 'image/jpeg' })
const report = (photos: string[]): Waiting => ({ key: 'k', visit: 'V-1', action: 'finish', body: { measure: 'repaired', photos } })

/** An album with two photos of V-1, and their keys. */
async function two(send: ConstructorParameters<typeof Album>[1], place = shelf()): Promise<[Album, string[]]> {
  const album = new Album(place, send)
  await album.add('V-1', 'T-1', picture('one'))
  await album.add('V-1', 'T-1', picture('two'))
  return [album, album.of('V-1').map((photo) => photo.key)]
}

describe('Album', () => {
  it('uploads each photo once, in order, under its own key, and names them by their ids', async () => {
    const send = vi.fn(async (file: Blob) => ({ id: `A-${await file.text()}` }))
    const [album, keys] = await two(send)
    expect(await album.ready(report(keys))).toEqual({ measure: 'repaired', photos: ['A-one', 'A-two'] })
    expect(send.mock.calls.map((call) => call.slice(2))).toEqual(keys.map((key) => ['T-1', key]))
    await album.ready(report(keys))
    expect(send).toHaveBeenCalledTimes(2)
    expect(album.sending).toBe(null)
  })

  it('goes on after a reload with what is left, under the same key', async () => {
    const place = shelf()
    const tried: string[] = []
    const [album, keys] = await two(async (file, _name, _ticket, key) => {
      tried.push(key)
      if ((await file.text()) === 'two') throw new Unreachable('no network')
      return { id: 'A-1' }
    }, place)
    await expect(album.ready(report(keys))).rejects.toThrow(Unreachable)
    const later = new Album(place, async (_file, _name, _ticket, key) => (tried.push(key), { id: 'A-2' }))
    expect(await later.ready(report(keys))).toEqual({ measure: 'repaired', photos: ['A-1', 'A-2'] })
    expect(tried).toEqual([keys[0], keys[1], keys[1]])
  })

  it('leaves out a photo that the server refuses, and keeps it visible with its reason', async () => {
    const [album, keys] = await two(async (file) => {
      if ((await file.text()) === 'one') throw new Refusal({ title: 'too large', status: 413 })
      return { id: 'A-2' }
    })
    expect(await album.ready(report(keys))).toEqual({ measure: 'repaired', photos: ['A-2'] })
    expect(album.refused.map((photo) => photo.problem?.status)).toEqual([413])
    expect(album.of('V-1')).toHaveLength(1)
    await album.tidy(new Set(['V-1']), new Set())
    expect(album.list.map((photo) => photo.key)).toEqual([keys[0]])
  })

  it('waits where the server is only busy, and says which photo is gone', async () => {
    const [album, keys] = await two(async () => {
      throw new Refusal({ title: 'later', status: 503 })
    })
    await expect(album.ready(report(keys))).rejects.toThrow(Refusal)
    expect(album.refused).toEqual([])
    for (const key of keys) await album.remove(key)
    expect(await album.ready(report(keys.slice(0, 1)))).toEqual({ measure: 'repaired', photos: [] })
    expect(album.refused.map((photo) => photo.problem?.guard)).toEqual(['photo_lost'])
  })

  it('holds a report back while the browser does not give its photos', async () => {
    const album = new Album({ ...shelf(), all: () => Promise.reject(new Error('closed')) })
    await expect(album.ready(report(['local-1']))).rejects.toThrow(Unreachable)
    expect(album.broken).toBe(true)
    expect(await album.ready(report(['A-1']))).toEqual({ measure: 'repaired', photos: ['A-1'] })
  })

  it('forgets photos of visits that are over, and old ones, but none that still waits', async () => {
    const [album] = await two(async () => ({ id: 'A-1' }))
    await album.add('V-2', null, picture('three'))
    await album.tidy(new Set(['V-1']), new Set(['V-1']))
    expect(album.list).toHaveLength(3)
    await album.tidy(new Set(['V-1']), new Set())
    expect(album.list.map((photo) => photo.visit)).toEqual(['V-2'])
    await album.tidy(new Set(), new Set(), Date.now() + 31 * 86_400_000)
    expect(album.list).toEqual([])
  })
})

describe('Outbox with photos', () => {
  it('sends a report after its photos, and the very same one again when its answer was lost', async () => {
    const log: string[] = []
    const [album, keys] = await two(async (file) => (log.push(await file.text()), { id: `A-${log.length}` }))
    const kept = new Map<string, string>()
    const place = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
    let away = true
    const send = vi.fn(async (path: string, body: object) => {
      log.push(`${path} ${JSON.stringify(body)}`)
      if (away) throw new Unreachable('the answer was lost')
    })
    const box = new Outbox(place, () => {}, send, (waiting) => album.ready(waiting))
    box.add('V-1', 'finish', { photos: keys })
    expect(await box.flush()).toBe(false)
    away = false
    for (const key of keys) await album.remove(key)
    expect(await box.flush()).toBe(true)
    expect(log).toEqual(['one', 'two', ...Array<string>(2).fill('/visits/V-1/finish {"photos":["A-1","A-2"]}')])
  })
})

describe('fitted', () => {
  it('makes the longer side 1600 at most, in proportion, and enlarges nothing', () => {
    expect([fitted(4000, 3000), fitted(3000, 4000), fitted(640, 480), fitted(9000, 2)]).toEqual([[1600, 1200], [1200, 1600], [640, 480], [1600, 1]])
  })
})
