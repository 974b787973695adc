/** Names that stand behind ids: sites and technicians. Few, so they are loaded once; an unknown id loads them again. */
import { get } from './api.ts'
import type { Page, Site, Technician } from './types.ts'

const LIMIT = 1000

class Book<T extends { id: string; name: string }> {
  private rows = $state.raw<Record<string, T>>({})
  private missed = new Set<string>()

  constructor(private path: string) {}

  async load(): Promise<void> {
    const rows: Record<string, T> = {}
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page<T> = await get<Page<T>>(`${this.path}?limit=${LIMIT}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
      for (const row of page.items) rows[row.id] = row
      cursor = page.next
    }
    this.rows = rows
  }

  get all(): T[] {
    return Object.values(this.rows).sort((a, b) => a.name.localeCompare(b.name))
  }

  /** The row behind an id. One that is not known yet is looked up once. */
  find(id: string | null | undefined): T | undefined {
    if (!id) return undefined
    const row = this.rows[id]
    if (!row && !this.missed.has(id)) {
      this.missed.add(id)
      setTimeout(() => void this.load().catch(() => undefined), 0) // nobody knows it, or we may not: the id is shown
    }
    return row
  }

  /** The name behind an id, the id itself when nobody knows it. */
  name(id: string): string {
    return this.find(id)?.name ?? id
  }

  /** The name of an id that may well be something else. */
  known(id: string): string | undefined {
    return this.rows[id]?.name
  }
}

export const sites = new Book<Site>('/sites')
export const technicians = new Book<Technician>('/technicians')
