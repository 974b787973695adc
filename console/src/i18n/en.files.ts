/** Photos and files of a ticket in English. */
export const files = {
  title: 'Photos and files',
  count: (n: number) => (n === 1 ? '1 photo' : `${n} photos`),
  none: 'Nothing is attached to this ticket. Photos come with the technician’s report of work.',
  work: 'Photos of the work', others: 'Other files',
  photo: (n: number, of: number) => `Photo ${n} of ${of}`,
  open: (name: string) => `Open ${name}`,
  gone: (n: number) => (n === 1 ? '1 photo is no longer kept, or not for you to see.' : `${n} photos are no longer kept, or not for you to see.`),
  unavailable: 'The picture cannot be loaded.',
  download: 'Download',
  about: (kib: string, by: string, at: string) => `${kib} KiB · ${by} · ${at}`,
}
