/**
 * Actions that a technician took, kept until the server has answered each one (networks end where cabinets stand).
 *
 * Every action carries its own Idempotency-Key, so that sending it twice does it once. They go out in the order in
 * which they were taken; a refused one stays visible with its reason; only a server that cannot be reached keeps them.
 */
import { post, Refusal, Unreachable, uuid } from '../core/api.ts'
import type { Problem } from '../core/types.ts'

export interface Waiting {
  key: string
  visit: string
  action: string
  body: object
  problem?: Problem
  /** The server has taken it; it counts as done here until the visits were read anew. */
  sent?: boolean
}

/** Where the actions are kept: `localStorage` on the page, a Map in tests. */
export interface Shelf {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** What an action says once all that goes before it has gone, as files do. */
type Ready = (waiting: Waiting) => Promise<object>
type Send = (path: string, body: object, key: string) => Promise<unknown>

const KEY = 'vendwatch.outbox'
const RETRY = new Set([408, 429, 500, 502, 503, 504])

/** Whether a failed request is to be sent again later: nobody has judged it yet. */
export function held(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refusal && (RETRY.has(error.status) || error.status === 401))
}

export class Outbox {
  private busy = false

  constructor(
    private shelf: Shelf,
    private changed: (waiting: Waiting[]) => void,
    private send: Send = post,
    private ready: Ready = async (waiting) => waiting.body,
  ) {}

  all(): Waiting[] {
    return JSON.parse(this.shelf.getItem(KEY) ?? '[]') as Waiting[]
  }

  add(visit: string, action: string, body: object): void {
    this.keep([...this.all(), { key: uuid(), visit, action, body }])
  }

  dismiss(key: string): void {
    this.keep(this.all().filter((each) => each.key !== key))
  }

  /** Keys of what the server has taken. Visits that are asked for from now on know of these actions. */
  taken(): Set<string> {
    return new Set(this.all().filter((each) => each.sent).map((each) => each.key))
  }

  /** Forget actions whose effect the page has read. */
  settle(keys: ReadonlySet<string>): void {
    if (keys.size) this.keep(this.all().filter((each) => !keys.has(each.key)))
  }

  /** Send what waits, oldest first; answers whether the server was reached. */
  async flush(): Promise<boolean> {
    if (this.busy) return true
    this.busy = true
    try {
      for (let next = this.next(); next; next = this.next()) if (!(await this.try(next))) return false
      return true
    } finally {
      this.busy = false
    }
  }

  private next(): Waiting | undefined {
    return this.all().find((each) => !each.problem && !each.sent)
  }

  private async try(waiting: Waiting): Promise<boolean> {
    try {
      const body = await this.ready(waiting)
      if (body !== waiting.body) this.mark(waiting.key, { body }) // sent again it says the same
      await this.send(`/visits/${encodeURIComponent(waiting.visit)}/${waiting.action}`, body, waiting.key)
      this.forgive(waiting)
      this.mark(waiting.key, { sent: true })
    } catch (error) {
      if (held(error)) return false
      if (!(error instanceof Refusal)) throw error
      this.mark(waiting.key, { problem: error.problem })
    }
    return true
  }

  /** What was refused before and has now been taken need not be shown any more. */
  private forgive({ visit, action }: Waiting): void {
    this.keep(this.all().filter((each) => !each.problem || each.visit !== visit || each.action !== action))
  }

  private mark(key: string, change: Partial<Waiting>): void {
    this.keep(this.all().map((each) => (each.key === key ? { ...each, ...change } : each)))
  }

  private keep(list: Waiting[]): void {
    this.shelf.setItem(KEY, JSON.stringify(list))
    this.changed(list)
  }
}
