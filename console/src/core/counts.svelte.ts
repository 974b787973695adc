/** The fleet in figures, pushed by the server: who is on line, which faults are open, which tickets, how many visits. */
import { ALARMS } from './severity.ts'
import { session } from './session.svelte.ts'
import type { Severity, Status } from './types.ts'

export interface Counts extends Record<Status, number> {
  faults: Partial<Record<Severity, number>>
  tickets: Record<string, number>
  open_visits: number
}

const DONE = new Set(['closed', 'archived', 'merged', 'cancelled'])

class Fleet {
  counts = $state.raw<Counts | null>(null)

  start(): () => void {
    return session.live.watch('counts', {
      view: { q: '', sort: '', window: [0, 1] },
      frame: (frame) => (this.counts = (frame.items[0] as Counts | undefined) ?? this.counts),
      refused: () => (this.counts = null),
    })
  }

  /** Open faults that call for somebody: warnings do not. */
  get alarms(): number {
    return ALARMS.reduce((sum, severity) => sum + (this.counts?.faults[severity] ?? 0), 0)
  }

  get openTickets(): number {
    const rows = Object.entries(this.counts?.tickets ?? {})
    return rows.filter(([state]) => !DONE.has(state)).reduce((sum, [, n]) => sum + n, 0)
  }
}

export const fleet = new Fleet()
