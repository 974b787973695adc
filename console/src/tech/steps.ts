/** How far a visit is, counting what still waits in the outbox as done. */
import type { Visit } from '../core/types.ts'
import type { Waiting } from './outbox.ts'

/** The one thing to do next; null when nothing is left for the technician. */
export type Step = 'accept' | 'depart' | 'check-in' | 'finish' | null

const NEXT: Record<string, Step> = {
  offered: 'accept', accepted: 'depart', en_route: 'check-in', arrived: 'finish', working: 'finish',
}
const AFTER: Record<string, string> = { accept: 'accepted', depart: 'en_route', 'check-in': 'arrived', finish: 'left', decline: 'declined' }
const ORDER = ['working', 'arrived', 'en_route', 'accepted', 'offered']

/** The state of a visit as the technician left it. */
export function stateOf(visit: Visit, waiting: readonly Waiting[]): string {
  const taken = waiting.filter((each) => each.visit === visit.id && !each.problem)
  const last = taken.at(-1)
  return last ? (AFTER[last.action] ?? visit.state) : visit.state
}

export function stepOf(visit: Visit, waiting: readonly Waiting[]): Step {
  return NEXT[stateOf(visit, waiting)] ?? null
}

/** Visits with work left, the furthest first; then those that are over, newest first. */
export function sorted(visits: readonly Visit[], waiting: readonly Waiting[]): { open: Visit[]; past: Visit[] } {
  const open = visits.filter((visit) => stepOf(visit, waiting) !== null)
  const rank = (visit: Visit) => ORDER.indexOf(stateOf(visit, waiting))
  open.sort((a, b) => rank(a) - rank(b) || Date.parse(a.offered ?? '') - Date.parse(b.offered ?? ''))
  return { open, past: visits.filter((visit) => stepOf(visit, waiting) === null) }
}
