/** The registers as data: what each asks of an entry, in the reader's language. */
import { unreadable, type Part } from '../../core/entry.ts'
import { session } from '../../core/session.svelte.ts'
import { lang } from '../../i18n/language.svelte.ts'
import { say } from '../../i18n/proof.ts'
import { told } from '../../i18n/rooms.ts'

export type Table = 'staff' | 'certificates' | 'trainings' | 'rosters' | 'documents'
type Options = [string, string][]

/** The noun of a register in permissions. */
export const NOUN = { staff: 'staff', certificates: 'certificate', trainings: 'training', rosters: 'roster', documents: 'document' } as const

/** How a list is ordered: certificates by what runs out first, all others newest first. */
export const SORT: Partial<Record<Table, string>> = { certificates: 'expires' }

const DAY_TYPES = ['work', 'make_up', 'rest', 'holiday']

export interface Names {
  /** Members of staff, and technicians: [id, name]. */
  people: Options
  technicians: Options
  kinds: Options
}

/** The fields of a new entry; of those that are `fixed` nothing changes later. */
export function parts(table: Table, names: Names): Part[] {
  const col = (name: string) => say.t.registers.col[name] ?? name
  const words = (of: Record<string, string>): Options => Object.entries(of)
  const part = (name: string, as: Part['as'] = 'text', more: Partial<Part> = {}): Part => ({ name, label: col(name), as, ...more })
  const needed = { required: true }
  const person = part('person', 'choice', { ...needed, fixed: true, options: names.people })
  switch (table) {
    case 'staff':
      return [
        part('name', 'text', needed), part('role', 'choice', { ...needed, options: words(say.t.registers.roles) }),
        part('technician', 'choice', { options: names.technicians }), part('account'),
      ]
    case 'certificates':
      return [person, part('skill', 'text', needed), part('number', 'text', needed), part('issuer', 'text', needed), part('issued', 'since', needed), part('expires', 'through', needed)]
    case 'trainings':
      return [
        person, part('course', 'text', { ...needed, fixed: true }), part('planned', 'since', needed), part('done', 'time'),
        part('pre', 'decimal', { hint: say.t.registers.score }), part('post', 'decimal', { hint: say.t.registers.score }), part('passed', 'maybe'), part('until', 'through'),
      ]
    case 'rosters':
      return [
        part('channel', 'choice', { ...needed, fixed: true, options: words(say.t.registers.channels) }), person,
        ...DAY_TYPES.map((type): Part => ({ name: `windows.${type}`, label: say.t.registers.dayTypes[type] ?? type, as: 'list', hint: say.t.registers.hours })),
        part('from', 'day', { ...needed, fixed: true }), part('to', 'day'),
      ]
    case 'documents':
      return [part('kind', 'choice', { ...needed, fixed: true, options: names.kinds }), ...edition(), part('from', 'since', { ...needed, fixed: true }), part('until', 'through')]
  }
}

function edition(): Part[] {
  const col = say.t.registers.col
  return [{ name: 'title', label: col.title ?? '', required: true }, { name: 'owner', label: col.owner ?? '' }, { name: 'body.text', label: say.t.documents.text, as: 'long' }]
}

/** What else the body of a document of this kind says. */
export function content(kind: string): Part[] {
  const t = say.t.documents
  if (kind === 'law') return [{ name: 'body.replaces', label: t.replaces, as: 'list', hint: t.replacesHint }]
  if (kind === 'service_point') return [{ name: 'body.lat', label: t.lat, as: 'decimal', hint: t.place }, { name: 'body.lon', label: t.lon, as: 'decimal', hint: t.place }]
  return shown(kind)
}

/** What the desk and the public pages read of a document. */
function shown(kind: string): Part[] {
  const t = told.t.content
  const kinds = Object.values(session.kinds).map((each): [string, string] => [each.name, lang.pick(each, each.name)])
  switch (kind) {
    case 'price_list': return [{ name: 'body.items', label: t.prices, as: 'prices', hint: t.pricesHint, most: 20_000, check: (text) => { const line = unreadable(text); return line ? t.pricesBad(line) : '' } }]
    case 'unit': return [{ name: 'body.kinds', label: t.kinds, as: 'list', options: Object.entries(lang.t.ticketKind) }]
    case 'knowledge_article': return [{ name: 'body.fault_kinds', label: t.faultKinds, as: 'list', options: kinds }]
    case 'promise': return [{ name: 'body.text_zh', label: t.zh, as: 'long' }, { name: 'body.text_en', label: t.en, as: 'long' }]
    case 'advertisement': case 'warranty_card': case 'agreement': return [{ name: 'body.promise_sha256', label: t.promise, hint: t.promiseHint, pattern: '[0-9a-f]{64}' }]
    case 'model_documents': return [
      { name: 'body.model', label: t.model }, { name: 'body.price_cents', label: t.cents, as: 'whole' }, { name: 'body.specification_zh', label: `${told.t.published.lacks.specification} (中文)`, as: 'long' },
      { name: 'body.specification_en', label: `${told.t.published.lacks.specification} (English)`, as: 'long' }, { name: 'body.service_zh', label: `${t.service} (中文)` },
      { name: 'body.service_en', label: `${t.service} (English)` }, { name: 'body.documents', label: t.papers, as: 'list' },
    ]
    default: return []
  }
}

/** What a new edition says anew. */
export function renewal(kind: string): Part[] {
  const col = say.t.registers.col
  const [title, owner, text] = edition() as [Part, Part, Part]
  return [{ ...title, required: false }, owner, { name: 'from', label: col.from ?? '', as: 'since', required: true }, { name: 'until', label: col.to ?? '', as: 'through' }, text, ...content(kind)]
}
