/** Problems, knowledge, channels and compensation in English: additions to tables of `en.ts`, by their names there, and what every page may show. */
import { words } from './en.words.ts'

export const roomsMore = {
  nav: { problems: 'Problems', knowledge: 'Knowledge', me: 'My account' },
  many: { problems: 'problems' },
  one: { problems: 'problem' },
  empty: {
    problems: { title: 'No problem records', text: 'When one kind of fault comes back again and again on one model, a record opens here by itself, so that the cause is dealt with and not only each case.', command: '' },
  },
  action: words({ compensate: 'Compensate' }),
  guard: words({
    going_there: 'Somebody is on the way or there already.', review: 'What was not well needs a note that says why.',
    unit_record: 'A unit needs the kinds of work that it owns.', photos: 'Photos of the work are missing.',
    second_factor_on: 'A second factor is set up already.', second_factor_off: 'There is no second factor.', second_factor_begun: 'There is nothing to confirm. Set it up from the start.',
    backup_running: 'A backup is being made already. Wait until it is done.',
    backup_dir: 'No directory for backups is set. Set VENDWATCH_BACKUP_DIR and start again.',
  }),
  lacking: words({ 'body.kinds': 'kinds of work', note: 'note', photos: 'photos', backup_dir: 'directory for backups', approve: 'approval', 'case.guidance': 'guides sent' }),
  timelineType: words({ guide: 'Guide', compensation: 'Compensation', goods: 'Goods', 'withdraw-approval': 'Withdraw the approval' }),
  evidenceType: words({
    lot_removed: 'Lot taken out', lot_sold: 'Lot sold out', person: 'A person looked', ticket: 'Ticket', contents: 'Contents told by the cabinet',
  }),
}

/** What the frame of every page may show. */
export const roomsFrame = {
  channelBanner: (list: string) => `Out of order for customers: ${list}.`,
  channelSince: (name: string, at: string) => `${name} (since ${at})`,
  channelSee: 'Channels',
}
