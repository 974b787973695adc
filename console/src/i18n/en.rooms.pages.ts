/** Problems, knowledge, channels, money, what was agreed, models, messages, backups in English. Loaded with what shows them. */
import { words } from './en.words.ts'

const many = (n: string, one: string, more = `${one}s`): string => `${n} ${n === '1' ? one : more}`

export const rooms = {
  none: '–',
  problem: {
    kind: 'What comes back', model: 'Model', firmware: 'Firmware', anyFirmware: 'any', repeats: 'Came back', times: (n: string) => many(n, 'time'), owner: 'Who sees to it',
    nobody: 'nobody yet', maker: 'Maker', makerTold: 'Told on', notTold: 'not told yet', told: (who: string, at: string) => `${who}, ${at}`, opened: 'Opened', latest: 'Last time', state: 'State',
    states: words({ open: 'Open', closed: 'Closed' }), quick: words({ all: 'All', open: 'Open', closed: 'Closed' }),
    title: (kind: string, model: string) => `${kind} on ${model}`, facts: 'Facts', cases: 'Its tickets', cabinet: 'Cabinet', ticket: 'Ticket', summary: 'Summary',
    noCases: 'None of its tickets may be seen by your role.', more: (n: string) => `${n} tickets are not shown.`, missing: 'There is no such problem record.',
    change: 'Owner and maker', makerHint: 'whom at the maker', toldAt: 'The maker was told on', close: 'Close the problem', result: 'What came of it', closeLead: 'Repeats are counted anew from here on.',
    closed: (who: string, at: string) => `Closed by ${who}, ${at}`, all: 'All tickets of this kind of fault',
  },
  knowledge: {
    title: 'Knowledge', tabs: { gaps: 'Gaps', units: 'Owning units', sample: 'Quality checks' },
    gapsLead: (from: string, to: string) => `Kinds of fault that began between ${from} and ${to}, and whether an article explains them.`,
    gaps: 'Without an article', gap: 'Kind of fault', faults: 'Faults', write: 'Write an article', writeLead: 'In the register of documents; the article names the kinds of fault that it explains.',
    noGaps: 'None: every kind of fault that occurred has an article.', noFaults: 'No fault began in this time.', explained: 'With an article', read: 'Read the articles',
    unitsLead: 'Each kind of work needs a unit that answers for it (S1 4.1.1).', kind: 'Kind of work', unit: 'Unit', nobody: 'no unit', findings: (n: string) => `${many(n, 'kind')} of work without a unit.`,
    allOwned: 'Every kind of work has its unit.', addUnit: 'Register a unit', matrix: 'Who may do what', matrixLead: 'The roles and what each may do (S1 4.1.2).', csv: 'Role matrix as CSV',
    permission: 'May', roles: 'Roles', showMatrix: 'Show the table',
    sampleLead: (share: string, contacts: string) => `${share} of the month’s ${many(contacts, 'contact')}, drawn by the month itself: the same whenever it is drawn again.`,
    open: 'The month is not over: the sample may still grow.', figures: (reviewed: string, of: string, well: string) => `${reviewed} of ${of} reviewed, ${well} of them well.`,
    noSample: 'No contact was registered in this month, so there is nothing to check.', contact: 'Contact', said: 'What was said', papers: 'Template and guide', verdict: 'Verdict',
    good: 'well', bad: 'not well', notYet: 'not reviewed yet', review: 'Review', reviewOf: (id: string) => `Review ${id}`, ok: 'Was it well done?', note: 'Note (needed if not)', save: 'Save the verdict', own: 'your own contact',
  },
  papers: { template: 'Reply template used (out)', guide: 'Guide sent (out)', named: (title: string, edition: string) => `${title}, edition ${edition}`, templateWas: 'reply template', guideWas: 'guide' },
  beside: {
    articles: 'What is known of this fault', edition: (n: string) => `edition ${n}`, messages: 'Messages to the customer', lead: 'Sent by the product itself.',
    states: words({ queued: 'waits to be sent', sent: 'delivered', dropped: 'not sent', failed: 'not delivered' }), why: (text: string) => `because ${text}`,
    tried: (n: string) => `${many(n, 'try', 'tries')} so far`, at: (at: string) => `owed since ${at}`,
  },
  compensation: {
    title: 'Compensation', none: 'nothing paid', add: 'Pay a compensation', amount: 'Amount', reason: 'Reason', basis: 'Basis', basisHint: 'law, contract, promise …', fund: 'Out of which fund', noFund: 'none named', receipt: 'Receipt',
    sum: (amount: string) => `${amount} paid`, when: 'Paid', who: 'By', ticket: 'Ticket', ledger: 'Ledger of compensations', total: (n: string, amount: string) => `${many(n, 'compensation')}, ${amount}`, count: 'Number',
    noneMonth: 'No compensation was paid in this month. It is recorded on the ticket page.', list: 'Each compensation', shown: (n: string, of: string) => `The newest ${n} of ${of} are shown.`,
  },
  channel: {
    title: 'Channels to customers', lead: 'What is out of order here stands on every public page at once.', works: 'works', down: 'out of order', noAddress: 'no address published',
    brief: (n: string) => (n === '0' ? 'all work' : `${n} out of order`), since: (at: string, who: string) => `since ${at}, said by ${who}`, probe: 'the probe', alarmed: 'operators were alarmed',
    report: 'Report an outage', reportOf: (name: string) => `Report an outage: ${name}`, reason: 'What is wrong', restore: 'It works again', restoreOf: (name: string) => `It works again: ${name}`, note: 'Note',
  },
  reports: { charges: 'Money', deviations: 'Deviations', published: 'Published' },
  charge: {
    title: 'Charged in this month', lead: 'What was charged, held against the price list of the day of its quote (S3 3.5(1)).', sum: (n: string, amount: string) => `${many(n, 'charge')}, ${amount}`, none: 'Nothing was charged in this month.',
    parts: words({ listed: 'By the price list', unlisted: 'Not by the price list', no_list: 'No price list was in force' }), off: 'Not by the price list', offNone: 'Every charge follows the price list of its day.',
    item: 'Item', charged: 'Charged', listed: 'On the list', flags: words({ listed: 'on the list', other_price: 'another price', off_list: 'not on the list', no_list: 'no list was in force' }),
    receipt: 'Receipt', left: (n: string) => `${n} more are not shown: the first 1,000 are.`, fromList: 'From the price list', pick: 'take one, or write below', was: (list: string) => `list: ${list}`,
    list: 'Register a price list', noList: 'Without a price list nothing can be held against it.',
  },
  deviation: {
    title: 'Agreed and delivered', none: 'What was delivered is what was agreed, as far as it was recorded.', lead: 'Of the tickets received in this month: agreed against delivered (S4 8.2, 8.3.1). A deviation is no verdict.',
    sum: (n: string, of: string) => `${n} of ${many(of, 'ticket')} deviate.`, noTickets: 'No ticket was received in this month.', allKept: 'Nothing deviates.', kinds: 'By kind of deviation', kind: 'What', tickets: 'Tickets that deviate',
    ticket: 'Ticket', cabinet: 'Cabinet', found: 'What deviates', left: (n: string) => `${n} more tickets are not shown: the first 1,000 are.`, agreed: (what: string) => `agreed: ${what}`, actual: (what: string) => `delivered: ${what}`,
    what: words({ window: 'Window', clock: 'Promised time', place: 'Place', fee: 'Amount charged', price: 'Price of an item', part: 'Part', content: 'Content of the work' }),
    why: words({
      before: 'too early', after: 'too late', missed: 'nobody came', late: 'late', elsewhere: 'the position was elsewhere', two_cabinets: 'two cabinets too far apart', less: 'less than agreed', more: 'more than agreed',
      other_price: 'not the listed price', off_list: 'not on the price list', not_quoted: 'used, but not in the quote', not_reported: 'in the quote, but not in the report',
    }),
    revision: (n: string) => `revision ${n}`, version: (n: string) => `quote version ${n}`, late: (t: string) => `${t} late`, early: (t: string) => `${t} early`, until: (at: string) => `by ${at}`, metres: (n: string) => `${n} m away`, notListed: 'not listed', never: 'not yet',
  },
  published: {
    lead: 'What customers can read before they buy, and what is still missing there.', models: 'Models', model: 'Model', cabinets: 'Cabinets', page: 'Public page', openPage: 'Open', missing: 'Not published yet', complete: 'complete',
    lacks: words({ specification: 'specification', price: 'price', service: 'service that goes with it', papers: 'documents' }), noModels: 'No cabinet names its model, and no document does. Register the documents of a model.', document: 'Document', add: 'Register the documents of a model',
    openList: 'Public pages of its cabinets', cabinetPage: 'Page of a cabinet', promises: 'Promises, said alike everywhere', consistent: 'Every advertisement, warranty card and agreement says the promise in force.', inconsistent: 'Not everything says the promise in force:',
    noPromise: 'No promise is registered.', addPromise: 'Register a promise', inForce: 'In force', since: (at: string) => `since ${at}`, carrier: 'Document', state: 'It says', states: words({ current: 'the promise in force', outdated: 'an edition that was replaced', unknown: 'no text of ours' }),
    unmarked: 'Carry no mark of what they promise:', noCarriers: 'No document repeats a promise yet.', hash: 'Mark (SHA-256)',
  },
  content: {
    kinds: 'Kinds of work that it owns', faultKinds: 'Kinds of fault that it explains', zh: 'Text in Chinese', en: 'Text in English', promise: 'Mark of the promise that it repeats (SHA-256)', promiseHint: '64 digits, from Reports, Published',
    model: 'Model', prices: 'Prices', pricesHint: 'One a line: code; Chinese; English; price in yuan, as P-7; 风扇; fan; 45.00', pricesBad: (line: string) => `This line cannot be read: ${line}`, cents: 'Price in cents', service: 'Service that goes with it', papers: 'Documents that come with it',
  },
  backup: {
    title: 'Backups', off: 'None are made by themselves: no directory is set.', offDo: 'Set VENDWATCH_BACKUP_DIR (and VENDWATCH_BACKUP_EVERY, in hours) and start again, or run', command: './vendwatch backup DIRECTORY',
    every: (t: string, n: string, dir: string) => `One every ${t}, the newest ${n} kept, in ${dir}.`, newest: 'Newest', noneYet: 'none yet', overdue: 'Overdue: the newest is older than two periods. Look at the last attempt, then make one.', neverMade: 'Overdue: no backup has been made. Look at the last attempt, then make one.',
    running: 'Being made', steps: words({ opening: 'Opening', hashing: 'Computing checksums', packing: 'Packing' }), doing: (step: string, done: string, of: string) => `${step}: ${done} of ${of}`, progress: 'Progress of the backup', last: 'Last attempt', well: (at: string, size: string) => `${at}, ${size}`, failed: (at: string, why: string) => `failed ${at}: ${why}`, make: 'Make a backup now', begun: 'The backup has begun; it goes on by itself.',
  },
  km: { title: 'Driven', sum: (km: string, visits: string) => `${km} to ${many(visits, 'visit')}`, unknown: (n: string) => `${many(n, 'way')} not known`, none: 'no way is known' },
  /** Of timelines, beside the tables of the dictionary. */
  line: {
    note: words({
      sent: 'Sent', paid: 'Paid', refund_approval_withdrawn: 'Approval of the refund withdrawn', eta_slipped: 'Comes later than said', parts_missing: 'Part missing',
      sold_while_stopped: 'Sold although sales were stopped', recall_closed: 'Recall closed', escalated: 'Passed on', appointment_inside: 'Came within the window',
      appointment_before: 'Came before the window', appointment_after: 'Came after the window', appointment_missed: 'Window missed',
      pull_task: 'Goods to take out', pulled: 'Goods taken out', confirmed: 'Confirmed', expired: 'Not answered in time', left_locked: 'Stays locked',
    }),
    noteKey: words({
      guide: 'guide', edition: 'edition', contact: 'contact', fund: 'out of fund', eta: 'expected', late_s: 'late by', part: 'part', proposed: 'proposed:',
      recall: 'recall', seq: 'message', arrived: 'arrived', lane: 'lane', lot: 'lot', lock: 'sales lock:', for: 'because of',
    }),
    noteValue: words({ supervisor: 'a supervisor', wait_parts: 'wait for parts', none_given: 'none given', expired: 'past their date', recall: 'a recall', food_safety: 'food safety' }),
  },
}
