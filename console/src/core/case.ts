/** Which panels fit a ticket, and what its state and the reader's role allow in them. */
import moves from './moves.json'
import type roles from './roles.json'
import { session } from './session.svelte.ts'
import type { CaseFields } from './types.case.ts'
import type { Ticket } from './types.ts'

const COMING = ['new', 'triaged', 'remote', 'dispatching', 'scheduled', 'en_route', 'wait_customer', 'wait_parts', 'wait_access']
const UNRESOLVED = [...COMING, 'on_site', 'work_done', 'verifying']
/** Where what is no move of a ticket is possible (service/visiting, service/proof, service/after). */
const STATES: Record<string, string[]> = {
  appointment: COMING, quote: UNRESOLVED, 'accept-quote': UNRESOLVED, charge: [...UNRESOLVED, 'resolved', 'follow_up'],
  compensate: [...UNRESOLVED, 'resolved', 'follow_up', 'closed'],
  'sign-off': ['work_done', 'verifying', 'resolved', 'follow_up'], candidates: ['new', 'triaged', 'remote', 'dispatching'],
}
/** Moves that have a panel of their own. */
export const PANELS = new Set(['record', 'decide', 'dispute', 'approve', 'refund', 'claim', 'rule'])

/** Whether the ticket's state and the reader's role allow it now. */
export function can(ticket: Ticket, verb: string): boolean {
  const legal = STATES[verb]?.includes(ticket.state) ?? (moves as Record<string, string[]>)[ticket.state]?.includes(verb) ?? false
  return legal && session.may(`ticket.${verb}` as keyof typeof roles)
}

export const pathOf = (ticket: Ticket, verb: string) => `/tickets/${encodeURIComponent(ticket.id)}/${verb}`

/** Kinds in which goods or money go back, somebody comes, something is paid for. */
const MONEY = ['complaint', 'return', 'refund']
const VISITED = ['repair', 'installation', 'recall', 'incident']
const PAID = ['repair', 'installation']
const DONE = ['work_done', 'verifying', 'resolved', 'follow_up', 'closed', 'archived']

export type Panel = 'claim' | 'decision' | 'refund' | 'compensation' | 'deviations' | 'quote' | 'appointment' | 'candidates' | 'after'

/** Whether somebody goes there for it, or the cabinet itself can be asked. */
export const goes = ({ kind, cabinet, site }: Ticket) => VISITED.includes(kind) && Boolean(cabinet || site)

/** The panels that fit its kind and state, beside those that every ticket has. */
export function panels(ticket: Ticket): Set<Panel> {
  const { kind, state } = ticket
  const has: Partial<CaseFields> = ticket.fields ?? {}
  const going = goes(ticket)
  const fits: Record<Panel, boolean> = {
    claim: MONEY.includes(kind) || Boolean(has.claim),
    decision: kind === 'complaint' || Boolean(has.decision || has.dispute),
    refund: MONEY.includes(kind) || Boolean(has.refund),
    compensation: Boolean(has.compensations?.length) || (can(ticket, 'compensate') && Boolean(ticket.customer) && !ticket.fault),
    deviations: Boolean(has.appointments?.length || has.quotes?.length) || Boolean(ticket.clocks?.some(({ state: clock }) => clock === 'breached')),
    quote: (PAID.includes(kind) && can(ticket, 'quote') && !ticket.fault) || Boolean(has.quotes?.length || has.free || has.repeat_of),
    appointment: (going && COMING.includes(state)) || Boolean(has.appointments?.length),
    candidates: going && can(ticket, 'candidates'),
    after: DONE.includes(state),
  }
  return new Set((Object.keys(fits) as Panel[]).filter((panel) => fits[panel]))
}

/** The panel in which the next step of the work is, so that it stands open. */
export function wanted(ticket: Ticket, panel: Panel | 'record' | 'contacts'): boolean {
  const has: Partial<CaseFields> = ticket.fields ?? {}
  const over = DONE.includes(ticket.state)
  switch (panel) {
    case 'record': return ['resolved', 'follow_up'].includes(ticket.state)
    case 'contacts': return ticket.kind === 'consultation' && !over
    case 'claim': return ['return', 'refund'].includes(ticket.kind) && !has.claim?.override && (has.claim?.ruling.allowed ?? null) === null && !over
    case 'decision': return ticket.kind === 'complaint' && !has.decision && !over
    case 'refund': return Boolean(has.refund) && !has.refund?.paid
    case 'quote': return Boolean(has.quotes?.length) && !has.quotes?.at(-1)?.accepted
    case 'after': return ['resolved', 'follow_up'].includes(ticket.state)
    default: return false
  }
}
