/** The technician’s phone page in English. */
import { words } from './en.words.ts'

/** Refusals, by their names in `en.ts`. */
export const phoneGuards = words({ photo_lost: 'The photo is no longer on this phone.' })

export const phone = {
  tech: {
    title: 'My visits',
    badge: 'My badge', badgeCode: 'Code of the badge', badgeHint: 'A customer types these digits at this address. They change every minute.',
    empty: 'No visit for you right now.',
    emptyHint: 'A new offer appears here by itself.',
    offline: 'Offline – your actions are kept and sent later.',
    queued: (n: number) => (n === 1 ? '1 action waits to be sent' : `${n} actions wait to be sent`),
    refused: 'Refused by the server',
    dismiss: 'Dismiss',
    accept: 'Accept', decline: 'Decline', depart: 'On my way', checkIn: 'I am here: check in', finish: 'Finish the work',
    offeredUntil: (t: string) => `Answer within ${t}`,
    offerOver: 'The offer is over',
    navigate: 'Route',
    codeTitle: 'Type this code at the cabinet',
    codeHint: 'The strongest proof: the cabinet itself reports it. You are checked in without doing more here.',
    gps: 'Check in by GPS', gpsBusy: 'Finding your position…', gpsFail: 'No position. Use the code or the QR text.',
    qr: 'Text of the cabinet QR', qrSend: 'Check in by QR',
    button: 'Check in without proof',
    measure: 'What did you do?', measures: words({ repaired: 'Repaired', replaced: 'Part replaced', cleaned: 'Cleaned', restarted: 'Restarted', no_fault_found: 'No fault found', other: 'Other' }),
    parts: 'Parts used, separated by commas', note: 'Note', send: 'Finish',
    verifying: 'Done. Telemetry is checking the repair.',
    done: 'Finished', tickets: 'Tickets', site: 'Site', current: 'Now', later: 'Next', past: 'Done',
    notTechnician: 'You are not signed in as a technician. All visits are shown.',
    sending: 'Sending…',
    arrived: (t: string, level: string) => `Arrived ${t} · ${level}`,
  },
  photos: {
    title: 'Photos of the work',
    add: 'Add photos',
    preparing: 'Making the photos smaller…',
    needed: (n: number, taken: number) => `${taken} of ${n} ${n === 1 ? 'photo' : 'photos'} needed`,
    taken: (n: number) => (n === 1 ? '1 photo taken' : `${n} photos taken`),
    most: (n: number) => `No more than ${n} photos.`,
    nth: (n: number) => `Photo ${n}`,
    remove: (n: number) => `Remove photo ${n}`,
    removeShort: 'Remove',
    hint: 'Photos are made smaller on this phone; what the camera notes beside them (place, device, time) is removed. They are kept here until they are sent.',
    unreadable: 'That file is not a picture this phone can read. Take the photo again.',
    full: 'The phone has no room to keep the photo. Free some storage and try again.',
    broken: 'The browser does not let this page keep photos. Leave private mode, or reload the page.',
    sending: (n: number, of: number) => `Sending photo ${n} of ${of}…`,
    refused: 'A photo was not taken by the server',
    without: 'The report goes out without it. Whether enough photos are left, the server says.',
  },
}
