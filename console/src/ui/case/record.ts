/** The forms of the record: every field that people can write, the missing ones marked. */
import type { Ask } from '../../core/ask.ts'
import type { CaseView } from '../../core/types.case.ts'
import type { Ticket } from '../../core/types.ts'
import { lang } from '../../i18n/language.svelte.ts'

const AS: Record<string, Ask['as']> = {
  'product.price_cents': 'yuan', 'service.charge_cents': 'yuan', 'product.purchased': 'time', 'service.date': 'time', 'case.about': 'choice', 'service.mode': 'choice', 'service.parts': 'list',
}
const MORE: Record<string, string[]> = {
  customer: ['customer.number'],
  product: ['product.model', 'product.serial', 'product.sku', 'product.lot'],
  service: ['service.mode', 'service.receipt'],
  case: ['case.root_cause', 'case.note'],
}
/** What people may write; the rest the desk knows by itself. */
const WRITTEN: Record<string, string[]> = {
  customer: ['name', 'address', 'phone', 'number'],
  product: ['name', 'price_cents', 'validity', 'purchased', 'place', 'model', 'serial', 'sku', 'lot'],
  service: ['unit', 'date', 'person', 'measure', 'situation', 'confirmation', 'mode', 'parts', 'charge_cents', 'receipt'],
  case: ['about', 'root_cause', 'note'],
}
const ALL = Object.entries(WRITTEN).flatMap(([group, fields]) => fields.map((field) => `${group}.${field}`))

/** Fields that are missing first, then the other required ones, then what may be told besides. */
export function filling(view: CaseView): Ask[] {
  const groups = new Set(view.required.map((field) => field.split('.')[0]!))
  const extra = [...groups].flatMap((group) => MORE[group] ?? [])
  return [...new Set([...view.missing, ...view.required, ...extra])].filter((field) => ALL.includes(field)).map(asking)
}

/** Fields that have a value which people may change. */
export function known(view: CaseView, ticket: Ticket): Ask[] {
  const record: CaseView['record'] = { ...view.record, customer: (ticket.customer ?? view.record.customer ?? null) as Record<string, unknown> | null }
  const has = (field: string) => {
    const [group, name] = field.split('.') as [string, string]
    return (record[group]?.[name] ?? '') !== ''
  }
  return ALL.filter(has).map(asking)
}

function asking(field: string): Ask {
  return { name: field, label: lang.t.lacking[field] ?? field, as: AS[field], options: options(field) }
}

function options(field: string): [string, string][] | undefined {
  if (field === 'case.about') return Object.entries(lang.t.desk.record.about)
  return field === 'service.mode' ? Object.entries(lang.t.desk.record.modes) : undefined
}

export function declining(): Ask[] {
  const fields = ['name', 'address', 'phone'].map((key) => [key, lang.t.lacking[`customer.${key}`] ?? key] as [string, string])
  return [
    { name: 'which', label: lang.t.desk.record.which, as: 'choice', options: fields, required: true },
    { name: 'why', label: lang.t.desk.record.why, required: true },
  ]
}
