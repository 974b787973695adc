/** Contacts, day plans, parts, gaps in rosters and a cabinet's public page in English. */
import { words } from './en.words.ts'

const many = (n: string, one: string): string => `${n} ${one}${n === '1' ? '' : 's'}`

export const plans = {
  contactBook: {
    lead: 'Everything customers said and were told, in one register; numbers have no holes.',
    anyChannel: 'Any channel', anyDirection: 'In and out',
    quick: words({ all: 'All', suggestion: 'Suggestions', criticism: 'Criticism', promised: 'With a promise', unverified: 'Not verified' }),
    when: 'Time', how: 'Way', said: 'What was said', customer: 'Customer', about: 'Case', result: 'Result', by: 'Taken by',
    anonymous: 'not told', masked: 'masked; the ticket shows it in full, for a reason that is recorded',
    solved: 'solved', owed: (at: string) => `answer promised for ${at}`, source: (what: string) => `source: ${what}`,
    unverified: 'answer not verified', readBack: 'key points read back', noReadBack: 'not read back',
    log: 'Log a contact', save: 'Register', kind: 'What it is about', kindHint: 'decides which case is opened',
    name: 'Customer’s name', phone: 'Customer’s phone', cabinet: 'Cabinet', ticket: 'Ticket, if it is known', lead2: 'Without a ticket it joins the newest open case of the same phone and cabinet, or opens a new one.',
    digest: (n: string) => `${many(n, 'contact')} in the last 24 h`,
    counts: {
      suggestion: (n: string) => many(n, 'suggestion'), criticism: (n: string) => `${n} of criticism`, unsolved: (n: string) => `${n} with a promise`,
      unverified: (n: string) => `${many(n, 'answer')} without a source`, not_read_back: (n: string) => `${many(n, 'call')} not read back`,
    },
    done: (id: string) => `${id} is registered. `,
    rule: words({ named: 'It belongs to', same_customer: 'The same customer has an open case; it joined', opened: 'It opened' }),
  },
  dayPlan: {
    lead: 'Who goes where in which order. A plan changes nothing until it is applied.',
    day: 'Day', make: 'Plan this day', recent: 'Plans', none: 'No day has been planned yet. Choose a day and start.', made: (at: string) => `made ${at}`,
    states: words({ running: 'Being planned…', done: 'Planned', failed: 'Failed' }), applied: (at: string) => `applied ${at}`,
    progress: 'Planning', failed: 'The plan could not be made:', interrupted: 'the program stopped meanwhile. Plan the day again.',
    routes: (n: string, stops: string) => `${many(n, 'technician')}, ${many(stops, 'stop')}`, empty: 'There is nothing to visit on that day, or nobody on shift.',
    travel: (t: string) => `${t} on the road`, drive: (t: string) => `${t} drive`, waits: (t: string) => `waits ${t}`, late: (t: string) => `${t} late`, window: (from: string, to: string) => `agreed ${from}–${to}`,
    accepted: 'accepted already', left: 'Left out', leftNone: 'Nothing was left out.', other: 'Look at it', missing: 'There is no such plan.',
    apply: 'Offer these visits', applyLead: 'Each technician is offered the stops in this order. What changed since the plan was made is left out and named.',
    outcome: 'What became of it', offered: (n: string) => `${many(n, 'visit')} offered`, kept: (n: string) => `${many(n, 'offer')} stood already`, changed: 'Changed meanwhile',
    whys: words({
      gone: 'no longer waits to be sent out', twice: 'is placed already', accepted: 'somebody has accepted it', technician: 'the technician is not there any more',
      obstacle: 'the technician may not do it', window: 'the agreed window has changed', together: 'shares a visit with a ticket that cannot come along:',
    }),
    obstacles: words({
      inactive: 'not active', passed: 'let it pass', zone: 'other zone', off_shift: 'off shift', skill: 'lacks the skill', certificate_expired: 'certificate expired',
      certificate_missing: 'certificate missing', not_trained: 'not trained',
    }),
  },
  partBook: {
    holder: 'Van or depot', part: 'Part', quantity: 'Quantity', minimum: 'Minimum', order: 'To order', updated: 'Counted',
    kinds: words({ van: 'van', depot: 'depot' }), quick: words({ all: 'All', order: 'To order', van: 'Vans', depot: 'Depots' }),
    set: 'Write down a count', holderHint: 'a technician’s id, or the name of a depot', partHint: 'as the reports name it', minimumHint: 'empty: none', save: 'Write down', edit: 'Count', editOf: (part: string, holder: string) => `Count ${part} in ${holder}`,
    saved: (part: string, holder: string, n: string) => `${part} in ${holder}: ${n}`, pieces: (n: string) => `${n} pcs`,
  },
  dutyGaps: {
    title: 'Nobody is rostered in the next 24 hours', gap: (channel: string, from: string, to: string) => `${channel}: ${from} to ${to}`,
    channels: words({ online: 'Online', hotline: 'Hotline', on_site: 'On site' }), see: 'Coverage and rosters',
  },
  publicPage: {
    title: 'Public page', lead: 'For the label on the cabinet: rules, hours, contacts, and a form for customers. It proves no arrival.', alt: (id: string) => `QR code of the public page of ${id}`, open: 'Open the page', print: 'Print the code',
    warranty: 'Warranty until', noWarranty: 'not written down', warrantySet: 'Change the end of the warranty', warrantyDay: 'Last day of the warranty (empty: none)', save: 'Save',
    recalls: 'Recalls', lifeFile: 'Download the life file', lifeFileHint: 'Everything known of this cabinet as one archive; that you took it stands in the audit log.',
  },
}
