/** A live list as state: the rows of the visible window, and what became of the subscription. */
import { Rows, type Topic, type View } from './live.ts'
import { session } from './session.svelte.ts'
import type { Problem } from './types.ts'
import type { Window } from './windowing.ts'

export class Watch<T extends { id: string }> {
  private rows = new Rows<T>()
  private view: View
  /** Rises with every change of the rows: readers of `at` depend on it. */
  version = $state(0)
  total = $state(0)
  loading = $state(true)
  problem = $state.raw<Problem | null>(null)
  /** null: nothing waits; otherwise how many waiting rows are not on show. */
  fresh = $state<number | null>(null)
  held = false

  constructor(private topic: Topic, q: string, sort: string) {
    this.view = { q, sort, window: [0, 60] }
  }

  /** Subscribe; returns what ends it. */
  start(): () => void {
    return session.live.watch(this.topic, {
      view: this.view,
      frame: (frame) => {
        this.rows.take(frame, this.held)
        this.problem = null
        this.loading = false
        this.changed()
      },
      refused: (problem) => {
        this.problem = problem
        this.loading = false
      },
    })
  }

  look(q: string, sort: string): void {
    if (q === this.view.q && sort === this.view.sort) return
    this.view = { q, sort, window: [0, this.view.window[1] - this.view.window[0]] }
    this.again()
  }

  move(window: Window): void {
    if (window[0] === this.view.window[0] && window[1] === this.view.window[1]) return
    this.view = { ...this.view, window }
    session.live.move(this.topic, this.view)
  }

  again(): void {
    this.loading = true
    this.problem = null
    session.live.move(this.topic, this.view)
  }

  release(): void {
    this.rows.release()
    this.changed()
  }

  at(index: number): T | undefined {
    return this.version >= 0 ? this.rows.at(index) : undefined
  }

  private changed(): void {
    this.total = this.rows.total
    this.fresh = this.rows.waiting ? this.rows.fresh() : null
    this.version++
  }
}
