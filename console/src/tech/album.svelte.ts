/**
 * Photos of the work, kept on the phone until their visit is over (networks end where cabinets stand).
 *
 * A report names them by keys of our own. Before it goes out each photo is uploaded once, under its key as
 * Idempotency-Key, and the keys become the ids that the server gave. A photo that the server will not have is left out
 * and stays visible with its reason: the report goes out all the same, and the server judges whether enough are left.
 */
import { Refusal, Unreachable, upload, uuid } from '../core/api.ts'
import type { Problem } from '../core/types.ts'
import { Database } from './blobs.ts'
import { held, type Waiting } from './outbox.ts'

export interface Photo {
  key: string
  visit: string
  ticket: string | null
  /** The picture; null: it is no longer on this phone. */
  blob: Blob | null
  /** When it was taken, ms by the phone's own clock. */
  at: number
  /** The server has it under this id. */
  id?: string
  problem?: Problem
}

/** Where photos are kept: the browser's database on the page, a Map in tests. */
export interface PhotoShelf {
  all(): Promise<Photo[]>
  put(photo: Photo): Promise<void>
  drop(key: string): Promise<void>
}

type Send = (file: Blob, name: string, ticket: string | null, key: string) => Promise<{ id: string }>

const OURS = 'local-'
/** What nobody sent in this time stays on the phone no longer. */
const OLDEST = 30 * 24 * 3_600_000
const LOST: Problem = { title: 'the photo is gone', status: 410, guard: 'photo_lost' }

export class Album {
  list = $state.raw<Photo[]>([])
  /** Which photo is being sent, of how many. */
  sending = $state.raw<{ n: number; of: number } | null>(null)
  /** The browser does not let us read what it keeps. */
  broken = $state(false)

  constructor(private shelf: PhotoShelf, private send: Send = upload) {}

  /** Read what is kept, oldest first; rejects where the browser keeps nothing. */
  async open(): Promise<void> {
    try {
      this.list = (await this.shelf.all()).sort((a, b) => a.at - b.at)
      this.broken = false
    } catch (error) {
      this.broken = true
      throw error
    }
  }

  /** The photos of a visit that a report can name. */
  of(visit: string): Photo[] {
    return this.list.filter((photo) => photo.visit === visit && !photo.problem)
  }

  /** Photos that the server refused, or that are gone. */
  get refused(): Photo[] {
    return this.list.filter((photo) => photo.problem)
  }

  async add(visit: string, ticket: string | null, blob: Blob): Promise<void> {
    const after = (this.list.at(-1)?.at ?? 0) + 1
    await this.keep({ key: OURS + uuid(), visit, ticket, blob, at: Math.max(Date.now(), after) })
  }

  async remove(key: string): Promise<void> {
    await this.shelf.drop(key)
    await this.open()
  }

  /** The body of an action with the server's ids in place of our keys. Rejects while the server is away. */
  async ready(waiting: Waiting): Promise<object> {
    const photos = (waiting.body as { photos?: string[] }).photos
    if (!photos?.some((each) => each.startsWith(OURS))) return waiting.body
    await this.open().catch((error: unknown) => {
      throw new Unreachable(String(error)) // later perhaps: a report does not go out without its photos
    })
    try {
      return { ...waiting.body, photos: await this.ids(waiting.visit, photos) }
    } finally {
      this.sending = null
    }
  }

  /** Forget photos of visits that are over, and what nobody sent for long; nothing that still `waits`. */
  async tidy(over: ReadonlySet<string>, waits: ReadonlySet<string>, now = Date.now()): Promise<void> {
    const gone = this.list.filter((photo) => !waits.has(photo.visit) && (now - photo.at > OLDEST || (over.has(photo.visit) && !photo.problem)))
    for (const photo of gone) await this.remove(photo.key)
  }

  private async ids(visit: string, photos: readonly string[]): Promise<string[]> {
    const mine = new Map(this.list.map((photo) => [photo.key, photo]))
    const unsent = photos.filter((key) => mine.get(key)?.blob && !mine.get(key)?.id && !mine.get(key)?.problem)
    const ids: string[] = []
    for (const key of photos) {
      const photo = mine.get(key)
      if (unsent.includes(key)) this.sending = { n: unsent.indexOf(key) + 1, of: unsent.length }
      const id = key.startsWith(OURS) ? await this.stored(photo ?? { key, visit, ticket: null, blob: null, at: Date.now() }) : key
      if (id) ids.push(id)
    }
    return ids
  }

  /** The id under which the server has a photo; null if it will not have it. */
  private async stored(photo: Photo): Promise<string | null> {
    if (photo.id || photo.problem) return photo.id ?? null
    try {
      if (!photo.blob) throw new Refusal(LOST)
      const { id } = await this.send(photo.blob, `${photo.visit}.jpg`, photo.ticket, photo.key)
      await this.keep({ ...photo, id })
      return id
    } catch (error) {
      if (!(error instanceof Refusal) || held(error)) throw error
      await this.keep({ ...photo, problem: error.problem })
      return null
    }
  }

  private async keep(photo: Photo): Promise<void> {
    await this.shelf.put(photo)
    await this.open()
  }
}

export const album = new Album(new Database())
