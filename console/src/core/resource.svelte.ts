/** Something loaded over HTTP and kept fresh while it is on show: value, error, loading. */
import { Refusal } from './api.ts'
import { session } from './session.svelte.ts'

export class Resource<T> {
  value = $state.raw<T | null>(null)
  error = $state.raw<unknown>(null)
  loading = $state(true)
  private turn = 0

  constructor(private load: () => Promise<T>) {}

  /** Load again. An older answer that comes late is dropped; the last good value stays on show. */
  async refresh(): Promise<void> {
    const turn = ++this.turn
    try {
      const value = await this.load()
      if (turn === this.turn) [this.value, this.error] = [value, null]
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) session.lost()
      if (turn === this.turn) this.error = error
    } finally {
      if (turn === this.turn) this.loading = false
    }
  }
}

/** A resource that loads when its inputs change and every `every` ms while the tab is visible. Call in a component. */
export function resource<T>(load: () => Promise<T>, every = 0): Resource<T> {
  const it = new Resource(load)
  $effect(() => {
    void it.refresh()
    if (!every) return
    const timer = setInterval(() => {
      if (!document.hidden) void it.refresh()
    }, every)
    return () => clearInterval(timer)
  })
  return it
}
