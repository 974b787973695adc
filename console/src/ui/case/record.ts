/** The forms of the record: every field that people can write, the missing ones marked. */
import type { Ask } from '../../core/ask.ts'
import type { CaseView } from '../../core/types.case.ts'
import { lang } from '../../i18n/language.svelte.ts'

const AS: Record<string, Ask['as']> = {
  'product.price_cents': 'yuan', 'service.charge_cents': 'yuan', 'product.purchased': 'time', 'service.date': 'time', 'case.about': 'choice', 'service.mode': 'choice',
}
const MORE: Record<string, string[]> = {
  customer: ['customer.number'],
  product: ['product.model', 'product.serial', 'product.sku', 'product.lot'],
  service: ['service.mode', 'service.receipt'],
  case: ['case.root_cause', 'case.note'],
}
/** What nobody writes: the desk knows it by itself. */
const OWN = new Set(['case.question', 'case.received', 'case.received_by', 'case.channel', 'case.promised_at'])

/** Fields that are missing first, then the other required ones, then what may be told besides. */
export function filling(view: CaseView): Ask[] {
  const groups = new Set(view.required.map((field) => field.split('.')[0]!))
  const extra = [...groups].flatMap((group) => MORE[group] ?? [])
  const order = [...new Set([...view.missing, ...view.required, ...extra])].filter((field) => !OWN.has(field))
  return order.map((field) => ({ name: field, label: lang.t.lacking[field] ?? field, as: AS[field], options: options(field) }))
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
