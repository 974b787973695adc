/** Photos kept in the browser's database until the server has them: they are too large for `localStorage`. */
import type { Photo, PhotoShelf } from './album.svelte.ts'

const NAME = 'vendwatch'
const STORE = 'photos'

/** A shelf that opens its database at first use, and anew after a failure. */
export class Database implements PhotoShelf {
  private opened: Promise<IDBDatabase> | null = null

  async all(): Promise<Photo[]> {
    return (await this.run<Photo[]>('readonly', (store) => store.getAll() as IDBRequest<Photo[]>)) ?? []
  }

  async put(photo: Photo): Promise<void> {
    await this.run('readwrite', (store) => store.put(photo))
  }

  async drop(key: string): Promise<void> {
    await this.run('readwrite', (store) => store.delete(key))
  }

  /** One step in a transaction of its own; done once the transaction is complete, so that nothing is lost after it. */
  private async run<T>(mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest): Promise<T> {
    try {
      const database = await (this.opened ??= this.open())
      return await new Promise<T>((resolve, reject) => {
        const step = database.transaction(STORE, mode)
        const asked = what(step.objectStore(STORE))
        step.oncomplete = () => resolve(asked.result as T)
        step.onabort = () => reject(step.error ?? new Error('the browser gave up'))
      })
    } catch (error) {
      this.opened = null
      throw error
    }
  }

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1)
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'key' })
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error ?? new Error('the browser keeps no photos'))
    })
  }
}
