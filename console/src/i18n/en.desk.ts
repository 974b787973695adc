/** The desk’s own pages in English: recalls. */
import { words } from './en.words.ts'

/** `1 stop`, `2 stops`; numbers come as text. */
const many = (n: string, one: string, more = `${one}s`): string => `${n} ${n === '1' ? one : more}`

/** Additions to tables of `en.ts`, by their names there. */
export const deskMore = {
  guard: words({
    planning: 'Another day plan is being made. Wait until it is done.',
    recall_held: 'The cabinet itself says that the goods are still there.',
    recall_done: 'Some cabinets are not done. Finish them, or close with a reason all the same.',
    claim_refused: 'The rules refuse this claim: a superior has to rule first.',
    paid_once: 'The same sale is being paid back in another case already.',
    stop_sale: 'The cabinet must not sell while goods in it are recalled, past their date or unchecked.',
  }),
  empty: {
    contacts: { title: 'No contacts yet', text: 'Every call, message and visit of a customer is registered here. Log the first one above.', command: '' },
    recalls: { title: 'No recalls', text: 'A recall finds the cabinets that hold an article and stops them selling. Start one above when goods must come back.', command: '' },
    stock: { title: 'No parts written down', text: 'Say below what vans and depots carry; what a visit uses is then counted down by itself.', command: '' },
  },
}

export const pages = {
  recallBook: {
    article: 'Article', lots: 'Lots', allLots: 'all lots', reason: 'Reason', party: 'By', state: 'State', progress: 'Cabinets done', sold: 'Sold', begun: 'Begun',
    parties: words({ maker: 'The maker', agent: 'The sales agent', dealer: 'The dealer' }),
    states: words({ open: 'Open', closed: 'Closed' }),
    quick: words({ all: 'All', open: 'Open', closed: 'Closed' }),
    start: 'Start a recall', sku: 'Article (SKU)', lotsHint: 'separated by commas; empty: all lots', zh: 'What is to be done, in Chinese', en: 'The same in English (optional)',
    doHint: 'concretely: take out, lock away, send to …', noticeTitle: 'Own text of the public notice', noticeLead: 'Left empty, it is drafted from the fields above.',
    noticeZh: 'Notice in Chinese', noticeEn: 'Notice in English',
    warnTitle: 'What happens at once',
    warn: (what: string) => [
      `Every cabinet that holds ${what} is told to stop selling.`,
      'Cabinets that are offline, or never told what lies in them, are put on the list too: somebody has to look.',
      'A ticket is opened for each cabinet on the list, and every unit and technician is told.',
      'The sales of these lots are listed, with the customers who can be reached.',
    ],
    warnEnd: 'It cannot be taken back, only closed.',
    look: 'Show what it would reach', looking: 'Looking…',
    reach: (holds: string, offline: string, contents: string) => `${many(holds, 'cabinet holds', 'cabinets hold')} the goods. Somebody has to look at ${many(offline, 'cabinet that is', 'cabinets that are')} offline and ${many(contents, 'cabinet that does not tell', 'cabinets that do not tell')} what lies in ${contents === '1' ? 'it' : 'them'}.`,
    reachSold: 'Sold:',
    these: (sku: string, lots: string) => (lots ? `${sku}, lots ${lots}` : `${sku}, whatever the lot`), unnamed: 'the article',
    sure: 'Article and lots are right', go: 'Start the recall', busy: 'Starting…',
    missing: 'There is no such recall.',
    doneOf: (n: string, of: string) => `${n} of ${many(of, 'cabinet')} done`, none: 'No cabinet holds these goods, as far as they told.',
    taskStates: words({ todo: 'To do', stopped: 'Sales stopped', pulled: 'Taken out', confirmed: 'Confirmed', unknown: 'Nobody can tell' }),
    stopped: (n: string, of: string) => `Sales stopped at ${n} of the ${many(of, 'cabinet')} that ${of === '1' ? 'holds' : 'hold'} the goods.`,
    instructions: 'What is to be done', facts: 'Facts', closedBy: (who: string, at: string) => `Closed by ${who}, ${at}`,
    cabinets: 'Cabinets', why: 'Why on the list', stop: 'Sales', proof: 'Proof', anyState: 'All',
    whys: words({ holds: 'holds the goods', offline: 'was offline: nobody can tell', contents: 'never told what lies in it' }),
    lane: (n: string, lot: string, units: string) => `lane ${n}: lot ${lot}${units ? `, ${units} pcs` : ''}`,
    held: (n: string, lot: string) => `lane ${n}: lot ${lot}`,
    locks: words({ whole: 'whole cabinet', lane: 'its lanes', none: 'no stop-sale' }),
    stops: words({
      none: 'not asked to stop', waiting: 'stop waits for the cabinet', sent: 'stop sent', stopped: 'stopped', failed: 'does not obey', forbidden: 'stop was forbidden',
      lifted: 'stop lifted',
    }),
    door: (at: string) => `door opened ${at}`, noDoor: 'door not opened yet',
    proofs: words({ lot_removed: 'taken out, says the cabinet', lot_sold: 'sold out, says the cabinet', person: 'confirmed by', ticket: 'ticket resolved:', contents: 'told its contents: not there' }),
    confirm: 'Confirm by hand', confirmFor: (id: string) => `Confirm by hand: ${id}`, note: 'Who looked, and what was found', anyway: 'Although the cabinet says that the goods are there', noTasks: 'No cabinet in this state.',
    sales: 'Sold units', certain: (n: string) => `${n} of these lots`, possible: (n: string) => `${n} of a lot nobody named`, reachable: (n: string) => `${many(n, 'buyer')} can be reached`,
    again: 'Look for sales again', looked: 'The records were searched again.', noSales: 'No sale of these goods is recorded.',
    sale: 'Sold', lot: 'Lot', lotUnknown: 'not named', price: 'Price', buyer: 'Buyer', notReachable: 'not reachable', isReachable: 'reachable',
    notice: 'Public notice', copy: 'Copy', copied: 'Copied.', notCopied: 'Could not copy: select the text and copy it.', texts: words({ zh: 'Chinese', en: 'English' }),
    units: 'Who has taken note', unitsLead: (n: string, of: string) => `${n} of ${of}`, unit: words({ dispatcher: 'Dispatchers', operators: 'Operators' }),
    notYet: 'not yet', acknowledge: 'Take note', acknowledgeFor: (who: string) => `Take note for ${who}`,
    close: 'Close the recall', left: (n: string) => `${many(n, 'cabinet is', 'cabinets are')} not done:`, allDone: 'Every cabinet is done. When it is closed, cabinets that nothing else stops sell again.',
    closeLead: 'Closing lifts the stop-sale there, and calls the tickets off that nobody has begun.', closeAnyway: 'Close although cabinets are not done', closeReason: 'Reason',
  },
}
