/** The pages of the console by what people do there. A further page is one entry here, a name in `nav`, a drawing in
 * Glyph.svelte and a line in App.svelte. (The address `/privacy` belongs to the public page.) */
import type roles from './roles.json'

export type Permission = keyof typeof roles

interface Group {
  /** Its heading, in `lang.t.group`. */
  name: 'watch' | 'work' | 'prove' | 'run'
  /** The first part of the path, and what one must be allowed to see to go there. */
  places: [place: string, may: Permission][]
}

export const GROUPS: readonly Group[] = [
  { name: 'watch', places: [['cabinets', 'fault.read'], ['faults', 'fault.read']] },
  {
    name: 'work',
    places: [
      ['tickets', 'ticket.read'], ['visits', 'visit.read'], ['plan', 'plan.read'], ['technicians', 'technician.read'],
      ['stock', 'stock.read'], ['contacts', 'contact.read'], ['recalls', 'recall.read'], ['problems', 'problem.read'],
    ],
  },
  { name: 'prove', places: [['reports', 'report.read'], ['registers', 'document.read'], ['knowledge', 'document.read'], ['privacy-desk', 'fault.read'], ['standards', 'fault.read']] },
  { name: 'run', places: [['platform', 'fault.read']] },
]

/** What stands in the bar of a phone; everything else is behind its last button. */
export const FIRST = new Set(['cabinets', 'faults', 'tickets', 'visits'])

export const address = (place: string): string => (place === 'cabinets' ? '/' : `/${place}`)
