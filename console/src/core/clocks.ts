/** Which of a ticket's clocks to show first. */
import type { Clock } from './types.ts'

/** The running clock that falls due next; else the first breached one; null when none asks for attention. */
export function nextClock(clocks: readonly Clock[] | undefined): Clock | null {
  const running = (clocks ?? []).filter((clock) => clock.state === 'running')
  running.sort((a, b) => Date.parse(a.due) - Date.parse(b.due))
  return running[0] ?? clocks?.find((clock) => clock.state === 'breached') ?? null
}
