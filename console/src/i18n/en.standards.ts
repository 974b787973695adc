/** The page of the standards in English: the clauses and their live evidence. */
import { words } from './en.words.ts'

export const standards = {
  proof: {
    clock: (name: string) => `${name} clock: `,
    count: (n: string, state: string) => `${n} ${state}`,
    unused: 'no ticket has needed it yet',
    noneBreached: 'none breached',
    arrivals: 'Arrivals proven: ',
    atLevel: (n: string, level: number) => `${n} at level ${level} of 4`,
    reached: (n: string, of: string, state: string) => of === '0' ? 'No ticket yet' : `${n} of the newest ${of} tickets went through “${state}”`,
    example: ', for example ',
    closed: (n: string) => (n === '0' ? 'No ticket is closed yet' : `Of ${n} closed tickets: `),
    recorded: (n: string, what: string) => `${n} with ${what}`,
    byKind: 'Tickets by kind: ',
    byChannel: 'By channel: ',
    rows: (n: string, what: string) => `${n} ${what}`,
    newest: (at: string) => `the newest at ${at}`,
    tables: words({
      timeline: 'lines of timelines', tickets: 'tickets', read_receipts: 'read receipts', claims: 'claims', sales: 'sales', recall_sales: 'recalled sales', food_log: 'rows of the food-safety log', 
      cabinets: 'cabinets', events: 'events of cabinets', episodes: 'faults', commands: 'commands', visits: 'visits', notices: 'notices',
      contacts: 'contacts in the register', blind: 'intervals in which the platform saw nothing', sessions: 'sign-ins',
      documents: 'documents in the register', certificates: 'certificates', trainings: 'trainings', rosters: 'duty plans', staff: 'people of the after-sales unit',
      surveys: 'satisfaction surveys', improvements: 'improvement actions', recalls: 'recalls', recall_tasks: 'cabinets of recalls', audit: 'rows of the audit chain',
      channel_outages: 'outages of channels', compensations: 'compensations', contact_reviews: 'quality checks of contacts', lot_checks: 'checks of lots', problems: 'problem records',
      holds: 'legal holds', stock: 'parts in stock', charges: 'charges', attachments: 'photos and papers', technicians: 'technicians',
    }),
    groups: words({ customer: 'customer', cabinet: 'cabinet', staff: 'staff', course: 'course of the work' }),
  },
  standards: {
    lead: 'Every clause that software can carry out or prove, with what the records say about it at this moment.',
    sources: ['S1: after-sales service specification for smart cabinets (draft)', 'S3: after-sales service rules for home furnishing', 'S4: after-sales service specification, general rules (draft)', 'S0: T/QGCML 3155-2024', 'S2: GB/T 27922'],
    states: words({ served: 'Served', partly: 'Partly', register: 'Kept as evidence', outside: 'Not served' }),
    lacks: 'Not done: ',
    summary: (n: string, state: string) => `${n} ${state.toLowerCase()}`,
  },
}
